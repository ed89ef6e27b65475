//! The evaluator of modules beside nixpkgs: its lib, its module tests, and the triggers of units.

use std::fs;

use confgate_test_support::nix::{nix, printed};
use confgate_test_support::root;
use serde_json::Value as Json;

use crate::{evaluated, has_lib};

fn raw(file: &str, attribute: &str) -> String {
    printed(nix(&root(), &["eval", "--impure", "--raw", "-f", file, attribute]))
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn every_function_of_lib_does_what_the_one_of_nixpkgs_does() {
    needs_lib!("functions of nixpkgs' lib");
    let actual = raw("tests/nix/lib.nix", "");
    assert!(actual.starts_with("ok: "), "{actual}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn the_module_tests_of_nixpkgs_that_concern_settings_hold() {
    needs_lib!("module tests of nixpkgs");
    let actual = raw("tests/nix/nixpkgs-modules.nix", "result");
    assert!(actual.starts_with("ok: "), "{actual}");
    let names = printed(nix(&root(), &["eval", "--impure", "--json", "-f", "tests/nix/nixpkgs-modules.nix", "names"]));
    let names: Vec<String> = serde_json::from_str(&names).unwrap();
    let table = fs::read_to_string(root().join("tests/nix/nixpkgs-modules.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    for row in &rows {
        let [file, kind, text] = row[..] else { panic!("a row has three columns: {row:?}") };
        match kind {
            "case" => assert!(names.iter().any(|name| name == text), "{file}: no case {text}"),
            "file" => assert!(root().join(format!("tests/nix/{text}.nix")).exists(), "{file}: no file {text}"),
            "none" => assert!(!text.is_empty(), "{file}: no reason"),
            _ => panic!("{file}: {kind}"),
        }
    }
    // Some copies of nixpkgs' lib come without its tests.
    let folder = std::path::Path::new(&std::env::var("NIXPKGS_LIB").unwrap()).join("tests/modules");
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_listed = rows.iter().any(|row| row[0].trim_end_matches('/') == name);
        assert!(is_listed, "{name} is not in tests/nix/nixpkgs-modules.tsv");
    }
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn equal_configs_have_equal_triggers_on_every_version_of_nix() {
    needs_lib!("triggers of equal configs");
    let equal = evaluated("canonical-triggers.nix", "equal");
    assert_eq!(equal[0], equal[1], "1 and 1.0 are one value");
    let reload = "df651c50c2424ebb487901460eda6e242e82ae08dd1bd9e905ac2e8163b903d9";
    assert_eq!(equal[0]["reloadTriggers"], Json::from(vec![reload]), "versions of Nix write numbers in different ways");
    let different = evaluated("canonical-triggers.nix", "different");
    let different = different.as_array().unwrap();
    assert!((1..different.len()).all(|index| different[index] != different[index - 1]), "{different:?}");
}
