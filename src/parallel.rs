//! Work on all cores.

use std::panic;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The size in bytes from which on a text is worth a thread of its own.
pub const LARGE: usize = 256 * 1024;

/// How many threads work is worth that would keep `most` busy.
pub fn workers(most: usize) -> usize {
    // To count the cores is to read files, so it is not done for nothing.
    if most > 1 { thread::available_parallelism().map_or(1, usize::from).min(most) } else { 1 }
}

/// What `work` makes of each item, in the order of the items. A few items are not worth a thread.
pub fn map<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let workers = workers(items.len() / 4);
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
            scope.spawn(run);
        }
        run();
    });
    // The scope ends when every place is filled; a worker that panics ends this thread as well.
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// What `work` makes of each item, each on a thread of its own.
pub fn each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let mut items = items.into_iter();
    let Some(first) = items.next() else { return Vec::new() };
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = items.map(|item| scope.spawn(move || work(item))).collect();
        let mut results = vec![work(first)];
        results.extend(others.into_iter().map(joined));
        results
    })
}

/// Both results; `worth` says whether the second one is worth a thread.
pub fn both<A, B: Send>(worth: bool, one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    if !worth {
        return (one(), other());
    }
    thread::scope(|scope| {
        let other = scope.spawn(other);
        (one(), joined(other))
    })
}

/// A thread that panics ends the one that waits for it as well.
fn joined<R>(handle: thread::ScopedJoinHandle<'_, R>) -> R {
    handle.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_and_both_sides_have_their_own_result() {
        assert_eq!(each(vec![1, 2, 3], |item| item * 2), [2, 4, 6]);
        assert!(each(Vec::new(), |item: i32| item).is_empty());
        assert_eq!([true, false].map(|worth| both(worth, || 1, || "a")), [(1, "a"); 2]);
    }

    #[test]
    fn a_panic_on_another_thread_is_one_here() {
        let panicked = panic::catch_unwind(|| both(true, || (), || panic!("stop")));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"stop"));
    }

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, 3, 1000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(map(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
