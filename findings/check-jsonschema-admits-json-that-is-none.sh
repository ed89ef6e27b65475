#!/usr/bin/env bash
# check-jsonschema 0.39.0 (PyPI) admits JSON files with NaN, infinities and keys that are set twice.
#
# Input: files that RFC 8259 excludes or advises against, and a schema that bounds the number in them.
# Expected: a file that is not JSON is rejected. RFC 8259 section 6: "Numeric values that cannot be represented in the grammar below
#   (such as Infinity and NaN) are not permitted." Of two equal keys, section 4 says that the behavior of software "is unpredictable",
#   and the same tool rejects them in YAML (DuplicateKeyError).
# Seen: `NaN` and `-Infinity` are "ok" against `maximum`, and of two keys the last one alone is validated. node rejects the first two.
# Effect: a check that runs before a deployment admits a config that the service cannot parse.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0
cd "$work"
echo '{ "type": "object", "properties": { "a": { "type": "number", "maximum": 5 } } }' > schema.json
judge() {
  local check=rejects node=rejects
  if venv/bin/check-jsonschema --schemafile schema.json "$1" > /dev/null 2>&1; then check=admits; fi
  if node -e 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))' "$1" > /dev/null 2>&1; then node=reads; fi
  printf '%s: check-jsonschema %s, node %s\n' "$2" "$check" "$node"
}
seen=$(
  for text in '{"a": NaN}' '{"a": -Infinity}' '{"a": "x", "a": 1}' '{"a": 6}'; do
    printf '%s' "$text" > config.json
    judge config.json "$text"
  done
  printf 'a: x\na: 1\n' > config.yaml
  if venv/bin/check-jsonschema --schemafile schema.json config.yaml > /dev/null 2>&1; then echo 'YAML: admits'; else echo 'YAML: rejects'; fi
)
recorded='{"a": NaN}: check-jsonschema admits, node rejects
{"a": -Infinity}: check-jsonschema admits, node rejects
{"a": "x", "a": 1}: check-jsonschema admits, node reads
{"a": 6}: check-jsonschema rejects, node reads
YAML: rejects'
printf 'expected: check-jsonschema rejects each\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
