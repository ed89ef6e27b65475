#!/usr/bin/env bash
# ruamel.yaml 0.19.1 (PyPI) makes numbers of texts with underscores, and rejects `=`, in YAML 1.2.
#
# Input: valid YAML 1.2 without a `%YAML` line, which the package's documentation calls its default version.
# Expected: strings. YAML 1.2.2 section 10.3.2, the core schema: an integer is `[-+]? [0-9]+`, `0o [0-7]+` or `0x [0-9a-fA-F]+`, and
#   everything else than null, a boolean and a number is a string (https://yaml.org/spec/1.2.2/#1032-tag-resolution). `_`, `0b` and
#   the type of `=` are of YAML 1.1.
# Seen: `2_0` is 20, `1__0` is 10, `1_` is 1, `0b11` is 3; `=` fails with "could not determine a constructor". The texts of 1.1 that
#   it does read by 1.2 are strings: `yes`, `1:30`, `0o8`.
# Effect: a build number such as `2024_10` is 202410 in Python alone; check-jsonschema judges the number.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ruamel.yaml==0.19.1
cat > "$work/probe.py" <<'PYTHON'
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

for text in ["2_0", "1__0", "1_", "0b11", "0x_F", "1_0.5", "yes", "1:30", "0o8", "="]:
    try:
        print(text, repr(YAML(typ="safe", pure=True).load(f"a: {text}")["a"]))
    except YAMLError as error:
        print(text, "-", str(error).splitlines()[0])
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded="2_0 20
1__0 10
1_ 1
0b11 3
0x_F 15
1_0.5 10.5
yes 'yes'
1:30 '1:30'
0o8 '0o8'
= - could not determine a constructor for the tag 'tag:yaml.org,2002:value'"
printf 'expected: a string in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
