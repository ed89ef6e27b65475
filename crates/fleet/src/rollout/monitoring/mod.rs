//! Evaluation of alarms by Prometheus and Alertmanager.

mod alertmanager;
mod evaluate;
mod limits;

pub use self::evaluate::Monitoring;
