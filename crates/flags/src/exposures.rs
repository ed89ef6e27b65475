//! Exposures: how often each variant was served, over all versions of the flags.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::set::{Counters, Labels};

/// Largest number of series in the metrics. The exposures of further variants are added up in one series.
const MAX_SERIES: usize = 2_000;

/// Name of the label values of further variants.
const OTHER: &str = "(other)";

/// Exposures of all versions of the flags. A lock is taken once for each version, and for each collection of metrics.
#[derive(Debug, Default)]
pub struct Exposures(Mutex<Versions>);

#[derive(Debug, Default)]
struct Versions {
    /// Sums of versions that no evaluation can count in any more.
    retired: BTreeMap<Label, u64>,
    running: Vec<(Labels, Arc<Counters>)>,
}

/// Key of a flag, and name of a variant; `None` for the program's own default.
type Label = (String, Option<String>);

/// Number of exposures of a variant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exposure {
    /// Key of the flag.
    pub flag: String,
    /// Name of the variant; `None` for the program's own default.
    pub variant: Option<String>,
    /// Number of exposures.
    pub count: u64,
}

impl Exposures {
    /// Adds counters of a version.
    pub(crate) fn collect(&self, labels: &Labels, counters: &Arc<Counters>) {
        let mut versions = self.lock();
        versions.retire();
        versions.running.push((labels.clone(), counters.clone()));
    }

    /// Returns the exposures of each variant that was served, sorted by flag and variant.
    pub fn all(&self) -> Vec<Exposure> {
        let versions = self.lock();
        let mut sums = versions.retired.clone();
        for (labels, counters) in &versions.running {
            add(&mut sums, labels, counters);
        }
        drop(versions);
        sums.into_iter().map(|((flag, variant), count)| Exposure { flag, variant, count }).collect()
    }

    /// Returns the exposures in the text format of OpenMetrics, without its last line. `name` is that of the service.
    pub fn metrics(&self, name: &str) -> String {
        let metric = format!("{}_flag_exposures", metric_name(name));
        let mut text = format!(
            "# HELP {metric} Evaluations of flags by the variant that was served, \"\" for the default of the program.\n\
             # TYPE {metric} counter\n"
        );
        let all = self.all();
        let (named, others) = all.split_at(all.len().min(MAX_SERIES));
        let mut series = |flag: &str, variant: &str, count: u64| {
            // Writing to a String does not fail.
            let _ = writeln!(text, "{metric}_total{{flag={},variant={}}} {count}", label(flag), label(variant));
        };
        for exposure in named {
            series(&exposure.flag, exposure.variant.as_deref().unwrap_or_default(), exposure.count);
        }
        if !others.is_empty() {
            series(OTHER, OTHER, others.iter().map(|exposure| exposure.count).sum());
        }
        text
    }

    /// Locks the versions. A poisoned lock is usable: no holder can panic between two writes.
    fn lock(&self) -> MutexGuard<'_, Versions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Versions {
    /// Adds up the counters of versions that no set holds any more.
    fn retire(&mut self) {
        let Self { retired, running } = self;
        running.retain(|(labels, counters)| {
            let is_held = Arc::strong_count(counters) > 1;
            if !is_held {
                add(retired, labels, counters);
            }
            is_held
        });
    }
}

fn add(sums: &mut BTreeMap<Label, u64>, labels: &[Label], counters: &Counters) {
    for (index, labels) in labels.iter().enumerate() {
        let count = counters.get(index);
        if count > 0 {
            *sums.entry(labels.clone()).or_default() += count;
        }
    }
}

/// Returns the name of a service as a part of the names of metrics.
pub(crate) fn metric_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = name.chars().map(plain).collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// Quotes the value of a label.
fn label(value: &str) -> String {
    let mut quoted = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::FlagsFile;

    fn file(json: &str) -> FlagsFile {
        serde_json::from_str(json).unwrap()
    }

    const TWO: &str = r#"{ "flags": {
        "a": { "variants": { "on": true, "off": false }, "defaultVariant": "on" },
        "b\"\n": { "variants": { "x": 1 } }
    } }"#;

    #[test]
    fn exposures_outlive_the_version_that_they_are_of() {
        let exposures = Exposures::default();
        let first = file(TWO);
        exposures.collect(first.flags().labels(), first.flags().counters());
        let flag = first.flags().get("a").unwrap();
        let on = flag.variants().iter().find(|variant| variant.name() == "on");
        first.flags().counters().add(flag.counter(on));
        first.flags().counters().add(flag.counter(None));
        drop(first);
        let second = file(TWO);
        exposures.collect(second.flags().labels(), second.flags().counters());
        let flag = second.flags().get("a").unwrap();
        let on = flag.variants().iter().find(|variant| variant.name() == "on");
        second.flags().counters().add(flag.counter(on));
        let other = second.flags().get("b\"\n").unwrap();
        second.flags().counters().add(other.counter(other.variants().first()));
        assert_eq!(exposures.lock().running.len(), 1, "the first version is retired");
        assert_eq!(
            exposures.metrics("my-app"),
            "# HELP my_app_flag_exposures Evaluations of flags by the variant that was served, \"\" for the default of the program.\n\
             # TYPE my_app_flag_exposures counter\n\
             my_app_flag_exposures_total{flag=\"a\",variant=\"\"} 1\n\
             my_app_flag_exposures_total{flag=\"a\",variant=\"on\"} 2\n\
             my_app_flag_exposures_total{flag=\"b\\\"\\n\",variant=\"x\"} 1\n"
        );
    }

    #[test]
    fn the_number_of_series_is_limited() {
        let exposures = Exposures::default();
        let flags: Vec<String> =
            (0..MAX_SERIES + 10).map(|n| format!("\"f{n:05}\": {{ \"variants\": {{ \"x\": 1 }} }}")).collect();
        let many = file(&format!("{{ \"flags\": {{ {} }} }}", flags.join(",")));
        exposures.collect(many.flags().labels(), many.flags().counters());
        for flag in many.flags().flags() {
            many.flags().counters().add(flag.counter(flag.variants().first()));
        }
        let text = exposures.metrics("x");
        assert_eq!(text.lines().count(), 2 + MAX_SERIES + 1);
        assert!(text.ends_with("x_flag_exposures_total{flag=\"(other)\",variant=\"(other)\"} 10\n"), "{text}");
    }
}
