#!/usr/bin/env bash
# schemars 1.2.3 (crates.io) drops `range` and `length` on a field whose type is a newtype with a bound of its own.
#
# Input: `#[schemars(range(min = 10))]` on a u8, on a newtype of u8 without a bound and on one with `range(max = 100)`; the
#   same with `length(min = 3)` on strings.
# Expected: `minimum: 10` and `minLength: 3` beside the `$ref`. The page of attributes
#   (https://graham.cool/schemars/deriving/attributes/): range "Sets the `minimum`/`maximum` properties for number schemas",
#   length "Sets the `minLength`/`maxLength` properties for string schemas". JSON Schema 2020-12 (core 8.2.3.1) lets keywords
#   stand beside `$ref`.
# Seen: a newtype without a bound is inlined and the attribute holds. One with a bound becomes a bare `$ref`, and the
#   attribute vanishes without an error at compile time: giving `Percent` a maximum takes the minimum from its users.
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
serde_json = "1"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
#![allow(dead_code)]
use schemars::{schema_for, JsonSchema};

#[derive(JsonSchema)]
#[schemars(transparent)]
struct Count(u8);

#[derive(JsonSchema)]
#[schemars(transparent)]
struct Percent(#[schemars(range(max = 100))] u8);

#[derive(JsonSchema)]
#[schemars(transparent)]
struct Name(#[schemars(length(max = 20))] String);

#[derive(JsonSchema)]
struct Config {
    #[schemars(range(min = 10))]
    plain: u8,
    #[schemars(range(min = 10))]
    count: Count,
    #[schemars(range(min = 10))]
    percent: Percent,
    #[schemars(length(min = 3))]
    text: String,
    #[schemars(length(min = 3))]
    name: Name,
}

fn main() {
    let schema = serde_json::to_value(schema_for!(Config)).unwrap();
    for name in ["plain", "count", "percent", "text", "name"] {
        println!("{name}: {}", schema["properties"][name]);
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='plain: {"format":"uint8","maximum":255,"minimum":10,"type":"integer"}
count: {"format":"uint8","maximum":255,"minimum":10,"type":"integer"}
percent: {"$ref":"#/$defs/Percent"}
text: {"minLength":3,"type":"string"}
name: {"$ref":"#/$defs/Name"}'
printf 'expected: minimum 10 and minLength 3 for each of its kind\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
