//! Flags that can be removed.

use std::collections::BTreeMap;

use confgate_core::flags::Date;

use crate::document::FlagsDocument;
use crate::exposures::Exposure;

/// A flag that can probably be removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StaleFlag {
    /// Key of the flag.
    pub key: String,
    /// Reason.
    pub reason: StaleReason,
}

/// Reason for which a flag can probably be removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StaleReason {
    /// It was needed until this date.
    Expired(Date),
    /// One variant alone was served in the time of the metrics; `None` for the program's own default.
    OneVariant(Option<String>),
    /// It was not evaluated in the time of the metrics.
    NotEvaluated,
    /// No file of the source tree contains its key.
    Unreferenced,
}

/// Finds the flags that are expired today, and by the exposures of some time those with one variant, and those that are not evaluated.
pub fn stale_flags(document: &FlagsDocument, today: Date, exposures: Option<&[Exposure]>) -> Vec<StaleFlag> {
    let mut served: BTreeMap<&str, Vec<&Exposure>> = BTreeMap::new();
    for exposure in exposures.into_iter().flatten().filter(|exposure| exposure.count > 0) {
        served.entry(&exposure.flag).or_default().push(exposure);
    }
    let mut found = Vec::new();
    for (key, spec) in &document.flags {
        let mut stale = |reason| found.push(StaleFlag { key: key.clone(), reason });
        let until: Option<Date> = spec.until.as_ref().and_then(|until| until.parse().ok());
        if let Some(until) = until.filter(|until| *until < today) {
            stale(StaleReason::Expired(until));
        }
        match (exposures, served.get(key.as_str()).map(Vec::as_slice)) {
            (Some(_), None) => stale(StaleReason::NotEvaluated),
            (Some(_), Some([only])) if spec.variants.len() > 1 => {
                stale(StaleReason::OneVariant(only.variant.clone()));
            }
            _ => {}
        }
    }
    found
}

/// Finds the flags whose key stands in none of the texts that `contains` searches.
pub fn unreferenced(document: &FlagsDocument, is_referenced: impl Fn(&str) -> bool) -> Vec<StaleFlag> {
    let absent = document.flags.keys().filter(|key| !is_referenced(key));
    absent.map(|key| StaleFlag { key: key.clone(), reason: StaleReason::Unreferenced }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_stale_by_its_date_its_exposures_or_its_absence_in_the_sources() {
        let document: FlagsDocument = serde_json::from_str(
            r#"{ "flags": {
                "old": { "variants": { "on": true, "off": false }, "until": "2026-01-31" },
                "settled": { "variants": { "on": true, "off": false }, "until": "2026-12-31" },
                "split": { "variants": { "on": true, "off": false } },
                "constant": { "variants": { "on": true } }
            } }"#,
        )
        .unwrap();
        let exposure = |flag: &str, variant: &str, count| Exposure {
            flag: flag.to_owned(),
            variant: Some(variant.to_owned()),
            count,
        };
        let exposures = [
            exposure("settled", "on", 5),
            exposure("settled", "off", 0),
            exposure("split", "on", 1),
            exposure("split", "off", 1),
            exposure("constant", "on", 1),
        ];
        let today = "2026-06-15".parse().unwrap();
        let stale = |key: &str, reason| StaleFlag { key: key.to_owned(), reason };
        assert_eq!(
            stale_flags(&document, today, Some(&exposures)),
            [
                stale("old", StaleReason::Expired("2026-01-31".parse().unwrap())),
                stale("old", StaleReason::NotEvaluated),
                stale("settled", StaleReason::OneVariant(Some("on".into()))),
            ]
        );
        assert_eq!(stale_flags(&document, today, None).len(), 1);
        assert_eq!(unreferenced(&document, |key| key != "split"), [stale("split", StaleReason::Unreferenced)]);
    }
}
