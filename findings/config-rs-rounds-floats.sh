#!/usr/bin/env bash
# config 0.15.27 (crates.io) rounds a TOML float into an integer field, and takes any number for a boolean.
#
# Input: valid TOML 1.0, `workers = 2.5`, `port = 8080.6`, `debug = 0.3`, `port = true`.
# Expected: an error, as serde's own readers give ("invalid type: floating point `2.5`, expected u16"). The README of config
#   promises conversions "as long as there exists a reasonable conversion"; TOML keeps integers, floats and booleans apart
#   (https://toml.io/en/v1.0.0#integer).
# Seen: 2.5 becomes 3, 8080.6 becomes 8081, 0.3 becomes true and true becomes port 1, without a word. The crate toml refuses
#   all four.
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
config = { version = "=0.15.27", default-features = false, features = ["toml"] }
serde = { version = "1", features = ["derive"] }
toml = { version = "=1.2.2", default-features = false, features = ["std", "parse", "serde"] }

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use config::{Config, File, FileFormat};
use serde::{de::DeserializeOwned, Deserialize};

#[derive(Debug, Deserialize)]
struct Server {
    #[serde(default)]
    port: u16,
    #[serde(default)]
    workers: u16,
}

#[derive(Debug, Deserialize)]
struct Flags {
    debug: bool,
}

fn show<T: DeserializeOwned>(text: &str, field: fn(&T) -> String) {
    let source = File::from_str(text, FileFormat::Toml);
    let config = Config::builder().add_source(source).build().unwrap().try_deserialize::<T>();
    let config = config.map_or_else(|_| "refused".to_owned(), |value| field(&value));
    let toml = toml::from_str::<T>(text).map_or_else(|_| "refused".to_owned(), |value| field(&value));
    println!("{text}: config {config}, toml {toml}");
}

fn main() {
    show::<Server>("workers = 2.5", |server| server.workers.to_string());
    show::<Server>("port = 8080.6", |server| server.port.to_string());
    show::<Server>("port = true", |server| server.port.to_string());
    show::<Flags>("debug = 0.3", |flags| flags.debug.to_string());
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='workers = 2.5: config 3, toml refused
port = 8080.6: config 8081, toml refused
port = true: config 1, toml refused
debug = 0.3: config true, toml refused'
printf 'expected: refused by both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
