//! An allocator that counts what a thread asks it for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The allocator of the system, counted.
pub struct Counting;

/// What a thread has asked for.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    /// How often it was given memory.
    pub times: u64,
    /// How much of it, in bytes.
    pub bytes: u64,
    /// What of it was not given back, in bytes.
    pub live: i64,
}

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { times: 0, bytes: 0, live: 0 }) };
}

/// What this thread has asked for so far.
pub fn count() -> Count {
    COUNT.get()
}

impl std::ops::Sub for Count {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { times: self.times - before.times, bytes: self.bytes - before.bytes, live: self.live - before.live }
    }
}

fn note(given: usize, back: usize) {
    // A thread that ends has no count any more.
    let _ = COUNT.try_with(|count| {
        let Count { times, bytes, live } = count.get();
        let times = times + u64::from(given > 0);
        count.set(Count { times, bytes: bytes + given as u64, live: live + given as i64 - back as i64 });
    });
}

// SAFETY: every call goes to the allocator of the system as it is; beside it only numbers are changed.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note(0, layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size, layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}
