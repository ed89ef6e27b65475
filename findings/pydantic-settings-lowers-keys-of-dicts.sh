#!/usr/bin/env bash
# pydantic-settings 2.16.3 (PyPI) lowers the keys of a dict that come from nested variables, and then loses fields of its models.
#
# Input: `LABELS__Team=Payments` for `labels: dict[str, str]`, and `TENANTS__eu__MaxUsers=5` for a dict of models with that field.
# Expected: the key `Team` and the field set to 5. The documentation (Case-sensitivity): "By default, environment variable names
#   are case-insensitive", which is of matching a name to a field; a key of a dict has no field to be matched with and is data.
# Seen: the key is `team`, and `MaxUsers` keeps its default without an error, while the same field of a model outside of a dict is
#   set. A JSON value for the dict keeps its keys, so one label can stand there twice, as `Team` and as `team`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pydantic-settings==2.16.3 pydantic==2.14.4
cat > "$work/probe.py" <<'PYTHON'
import os
from pydantic import BaseModel
from pydantic_settings import BaseSettings, SettingsConfigDict


class Tenant(BaseModel):
    MaxUsers: int = 0


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_nested_delimiter="__")
    labels: dict[str, str] = {}
    tenant: Tenant = Tenant()
    tenants: dict[str, Tenant] = {}


for variables in [
    {"LABELS__Team": "Payments"},
    {"LABELS": '{"Team": "Search"}', "LABELS__Team": "Payments"},
    {"TENANT__MaxUsers": "5"},
    {"TENANTS__eu__MaxUsers": "5"},
]:
    os.environ.update(variables)
    print(f"{variables}: {Settings().model_dump(exclude_defaults=True)}")
    for name in variables:
        del os.environ[name]
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='{'"'"'LABELS__Team'"'"': '"'"'Payments'"'"'}: {'"'"'labels'"'"': {'"'"'team'"'"': '"'"'Payments'"'"'}}
{'"'"'LABELS'"'"': '"'"'{"Team": "Search"}'"'"', '"'"'LABELS__Team'"'"': '"'"'Payments'"'"'}: {'"'"'labels'"'"': {'"'"'Team'"'"': '"'"'Search'"'"', '"'"'team'"'"': '"'"'Payments'"'"'}}
{'"'"'TENANT__MaxUsers'"'"': '"'"'5'"'"'}: {'"'"'tenant'"'"': {'"'"'MaxUsers'"'"': 5}}
{'"'"'TENANTS__eu__MaxUsers'"'"': '"'"'5'"'"'}: {'"'"'tenants'"'"': {'"'"'eu'"'"': {}}}'
printf 'expected: the key Team once, and MaxUsers 5 twice\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
