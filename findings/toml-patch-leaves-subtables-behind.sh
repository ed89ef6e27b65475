#!/usr/bin/env bash
# @decimalturn/toml-patch 3.3.0 (npm) renames a table without its subtables and cannot add a list of tables.
#
# Input: valid TOML 1.0, parsed, with one change to the object, and patched back.
# Expected: the patched text reads as the changed object. The README: "Patch, parse, and stringify TOML (v1.1.0) while
#   preserving comments, whitespace and formatting".
# Seen: a table moved to another key leaves `[a.s]` under the old one, so the key comes back with half of its content; an added
#   list of tables fails with "Node not found", while an added table works.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" @decimalturn/toml-patch@3.3.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { parse, patch } from "@decimalturn/toml-patch";

const cases = [
  ["[a]\nx = 1\n[a.s]\ny = 2\n", (it) => ((it.z = it.a), delete it.a)],
  ["[a]\nx = 1\n", (it) => ((it.z = it.a), delete it.a)],
  ["x = 1\n", (it) => (it.table = { q: 1 })],
  ["x = 1\n", (it) => (it.list = [{ q: 1 }, { q: 2 }])],
];
for (const [text, change] of cases) {
  const wanted = parse(text);
  change(wanted);
  console.log(`${JSON.stringify(text)} to ${JSON.stringify(wanted)}`);
  try {
    const patched = patch(text, wanted);
    console.log(`  patched ${JSON.stringify(patched)}, read as ${JSON.stringify(parse(patched))}`);
  } catch (error) {
    console.log(`  ${error.message}`);
  }
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='"[a]\nx = 1\n[a.s]\ny = 2\n" to {"z":{"x":1,"s":{"y":2}}}
  patched "[z]\nx = 1\n[a.s]\ny = 2\n", read as {"z":{"x":1},"a":{"s":{"y":2}}}
"[a]\nx = 1\n" to {"z":{"x":1}}
  patched "[z]\nx = 1\n", read as {"z":{"x":1}}
"x = 1\n" to {"x":1,"table":{"q":1}}
  patched "x = 1\n\n[table]\nq = 1\n", read as {"x":1,"table":{"q":1}}
"x = 1\n" to {"x":1,"list":[{"q":1},{"q":2}]}
  Node not found at list'
printf 'expected: every text reads as the wanted object\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
