#!/usr/bin/env bash
# @marcbachmann/cel-js 8.0.0 (npm) takes the 30th of February for the first of March, ints beyond 64 bits and two equal keys.
#
# Input: expressions of CEL with one result or one error each by the specification.
# Expected: the CEL specification (doc/langdef.md): `int(double)` "errors if out of range"; it is "an error to have duplicate
#   keys"; a timestamp is RFC 3339, whose section 5.7 limits the days of each month, and has nanoseconds; a time zone may be `(
#   "+" | "-" ) Digit Digit ":" Digit Digit`; `duration("0")` is the "zero duration value"; the size of bytes is "the number of
#   bytes". The README: "Most of the CEL Spec".
# Seen: a number, a day or a map where there is none, equal instants that are a nanosecond apart, though durations keep it, one
#   byte for b'é', and an error for the two valid spellings. cel-python 0.5.0 (PyPI) refuses the first four but for the map's
#   order and has 2, 14 and 14.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" @marcbachmann/cel-js@8.0.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { evaluate } from "@marcbachmann/cel-js";

for (const text of [
  "int(1e20) > 9223372036854775807",
  "timestamp('2020-02-30T00:00:00Z')",
  "{'a': 1, 'a': 2}",
  "timestamp('2020-01-01T00:00:00.000000001Z') == timestamp('2020-01-01T00:00:00Z')",
  "duration('1ns') > duration('0s')",
  "timestamp('2020-06-01T12:00:00Z').getHours('+02:00')",
  "duration('0')",
  "size(b'é')",
]) {
  let seen;
  try {
    seen = JSON.stringify(evaluate(text), (key, value) => (typeof value === "bigint" ? Number(value) : value));
  } catch (error) {
    seen = `error: ${error.message.split("\n")[0]}`;
  }
  console.log(text, "->", seen);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='int(1e20) > 9223372036854775807 -> true
timestamp('\''2020-02-30T00:00:00Z'\'') -> "2020-03-01T00:00:00.000Z"
{'\''a'\'': 1, '\''a'\'': 2} -> {"a":2}
timestamp('\''2020-01-01T00:00:00.000000001Z'\'') == timestamp('\''2020-01-01T00:00:00Z'\'') -> true
duration('\''1ns'\'') > duration('\''0s'\'') -> true
timestamp('\''2020-06-01T12:00:00Z'\'').getHours('\''+02:00'\'') -> error: Invalid time zone specified: +02:00
duration('\''0'\'') -> error: Invalid duration string: 0
size(b'\''é'\'') -> 1'
printf 'expected: error | error | error | false | true | 14 | 0s | 2\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
