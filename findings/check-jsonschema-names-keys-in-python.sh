#!/usr/bin/env bash
# check-jsonschema 0.39.0 (PyPI) calls the property of a YAML key `true` "True", that of `~` "None" and that of `1e3` "1000.0".
#
# Input: valid YAML 1.2 mappings with one key that is no text, and a schema that allows the property of one name.
# Expected: the canonical form of the key, as YAML 1.2.2 gives it in sections 10.2.1.1 and 10.2.1.2 (`null`, `true`, `false`);
#   yaml 2.9.1 (npm) makes the same names of these keys as JSON has: "true" and "1000".
# Seen: the words of Python, so that a schema that lists `true` and `false` refuses `true: x`, and one that lists `True` accepts
#   it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0
cat > "$work/probe.py" <<'PYTHON'
import json
import pathlib
import subprocess

for key, canonical, python in [("true", "true", "True"), ("false", "false", "False"), ("~", "null", "None"), ("1e3", "1000", "1000.0")]:
    pathlib.Path("config.yaml").write_text(f"{key}: x\n")
    verdicts = []
    for name in (canonical, python):
        pathlib.Path("schema.json").write_text(json.dumps({"properties": {name: {}}, "additionalProperties": False}))
        command = ["venv/bin/check-jsonschema", "--schemafile", "schema.json", "config.yaml"]
        run = subprocess.run(command, capture_output=True)
        verdicts.append(f"{name} {'accepted' if run.returncode == 0 else 'refused'}")
    print(f"{key}: x by a schema of {', by one of '.join(verdicts)}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='true: x by a schema of true refused, by one of True accepted
false: x by a schema of false refused, by one of False accepted
~: x by a schema of null refused, by one of None accepted
1e3: x by a schema of 1000 refused, by one of 1000.0 accepted'
printf 'expected: the first name accepted and the second refused\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
