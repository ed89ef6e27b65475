#!/usr/bin/env bash
# prometheus-client 0.26.0 (PyPI) writes an exemplar with one quote in a label, and its OpenMetrics parser refuses the text.
#
# Input: a counter with one exemplar each, written by `openmetrics.exposition.generate_latest` and read by `openmetrics.parser`.
# Expected: the exemplar. In the ABNF of OpenMetrics 1.0 the labels of an exemplar are `labels` as those of a sample, with
#   values of `escaped-string`, so `\"` is a quote in them.
# Seen: "Invalid line" for an odd number of escaped quotes in an exemplar, although the same text is read as a label of the
#   sample; two quotes and a backslash are read in both places. The whole exposition is lost for one value with a single quote.
#   And a sample that is given twice with other values, which the specification forbids, is read as the first without an error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check prometheus-client==0.26.0
cat > "$work/probe.py" <<'PYTHON'
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def read(text):
    try:
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return [(s.labels, s.value, s.exemplar and s.exemplar.labels) for s in samples if not s.name.endswith("_created")]
    except ValueError as error:
        return f"error: {str(error).split(' 1.0')[0]}"


for value in ["abc", "a\\b", 'a"b', 'GET "/"']:
    for place in ["label", "exemplar"]:
        registry = CollectorRegistry()
        counter = Counter("reloads", "Reloads.", ["by"], registry=registry)
        counter.labels(value if place == "label" else "x").inc(1, {"trace": value} if place == "exemplar" else None)
        print(f"{place} {value}: {read(generate_latest(registry).decode())}")
print("twice:", read('# TYPE up gauge\nup{by="x"} 1\nup{by="x"} 2\n# EOF\n'))
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='label abc: [({'\''by'\'': '\''abc'\''}, 1.0, None)]
exemplar abc: [({'\''by'\'': '\''x'\''}, 1.0, {'\''trace'\'': '\''abc'\''})]
label a\b: [({'\''by'\'': '\''a\\b'\''}, 1.0, None)]
exemplar a\b: [({'\''by'\'': '\''x'\''}, 1.0, {'\''trace'\'': '\''a\\b'\''})]
label a"b: [({'\''by'\'': '\''a"b'\''}, 1.0, None)]
exemplar a"b: error: Invalid line: # {trace="a\"b"}
label GET "/": [({'\''by'\'': '\''GET "/"'\''}, 1.0, None)]
exemplar GET "/": [({'\''by'\'': '\''x'\''}, 1.0, {'\''trace'\'': '\''GET "/"'\''})]
twice: [({'\''by'\'': '\''x'\''}, 1, None)]'
printf 'expected: the label back in every line, and an error for the sample given twice\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
