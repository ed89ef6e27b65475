#!/usr/bin/env bash
# schemars 1.2.3 (crates.io) writes the default of an f32 so that it breaks the maximum of its own field.
#
# Input: `#[schemars(range(max = 0.1))] ratio: f32` with the default 0.1, and the same for f64.
# Expected: a default that its own schema admits. JSON Schema 2020-12, validation 9.2: "It is RECOMMENDED that a default
#   value be valid against the associated schema."
# Seen: `"maximum": 0.1, "default": 0.10000000149011612`. The bound is parsed as f64, the default is an f32 widened to f64.
#   serde_json writes the same value as 0.1, so a config file of defaults is valid and the schema's default is not.
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
schemars = "=1.2.3"
serde = { version = "1", features = ["derive"] }
serde_json = "1"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use schemars::{schema_for, JsonSchema};
use serde::Serialize;

#[derive(JsonSchema, Serialize)]
#[serde(default)]
struct Config {
    #[schemars(range(max = 0.1))]
    single: f32,
    #[schemars(range(max = 0.1))]
    double: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self { single: 0.1, double: 0.1 }
    }
}

fn main() {
    println!("serde_json writes {}", serde_json::to_string(&Config::default()).unwrap());
    let schema = serde_json::to_value(schema_for!(Config)).unwrap();
    for name in ["single", "double"] {
        let field = &schema["properties"][name];
        let valid = field["default"].as_f64() <= field["maximum"].as_f64();
        println!("{name}: maximum {}, default {}, valid: {valid}", field["maximum"], field["default"]);
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='serde_json writes {"single":0.1,"double":0.1}
single: maximum 0.1, default 0.10000000149011612, valid: false
double: maximum 0.1, default 0.1, valid: true'
printf 'expected: both defaults are valid\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
