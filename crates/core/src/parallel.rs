//! Work on all cores. Where no thread can be started, as in a unit with few tasks, the caller's does it all.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{panic, thread};

/// The size in bytes from which on a text is worth a thread of its own.
pub const LARGE: usize = 256 * 1024;

/// How many threads work is worth that would keep `most` busy.
pub fn workers(most: usize) -> usize {
    // To count the cores is to read files, so it is not done for nothing.
    if most > 1 { thread::available_parallelism().map_or(1, usize::from).min(most) } else { 1 }
}

/// What `work` makes of each item, in the order of the items. A few items are not worth a thread.
pub fn map<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    shared(items, workers(items.len() / 4), work)
}

/// The same for items of which each is worth a thread.
pub fn each<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    shared(items, workers(items.len()), work)
}

fn shared<T: Sync, R: Send + Sync>(items: &[T], workers: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if workers == 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    let run = || {
        while let Some((item, result)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).zip(results.get(index))
        } {
            result.get_or_init(|| work(item));
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            // Without it the others have more to do.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    // The scope ends when every place is filled; a worker that panics ends this thread as well.
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// Both results; `worth` says whether the second one is worth a thread.
pub fn both<A, B: Send>(worth: bool, one: impl FnOnce() -> A, other: impl Fn() -> B + Sync) -> (A, B) {
    if !worth {
        return (one(), other());
    }
    thread::scope(|scope| match thread::Builder::new().spawn_scoped(scope, &other) {
        Ok(started) => (one(), started.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))),
        Err(_) => (one(), other()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, 3, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(&items, |item| item * 2), doubled);
            assert_eq!(each(&items, |item| item * 2), doubled);
        }
        assert_eq!([true, false].map(|worth| both(worth, || 1, || "a")), [(1, "a"); 2]);
    }

    #[test]
    fn a_panic_on_another_thread_is_one_here() {
        let panicked = panic::catch_unwind(|| both(true, || (), || panic!("stop")));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"stop"));
        assert!(panic::catch_unwind(|| each(&[1, 2, 3], |item| assert_eq!(*item, 0))).is_err());
    }
}
