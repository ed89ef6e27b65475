#!/usr/bin/env bash
# jsonpath-js 0.3.1 and jsonpathly 3.0.0 (npm) find the names of JavaScript's own methods in every object.
#
# Input: queries of RFC 9535 for the names `toString` and `valueOf` in objects without such members.
# Expected: nothing. RFC 9535 section 2.3.1.2: a name selector "selects nothing if there is no such member value"; section
#   2.3.5.2.1: a test of existence is true if the query selects a node. The README of jsonpath-js: "100% Compatible with RFC
#   9535".
# Seen: a node for each, whose value is no JSON, so a filter for a field called `toString` selects all elements, and its
#   negation none. A field called `color` is tested as it should be. json-p3 2.3.1 (npm) finds nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" \
  jsonpath-js@0.3.1 jsonpathly@3.0.0 json-p3@2.3.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { jsonpath } from "json-p3";
import { JSONPathJS } from "jsonpath-js";
import { query } from "jsonpathly";

for (const [value, text] of [
  [[{ a: 1 }, { color: 2 }], "$[?@.color]"],
  [[{ a: 1 }, { toString: 2 }], "$[?@.toString]"],
  [[{ a: 1 }, { toString: 2 }], "$[?!@.toString]"],
  [{ a: 1 }, "$.valueOf"],
  [{ a: { b: 1 } }, "$..valueOf"],
]) {
  const js = new JSONPathJS(text).find(value);
  const ly = query(value, text, { returnArray: true });
  const p3 = jsonpath.query(text, value).values();
  console.log(`${JSON.stringify(value)} ${text}`);
  console.log(`  jsonpath-js ${JSON.stringify(js)}, jsonpathly ${JSON.stringify(ly)}, json-p3 ${JSON.stringify(p3)}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='[{"a":1},{"color":2}] $[?@.color]
  jsonpath-js [{"color":2}], jsonpathly [{"color":2}], json-p3 [{"color":2}]
[{"a":1},{"toString":2}] $[?@.toString]
  jsonpath-js [{"a":1},{"toString":2}], jsonpathly [{"a":1},{"toString":2}], json-p3 [{"toString":2}]
[{"a":1},{"toString":2}] $[?!@.toString]
  jsonpath-js [], jsonpathly [], json-p3 [{"a":1}]
{"a":1} $.valueOf
  jsonpath-js [null], jsonpathly [null], json-p3 []
{"a":{"b":1}} $..valueOf
  jsonpath-js [null,null], jsonpathly [null,null], json-p3 []'
printf 'expected: the answers of json-p3\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
