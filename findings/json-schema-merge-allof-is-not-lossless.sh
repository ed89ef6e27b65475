#!/usr/bin/env bash
# json-schema-merge-allof 0.8.1 (npm) merges an `allOf` into a schema that refuses what the `allOf` accepts.
#
# Input: two patterns without anchors, and two lists of types, each under `allOf`.
# Expected: the same verdict before and after. The README says "Lossless in terms of validation rules, merged schema does not
#   validate more or less than the original schema"; JSON Schema draft-06, validation 6.8 and 6.25: patterns are not anchored,
#   and an integer is a number.
# Seen: the patterns become two lookaheads at one position, so `a` and `b` never match together; `number` and `integer` have no
#   common type, so the integer is lost from a list and refused as incompatible alone. Verdicts by ajv 8.20.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" json-schema-merge-allof@0.8.1 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import Ajv from "ajv";
import mergeAllOf from "json-schema-merge-allof";

const ajv = new Ajv.default({ allowUnionTypes: true });
const verdict = (schema, instance) => (ajv.compile(schema)(instance) ? "accepted" : "refused");
const cases = [
  [{ type: "string", allOf: [{ pattern: "a" }, { pattern: "b" }] }, "ab"],
  [{ type: "string", allOf: [{ pattern: "^a" }, { pattern: "c$" }] }, "abc"],
  [{ allOf: [{ type: ["number", "string"] }, { type: ["integer", "string"] }] }, 5],
  [{ allOf: [{ type: "number" }, { type: "integer" }] }, 5],
];
for (const [schema, instance] of cases) {
  console.log(`${JSON.stringify(schema)} on ${JSON.stringify(instance)}: ${verdict(schema, instance)}`);
  try {
    const merged = mergeAllOf(schema);
    console.log(`  merged ${JSON.stringify(merged)}: ${verdict(merged, instance)}`);
  } catch (error) {
    console.log(`  ${error.message.split(".")[0]}`);
  }
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"type":"string","allOf":[{"pattern":"a"},{"pattern":"b"}]} on "ab": accepted
  merged {"type":"string","pattern":"(?=a)(?=b)"}: refused
{"type":"string","allOf":[{"pattern":"^a"},{"pattern":"c$"}]} on "abc": accepted
  merged {"type":"string","pattern":"(?=^a)(?=c$)"}: refused
{"allOf":[{"type":["number","string"]},{"type":["integer","string"]}]} on 5: accepted
  merged {"type":"string"}: refused
{"allOf":[{"type":"number"},{"type":"integer"}]} on 5: accepted
  Could not resolve values for path:"type"'
printf 'expected: every instance is accepted before and after\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
