#!/usr/bin/env bash
# @apidevtools/json-schema-ref-parser 15.5.2 (npm) drops the `required` and `minLength` of a referenced schema beside its own.
#
# Input: 2020-12 schemas with a keyword both beside `$ref` and in the schema that it names.
# Expected: both apply. JSON Schema 2020-12, core 7.7.1 and 8.2.3.1: the result of `$ref` is combined with its siblings as an
#   applicator's result.
# Seen: of `required`, `minLength` and `allOf` only the sibling is kept, so the dereferenced schema accepts what the schema
#   refuses; `properties` are joined. Verdicts by ajv 8.20.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" @apidevtools/json-schema-ref-parser@15.5.2 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { dereference } from "@apidevtools/json-schema-ref-parser";
import Ajv from "ajv/dist/2020.js";

const cases = [
  [{ type: "object", required: ["x"] }, { required: ["y"] }, { y: 1 }],
  [{ type: "string", minLength: 3 }, { minLength: 1 }, "a"],
  [{ allOf: [{ minimum: 5 }] }, { allOf: [{ maximum: 9 }] }, 1],
  [{ properties: { x: { type: "string" } } }, { properties: { y: true } }, { x: 1 }],
];
for (const [base, sibling, instance] of cases) {
  const schema = { $ref: "#/$defs/base", ...sibling, $defs: { base } };
  const { $defs, ...plain } = await dereference(structuredClone(schema));
  const [before, after] = [schema, plain].map((it) => new Ajv.default({ strict: false }).compile(it)(instance));
  console.log(`${JSON.stringify(schema)}\n  dereferenced ${JSON.stringify(plain)}`);
  console.log(`  ${JSON.stringify(instance)}: ${before ? "accepted" : "refused"} before, ${after ? "accepted" : "refused"} after`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"$ref":"#/$defs/base","required":["y"],"$defs":{"base":{"type":"object","required":["x"]}}}
  dereferenced {"required":["y"],"type":"object"}
  {"y":1}: refused before, accepted after
{"$ref":"#/$defs/base","minLength":1,"$defs":{"base":{"type":"string","minLength":3}}}
  dereferenced {"minLength":1,"type":"string"}
  "a": refused before, accepted after
{"$ref":"#/$defs/base","allOf":[{"maximum":9}],"$defs":{"base":{"allOf":[{"minimum":5}]}}}
  dereferenced {"allOf":[{"maximum":9}]}
  1: refused before, accepted after
{"$ref":"#/$defs/base","properties":{"y":true},"$defs":{"base":{"properties":{"x":{"type":"string"}}}}}
  dereferenced {"properties":{"x":{"type":"string"},"y":true}}
  {"x":1}: refused before, refused after'
printf 'expected: every instance is refused before and after\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
