#!/usr/bin/env bash
# yamlfix 1.19.1 (PyPI), a formatter, changes the text of block scalars and the type of quoted words.
#
# Input: a literal block scalar with ` #` in it, a list with the quoted word "on" and a text "1:30", with the default settings.
# Expected: the same data. YAML 1.2.2 section 8.1.2: in a literal scalar "all (indented) characters are considered to be
#   content", there are no comments; the README: "A simple opinionated yaml formatter that keeps your comments".
# Seen: the text gains a second blank before ` #`. `Yes` is rewritten as `true`, so the formatter reads by YAML 1.1, yet it
#   takes the quotes off "on" in a list and off "1:30", which YAML 1.1 (here PyYAML 6.0.4) reads as true and as 90.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check yamlfix==1.19.1 PyYAML==6.0.4
cat > "$work/probe.py" <<'PYTHON'
import subprocess
import yaml

text = """---
script: |
  echo 1 # one
  curl x#y
list: [a, "on"]
limit: "1:30"
flag: Yes
"""
with open("config.yaml", "w") as file:
    file.write(text)
subprocess.run(["venv/bin/yamlfix", "config.yaml"], capture_output=True, check=True)
with open("config.yaml") as file:
    fixed = file.read()
print(f"input:\n{text}fixed:\n{fixed}")
before, after = yaml.safe_load(text), yaml.safe_load(fixed)
for key in before:
    print(f"{key}: {before[key]!r} before, {after[key]!r} after")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='input:
---
script: |
  echo 1 # one
  curl x#y
list: [a, "on"]
limit: "1:30"
flag: Yes
fixed:
---
script: |
  echo 1  # one
  curl x#y
list: [a, on]
limit: 1:30
flag: true

script: '\''echo 1 # one\ncurl x#y\n'\'' before, '\''echo 1  # one\ncurl x#y\n'\'' after
list: ['\''a'\'', '\''on'\''] before, ['\''a'\'', True] after
limit: '\''1:30'\'' before, 90 after
flag: True before, True after'
printf 'expected: the same data before and after\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
