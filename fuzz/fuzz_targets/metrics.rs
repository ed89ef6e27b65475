//! Headers that ask for a format of metrics, and the text of Prometheus, which has every sample of OpenMetrics.

#![no_main]

use confgate::live::metrics::MetricsFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (accept, text) = input.split_once('\n').unwrap_or((input, ""));
    let format = MetricsFormat::of_accept(accept);
    assert!(format == MetricsFormat::Prometheus || accept.to_ascii_lowercase().contains("openmetrics"));
    let samples =
        |text: &str| text.split_terminator('\n').filter(|line| !line.starts_with("# ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(samples(&MetricsFormat::Prometheus.convert(text.to_owned())), samples(text));
});
