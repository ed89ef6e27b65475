//! Feature flags: the commands, the agent by OFREP, and Confgate beside OpenFeature's own implementations. Tests with Node.js or Python
//! are ignored where `target/peers` lacks their packages (`benches/peers install`).

mod bucketing;
mod clients;
mod commands;
mod peers;
mod protocol;
mod real_time;
mod schema;
mod support;
mod tuning;
