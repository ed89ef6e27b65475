#!/usr/bin/env bash
# serde_path_to_error 0.1.20 with toml 1.2.2 (crates.io) loses field and line of an error below `#[serde(flatten)]`.
#
# Input: valid TOML 1.0 whose field `limit` does not fit its u8, once in a plain struct and once in a flattened one.
# Expected: the path `server.limit` and line 2. The README: "Find out the path at which a deserialization error
#   occurred" (https://docs.rs/serde_path_to_error/0.1.20); toml's error has the span of the value.
# Seen: with flatten the path is `server` and the line that of the table's header: serde buffers the fields of a flattened
#   struct, and both the path and the span are taken when the buffer is read. Neither page mentions flatten.
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
serde = { version = "1", features = ["derive"] }
serde_path_to_error = "=0.1.20"
toml = "=1.2.2"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
#![allow(dead_code)]
use serde::{de::DeserializeOwned, Deserialize};

const TEXT: &str = "[server]\nlimit = 300\n";

#[derive(Debug, Deserialize)]
struct Limits {
    limit: u8,
}

#[derive(Debug, Deserialize)]
struct Plain {
    server: Limits,
}

#[derive(Debug, Deserialize)]
struct Server {
    #[serde(flatten)]
    limits: Limits,
}

#[derive(Debug, Deserialize)]
struct Flattened {
    server: Server,
}

fn main() {
    probe::<Plain>("plain");
    probe::<Flattened>("flattened");
}

fn probe<T: DeserializeOwned + std::fmt::Debug>(name: &str) {
    let error = serde_path_to_error::deserialize::<_, T>(toml::Deserializer::parse(TEXT).unwrap()).unwrap_err();
    let start = error.inner().span().unwrap().start;
    let line = TEXT[..start].matches('\n').count() + 1;
    println!("{name}: path {}, line {line}", error.path());
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='plain: path server.limit, line 2
flattened: path server, line 1'
printf 'expected: path server.limit, line 2 in both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
