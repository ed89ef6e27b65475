//! Work on all cores. Where no thread can be started, as under a limit of tasks, the calling thread does all of the work.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{panic, thread};

/// Size in bytes from which a text is worth a thread.
pub const LARGE: usize = 256 * 1024;

/// Returns the number of threads to use for work that can occupy up to `limit` threads.
pub fn workers(limit: usize) -> usize {
    // Counting the cores reads files: skip it where one thread is enough.
    if limit > 1 { thread::available_parallelism().map_or(1, usize::from).min(limit) } else { 1 }
}

/// Applies `work` to each item, and returns the results in the order of the items. Four items are worth a thread.
pub fn map<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_with(items, workers(items.len() / 4), work)
}

/// Applies `work` like [`map`] to items that are each worth a thread.
pub fn map_large<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_with(items, workers(items.len()), work)
}

/// Applies `work` to shares of `count` items whose text has `bytes`: one share if the text is small, else one a core.
pub fn map_shares<R: Send + Sync>(count: usize, bytes: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let workers = workers((bytes / LARGE).min(count));
    let start = |worker: usize| count * worker / workers;
    let shares: Vec<Range<usize>> = (0..workers).map(|worker| start(worker)..start(worker + 1)).collect();
    map_with(&shares, workers, |share| work(share.clone()))
}

fn map_with<T: Sync, R: Send + Sync>(items: &[T], workers: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
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
            // Ignore the failure: the other threads take the items.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    // The scope ends when every result is set; the panic of a worker continues in this thread.
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// Returns both results. `second` runs on a thread of its own if `parallel` is set.
pub fn both<A, B: Send>(parallel: bool, first: impl FnOnce() -> A, second: impl Fn() -> B + Sync) -> (A, B) {
    if !parallel {
        return (first(), second());
    }
    thread::scope(|scope| match thread::Builder::new().spawn_scoped(scope, &second) {
        Ok(thread) => (first(), thread.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))),
        Err(_) => (first(), second()),
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
            assert_eq!(map_large(&items, |item| item * 2), doubled);
        }
        assert_eq!([true, false].map(|parallel| both(parallel, || 1, || "a")), [(1, "a"); 2]);
    }

    #[test]
    fn shares_cover_all_items_once() {
        for (count, bytes) in [(0, 0), (5, 10), (1, 9 * LARGE), (7, 9 * LARGE), (0, 9 * LARGE)] {
            let shares = map_shares(count, bytes, |share| share);
            assert_eq!(shares.iter().cloned().flatten().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
            assert!(bytes > LARGE || shares.len() == 1);
        }
    }

    #[test]
    fn a_panic_of_another_thread_continues_in_this_one() {
        let panicked = panic::catch_unwind(|| both(true, || (), || panic!("stop")));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"stop"));
        assert!(panic::catch_unwind(|| map_large(&[1, 2, 3], |item| assert_eq!(*item, 0))).is_err());
    }
}
