//! Allocator that counts the allocations of each thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Allocator of the system with a count.
pub struct Counting;

/// Allocations of a thread.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    /// Number of allocations.
    pub times: u64,
    /// Allocated bytes.
    pub bytes: u64,
    /// Allocated bytes that were not freed.
    pub live: i64,
}

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { times: 0, bytes: 0, live: 0 }) };
}

/// Returns the allocations of this thread so far.
pub fn count() -> Count {
    COUNT.get()
}

impl std::ops::Sub for Count {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { times: self.times - before.times, bytes: self.bytes - before.bytes, live: self.live - before.live }
    }
}

fn record(allocated: usize, freed: usize) {
    // An exiting thread has no count; ignore the error.
    let _ = COUNT.try_with(|count| {
        let Count { times, bytes, live } = count.get();
        let times = times + u64::from(allocated > 0);
        count.set(Count { times, bytes: bytes + allocated as u64, live: live + allocated as i64 - freed as i64 });
    });
}

// SAFETY: every call is forwarded to the allocator of the system unchanged; only counters are changed beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        record(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        record(layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        record(0, layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        record(size, layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}
