#!/usr/bin/env bash
# Package: jsonschema 0.61.2 (crates.io)
# Input: the valid schema {"additionalProperties": false}, as schemars derives it for a struct without fields that denies unknown ones,
#   and an object with two keys.
# Expected: an error for each key, or one that names both, as the crate gives for the same schema with an empty "properties", and at the
#   key, as it does for "items": JSON Schema Core 2020-12, section 12.3.3: "The location of the JSON value within the instance being
#   validated", which section 10.3.2.3 makes the value of each key.
# Observed: one error, located at the object, whose message has the value of the first key alone and no name. With "propertyNames": false
#   it is located at the object too.
# Effect on Confgate: an empty table was reported as one that "must not be here"; crates/core/src/schema/violation.rs names the keys.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CARGO_TARGET_DIR=$folder/target
mkdir "$folder/src"
cat > "$folder/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
jsonschema = { version = "=0.61.2", default-features = false }
serde_json = "1"

[workspace]
TOML
cat > "$folder/src/main.rs" <<'RUST'
use serde_json::json;

fn main() {
    let table = json!({ "a": 1, "b": 2 });
    for (schema, instance) in [
        (json!({ "additionalProperties": false }), &table),
        (json!({ "properties": {}, "additionalProperties": false }), &table),
        (json!({ "additionalProperties": { "not": {} } }), &table),
        (json!({ "items": false }), &json!([1, 2])),
    ] {
        let validator = jsonschema::validator_for(&schema).unwrap();
        for error in validator.iter_errors(instance) {
            println!("{schema}: at {:?}: {error}", error.instance_path().as_str());
        }
    }
}
RUST
observed=$(cargo run --quiet --manifest-path "$folder/Cargo.toml")
recorded='{"additionalProperties":false}: at "": False schema does not allow 1
{"additionalProperties":false,"properties":{}}: at "": Additional properties are not allowed ('"'a', 'b'"' were unexpected)
{"additionalProperties":{"not":{}}}: at "/a": {} is not allowed for 1
{"additionalProperties":{"not":{}}}: at "/b": {} is not allowed for 2
{"items":false}: at "/0": False schema does not allow 1
{"items":false}: at "/1": False schema does not allow 2'

echo 'expected: the first schema, like the others, names or locates both keys'
echo "observed:"
echo "$observed"
[ "$observed" = "$recorded" ] || {
  echo "the observed behavior has changed: see the comment at the top" >&2
  exit 1
}
