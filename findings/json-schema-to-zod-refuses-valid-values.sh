#!/usr/bin/env bash
# json-schema-to-zod 2.8.1 (npm) writes Zod code that refuses the values that the JSON Schema asks for.
#
# Input: a schema a line, and an instance that it accepts or refuses by the standard.
# Expected: the verdict of JSON Schema 2020-12, validation: 6.1.3 `const` compares by value; 7.3.1 `time` is full-time of RFC
#   3339, with an offset; 6.3.3 patterns are read with Unicode; core 10.3.2.2 `patternProperties` says nothing about names that
#   match no pattern; 10.3.1.1 `prefixItems` says nothing about a shorter list.
# Seen: with zod 4.6.7, a `const` object refuses its one value, `time` accepts only what the format refuses, a property that no
#   pattern matches must satisfy the pattern's schema, an `items` tuple of draft-07 asks for every element, and `\p{L}` matches
#   no letter.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" json-schema-to-zod@2.8.1 zod@4.6.7 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { jsonSchemaToZod } from "json-schema-to-zod";
import { z } from "zod";

const cases = [
  [{ const: { a: 1 } }, { a: 1 }, true],
  [{ enum: [[1], 2] }, [1], true],
  [{ type: "string", format: "time" }, "12:00:00Z", true],
  [{ type: "string", format: "time" }, "12:00:00", false],
  [{ type: "object", properties: { x: { type: "string" } }, patternProperties: { "^a": { type: "integer" } } }, { q: "text" }, true],
  [{ type: "array", items: [{ type: "string" }, { type: "integer" }] }, ["a"], true],
  [{ type: "string", pattern: "^\\p{L}+$" }, "é", true],
];
for (const [schema, instance, expected] of cases) {
  const type = new Function("z", `return ${jsonSchemaToZod(schema)}`)(z);
  const seen = type.safeParse(instance).success;
  console.log(`${JSON.stringify(schema)} on ${JSON.stringify(instance)}: expected ${expected}, seen ${seen}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"const":{"a":1}} on {"a":1}: expected true, seen false
{"enum":[[1],2]} on [1]: expected true, seen false
{"type":"string","format":"time"} on "12:00:00Z": expected true, seen false
{"type":"string","format":"time"} on "12:00:00": expected false, seen true
{"type":"object","properties":{"x":{"type":"string"}},"patternProperties":{"^a":{"type":"integer"}}} on {"q":"text"}: expected true, seen false
{"type":"array","items":[{"type":"string"},{"type":"integer"}]} on ["a"]: expected true, seen false
{"type":"string","pattern":"^\\p{L}+$"} on "é": expected true, seen false'
printf 'expected: the expected verdict in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
