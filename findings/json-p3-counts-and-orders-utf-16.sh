#!/usr/bin/env bash
# json-p3 2.3.1 (npm) measures and orders strings by their UTF-16 code units, where JSONPath has characters.
#
# Input: valid queries of RFC 9535 over strings with a character beyond 16 bits and one at the end of the 16 bits.
# Expected: RFC 9535 section 2.4.4: `length` of a string is "the number of Unicode scalar values in the string"; section
#   2.3.5.2.2: strings are ordered by their Unicode scalar values, as U+FF5E is before U+1F7E2. The README: "We follow RFC
#   9535".
# Seen: length 2 for one character, and the two in reversed order, so a filter on the back end selects other rows than the same
#   filter in the browser. python-jsonpath 2.2.2 (PyPI) has the expected answers. The query `$[?(@) == 'a']`, which the grammar
#   does not have (section 2.3.5.1: a comparable is a literal, a query or a function), is read by both; jsonpath-js 0.3.1 (npm)
#   refuses it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-jsonpath==2.2.2
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json-p3@2.3.1 > /dev/null
cat > "$work/cases.json" <<'JSON'
[
  [["a", "\ud83d\udfe2"], "$[?length(@) == 1]"],
  [["\uff5e", "\ud83d\udfe2"], "$[?@ > '\uff5e']"],
  [["a", "b"], "$[?(@) == 'a']"]
]
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { jsonpath } from "json-p3";

for (const [value, text] of JSON.parse(readFileSync("cases.json", "utf8"))) {
  console.log("json-p3        ", text, JSON.stringify(jsonpath.query(text, value).values()));
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json

import jsonpath

for value, text in json.load(open("cases.json")):
    print("python-jsonpath", text, json.dumps(jsonpath.findall(text, value), ensure_ascii=False, separators=(",", ":")))
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='json-p3         $[?length(@) == 1] ["a"]
json-p3         $[?@ > '\''～'\''] []
json-p3         $[?(@) == '\''a'\''] ["a"]
python-jsonpath $[?length(@) == 1] ["a","🟢"]
python-jsonpath $[?@ > '\''～'\''] ["🟢"]
python-jsonpath $[?(@) == '\''a'\''] ["a"]'
printf 'expected: the answers of python-jsonpath, and an error for the last query\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
