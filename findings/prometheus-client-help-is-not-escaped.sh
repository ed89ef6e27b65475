#!/usr/bin/env bash
# prometheus-client 0.25.2 (crates.io) writes a help text without escapes, so that a help of two lines breaks the exposition.
#
# Input: a gauge registered with the help "Pending reloads.\nZero when idle", and one with a backslash: Registry::register
#   takes any string.
# Expected: `\n` and `\\` in the HELP line. In the ABNF of OpenMetrics 1.0 a help is an `escaped-string`, in which line
#   feeds, backslashes and quotes are escaped (https://prometheus.io/docs/specs/om/open_metrics_spec/#text-format).
# Seen: the second line stands alone as if it were a sample, and the parser of Prometheus' Python client 0.26.0 refuses the
#   whole text. Values of labels are escaped by the same encoder, and it ends every help with a full stop.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target
mkdir -p "$work/src"
cat > "$work/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
prometheus-client = "=0.25.2"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use prometheus_client::{encoding::text::encode, metrics::family::Family, metrics::gauge::Gauge, registry::Registry};

fn main() {
    let help = match std::env::args().nth(1).as_deref() {
        Some("lines") => "Pending reloads.\nZero when idle",
        Some("backslash") => r"Matches \d",
        _ => "Pending reloads",
    };
    let gauge = Family::<Vec<(String, String)>, Gauge>::default();
    gauge.get_or_create(&vec![("path".to_owned(), "a\"b\\c\nd".to_owned())]).set(1);
    let mut registry = Registry::default();
    registry.register("pending", help, gauge);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    print!("{text}");
}
RUST
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check prometheus-client==0.26.0
cat > "$work/read.py" <<'PYTHON'
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families

try:
    for family in text_string_to_metric_families(sys.stdin.read()):
        print(f"read, help {family.documentation!r}")
except ValueError as error:
    print(f"refused: {error}")
PYTHON
seen=$(
  for help in plain backslash lines; do
    cargo run --quiet --manifest-path "$work/Cargo.toml" -- "$help" > "$work/exposition.txt"
    cat "$work/exposition.txt"
    echo "=> $("$work/venv/bin/python" "$work/read.py" < "$work/exposition.txt")"
  done
)
recorded='# HELP pending Pending reloads.
# TYPE pending gauge
pending{path="a\"b\\c\nd"} 1
# EOF
=> read, help '"'Pending reloads.'"'
# HELP pending Matches \d.
# TYPE pending gauge
pending{path="a\"b\\c\nd"} 1
# EOF
=> read, help '"'Matches \\\\d.'"'
# HELP pending Pending reloads.
Zero when idle.
# TYPE pending gauge
pending{path="a\"b\\c\nd"} 1
# EOF
=> refused: could not convert string to float: '"'when'"
printf 'expected: all three are read, with the help that was given\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
