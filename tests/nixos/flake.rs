//! The outputs of the flake on every system, over a stand-in for nixpkgs that has its lib alone.

use super::*;

/// Evaluates an attribute of a file of `tests/nix/flake`.
fn of_flake(file: &str, attribute: &str) -> String {
    let file = format!("tests/nix/flake/{file}");
    let json = printed(nix(&root(), &["eval", "--impure", "--json", "-f", &file, attribute]));
    let value: Json = serde_json::from_str(&json).unwrap();
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn every_system_has_the_outputs_of_the_golden_file() {
    needs_lib!("outputs of the flake on other systems");
    let mut wrong = String::new();
    compare_golden("flake.json", &of_flake("outputs.nix", ""), &mut wrong);
    compare_golden("flake-parts.json", &of_flake("flake-parts.nix", "summary"), &mut wrong);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn a_mistake_in_a_flake_module_names_its_option_and_no_place_in_confgate() {
    needs_lib!("mistakes in a flake that uses flake-parts");
    let first_lines = |attribute: &str| {
        let refused = nix(&root(), &["eval", "--impure", "-f", "tests/nix/flake/flake-parts.nix", attribute]);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success());
        let (_, message) = message.rsplit_once("error: ").unwrap();
        message.lines().map(str::trim).take(2).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        first_lines("incomplete"),
        "perSystem.confgate.bundles.production: argument `environment` is missing\nadd environment = \"production\";"
    );
    assert_eq!(
        first_lines("misspelled"),
        "tests/nix/flake/flake-parts.nix:92:7: the node `ams1`: `environment` is the unknown environment `prodduction`; did you \
         mean `prod`?\nwrite one of Development, Testing, Staging, Production, or dev, test, stage or prod"
    );
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn the_oldest_supported_lib_makes_the_same_machines() {
    needs_lib!("the oldest lib of nixpkgs");
    // The lib of NixOS 25.11.
    let Some(oldest) = std::env::var_os("NIXPKGS_LIB_OLDEST").filter(|lib| !lib.is_empty()) else {
        eprintln!("skipped: the oldest lib of nixpkgs (NIXPKGS_LIB_OLDEST does not name a copy)");
        return;
    };
    let release = fs::read_to_string(PathBuf::from(&oldest).join(".version")).unwrap();
    let supported = evaluated("../../../modules/nixos/oldest-lib.nix", "release");
    assert_eq!(supported, Json::from(release.trim()), "NIXPKGS_LIB_OLDEST is not the oldest one");
    let file = format!("{FOLDER}/machines.nix");
    let machines = Command::new(root().join("scripts/nix"))
        .current_dir(root())
        .env("NIXPKGS_LIB", &oldest)
        .args(["eval", "--impure", "--json", "-f", &file, ""])
        .output()
        .unwrap();
    let machines: BTreeMap<String, Json> = serde_json::from_str(&printed(machines)).unwrap();
    assert_eq!(machines, self::machines());
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn an_older_lib_is_rejected_with_the_release_that_is_needed() {
    let expression = format!(
        "(import {}/modules/nixos/oldest-lib.nix).requireLib {{ types = {{ }}; trivial.release = \"25.05\"; }} \
         \"services.clock\" true",
        root().display()
    );
    let refused = nix(&root(), &["eval", "--impure", "--expr", &expression]);
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success());
    let expected = "services.clock needs NixOS 25.11 or newer, and this lib is of 25.05: update the input nixpkgs";
    assert!(message.contains(expected), "{message}");
}
