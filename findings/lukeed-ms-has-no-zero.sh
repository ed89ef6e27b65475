#!/usr/bin/env bash
# @lukeed/ms 2.0.2 (npm) reads every duration of zero as undefined, as it does texts that are no duration.
#
# Input: durations of zero, and what its own `format` writes for 0.
# Expected: 0. The README: `parse` "Parses the input string, returning the number of milliseconds" and `parse('100')` is 100;
#   `format(0)` writes `0ms`, and ms 2.1.3, which it is compared with, reads 0 from all of them.
# Seen: undefined, so `timeout = "0s"`, for no time-out, is refused or replaced by a default, and `parse(format(0))` is not 0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" @lukeed/ms@2.0.2 ms@2.1.3 > /dev/null
cat > "$work/probe.cjs" <<'JAVASCRIPT'
const { format, parse } = require("@lukeed/ms");
const ms = require("ms");

for (const text of ["1s", "0s", "0", "0.0h", "00ms", format(0), "abc"]) {
  console.log(`${text}: @lukeed/ms ${parse(text)}, ms ${ms(text)}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.cjs)
recorded='1s: @lukeed/ms 1000, ms 1000
0s: @lukeed/ms undefined, ms 0
0: @lukeed/ms undefined, ms 0
0.0h: @lukeed/ms undefined, ms 0
00ms: @lukeed/ms undefined, ms 0
0ms: @lukeed/ms undefined, ms 0
abc: @lukeed/ms undefined, ms undefined'
printf 'expected: 0 in every line but the last\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
