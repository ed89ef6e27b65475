#!/usr/bin/env bash
# js-toml 2.0.1 (npm) cannot write an object that has a key `constructor`, which it reads.
#
# Input: valid TOML 1.0 with a key called `constructor`, at the root and in a table.
# Expected: the same document. TOML 1.0.0, "Keys": bare keys are letters, digits, `-` and `_`, and no name is reserved; the
#   README: `dump` "Serializes a JavaScript object into a TOML string".
# Seen: "dump requires a plain object (TOML table) as input" or "Cannot dump unsupported type: object" for what `load` of the
#   package gave; other names of JavaScript (`toString`, `length`) are written. smol-toml 1.9.1 (npm) writes all of them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" js-toml@2.0.1 smol-toml@1.9.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { dump, load } from "js-toml";
import { parse, stringify } from "smol-toml";

for (const text of ["toString = 1\n", "constructor = 1\n", "[building]\nconstructor = \"ACME\"\n"]) {
  let written;
  try {
    written = JSON.stringify(dump(load(text)));
  } catch (error) {
    written = `error: ${error.message}`;
  }
  console.log(`${JSON.stringify(text)}: js-toml ${written}, smol-toml ${JSON.stringify(stringify(parse(text)))}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='"toString = 1\n": js-toml "toString = 1\n", smol-toml "toString = 1\n"
"constructor = 1\n": js-toml error: dump requires a plain object (TOML table) as input, smol-toml "constructor = 1\n"
"[building]\nconstructor = \"ACME\"\n": js-toml error: Cannot dump unsupported type: object, smol-toml "[building]\nconstructor = \"ACME\"\n"'
printf 'expected: the document in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
