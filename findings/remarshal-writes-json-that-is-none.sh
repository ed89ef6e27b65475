#!/usr/bin/env bash
# remarshal 1.3.0 (PyPI) writes `Infinity` and equal names into JSON, without an error.
#
# Input: valid JSON with the number 1e400, TOML with `inf`, YAML with the keys 1 and "1".
# Expected: JSON or an error, as for a TOML time. RFC 8259 section 6: "Numeric values that cannot be represented in the grammar
#   below (such as Infinity and NaN) are not permitted"; section 4: "The names within an object SHOULD be unique".
# Seen: `Infinity`, which node refuses, even from JSON to JSON, and an object with "1" twice, of which node keeps one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check remarshal==1.3.0
cat > "$work/probe.py" <<'PYTHON'
import subprocess

for source, text in [("json", '{"a": 1e400}'), ("toml", "a = inf"), ("yaml", '1: x\n"1": y'), ("toml", "a = 07:30:00")]:
    command = ["venv/bin/remarshal", "--from", source, "--to", "json"]
    run = subprocess.run(command, input=text, capture_output=True, text=True)
    written = run.stdout.strip() or "refused"
    script = "try { console.log(JSON.stringify(JSON.parse(process.argv[1]))) } catch { console.log('refused') }"
    node = subprocess.run(["node", "-e", script, written], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{source} {text!r}: {written}, node reads {node}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='json '\''{"a": 1e400}'\'': {"a":Infinity}, node reads refused
toml '\''a = inf'\'': {"a":Infinity}, node reads refused
yaml '\''1: x\n"1": y'\'': {"1":"x","1":"y"}, node reads {"1":"y"}
toml '\''a = 07:30:00'\'': refused, node reads refused'
printf 'expected: JSON that node reads whole, or refused\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
