#!/usr/bin/env bash
# parse-prometheus-text-format 1.1.1 (npm) makes one histogram of all label sets of a name: the last one's buckets, without labels.
#
# Input: a valid exposition with a histogram and a summary for two values of a label each.
# Expected: two histograms and two summaries with their labels, sums and counts. The exposition format (text-based, 0.0.4): a
#   line a sample, and the buckets of a histogram are told apart by their labels beside `le`. The README: the output "aims to be
#   compatible with that of prom2json", which has an entry for each set of labels.
# Seen: one entry each, with the buckets of the last path; labels, sum and count are gone, and nothing is reported. A histogram
#   without further labels is read whole. The parser of Prometheus' Python client 0.26.0 reads every sample.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" parse-prometheus-text-format@1.1.1 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check prometheus-client==0.26.0
cat > "$work/exposition.txt" <<'TEXT'
# TYPE seconds histogram
seconds_bucket{path="/a",le="1"} 8
seconds_bucket{path="/a",le="+Inf"} 9
seconds_sum{path="/a"} 4.5
seconds_count{path="/a"} 9
seconds_bucket{path="/b",le="1"} 1
seconds_bucket{path="/b",le="+Inf"} 2
seconds_sum{path="/b"} 3.5
seconds_count{path="/b"} 2
# TYPE bytes summary
bytes{path="/a",quantile="0.5"} 100
bytes_sum{path="/a"} 900
bytes_count{path="/a"} 9
bytes{path="/b",quantile="0.5"} 200
bytes_sum{path="/b"} 400
bytes_count{path="/b"} 2
# TYPE plain histogram
plain_bucket{le="+Inf"} 2
plain_sum 3.5
plain_count 2
TEXT
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import parse from "parse-prometheus-text-format";

for (const { name, metrics } of parse(readFileSync("exposition.txt", "utf8"))) {
  console.log(`npm, ${name}: ${JSON.stringify(metrics)}`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
from prometheus_client.parser import text_fd_to_metric_families

for family in text_fd_to_metric_families(open("exposition.txt")):
    print(f"PyPI, {family.name}: {len(family.samples)} samples")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='npm, seconds: [{"buckets":{"1":"1","+Inf":"2"}}]
npm, bytes: [{"quantiles":{"0.5":"200"}}]
npm, plain: [{"buckets":{"+Inf":"2"},"count":"2","sum":"3.5"}]
PyPI, seconds: 8 samples
PyPI, bytes: 6 samples
PyPI, plain: 3 samples'
printf 'expected: two entries each for seconds and bytes, with path, sum and count\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
