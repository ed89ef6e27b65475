#!/usr/bin/env bash
# jsonschema 0.61.2 (crates.io; here its PyPI package jsonschema-rs) reads `\b`, `\B` and empty groups of patterns otherwise
#   than ECMA-262.
#
# Input: patterns that compile in both and a string each, judged by the package and by node (flag `u`).
# Expected: node's verdict. JSON Schema 2020-12, core 6.4 and validation 6.3.3: patterns are ECMA-262 with Unicode. There `\b`
#   stands between a WordCharacter (ASCII letters, digits, `_`) and another character; a backreference to a group that took no
#   part matches the empty string; each repetition of a group forgets its captures.
# Seen: `\w` is ASCII (`^\w$` refuses "é"), yet `\b` counts é as part of a word; backreferences to unset groups fail, and
#   captures stay from one repetition to the next.
# Effect: a schema from a JavaScript project refuses valid text without a hint of the reason.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonschema-rs==0.61.2
cat > "$work/probe.py" <<'PYTHON'
import json
import subprocess
import jsonschema_rs

for pattern, text in [
    (r"^\w$", "é"),
    (r"\bécole$", "grande-école"),
    (r"^n\bé$", "né"),
    (r"^n\B", "né"),
    (r"^(a)?\1b$", "b"),
    (r"^(?:(a)|b)*\1$", "ab"),
    (r"^(?:(a)|b)*\1$", "aba"),
]:
    script = "console.log(new RegExp(process.argv[1], 'u').test(process.argv[2]))"
    node = json.loads(subprocess.run(["node", "-e", script, pattern, text], capture_output=True, check=True).stdout)
    print(f"{pattern} on {text}: node {node}, jsonschema {jsonschema_rs.is_valid({'pattern': pattern}, text)}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='^\w$ on é: node False, jsonschema False
\bécole$ on grande-école: node False, jsonschema True
^n\bé$ on né: node True, jsonschema False
^n\B on né: node False, jsonschema True
^(a)?\1b$ on b: node True, jsonschema False
^(?:(a)|b)*\1$ on ab: node True, jsonschema False
^(?:(a)|b)*\1$ on aba: node False, jsonschema True'
printf 'expected: the same verdict in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
