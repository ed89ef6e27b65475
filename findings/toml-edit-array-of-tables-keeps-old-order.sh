#!/usr/bin/env bash
# toml_edit 0.25.18 (crates.io) writes the tables of an array in the order of the file they came from, not in that of the array.
#
# Input: valid TOML 1.0 with two routes, of which the first is moved to the end, and a table that is appended as a copy of another.
# Expected: the text has the order of the array. The docs: `ArrayOfTables::push` "Appends a table to the array"
#   (https://docs.rs/toml_edit/0.25.18/toml_edit/struct.ArrayOfTables.html); TOML 1.0.0, "Array of Tables": the array has its tables
#   "in the order encountered".
# Seen: in memory the moved route is last, in the text it is first again, and the appended copy stands before the tables it was
#   appended to: each table keeps its old position in the document, and text is sorted by position. Clearing the position
#   (`set_position(None)`) first gives the right order. Rules that are tried in order change their meaning between two lines.
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
toml_edit = "=0.25.18"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use toml_edit::{ArrayOfTables, DocumentMut};

fn routes(document: &mut DocumentMut) -> &mut ArrayOfTables {
    document["route"].as_array_of_tables_mut().unwrap()
}

fn paths(document: &mut DocumentMut) -> String {
    routes(document).iter().map(|it| it["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
}

fn main() {
    let text = "[default]\npath = \"*\"\n\n[[route]]\npath = \"/a\"\n\n[[route]]\npath = \"/b\"\n";
    for case in ["moved", "copied", "moved without its position"] {
        let mut document: DocumentMut = text.parse().unwrap();
        if case == "copied" {
            let table = document["default"].as_table().unwrap().clone();
            routes(&mut document).push(table);
        } else {
            let mut table = routes(&mut document).get(0).unwrap().clone();
            if case != "moved" {
                table.set_position(None);
            }
            routes(&mut document).remove(0);
            routes(&mut document).push(table);
        }
        let mut written: DocumentMut = document.to_string().parse().unwrap();
        println!("{case}: {} in memory, {} as text", paths(&mut document), paths(&mut written));
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='moved: /b /a in memory, /a /b as text
copied: /a /b * in memory, * /a /b as text
moved without its position: /b /a in memory, /b /a as text'
printf 'expected: the same order twice in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
