#!/usr/bin/env bash
# semifies 1.0.0 (npm): `^0` admits no version, `>1.2.3-alpha` refuses 1.2.3, and `v1.2.3` is not 1.2.3.
#
# Input: valid versions and ranges of npm.
# Expected: the answers of semver 7.8.6. The README: "Slimmed down satisfies from semver", "same-ish as semver.satisfies" and
#   "Passes the test fixtures from semver". In npm's grammar of ranges `^0` is >=0.0.0 <1.0.0-0, and a range of comparators
#   admits a prerelease if one of them names a prerelease of the same version.
# Seen: false where semver has true, and a prerelease below the lower bound is admitted for two bounds in falling order.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" semifies@1.0.0 semver@7.8.6 > /dev/null
cat > "$work/probe.cjs" <<'JAVASCRIPT'
const semifies = require("semifies");
const semver = require("semver");

for (const [version, range] of [
  ["0.3.0", "^0"],
  ["0.3.0", "^0.x"],
  ["0.0.3", "^0.0"],
  ["1.2.3", ">1.2.3-alpha"],
  ["1.2.3-beta", ">=1.2.3-alpha <1.2.3"],
  ["1.2.3-alpha", "<2.0.0 >1.0.0"],
  ["1.2.3", "v1.2.3"],
]) {
  console.log(`${version} in ${range}: semifies ${semifies(version, range)}, semver ${semver.satisfies(version, range)}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.cjs)
recorded='0.3.0 in ^0: semifies false, semver true
0.3.0 in ^0.x: semifies false, semver true
0.0.3 in ^0.0: semifies false, semver true
1.2.3 in >1.2.3-alpha: semifies false, semver true
1.2.3-beta in >=1.2.3-alpha <1.2.3: semifies false, semver true
1.2.3-alpha in <2.0.0 >1.0.0: semifies true, semver false
1.2.3 in v1.2.3: semifies false, semver true'
printf 'expected: the answers of semver\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
