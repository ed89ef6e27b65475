//! Faults: three servers of the authority, two regions, their relays, nodes and controllers as real programs, and a checker that reads
//! what the clients and the nodes recorded.
//!
//! `cargo test --test fleet faults:: -- --ignored --test-threads 1` runs one round of each fault; `make fleet-faults` runs for
//! `FLEET_FAULTS_SECONDS`, in an order and with lengths that follow from `FLEET_FAULTS_SEED`.
//!
//! | file | content |
//! |---|---|
//! | history.rs | operations, changes and samples, as they were recorded |
//! | checker.rs | what must hold of them; checker_tests.rs breaks each of it once |
//! | process.rs, world.rs | the programs |
//! | clients.rs | publishers, readers, the recorder of changes, the sampler of the nodes' disks |
//! | schedule.rs | the faults |
//! | run.rs | the runs |
//! | certificates.rs | certificates that expire |

mod certificates;
mod checker;
mod checker_tests;
mod clients;
mod history;
mod process;
mod run;
mod schedule;
mod world;
