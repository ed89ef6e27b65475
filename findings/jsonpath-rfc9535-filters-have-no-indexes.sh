#!/usr/bin/env bash
# jsonpath-rfc9535 1.3.0 (npm) finds nothing at an index inside a filter, and slices and alternatives end in the wrong place.
#
# Input: valid queries of RFC 9535 and JSON values.
# Expected: RFC 9535 section 2.3.5.1: a comparison takes singular queries, which are made of names and indexes; section
#   2.3.5.2.2: two arrays are equal if their elements are; section 2.3.4.2.2: a start below the length backwards is the first
#   element; section 2.4.6: `match` asks for the entire string, of both alternatives. The README: "It passes the entire JSONPath
#   Compliance Test Suite".
# Seen: no element for each index in a filter, so that a filter with one selects nothing and reports nothing; `[-5:2]` of three
#   elements has one of the two; `a|b` matches `ab`. json-p3 2.3.1 (npm) has the expected answers.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" jsonpath-rfc9535@1.3.0 json-p3@2.3.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { jsonpath } from "json-p3";
import { query } from "jsonpath-rfc9535";

for (const [value, text] of [
  [[{ roles: ["admin"] }, { roles: ["guest"] }], "$[?@.roles[0] == 'admin']"],
  [[["a"], ["b"]], "$[?@[-1] == 'b']"],
  [{ pair: ["x", "y"], list: ["y", "z"] }, "$.list[?@ == $.pair[1]]"],
  [[[1, 2], [1, 2], [3]], "$[?@ == $[0]]"],
  [[0, 1, 2], "$[-5:2]"],
  [[0, 1, 2], "$[1:-5:-1]"],
  [["a", "b", "ab"], "$[?match(@, 'a|b')]"],
]) {
  console.log(`${JSON.stringify(value)} ${text}`);
  console.log(`  jsonpath-rfc9535 ${JSON.stringify(query(value, text))}, json-p3 ${JSON.stringify(jsonpath.query(text, value).values())}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='[{"roles":["admin"]},{"roles":["guest"]}] $[?@.roles[0] == '\''admin'\'']
  jsonpath-rfc9535 [], json-p3 [{"roles":["admin"]}]
[["a"],["b"]] $[?@[-1] == '\''b'\'']
  jsonpath-rfc9535 [], json-p3 [["b"]]
{"pair":["x","y"],"list":["y","z"]} $.list[?@ == $.pair[1]]
  jsonpath-rfc9535 [], json-p3 ["y"]
[[1,2],[1,2],[3]] $[?@ == $[0]]
  jsonpath-rfc9535 [], json-p3 [[1,2],[1,2]]
[0,1,2] $[-5:2]
  jsonpath-rfc9535 [1], json-p3 [0,1]
[0,1,2] $[1:-5:-1]
  jsonpath-rfc9535 [], json-p3 [1,0]
["a","b","ab"] $[?match(@, '\''a|b'\'')]
  jsonpath-rfc9535 ["a","b","ab"], json-p3 ["a","b"]'
printf 'expected: the answers of json-p3\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
