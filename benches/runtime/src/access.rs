//! Cost of reading a field of a running service's config while another thread replaces the config every millisecond.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use arc_swap::cache::Cache;
use confgate::bitcraps::Config;
use confgate::live::Live;
use confgate::load::Override;
use confgate::value::Path;
use rustix::time::{ClockId, clock_gettime};

use crate::case::Case;
use crate::quantile;

const READERS: [usize; 4] = [1, 2, 4, 8];
/// Number of reads that are timed together.
const READS: u32 = 20_000;
/// Number of timings in a round.
const TIMES: usize = 60;
const ROUNDS: usize = 5;

/// Way to hold a config.
struct Holder<'w> {
    name: &'static str,
    /// Replaces the config by one with another number.
    write: Box<dyn Fn(u32) + Sync + 'w>,
    /// Reads a field many times on a thread of its own, and returns the nanoseconds of a read in each timing.
    read: Box<dyn Fn() -> Vec<f64> + Sync + 'w>,
}

/// Returns the CPU time of this thread in nanoseconds, which excludes the time that it waits for a CPU.
fn cpu_time() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Times reads and returns the nanoseconds of a read in each timing.
fn timed(mut read: impl FnMut() -> u32) -> Vec<f64> {
    let once = |read: &mut dyn FnMut()| {
        let start = cpu_time();
        read();
        (cpu_time() - start) / f64::from(READS)
    };
    (0..TIMES)
        .map(|_| {
            once(&mut || {
                (0..READS).for_each(|_| {
                    black_box(read());
                })
            })
        })
        .collect()
}

/// Returns the median nanoseconds of a read with the given number of readers and one writer.
fn median(holder: &Holder<'_>, readers: usize) -> f64 {
    let done = AtomicBool::new(false);
    let mut all: Vec<f64> = thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !done.load(Relaxed) {
                (holder.write)(100 + number % 100);
                number += 1;
                thread::sleep(Duration::from_millis(1));
            }
        });
        let readers: Vec<_> = (0..readers).map(|_| scope.spawn(|| (holder.read)())).collect();
        let all = readers.into_iter().flat_map(|reader| reader.join().expect("it read")).collect();
        done.store(true, Relaxed);
        all
    });
    all.sort_by(f64::total_cmp);
    quantile(&all, 0.5)
}

pub fn measure() {
    let case = Case::new();
    let live = Live::<Config>::builder(case.without_variables()).history(2).start().expect("the gate admits it");
    let field = |config: &Config| config.network.max_connections;
    let config = |number: u32| {
        let mut config = Config::clone(&live.load());
        config.network.max_connections = number;
        config
    };
    let apply = |number: u32| {
        let set = Override::json(Path::dotted("network.max_connections"), number.into());
        live.apply([set], "measured").expect("the gate admits it");
    };
    let swap = Arc::new(ArcSwap::from_pointee(config(1)));
    let read_write = RwLock::new(config(1));
    let mutex = Mutex::new(config(1));
    let holders = [
        Holder {
            name: "`Live::cache()`",
            write: Box::new(apply),
            read: Box::new(|| {
                let mut cache = live.cache();
                timed(move || field(cache.load()))
            }),
        },
        Holder { name: "`Live::load()`", write: Box::new(apply), read: Box::new(|| timed(|| field(&live.load()))) },
        Holder {
            name: "arc-swap, its cache",
            write: Box::new(|number| swap.store(Arc::new(config(number)))),
            read: Box::new(|| {
                let mut cache = Cache::new(swap.clone());
                timed(move || field(cache.load()))
            }),
        },
        Holder {
            name: "arc-swap, its guard",
            write: Box::new(|number| swap.store(Arc::new(config(number)))),
            read: Box::new(|| timed(|| field(&swap.load()))),
        },
        Holder {
            name: "`RwLock`, its guard",
            write: Box::new(|number| *read_write.write().expect("no panic") = config(number)),
            read: Box::new(|| timed(|| field(&read_write.read().expect("no panic")))),
        },
        Holder {
            name: "`RwLock`, a clone of the config",
            write: Box::new(|number| *read_write.write().expect("no panic") = config(number)),
            read: Box::new(|| {
                timed(|| {
                    let config = read_write.read().expect("no panic").clone();
                    field(black_box(&config))
                })
            }),
        },
        Holder {
            name: "`Mutex`, its guard",
            write: Box::new(|number| *mutex.lock().expect("no panic") = config(number)),
            read: Box::new(|| timed(|| field(&mutex.lock().expect("no panic")))),
        },
    ];
    let mut results = vec![[f64::INFINITY; READERS.len()]; holders.len()];
    for _ in 0..ROUNDS {
        for (holder, results) in holders.iter().zip(&mut results) {
            for (readers, best) in READERS.into_iter().zip(results) {
                *best = best.min(median(holder, readers));
            }
        }
    }
    let header = READERS.map(|readers| format!("{readers}"));
    println!(
        "\nA read of a field while a writer replaces the config every millisecond: nanoseconds of CPU time, by number of readers\n"
    );
    println!("| | {} |", header.join(" | "));
    println!("|---|{}", "---:|".repeat(READERS.len()));
    for (holder, results) in holders.iter().zip(results) {
        println!("| {} | {} |", holder.name, results.map(|result| format!("{result:.1}")).join(" | "));
    }
}
