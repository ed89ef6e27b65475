//! The config of a running service: a handle that readers never wait for, and what changes it.

pub mod audit;
