#!/usr/bin/env bash
# cel-js 0.8.2 (npm): 7 / 2 is 3.5, escapes in texts stay as they are written, and -0.0 is not 0.0.
#
# Input: valid expressions of CEL.
# Expected: the CEL specification (doc/langdef.md): numbers without a point are 64-bit ints, whose division is an int; `\n` in a
#   text without the prefix r is a line feed; doubles are those of IEEE 754, by which -0.0 == 0.0; `||` ignores an error if the
#   other operand is true, which makes it "commutative"; the size of a text is in code points.
# Seen: JavaScript's division, JavaScript's numbers (2^53 + 1 is 2^53), escapes as text, an error in place of true. cel-python
#   0.5.0 (PyPI) and @marcbachmann/cel-js 8.0.0 (npm) have 3, 1, false, true, true, true and 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" cel-js@0.8.2 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { evaluate } from "cel-js";

for (const text of [
  "7 / 2",
  "size('\\n')",
  "9007199254740993 == 9007199254740992",
  "-0.0 == 0.0",
  "true || 1 / 0 > 0",
  "1 / 0 > 0 || true",
  "size('😀')",
]) {
  let seen;
  try {
    seen = JSON.stringify(evaluate(text, {}));
  } catch (error) {
    seen = `error: ${error.message.split("\n")[0]}`;
  }
  console.log(text, "->", seen);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='7 / 2 -> 3.5
size('\''\n'\'') -> 2
9007199254740993 == 9007199254740992 -> true
-0.0 == 0.0 -> false
true || 1 / 0 > 0 -> error: Division by zero
1 / 0 > 0 || true -> error: Division by zero
size('\''😀'\'') -> 2'
printf 'expected: 3 | 1 | false | true | true | true | 1\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
