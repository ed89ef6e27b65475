#!/usr/bin/env bash
# parse-prometheus-text-format 1.1.1 (npm) reads `#comment` as a metric of that name and refuses a HELP without a text.
#
# Input: valid expositions of one sample with a comment, a HELP or a TYPE line before it.
# Expected: the sample `up 1`, and the type gauge where there is a TYPE. The exposition format (text-based, 0.0.4): "Lines with a #
#   as the first non-whitespace character are comments"; tokens on a line "can be separated by any number of blanks and/or
#   tabs"; after HELP "at least one more token is expected, which is the metric name"
#   (https://prometheus.io/docs/instrumenting/exposition_formats/).
# Seen: `#comment` becomes a metric with an empty value, two blanks in a TYPE line are an error in one place and an ignored type
#   in the other. Its model by the README, the parser of Prometheus' Python client (0.26.0), reads all of them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" parse-prometheus-text-format@1.1.1 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check prometheus-client==0.26.0
cat > "$work/cases.json" <<'JSON'
[
  "# TYPE up gauge\nup 1\n",
  "#comment\nup 1\n",
  "# HELP up\nup 1\n",
  "# TYPE up  gauge\nup 1\n",
  "#  TYPE up gauge\nup 1\n"
]
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import parse from "parse-prometheus-text-format";

for (const text of JSON.parse(readFileSync("cases.json", "utf8"))) {
  let outcome;
  try {
    outcome = parse(text).map(({ name, type, metrics }) => `${name} ${type} ${metrics[0].value}`.trim()).join(", ");
  } catch (error) {
    outcome = error.message;
  }
  console.log(`npm, ${JSON.stringify(text)}: ${outcome}`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
from prometheus_client.parser import text_string_to_metric_families

for text in json.load(open("cases.json")):
    families = text_string_to_metric_families(text)
    print(f"PyPI, {json.dumps(text)}: {', '.join(f'{it.name} {it.type} {it.samples[0].value}' for it in families)}")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='npm, "# TYPE up gauge\nup 1\n": up GAUGE 1
npm, "#comment\nup 1\n": #comment UNTYPED, up UNTYPED 1
npm, "# HELP up\nup 1\n": Encountered invalid line: # HELP up
npm, "# TYPE up  gauge\nup 1\n": Encountered invalid line: # TYPE up  gauge
npm, "#  TYPE up gauge\nup 1\n": up UNTYPED 1
PyPI, "# TYPE up gauge\nup 1\n": up gauge 1
PyPI, "#comment\nup 1\n": up unknown 1
PyPI, "# HELP up\nup 1\n": up unknown 1
PyPI, "# TYPE up  gauge\nup 1\n": up gauge 1
PyPI, "#  TYPE up gauge\nup 1\n": up gauge 1'
printf 'expected: one metric up with the value 1 in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
