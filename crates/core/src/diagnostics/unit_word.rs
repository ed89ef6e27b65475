//! Units in names of fields: `timeout_ms`, `retention_days`, `max_heap_mb`.

/// A unit that a word of a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitWord(&'static str);

/// The words of each unit.
const WORDS: &[(&str, &[&str])] = &[
    ("ns", &["ns", "nano", "nanos", "nanosecond", "nanoseconds"]),
    ("us", &["us", "usec", "usecs", "micros", "microsecond", "microseconds"]),
    ("ms", &["ms", "msec", "msecs", "millis", "millisecond", "milliseconds"]),
    ("s", &["sec", "secs", "second", "seconds"]),
    ("min", &["mins", "minute", "minutes"]),
    ("h", &["hour", "hours", "hrs"]),
    ("d", &["day", "days"]),
    ("w", &["week", "weeks"]),
    ("month", &["month", "months"]),
    ("year", &["year", "years"]),
    ("bit", &["bit", "bits"]),
    ("B", &["byte", "bytes"]),
    ("kB", &["kb", "kilobyte", "kilobytes"]),
    ("KiB", &["kib"]),
    ("MB", &["mb", "megabyte", "megabytes"]),
    ("MiB", &["mib"]),
    ("GB", &["gb", "gigabyte", "gigabytes"]),
    ("GiB", &["gib"]),
    ("TB", &["tb", "terabyte", "terabytes"]),
    ("kbit/s", &["kbps"]),
    ("Mbit/s", &["mbps"]),
    ("Gbit/s", &["gbps"]),
    ("%", &["percent", "pct", "percentage"]),
    ("ratio", &["ratio", "fraction"]),
    ("Hz", &["hz"]),
    ("kHz", &["khz"]),
    ("MHz", &["mhz"]),
    ("m", &["meters", "metres"]),
    ("km", &["km", "kilometers", "kilometres"]),
];

/// Words that say a unit at the end of a name alone. Elsewhere they are other words: `min_size`, `h_align`.
const AT_THE_END: &[(&str, &str)] =
    &[("s", "s"), ("m", "min"), ("min", "min"), ("h", "h"), ("d", "d"), ("b", "B"), ("k", "kB")];

impl UnitWord {
    /// Returns the unit that a word says anywhere in a name.
    pub fn of(word: &str) -> Option<Self> {
        WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(unit, _)| Self(unit))
    }

    /// Returns the unit that a word says at the end of a name.
    pub fn at_the_end(word: &str) -> Option<Self> {
        let short = || AT_THE_END.iter().find(|(known, _)| *known == word).map(|(_, unit)| Self(unit));
        Self::of(word).or_else(short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_same_unit_are_equal_and_other_units_differ() {
        assert_eq!(UnitWord::of("secs"), UnitWord::of("seconds"));
        assert_ne!(UnitWord::of("ms"), UnitWord::of("secs"));
        assert_ne!(UnitWord::of("mb"), UnitWord::of("mib"));
        assert_eq!(UnitWord::at_the_end("h"), UnitWord::of("hours"));
        assert_eq!((UnitWord::of("min"), UnitWord::of("port")), (None, None));
    }

    #[test]
    fn no_word_stands_for_two_units() {
        let all: Vec<&str> = WORDS.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        for word in &all {
            assert_eq!(all.iter().filter(|other| *other == word).count(), 1, "{word}");
        }
    }
}
