#!/usr/bin/env bash
# tombi 1.9.6 (PyPI) refuses 1.0 where the schema says integer, and a string where it says format date-time.
#
# Input: valid TOML 1.0: `workers = 1.0` for `type: integer`, and `since = "1979-05-27T07:32:00Z"` for `type: string,
#   format: date-time`, which is what schemars writes for a time in a string.
# Expected: valid. JSON Schema, validation 6.1.1: "integer" "matches any number with a zero fractional part"; validation 7.3.1:
#   `date-time` applies to strings.
# Seen: tombi demands a TOML integer and a TOML offset date-time. taplo 0.9.3 and check-jsonschema 0.39.0 admit both, so one
#   file passes two of three linters for TOML.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tombi==1.9.6 taplo==0.9.3 check-jsonschema==0.39.0
cd "$work"
cat > schema.json <<'JSON'
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "properties": { "workers": { "type": "integer" }, "since": { "type": "string", "format": "date-time" } },
  "additionalProperties": false
}
JSON
cat > tombi.toml <<'TOML'
[[schemas]]
path = "schema.json"
include = ["integer.toml", "float.toml", "string.toml", "datetime.toml"]
TOML
echo 'workers = 1' > integer.toml
echo 'workers = 1.0' > float.toml
echo 'since = "1979-05-27T07:32:00Z"' > string.toml
echo 'since = 1979-05-27T07:32:00Z' > datetime.toml
verdict() {
  if "$@" > output.txt 2>&1; then echo valid; else echo refused; fi
}
seen=$(
  for name in integer float datetime string; do
    echo "$name: tombi $(verdict venv/bin/tombi lint --offline "$name.toml")," \
      "taplo $(verdict venv/bin/taplo lint --schema "file://$work/schema.json" "$name.toml")," \
      "check-jsonschema $(verdict venv/bin/check-jsonschema --schemafile schema.json "$name.toml")"
  done
)
recorded='integer: tombi valid, taplo valid, check-jsonschema valid
float: tombi refused, taplo valid, check-jsonschema valid
datetime: tombi valid, taplo valid, check-jsonschema valid
string: tombi refused, taplo valid, check-jsonschema valid'
printf 'expected: float and string are valid\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
