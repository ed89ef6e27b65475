#!/usr/bin/env bash
# compare-versions 6.1.1 (npm): `1.x` admits 1.0.0 alone, `^0.0.0` admits 0.3.0, and `^1.2.3` the prerelease 1.2.3-alpha below
#   it.
#
# Input: valid versions and ranges of npm.
# Expected: the answers of semver 7.8.6. The README: "The `satisfies` function accepts a range to compare, compatible with npm
#   package versioning". By that page a range `1.x` is >=1.0.0 <2.0.0-0 and `^0.0.0` is >=0.0.0 <0.0.1-0; by Semantic Versioning
#   2.0.0 item 11, 1.2.3-alpha is below 1.2.3, and the identifier `-1` is no number and above 1.
# Seen: parts that a range leaves open are zeros, a caret looks at the first digit alone, and the prerelease of a caret's lower
#   bound is not compared: it admits 1.2.3-alpha for `^1.2.3` and refuses 1.2.3 for `^1.2.3-beta`. A limit of versions in a
#   manifest admits and refuses others than npm installs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" compare-versions@6.1.1 semver@7.8.6 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { compareVersions, satisfies } from "compare-versions";
import semver from "semver";

for (const [version, range] of [
  ["1.2.4", "1.x"],
  ["1.2.4", "<=1"],
  ["1.2.4", ">1"],
  ["1.5.0", "1.2.3 - 1"],
  ["0.3.0", "^0.0.0"],
  ["1.2.3-alpha", "^1.2.3"],
  ["1.2.3", "^1.2.3-beta"],
]) {
  console.log(`${version} in ${range}: compare-versions ${satisfies(version, range)}, semver ${semver.satisfies(version, range)}`);
}
const [left, right] = ["1.0.0--1", "1.0.0-1"];
console.log(`${left} with ${right}: compare-versions ${compareVersions(left, right)}, semver ${semver.compare(left, right)}`);
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='1.2.4 in 1.x: compare-versions false, semver true
1.2.4 in <=1: compare-versions false, semver true
1.2.4 in >1: compare-versions true, semver false
1.5.0 in 1.2.3 - 1: compare-versions false, semver true
0.3.0 in ^0.0.0: compare-versions true, semver false
1.2.3-alpha in ^1.2.3: compare-versions true, semver false
1.2.3 in ^1.2.3-beta: compare-versions false, semver true
1.0.0--1 with 1.0.0-1: compare-versions -1, semver 1'
printf 'expected: the answers of semver\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
