#!/usr/bin/env bash
# immutable-json-patch 6.0.3 (npm): `test` fails for an object whose members are in another order, and the key "-" cannot be
#   removed.
#
# Input: a valid JSON Patch a line.
# Expected: RFC 6902 section 4.6: objects are equal "if they contain the same number of members, and if each member can be
#   considered equal to a member in the other object"; sections 4.1 and 4.4 with RFC 6901 section 4: "-" is the end of an array,
#   and a plain name in an object; the target of `replace` and `remove` "MUST exist" and an array index for `add` "MUST NOT be
#   greater than the number of elements".
# Seen: `test` compares the order too. `remove` of the key "-" leaves it and, as for keys that are absent and for an index
#   beyond the end, reports nothing; `revertJSONPatch` then makes an operation on `/undefined` without a value. fast-json-patch
#   3.1.1 (npm) does as the standard has it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" \
  immutable-json-patch@6.0.3 fast-json-patch@3.1.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import patch from "fast-json-patch";
import { immutableJSONPatch, revertJSONPatch } from "immutable-json-patch";

const attempt = (apply) => {
  try {
    return JSON.stringify(apply());
  } catch (error) {
    return `error: ${error.message.split("\n")[0]}`;
  }
};
for (const [document, operation] of [
  [{ a: { x: 1, y: 2 } }, { op: "test", path: "/a", value: { y: 2, x: 1 } }],
  [{ "-": 1 }, { op: "remove", path: "/-" }],
  [{ b: 1 }, { op: "remove", path: "/a" }],
  [{ b: 1 }, { op: "replace", path: "/a", value: 2 }],
  [{ a: [1] }, { op: "add", path: "/a/7", value: 2 }],
]) {
  console.log(JSON.stringify(document), JSON.stringify(operation));
  console.log("  immutable-json-patch", attempt(() => immutableJSONPatch(document, [operation])));
  console.log("  fast-json-patch     ", attempt(() => patch.applyPatch(structuredClone(document), [operation], true).newDocument));
}
console.log("revert of remove /-:", JSON.stringify(revertJSONPatch({ "-": 1 }, [{ op: "remove", path: "/-" }])));
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"a":{"x":1,"y":2}} {"op":"test","path":"/a","value":{"y":2,"x":1}}
  immutable-json-patch error: Test failed, value differs (path: "/a")
  fast-json-patch      {"a":{"x":1,"y":2}}
{"-":1} {"op":"remove","path":"/-"}
  immutable-json-patch {"-":1}
  fast-json-patch      {}
{"b":1} {"op":"remove","path":"/a"}
  immutable-json-patch {"b":1}
  fast-json-patch      error: Cannot perform the operation at a path that does not exist
{"b":1} {"op":"replace","path":"/a","value":2}
  immutable-json-patch {"b":1}
  fast-json-patch      error: Cannot perform the operation at a path that does not exist
{"a":[1]} {"op":"add","path":"/a/7","value":2}
  immutable-json-patch {"a":[1,2]}
  fast-json-patch      error: The specified index MUST NOT be greater than the number of elements in the array
revert of remove /-: [{"op":"add","path":"/undefined"}]'
printf 'expected: {"a":{"x":1,"y":2}} | {} | error | error | error\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
