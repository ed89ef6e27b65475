#!/usr/bin/env bash
# lsp-types 0.97.0 (crates.io) reads an annotated text edit as a plain one, and refuses semantic tokens with `range: {}`.
#
# Input: messages of LSP 3.17. `TextDocumentEdit.edits` is `(TextEdit | AnnotatedTextEdit)[]`, `SemanticTokensOptions.range`
#   is `boolean | {}` and `CompletionList.itemDefaults` exists (https://microsoft.github.io/language-server-protocol/).
# Expected: a round trip keeps `annotationId` and `itemDefaults`, and `range: {}` is read.
# Seen: the enum `OneOf<TextEdit, AnnotatedTextEdit>` is untagged and its first variant fits every annotated edit, so the id
#   is lost on the way through a proxy or a test. `itemDefaults` is dropped, and one `range: {}` makes the whole
#   ServerCapabilities fail.
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
lsp-types = "=0.97.0"
serde = "1"
serde_json = "1"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use lsp_types::{CompletionList, ServerCapabilities, TextDocumentEdit};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::{from_str, to_string};

const EDIT: &str = r#"{
    "textDocument": { "uri": "file:///a.toml", "version": 1 },
    "edits": [{
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 1 } },
        "newText": "x",
        "annotationId": "rename"
    }]
}"#;
const LIST: &str = r#"{ "isIncomplete": false, "itemDefaults": { "insertTextFormat": 2 }, "items": [] }"#;
const TOKENS: &str = r#"{ "semanticTokensProvider": {
    "legend": { "tokenTypes": ["property"], "tokenModifiers": [] }, "range": {}, "full": true
} }"#;

fn main() {
    println!("edit: annotationId {}", kept::<TextDocumentEdit>(EDIT, "annotationId"));
    println!("completion list: itemDefaults {}", kept::<CompletionList>(LIST, "itemDefaults"));
    println!("capabilities: {}", verdict(TOKENS));
    println!("with range true: {}", verdict(&TOKENS.replace("\"range\": {}", "\"range\": true")));
}

fn verdict(text: &str) -> &'static str {
    if from_str::<ServerCapabilities>(text).is_ok() { "read" } else { "refused" }
}

fn kept<T: Serialize + DeserializeOwned>(text: &str, key: &str) -> &'static str {
    let back = to_string(&from_str::<T>(text).unwrap()).unwrap();
    if back.contains(key) { "kept" } else { "lost" }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='edit: annotationId lost
completion list: itemDefaults lost
capabilities: refused
with range true: read'
printf 'expected: kept, kept, read, read\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
