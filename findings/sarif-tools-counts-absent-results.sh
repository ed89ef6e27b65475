#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI) counts results that are gone and results that are suppressed, and fails a build for them.
#
# Input: a valid SARIF 2.1.0 log with two errors: one with `"baselineState": "absent"`, one with an external suppression.
# Expected: nothing to fail for. SARIF 2.1.0 section 3.27.24: an absent result is one of the baseline that the current run did
#   not find; section 3.27.23: a result whose suppressions are accepted counts as suppressed.
# Seen: the summary has two errors and `sarif --check error summary` exits with 2. A filter file can name suppressions; the
#   README mentions no default. Levels, defaults of rules and `"kind": "pass"` are read by the standard.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sarif-tools==3.0.5
cd "$work"
cat > log.sarif <<'JSON'
{
  "version": "2.1.0",
  "runs": [
    {
      "tool": { "driver": { "name": "check", "rules": [{ "id": "E1" }] } },
      "results": [
        { "ruleId": "E1", "level": "error", "message": { "text": "gone" }, "baselineState": "absent" },
        { "ruleId": "E1", "level": "error", "message": { "text": "accepted" }, "suppressions": [{ "kind": "external" }] },
        { "ruleId": "E1", "kind": "pass", "message": { "text": "passed" } }
      ]
    }
  ]
}
JSON
status=0
venv/bin/sarif --check error summary log.sarif > summary.txt 2> messages.txt || status=$?
seen="$(grep -E '^(error|warning|note|none): ' summary.txt)
exit code $status"
recorded='error: 2
warning: 0
note: 0
none: 1
exit code 2'
printf 'expected: error: 0, exit code 0\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
