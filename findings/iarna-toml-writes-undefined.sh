#!/usr/bin/env bash
# @iarna/toml 3.0.0 (npm) writes a small float as `1e-7.undefined`, and an array that begins with a table without its other
#   elements.
#
# Input: a valid object with numbers, and arrays of mixed types, which TOML 1.0 allows.
# Expected: TOML with the same values, or an error. TOML 1.0.0, "Float": an exponent follows an integer part or a fraction;
#   "Array": "Values of different types may be mixed". The README: "Better TOML parsing and stringifying all in that familiar
#   JSON interface".
# Seen: text that neither it nor another reader takes for every float whose shortest form in JavaScript has an exponent below
#   zero; an array of a table and a number loses the number, and one of a table and a text becomes a table of the text's
#   letters. smol-toml 1.9.1 (npm) writes all of them as they are.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" @iarna/toml@3.0.0 smol-toml@1.9.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import TOML from "@iarna/toml";
import { parse, stringify } from "smol-toml";

const read = (text) => {
  try {
    return JSON.stringify(parse(text));
  } catch {
    return "no TOML";
  }
};
for (const value of [{ rate: 0.001 }, { rate: 1e-7 }, { list: [1, { a: 2 }] }, { list: [{ a: 2 }, 1] }, { list: [{ a: 2 }, "xy"] }]) {
  let written;
  try {
    written = TOML.stringify(value);
  } catch (error) {
    written = `error: ${error.message}`;
  }
  console.log(`${JSON.stringify(value)}: ${JSON.stringify(written)} is ${read(written)}; smol-toml ${read(stringify(value))}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"rate":0.001}: "rate = 0.001\n" is {"rate":0.001}; smol-toml {"rate":0.001}
{"rate":1e-7}: "rate = 1e-7.undefined\n" is no TOML; smol-toml {"rate":1e-7}
{"list":[1,{"a":2}]}: "list = [ 1, { a = 2 } ]\n" is {"list":[1,{"a":2}]}; smol-toml {"list":[1,{"a":2}]}
{"list":[{"a":2},1]}: "[[list]]\na = 2\n\n[[list]]\n" is {"list":[{"a":2},{}]}; smol-toml {"list":[{"a":2},1]}
{"list":[{"a":2},"xy"]}: "[[list]]\na = 2\n\n[[list]]\n0 = \"x\"\n1 = \"y\"\n" is {"list":[{"a":2},{"0":"x","1":"y"}]}; smol-toml {"list":[{"a":2},"xy"]}'
printf 'expected: the values in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
