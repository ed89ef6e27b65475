#!/usr/bin/env bash
# rfc6902 5.4.0 (npm) fails on operations at the root, and finds a member `length` in arrays and strings.
#
# Input: a valid JSON Patch a line.
# Expected: RFC 6902 section 4.1: `add` at the root makes "the specified value becomes the entire content of the target
#   document", and `replace` (4.3) likewise; RFC 6901 section 4: a token on an array is an index of digits or "-", and a string
#   has no members, so the tests on `/a/length` fail. The README lists no operation as missing: "Complete implementation of
#   RFC6902".
# Seen: MissingError for the root, so a patch that replaces a whole document is not applied, though `createPatch` of the package
#   writes such patches itself; and JavaScript's `length` passes a `test`. fast-json-patch 3.1.1 (npm) does as the standard has
#   it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" rfc6902@5.4.0 fast-json-patch@3.1.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import patch from "fast-json-patch";
import { applyPatch, createPatch } from "rfc6902";

const attempt = (apply) => {
  try {
    return JSON.stringify(apply());
  } catch (error) {
    return `error: ${error.name}`;
  }
};
const apply = (document, operations) => {
  const failed = applyPatch(document, operations).find(Boolean);
  if (failed) throw failed;
  return document;
};
for (const [document, operation] of [
  [{ a: 1 }, { op: "add", path: "", value: [1] }],
  [{ a: 1 }, { op: "replace", path: "", value: null }],
  [{ a: [1, 2] }, { op: "test", path: "/a/length", value: 2 }],
  [{ a: "xy" }, { op: "test", path: "/a/length", value: 2 }],
]) {
  console.log(JSON.stringify(document), JSON.stringify(operation));
  console.log("  rfc6902        ", attempt(() => apply(structuredClone(document), [operation])));
  console.log("  fast-json-patch", attempt(() => patch.applyPatch(structuredClone(document), [operation], true).newDocument));
}
const created = createPatch({ a: 1 }, [1]);
console.log("createPatch from {\"a\":1} to [1]:", JSON.stringify(created), "applied:", attempt(() => apply({ a: 1 }, created)));
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"a":1} {"op":"add","path":"","value":[1]}
  rfc6902         error: MissingError
  fast-json-patch [1]
{"a":1} {"op":"replace","path":"","value":null}
  rfc6902         error: MissingError
  fast-json-patch null
{"a":[1,2]} {"op":"test","path":"/a/length","value":2}
  rfc6902         {"a":[1,2]}
  fast-json-patch error: OPERATION_PATH_ILLEGAL_ARRAY_INDEX
{"a":"xy"} {"op":"test","path":"/a/length","value":2}
  rfc6902         {"a":"xy"}
  fast-json-patch error: OPERATION_PATH_UNRESOLVABLE
createPatch from {"a":1} to [1]: [{"op":"replace","path":"","value":[1]}] applied: error: MissingError'
printf 'expected: [1] | null | error | error, and a patch of createPatch that applies\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
