#!/usr/bin/env bash
# json-patch 4.2.0 (crates.io) fails the operation `test` for 1 against 1.0, which python's jsonpatch 1.48 (PyPI) passes.
#
# Input: valid JSON Patches of one operation, `{"op": "test", "path": "/a", "value": …}`.
# Expected: success. RFC 6902 section 4.6: numbers "are considered equal if their values are numerically equal".
# Seen: the crate compares serde_json's numbers, in which the integer 1 and the float 1.0 differ, so a guard written by a
#   JavaScript client (which has one kind of number) rejects the patch. 1e0 against 1.0 passes: both are floats.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target
mkdir -p "$work/src"
cat > "$work/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
json-patch = "=4.2.0"
serde_json = "1"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
fn main() {
    for (document, value) in [("1", "1.0"), ("1.0", "1"), ("1e0", "1.0"), ("100", "1e2")] {
        let mut target = serde_json::from_str(&format!(r#"{{"a": {document}}}"#)).unwrap();
        let operation = format!(r#"[{{"op": "test", "path": "/a", "value": {value}}}]"#);
        let patch: json_patch::Patch = serde_json::from_str(&operation).unwrap();
        let verdict = if json_patch::patch(&mut target, &patch).is_ok() { "equal" } else { "not equal" };
        println!("{document} and {value}: {verdict}");
    }
}
RUST
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonpatch==1.48
cat > "$work/probe.py" <<'PYTHON'
import json
import jsonpatch

for document, value in [("1", "1.0"), ("1.0", "1"), ("1e0", "1.0"), ("100", "1e2")]:
    patch = [{"op": "test", "path": "/a", "value": json.loads(value)}]
    try:
        jsonpatch.apply_patch({"a": json.loads(document)}, patch)
        print(f"{document} and {value}: equal")
    except jsonpatch.JsonPatchTestFailed:
        print(f"{document} and {value}: not equal")
PYTHON
seen=$(
  echo "json-patch (Rust):"
  cargo run --quiet --manifest-path "$work/Cargo.toml"
  echo "jsonpatch (Python):"
  "$work/venv/bin/python" "$work/probe.py"
)
recorded='json-patch (Rust):
1 and 1.0: not equal
1.0 and 1: not equal
1e0 and 1.0: equal
100 and 1e2: not equal
jsonpatch (Python):
1 and 1.0: equal
1.0 and 1: equal
1e0 and 1.0: equal
100 and 1e2: equal'
printf 'expected: equal in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
