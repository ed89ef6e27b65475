#!/usr/bin/env bash
# taplo 0.9.3 (PyPI, npm's @taplo/cli 0.7.0 alike) checks a 2020-12 schema by the rules of draft 7, and refuses valid tuples.
#
# Input: `pair = [1, "a"]` against a schema with `$schema` 2020-12, `prefixItems` and `items: false` (the shape of a closed
#   tuple), and `limit = 1` against `$ref: "#limit"` with an `$anchor`.
# Expected: valid. JSON Schema 2020-12, core 10.3.1.2: `items` applies to the elements after those of `prefixItems`; core
#   8.2.2: `$anchor` names the subschema that `#limit` refers to.
# Seen: taplo ignores `prefixItems`, applies `items: false` to both elements and cannot resolve the anchor. check-jsonschema
#   0.39.0 (PyPI) admits both files.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check taplo==0.9.3 check-jsonschema==0.39.0
cd "$work"
cat > tuple.json <<'JSON'
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "properties": {
    "pair": { "prefixItems": [{ "type": "integer" }, { "type": "string" }], "items": false }
  }
}
JSON
cat > anchor.json <<'JSON'
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "properties": { "limit": { "$ref": "#limit" } },
  "$defs": { "limit": { "$anchor": "limit", "type": "integer" } }
}
JSON
echo 'pair = [1, "a"]' > tuple.toml
echo 'limit = 1' > anchor.toml
verdict() {
  if "$@" > output.txt 2>&1; then echo valid; else echo refused; fi
}
seen=$(
  for name in tuple anchor; do
    echo "$name: taplo $(verdict venv/bin/taplo lint --schema "file://$work/$name.json" "$name.toml")," \
      "check-jsonschema $(verdict venv/bin/check-jsonschema --schemafile "$name.json" "$name.toml")"
  done
)
messages=$(venv/bin/taplo lint --schema "file://$work/tuple.json" tuple.toml 2>&1 | grep '^error: ' || true)
recorded='tuple: taplo refused, check-jsonschema valid
anchor: taplo refused, check-jsonschema valid'
printf 'expected: valid in both lines, from both tools\nseen:\n%s\ntaplo on the tuple:\n%s\n' "$seen" "$messages"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
