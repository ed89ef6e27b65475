//! The arena of a thread, in which evaluations allocate.

use std::cell::RefCell;

use datalogic_rs::bumpalo::Bump;

/// Size above which an arena is not kept, in bytes: one large context would hold its memory for the life of the thread.
const MAX_KEPT: usize = 1 << 20;

thread_local! {
    static ARENA: RefCell<Bump> = RefCell::new(Bump::new());
}

/// Runs `work` with the empty arena of this thread.
pub fn with_arena<T>(work: impl for<'a> FnOnce(&'a Bump) -> T) -> T {
    ARENA.with(|arena| match arena.try_borrow_mut() {
        Ok(mut arena) => {
            let result = work(&arena);
            if arena.allocated_bytes() > MAX_KEPT {
                *arena = Bump::new();
            } else {
                arena.reset();
            }
            result
        }
        // An evaluation within an evaluation: a value's Display, or a signal.
        Err(_) => work(&Bump::new()),
    })
}
