#!/usr/bin/env bash
# json8-patch 1.0.6 (npm): after `copy`, an operation on one of the two places changes both.
#
# Input: a valid JSON Patch of a `copy` and one operation on the copy or on its source.
# Expected: RFC 6902 section 4.5: `copy` "copies the value at a specified location to the target location", and is "functionally
#   identical to an `add` operation at the target location using the value specified in the `from` member": two values, of which
#   later operations change one.
# Seen: both places hold one object, so both change; a copy into itself cannot be written as JSON at all. The README: passes the
#   entire suite json-patch-tests. fast-json-patch 3.1.1 (npm) has the expected documents.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json8-patch@1.0.6 fast-json-patch@3.1.1 > /dev/null
cat > "$work/probe.cjs" <<'JAVASCRIPT'
const fast = require("fast-json-patch");
const json8 = require("json8-patch");

const attempt = (apply) => {
  try {
    return JSON.stringify(apply());
  } catch (error) {
    return `error: ${error.message.split("\n")[0]}`;
  }
};
for (const [document, operations] of [
  [{ a: { x: 1 } }, [{ op: "copy", from: "/a", path: "/b" }, { op: "add", path: "/b/y", value: 2 }]],
  [{ a: [1] }, [{ op: "copy", from: "/a", path: "/b" }, { op: "remove", path: "/a/0" }]],
  [{ a: { x: 1 } }, [{ op: "copy", from: "/a", path: "/a/old" }]],
]) {
  console.log(JSON.stringify(document), JSON.stringify(operations));
  console.log("  json8-patch    ", attempt(() => json8.apply(structuredClone(document), operations).doc));
  console.log("  fast-json-patch", attempt(() => fast.applyPatch(structuredClone(document), operations, true).newDocument));
}
JAVASCRIPT
seen=$(cd "$work" && node probe.cjs)
recorded='{"a":{"x":1}} [{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/y","value":2}]
  json8-patch     {"a":{"x":1,"y":2},"b":{"x":1,"y":2}}
  fast-json-patch {"a":{"x":1},"b":{"x":1,"y":2}}
{"a":[1]} [{"op":"copy","from":"/a","path":"/b"},{"op":"remove","path":"/a/0"}]
  json8-patch     {"a":[],"b":[]}
  fast-json-patch {"a":[],"b":[1]}
{"a":{"x":1}} [{"op":"copy","from":"/a","path":"/a/old"}]
  json8-patch     error: Converting circular structure to JSON
  fast-json-patch {"a":{"x":1,"old":{"x":1}}}'
printf 'expected: the documents of fast-json-patch\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
