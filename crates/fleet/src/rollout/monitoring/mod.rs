//! Evaluation of alarms by Prometheus and Alertmanager.

mod alertmanager;
mod evaluate;
mod http;
mod prometheus;

pub use self::evaluate::Monitoring;
