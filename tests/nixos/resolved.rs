//! A service that does not resolve references itself: its unit writes the resolved file.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::*;

/// Runs the command of a unit with the folders of a test in place of those of a machine.
fn run(command: &str, config: &Path, run: &Path, credentials: &Path) -> (Option<i32>, String) {
    let command = command.strip_prefix("/etc/lamp-post/gate ").unwrap();
    let moved =
        command.replace("/etc/lamp-post", config.to_str().unwrap()).replace("/run/lamp-post", run.to_str().unwrap());
    let mut gate = confgate!();
    let done = gate.args(moved.split(' ')).env("CREDENTIALS_DIRECTORY", credentials).output().unwrap();
    (done.status.code(), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn what_the_unit_writes_has_the_secrets_in_their_places() {
    needs_lib!("a NixOS service whose secrets are resolved for it");
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    printed(build("resolved.nix", "built", &["-o", at("result").to_str().unwrap()]));
    let bundle = in_store(&in_store(&at("result")).join("lamp"));
    let command = evaluated("resolved.nix", "command");
    let command = command.as_str().unwrap();
    // Links, as in /etc.
    for name in ["etc", "run", "credentials"] {
        fs::create_dir(at(name)).unwrap();
    }
    for file in ["config.json", "origins.json", "manifest.json"] {
        symlink(bundle.join(file), at("etc").join(file)).unwrap();
    }
    fs::copy(root().join(FOLDER).join("lamp/schema.json"), at("etc/schema.json")).unwrap();

    let (code, text) = run(command, &at("etc"), &at("run"), &at("credentials"));
    assert!(code == Some(1) && text.contains("secret ROOM not found (needed by room)"), "{text}");
    assert!(text.contains("machines/secrets-that-are-resolved.nix:22:"), "{text}");
    assert!(!at("run/config.json").exists());

    fs::write(at("credentials/ROOM"), "cellar 7\n").unwrap();
    // systemd creates the folder with this mode.
    fs::set_permissions(at("credentials/ROOM"), fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(run(command, &at("etc"), &at("run"), &at("credentials")), (Some(0), String::new()));
    let written: Json = serde_json::from_slice(&fs::read(at("run/config.json")).unwrap()).unwrap();
    assert_eq!((&written["room"], &written["listen"]["port"]), (&Json::from("cellar 7"), &Json::from(7000)));
    assert_eq!(fs::metadata(at("run/config.json")).unwrap().permissions().mode() & 0o777, 0o600);
}
