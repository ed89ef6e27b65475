//! Formats of metrics: OpenMetrics, and the text format of Prometheus for readers that do not ask for it.

/// A text format of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsFormat {
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// The text format of Prometheus, version 0.0.4.
    Prometheus,
}

/// The media type of OpenMetrics without its parameters.
const OPEN_METRICS: &str = "application/openmetrics-text";

/// The versions of OpenMetrics whose readers read the text.
const OPEN_METRICS_VERSIONS: [&str; 2] = ["1.0.0", "0.0.1"];

/// Suffixes of samples whose names the text format of Prometheus gives to the metric itself.
const COUNTER_SUFFIX: &str = "_total";
const INFO_SUFFIX: &str = "_info";

impl MetricsFormat {
    /// Returns the media type with its version and charset.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }

    /// Returns the format for the value of an `Accept` header: OpenMetrics if the header names it and prefers no other format,
    /// else the text format of Prometheus.
    ///
    /// ```
    /// use confgate_runtime::live::metrics::MetricsFormat;
    ///
    /// let accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
    /// assert_eq!(MetricsFormat::of_accept(accept), MetricsFormat::OpenMetrics);
    /// assert_eq!(MetricsFormat::of_accept("*/*"), MetricsFormat::Prometheus);
    /// ```
    pub fn of_accept(accept: &str) -> Self {
        let (mut open_metrics, mut text) = (0.0_f32, 0.0_f32);
        for range in split_outside_quotes(accept, ',') {
            let mut parts = split_outside_quotes(range, ';').into_iter().map(str::trim);
            let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
            let (mut quality, mut version) = (1.0, None);
            for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "q" => quality = value.parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0),
                    "version" => version = Some(value),
                    _ => {}
                }
            }
            match media_type.as_str() {
                OPEN_METRICS if version.is_none_or(|version| OPEN_METRICS_VERSIONS.contains(&version)) => {
                    open_metrics = open_metrics.max(quality);
                }
                "text/plain" if version.is_none_or(|version| version == "0.0.4") => text = text.max(quality),
                _ => {}
            }
        }
        if open_metrics > 0.0 && open_metrics >= text { Self::OpenMetrics } else { Self::Prometheus }
    }

    /// Converts a text of OpenMetrics to this format.
    pub fn convert(self, open_metrics: String) -> String {
        match self {
            Self::OpenMetrics => open_metrics,
            Self::Prometheus => to_prometheus(&open_metrics),
        }
    }
}

/// Splits a header at a separator that is not inside a quoted string.
fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let is_end = |c: char| {
        let was_escaped = is_escaped;
        is_escaped = is_quoted && c == '\\' && !was_escaped;
        is_quoted ^= c == '"' && !was_escaped;
        c == separator && !is_quoted
    };
    text.split(is_end).collect()
}

/// Converts OpenMetrics to the text format of Prometheus. There a metric has the name of its samples, types are fewer, a help text
/// escapes no quotes, and a text has neither units nor an end marker. Samples are the same.
fn to_prometheus(text: &str) -> String {
    let mut converted = String::with_capacity(text.len());
    // The name and help of the metric whose type is not known yet.
    let mut help = None;
    // A line of OpenMetrics ends with a line feed alone.
    for line in text.split_terminator('\n') {
        let Some(comment) = line.strip_prefix("# ") else {
            converted.push_str(line);
            converted.push('\n');
            continue;
        };
        match comment.split_once(' ') {
            Some(("HELP", described)) => help = described.split_once(' '),
            Some(("TYPE", typed)) => {
                let Some((name, kind)) = typed.split_once(' ') else { continue };
                let (suffix, kind) = match kind {
                    "counter" => (COUNTER_SUFFIX, "counter"),
                    "info" => (INFO_SUFFIX, "gauge"),
                    "gauge" | "histogram" | "summary" => ("", kind),
                    _ => ("", "untyped"),
                };
                headed(&mut converted, name, suffix, help.take(), kind);
            }
            // Units and the end marker.
            _ => {}
        }
    }
    converted
}

/// Writes the help and the type of a metric.
fn headed(text: &mut String, name: &str, suffix: &str, help: Option<(&str, &str)>, kind: &str) {
    if let Some((_, help)) = help.filter(|(described, _)| *described == name) {
        text.push_str(&format!("# HELP {name}{suffix} {}\n", help.replace("\\\"", "\"")));
    }
    text.push_str(&format!("# TYPE {name}{suffix} {kind}\n"));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::live::metrics::Metrics;

    #[test]
    fn a_reader_gets_open_metrics_if_it_asks_for_it() {
        use MetricsFormat::{OpenMetrics, Prometheus};
        for (accept, format) in [
            ("", Prometheus),
            ("*/*", Prometheus),
            ("text/plain", Prometheus),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Prometheus),
            ("application/openmetrics-text", OpenMetrics),
            ("APPLICATION/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8", OpenMetrics),
            ("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", Prometheus),
            ("application/openmetrics-text;q=0", Prometheus),
            ("application/openmetrics-text;q=0.2,text/plain;version=0.0.4;q=0.3", Prometheus),
            ("text/plain;version=1.0.0;q=0.9,application/openmetrics-text;version=0.0.1;q=0.75", OpenMetrics),
            ("x/y;a=\"application/openmetrics-text,\\\",\"", Prometheus),
            // The header of Prometheus 3.
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                 application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
                 text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OpenMetrics,
            ),
        ] {
            assert_eq!(MetricsFormat::of_accept(accept), format, "{accept}");
        }
    }

    #[test]
    fn the_text_of_prometheus_names_a_metric_as_its_samples() {
        let text = Metrics::new("node").text_in(MetricsFormat::Prometheus);
        for line in [
            "# HELP node_config_loads_total Configs that were loaded, the first and later ones.",
            "# TYPE node_config_loads_total counter",
            "node_config_loads_total 0",
            "# TYPE node_config_reload_duration_seconds histogram",
            "# TYPE node_config_version gauge",
            "# TYPE node_config_build_info gauge",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}:\n{text}");
        }
        assert!(!text.contains("# UNIT") && !text.contains("# EOF"), "{text}");
    }

    #[test]
    fn every_sample_stays_and_quotes_of_a_help_are_plain() {
        let text = "# HELP a A \\\"b\\\".\n# TYPE a unknown\na{b=\"\\\"\"} 1\n# EOF\n";
        let expected = "# HELP a A \"b\".\n# TYPE a untyped\na{b=\"\\\"\"} 1\n";
        assert_eq!(MetricsFormat::Prometheus.convert(text.to_owned()), expected);
    }

    proptest! {
        #[test]
        fn any_header_and_any_text_are_read(accept in "\\PC*", text in "[# a-zA-Z\"\\\\\r\n]*") {
            let _ = MetricsFormat::of_accept(&accept);
            let samples = |text: &str| -> Vec<String> {
                text.split_terminator('\n').filter(|line| !line.starts_with("# ")).map(str::to_owned).collect()
            };
            let converted = MetricsFormat::Prometheus.convert(text.clone());
            prop_assert_eq!(samples(&converted), samples(&text));
        }
    }
}
