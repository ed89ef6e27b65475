//! What it costs to ask a running service's config for a field, while another thread puts a new one in its place every
//! millisecond.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use arc_swap::cache::Cache;
use confgate::bitcraps::Config;
use confgate::load::Override;
use confgate::live::Live;
use confgate::value::Path;
use rustix::time::{ClockId, clock_gettime};

use crate::case::Case;
use crate::quantile;

const READERS: [usize; 4] = [1, 2, 4, 8];
/// How many questions are timed together, and how often.
const READS: u32 = 20_000;
const TIMES: usize = 60;
const ROUNDS: usize = 5;

/// One way to hold a config.
struct Way<'w> {
    name: &'static str,
    /// Puts one in with another number.
    write: Box<dyn Fn(u32) + Sync + 'w>,
    /// Makes what a thread asks many questions with: the nanoseconds for each of some.
    read: Box<dyn Fn() -> Vec<f64> + Sync + 'w>,
}

/// The time of this thread on a CPU: what it waits for one is none of the handle's doing.
fn on_cpu() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

fn timed(mut read: impl FnMut() -> u32) -> Vec<f64> {
    let once = |read: &mut dyn FnMut()| {
        let start = on_cpu();
        read();
        (on_cpu() - start) / f64::from(READS)
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

/// The median nanoseconds of a question with so many readers and a writer.
fn with(way: &Way<'_>, readers: usize) -> f64 {
    let done = AtomicBool::new(false);
    let mut all: Vec<f64> = thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !done.load(Relaxed) {
                (way.write)(100 + number % 100);
                number += 1;
                thread::sleep(Duration::from_millis(1));
            }
        });
        let readers: Vec<_> = (0..readers).map(|_| scope.spawn(|| (way.read)())).collect();
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
    let ways = [
        Way {
            name: "`Live::cache()`",
            write: Box::new(apply),
            read: Box::new(|| {
                let mut cache = live.cache();
                timed(move || field(cache.load()))
            }),
        },
        Way { name: "`Live::load()`", write: Box::new(apply), read: Box::new(|| timed(|| field(&live.load()))) },
        Way {
            name: "arc-swap, its cache",
            write: Box::new(|number| swap.store(Arc::new(config(number)))),
            read: Box::new(|| {
                let mut cache = Cache::new(swap.clone());
                timed(move || field(cache.load()))
            }),
        },
        Way {
            name: "arc-swap, its guard",
            write: Box::new(|number| swap.store(Arc::new(config(number)))),
            read: Box::new(|| timed(|| field(&swap.load()))),
        },
        Way {
            name: "`RwLock`, its guard",
            write: Box::new(|number| *read_write.write().expect("no panic") = config(number)),
            read: Box::new(|| timed(|| field(&read_write.read().expect("no panic")))),
        },
        Way {
            name: "`RwLock`, a clone of the config",
            write: Box::new(|number| *read_write.write().expect("no panic") = config(number)),
            read: Box::new(|| {
                timed(|| {
                    let config = read_write.read().expect("no panic").clone();
                    field(black_box(&config))
                })
            }),
        },
        Way {
            name: "`Mutex`, its guard",
            write: Box::new(|number| *mutex.lock().expect("no panic") = config(number)),
            read: Box::new(|| timed(|| field(&mutex.lock().expect("no panic")))),
        },
    ];
    let mut results = vec![[f64::INFINITY; READERS.len()]; ways.len()];
    for _ in 0..ROUNDS {
        for (way, results) in ways.iter().zip(&mut results) {
            for (readers, best) in READERS.into_iter().zip(results) {
                *best = best.min(with(way, readers));
            }
        }
    }
    let header = READERS.map(|readers| format!("{readers}"));
    println!("\nA question for a field while a writer swaps every millisecond: nanoseconds on the CPU, by readers\n");
    println!("| | {} |", header.join(" | "));
    println!("|---|{}", "---:|".repeat(READERS.len()));
    for (way, results) in ways.iter().zip(results) {
        println!("| {} | {} |", way.name, results.map(|result| format!("{result:.1}")).join(" | "));
    }
}
