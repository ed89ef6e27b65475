#!/usr/bin/env bash
# dynaconf 3.3.5 (PyPI) splits a quoted key with a dot at the root of a file, and writes its second half in capitals.
#
# Input: valid TOML 1.0 and YAML with the key `db.example` at the root and below a table, and its variable in the environment.
# Expected: one key each. TOML 1.0.0, "Keys": quoted keys "follow the exact same rules as either basic strings or literal
#   strings"; `"google.com"` is one key there, and only bare dots nest. In YAML a dot has no meaning.
# Seen: at the root `"db.example" = 1` becomes `DB: {EXAMPLE: 1}`, joined with a table `db` if there is one, and below a table it
#   stays one key. A variable for the nested one (`DYNACONF_HOSTS__db.example`) does not override it: a second entry
#   `db: {example: …}` appears beside it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dynaconf==3.3.5
cd "$work"
printf '"db.example" = 1\n\n[hosts]\n"db.example" = 2\n' > settings.toml
printf 'db.example: 1\nhosts:\n  db.example: 2\n' > settings.yaml
cat > probe.py <<'PYTHON'
import json
import os
from dynaconf import Dynaconf

for name in ["settings.toml", "settings.yaml"]:
    print(f"{name}: {json.dumps(Dynaconf(settings_files=[name]).as_dict(), sort_keys=True)}")
os.environ["DYNACONF_HOSTS__db.example"] = "3"
print(f"with the variable: {json.dumps(Dynaconf(settings_files=['settings.toml']).as_dict()['HOSTS'], sort_keys=True)}")
PYTHON
seen=$(venv/bin/python probe.py)
recorded='settings.toml: {"DB": {"EXAMPLE": 1}, "HOSTS": {"db.example": 2}}
settings.yaml: {"DB": {"EXAMPLE": 1}, "HOSTS": {"db.example": 2}}
with the variable: {"db": {"example": 3}, "db.example": 2}'
printf 'expected: the key db.example at the root and below hosts, with 3 in the last line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
