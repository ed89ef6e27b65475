#!/usr/bin/env bash
# jsonnet 0.22.0 (PyPI) writes an empty key without quotes, so that std.manifestTomlEx gives text that is not TOML.
#
# Input: valid Jsonnet, `std.manifestTomlEx({"": 1}, "  ")` and `{"": {a: 1}}`.
# Expected: `"" = 1`. TOML 1.0.0: "A bare key must be non-empty, but an empty quoted key is allowed"
#   (https://toml.io/en/v1.0.0#keys); https://jsonnet.org/ref/stdlib.html: "Convert the given object to a TOML form".
# Seen: ` = 1` and the header `[]`, which readers refuse. A key with a space is quoted: the check for quotes looks at the
#   characters of a key, and an empty one has none that fails.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonnet==0.22.0 rtoml==0.14.0
cat > "$work/probe.py" <<'PYTHON'
import json
import _jsonnet
import rtoml

for source in ['{"a b": 1}', '{"": 1}', '{"": {a: 1}}']:
    text = json.loads(_jsonnet.evaluate_snippet("probe", f"std.manifestTomlEx({source}, '  ')"))
    try:
        verdict = str(rtoml.loads(text))
    except rtoml.TomlParsingError:
        verdict = "refused"
    print(f"{source} -> {text.strip().splitlines()[0]} -> {verdict}")
PYTHON
seen=$("$work/venv/bin/python" "$work/probe.py")
recorded='{"a b": 1} -> "a b" = 1 -> {'"'a b'"': 1}
{"": 1} -> = 1 -> refused
{"": {a: 1}} -> [] -> refused'
printf 'expected: every line can be read back\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
