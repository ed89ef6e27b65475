//! Real servers of etcd, each with a data folder of its own: on free ports of this machine, or each in a network namespace.

mod certificates;
mod cluster;
mod network;
mod printed;
mod small_disk;

pub use self::cluster::{Etcd, EtcdOptions};
