#!/usr/bin/env bash
# json-schema-to-typescript 16.0.0 (npm) turns a 2020-12 tuple into `never[]`, a type that only the empty list has.
#
# Input: `prefixItems` with `items: false`, the 2020-12 form of a closed tuple, with and without `minItems`, and its draft-07
#   form.
# Expected: a type of `[]`, `["a"]` and `["a", 1]`. JSON Schema 2020-12, core 10.3.1.2: `items` "applies its subschema to all
#   instance elements at indexes greater than the length of the 'prefixItems' array".
# Seen: `prefixItems` is passed over and `items: false` kept, so no tuple that the schema accepts has the type; without `items`
#   it is a list of anything. The draft-07 form gives the union of the three.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" json-schema-to-typescript@16.0.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { compile } from "json-schema-to-typescript";

const tuple = [{ type: "string" }, { type: "integer" }];
const $schema = "https://json-schema.org/draft/2020-12/schema";
for (const schema of [
  { type: "array", items: tuple, additionalItems: false },
  { $schema, type: "array", prefixItems: tuple, items: false },
  { $schema, type: "array", prefixItems: tuple, items: false, minItems: 2 },
  { $schema, type: "array", prefixItems: tuple },
]) {
  const type = await compile(structuredClone(schema), "T", { bannerComment: "" });
  console.log(`${JSON.stringify(schema)}: ${type.replace(/\/\*.*?\*\//gs, "").replace(/\s+/g, " ").trim()}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"type":"array","items":[{"type":"string"},{"type":"integer"}],"additionalItems":false}: export type T = [] | [string] | [string, number];
{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false}: export type T = never[];
{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false,"minItems":2}: export type T = never[];
{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","prefixItems":[{"type":"string"},{"type":"integer"}]}: export type T = unknown[];'
printf 'expected: no never in any type\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
