#!/usr/bin/env bash
# check-jsonschema 0.39.0 (PyPI) puts a `Z` behind TOML's local times before it validates them.
#
# Input: valid TOML 1.0 with a local date-time and a local time, and the formats `date-time` and `time`.
# Expected: refused. TOML 1.0.0: a local date-time "cannot be converted to an instant in time without additional information";
#   JSON Schema 2020-12, validation 7.3.1: both formats are those of RFC 3339, with an offset. YAML with the same texts is
#   refused.
# Seen: accepted, as `2024-01-01T07:30:00Z` and `07:30:00Z`; a pattern without `Z` that the written text matches is refused.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0
cat > "$work/probe.py" <<'PYTHON'
import json
import pathlib
import subprocess

pattern = {"pattern": "^[-0-9T:]+$"}
for text, schema in [
    ("at = 2024-01-01T07:30:00", {"format": "date-time"}),
    ("at = 07:30:00", {"format": "time"}),
    ("at = 2024-01-01T07:30:00", pattern),
    ("at: 2024-01-01T07:30:00", {"format": "date-time"}),
    ("at: 07:30:00", {"format": "time"}),
    ("at: 2024-01-01T07:30:00", pattern),
]:
    name = "config.toml" if "=" in text else "config.yaml"
    pathlib.Path(name).write_text(text + "\n")
    pathlib.Path("schema.json").write_text(json.dumps({"properties": {"at": {"type": "string", **schema}}}))
    command = ["venv/bin/check-jsonschema", "--schemafile", "schema.json", name]
    verdict = "accepted" if subprocess.run(command, capture_output=True).returncode == 0 else "refused"
    print(f"{text} by {json.dumps(schema)}: {verdict}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='at = 2024-01-01T07:30:00 by {"format": "date-time"}: accepted
at = 07:30:00 by {"format": "time"}: accepted
at = 2024-01-01T07:30:00 by {"pattern": "^[-0-9T:]+$"}: refused
at: 2024-01-01T07:30:00 by {"format": "date-time"}: refused
at: 07:30:00 by {"format": "time"}: refused
at: 2024-01-01T07:30:00 by {"pattern": "^[-0-9T:]+$"}: accepted'
printf 'expected: refused for the formats and accepted for the pattern, in TOML as in YAML\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
