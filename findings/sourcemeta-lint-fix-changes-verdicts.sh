#!/usr/bin/env bash
# `jsonschema lint --fix` 16.11.0 (npm @sourcemeta/jsonschema) removes and adds keywords that unevaluated keywords look at.
#
# Input: a valid 2020-12 schema a line and an instance of it.
# Expected: the same verdict of `jsonschema validate` before and after. JSON Schema 2020-12, core 11.3 and 10.2.2.1: what an
#   `if` without `then` evaluates, and what `items` or `unevaluatedProperties` with `true` evaluate, counts as evaluated.
# Seen: a lonely `if`, `items: true` and `unevaluatedProperties: true` under `allOf` are dropped as without effect, so that
#   valid instances fail; `required` gains `properties` with `true`, so that an instance that failed is accepted.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" @sourcemeta/jsonschema@16.11.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const jsonschema = (...args) => spawnSync("node_modules/.bin/jsonschema", args, { encoding: "utf8" }).status;
const verdict = () => (jsonschema("validate", "schema.json", "instance.json") === 0 ? "accepted" : "refused");
const cases = [
  [{ if: { properties: { a: { const: 1 } }, required: ["a"] }, unevaluatedProperties: false }, { a: 1 }],
  [{ allOf: [{ items: true }], unevaluatedItems: false }, [1]],
  [{ allOf: [{ properties: { a: true }, unevaluatedProperties: true }], unevaluatedProperties: false }, { b: 1 }],
  [{ allOf: [{ required: ["a"] }], unevaluatedProperties: false }, { a: 1 }],
  [{ allOf: [{ properties: { a: true }, required: ["a"] }], unevaluatedProperties: false }, { a: 1 }],
];
for (const [schema, instance] of cases) {
  writeFileSync("schema.json", JSON.stringify({ $schema: "https://json-schema.org/draft/2020-12/schema", ...schema }));
  writeFileSync("instance.json", JSON.stringify(instance));
  const before = verdict();
  jsonschema("lint", "--fix", "schema.json");
  const { $schema, ...fixed } = JSON.parse(readFileSync("schema.json", "utf8"));
  console.log(`${JSON.stringify(schema)} on ${JSON.stringify(instance)}: ${before}`);
  console.log(`  fixed ${JSON.stringify(fixed)}: ${verdict()}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"if":{"properties":{"a":{"const":1}},"required":["a"]},"unevaluatedProperties":false} on {"a":1}: accepted
  fixed {"unevaluatedProperties":false}: refused
{"allOf":[{"items":true}],"unevaluatedItems":false} on [1]: accepted
  fixed {"unevaluatedItems":false}: refused
{"allOf":[{"properties":{"a":true},"unevaluatedProperties":true}],"unevaluatedProperties":false} on {"b":1}: accepted
  fixed {"properties":{"a":true},"unevaluatedProperties":false}: refused
{"allOf":[{"required":["a"]}],"unevaluatedProperties":false} on {"a":1}: refused
  fixed {"required":["a"],"unevaluatedProperties":false,"properties":{"a":true}}: accepted
{"allOf":[{"properties":{"a":true},"required":["a"]}],"unevaluatedProperties":false} on {"a":1}: accepted
  fixed {"properties":{"a":true},"required":["a"],"unevaluatedProperties":false}: accepted'
printf 'expected: the verdict is the same before and after each fix\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
