#!/usr/bin/env bash
# @apidevtools/json-schema-ref-parser 15.5.2 (npm) replaces data under `const`, `enum` and `default` that looks like a
#   reference.
#
# Input: a 2020-12 schema of a config that itself holds `{"$ref": "#/$defs/name"}` as a value, with that value in `const`.
# Expected: the value stays. JSON Schema 2020-12, core 8.2.3.1: `$ref` is an applicator keyword of a schema; validation 6.1.3:
#   the value of `const` "MAY be of any type", it is data and no schema.
# Seen: the data becomes the schema that it names, so the dereferenced schema refuses the one value that the schema admits and
#   accepts another. Verdicts by ajv 8.20.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" @apidevtools/json-schema-ref-parser@15.5.2 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { dereference } from "@apidevtools/json-schema-ref-parser";
import Ajv from "ajv/dist/2020.js";

const reference = { $ref: "#/$defs/name" };
const $defs = { name: { type: "string" } };
for (const schema of [{ const: reference, $defs }, { enum: [reference], $defs }, { default: reference, $defs }]) {
  const plain = await dereference(structuredClone(schema));
  console.log(`${JSON.stringify(schema)}\n  dereferenced ${JSON.stringify(plain)}`);
  for (const instance of [reference, { type: "string" }]) {
    const [before, after] = [schema, plain].map((it) => new Ajv.default().compile(it)(instance));
    console.log(`  ${JSON.stringify(instance)}: ${before} before, ${after} after`);
  }
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"const":{"$ref":"#/$defs/name"},"$defs":{"name":{"type":"string"}}}
  dereferenced {"const":{"type":"string"},"$defs":{"name":{"type":"string"}}}
  {"$ref":"#/$defs/name"}: true before, false after
  {"type":"string"}: false before, true after
{"enum":[{"$ref":"#/$defs/name"}],"$defs":{"name":{"type":"string"}}}
  dereferenced {"enum":[{"type":"string"}],"$defs":{"name":{"type":"string"}}}
  {"$ref":"#/$defs/name"}: true before, false after
  {"type":"string"}: false before, true after
{"default":{"$ref":"#/$defs/name"},"$defs":{"name":{"type":"string"}}}
  dereferenced {"default":{"type":"string"},"$defs":{"name":{"type":"string"}}}
  {"$ref":"#/$defs/name"}: true before, true after
  {"type":"string"}: true before, true after'
printf 'expected: const, enum and default keep their data, and the verdicts stay\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
