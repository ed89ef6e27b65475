//! Metrics that a service sets in its own process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use thiserror::Error;

/// The metrics of a service, by name, which signals of tuning read. Clones are the same metrics.
///
/// ```
/// use confgate_tuning::ServiceMetrics;
///
/// let metrics = ServiceMetrics::default();
/// let queue = metrics.register("queue_depth")?;
/// queue.set(12.0);
/// assert_eq!(metrics.value("queue_depth"), Some(12.0));
/// drop(queue);
/// assert_eq!(metrics.value("queue_depth"), None, "a metric ends with its last handle");
/// # Ok::<(), confgate_tuning::MetricError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ServiceMetrics(Arc<Mutex<BTreeMap<String, Weak<AtomicU64>>>>);

/// Handle of a metric. It has no value before the first [`set`](Self::set). Clones set the same metric, and no call takes a lock.
#[derive(Debug, Clone)]
pub struct Metric(Arc<AtomicU64>);

/// A name that cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("metric {name} is registered already; clone its handle")]
pub struct MetricError {
    /// The name.
    pub name: String,
}

/// A value that is missing.
const MISSING: f64 = f64::NAN;

impl ServiceMetrics {
    /// Registers a metric. A name is free again after its last handle was dropped.
    ///
    /// # Errors
    ///
    /// The name is registered already: two parts of a program would overwrite the values of each other.
    pub fn register(&self, name: &str) -> Result<Metric, MetricError> {
        let mut metrics = self.lock();
        if metrics.get(name).is_some_and(|known| known.strong_count() > 0) {
            return Err(MetricError { name: name.to_owned() });
        }
        let metric = Metric(Arc::new(AtomicU64::new(MISSING.to_bits())));
        metrics.insert(name.to_owned(), Arc::downgrade(&metric.0));
        Ok(metric)
    }

    /// Returns the present value of a metric; `None` if it is not registered or has no value.
    pub fn value(&self, name: &str) -> Option<f64> {
        let metric = self.lock().get(name)?.upgrade()?;
        Some(f64::from_bits(metric.load(Ordering::Relaxed))).filter(|value| value.is_finite())
    }

    /// Returns the names of the registered metrics.
    pub(crate) fn names(&self) -> Vec<String> {
        let metrics = self.lock();
        metrics.iter().filter(|(_, metric)| metric.strong_count() > 0).map(|(name, _)| name.clone()).collect()
    }

    /// Locks the names. A poisoned lock is usable: no holder can panic between two writes.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Weak<AtomicU64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Metric {
    /// Sets the value. One that is not finite counts as missing.
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }

    /// Takes the value away: the signal is missing until the next [`set`](Self::set).
    pub fn clear(&self) {
        self.set(MISSING);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_has_one_owner_and_a_value_while_it_is_set() {
        let metrics = ServiceMetrics::default();
        let queue = metrics.register("queue").unwrap();
        assert_eq!(metrics.value("queue"), None);
        assert_eq!(
            metrics.register("queue").unwrap_err().to_string(),
            "metric queue is registered already; clone its handle"
        );
        queue.clone().set(3.0);
        assert_eq!(metrics.clone().value("queue"), Some(3.0));
        queue.set(f64::INFINITY);
        assert_eq!(metrics.value("queue"), None);
        queue.set(4.0);
        queue.clear();
        assert_eq!((metrics.value("queue"), metrics.names()), (None, vec!["queue".to_owned()]));
        drop(queue);
        assert!(metrics.names().is_empty());
        metrics.register("queue").unwrap().set(1.0);
    }
}
