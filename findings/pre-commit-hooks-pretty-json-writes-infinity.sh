#!/usr/bin/env bash
# pre-commit-hooks 6.0.0 (PyPI): `pretty-format-json --autofix` turns the number 1e400 into `Infinity`, which is no JSON.
#
# Input: valid JSON with numbers of many digits, a large exponent and a negative zero.
# Expected: the same numbers. The README: the hook "Checks that all your JSON files are pretty. 'Pretty' here means that keys are
#   sorted and indented"; numbers are no matter of it. RFC 8259 section 6: "Infinity and NaN … are not permitted".
# Seen: `Infinity`, 0.1 for 0.1000000000000000000001, 1.0 for 1.00000000000000000001 and 0 for -0: the numbers pass through Python's
#   floats and integers. Node's reader refuses the file that the hook wrote.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pre_commit_hooks==6.0.0
cd "$work"
seen=$(
  for number in 1.5 1e400 0.1000000000000000000001 1.00000000000000000001 -0; do
    printf '{"limit":%s}' "$number" > file.json
    venv/bin/pretty-format-json --autofix file.json > diff.txt 2>&1 || true
    verdict=$(node -e 'JSON.parse(require("fs").readFileSync("file.json", "utf8")); console.log("JSON")' 2> node.txt || echo "not JSON")
    echo "$number: $(grep -o '[^ ]*$' file.json | sed -n 2p), $verdict"
  done
)
recorded='1.5: 1.5, JSON
1e400: Infinity, not JSON
0.1000000000000000000001: 0.1, JSON
1.00000000000000000001: 1.0, JSON
-0: 0, JSON'
printf 'expected: the same number, JSON\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
