#!/usr/bin/env bash
# ruamel.yaml 0.19.1 (PyPI) writes the text `? a` into a flow list as a mapping, and refuses the text `=`.
#
# Input: lists of texts, written with `typ="safe"`, and valid YAML 1.2 with `=`, `.5e3` and `0b11`.
# Expected: the texts. YAML 1.2.2 section 7.3.3: a plain scalar may begin with `?` only if a character that is no blank follows;
#   section 10.3.2, the Core schema: `=` is a string, .5e3 a float (`[-+]? ( \. [0-9]+ | …) ( [eE] [-+]? [0-9]+ )?`), 0b11 a
#   string. The documentation: "a YAML 1.2 loader/dumper package for Python".
# Seen: `[? a, b]`, which is a mapping in a list for ruamel.yaml as for yaml 2.9.1 (npm); a ConstructorError for `=`; the text
#   .5e3 without quotes, which is the number 500 for others; and 0b11 as 3. PyYAML 6.0.4 quotes `? a`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ruamel.yaml==0.19.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" yaml@2.9.1 > /dev/null
cat > "$work/read.cjs" <<'JAVASCRIPT'
const { parse } = require("yaml");

console.log(JSON.stringify(parse(process.argv[2])));
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import io
import json
import subprocess

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

yaml = YAML(typ="safe", pure=True)


def show(text):
    try:
        own = json.dumps(yaml.load(text))
    except YAMLError as error:
        own = type(error).__name__
    other = subprocess.run(["node", "read.cjs", text], check=True, capture_output=True, text=True).stdout.strip()
    print(f"{json.dumps(text)}: ruamel.yaml {own}, yaml {other}")


for value in [["? a", "b"], [".5e3", "b"]]:
    out = io.StringIO()
    yaml.dump(value, out)
    show(out.getvalue())
show("a: =\n")
show("a: 0b11\n")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='"[? a, b]\n": ruamel.yaml [{"a": null}, "b"], yaml [{"a":null},"b"]
"[.5e3, b]\n": ruamel.yaml [".5e3", "b"], yaml [500,"b"]
"a: =\n": ruamel.yaml ConstructorError, yaml {"a":"="}
"a: 0b11\n": ruamel.yaml {"a": 3}, yaml {"a":"0b11"}'
printf 'expected: ["? a", "b"] | "=" | ".5e3" | "0b11"\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
