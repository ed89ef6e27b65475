//! Machines that are refused: at build time, and when their service starts.

use super::*;

/// Returns the output of a bundle's builder, or the last message of Nix.
pub fn refusal(printed: &str) -> String {
    let log: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("bitcraps-bundle>")).collect();
    let lines: Vec<&str> = if log.is_empty() {
        let (_, last) = printed.rsplit_once("error: ").unwrap_or(("", printed));
        last.lines().map(str::trim).filter(|line| !line.starts_with("(use '--show-trace'")).collect()
    } else {
        log.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect()
    };
    // Some versions of Nix leave empty lines out.
    let mut text = String::new();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "{}", without_places(line));
    }
    text
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn machines_are_refused_with_the_file_and_line_of_their_owner() {
    needs_lib!("NixOS machines that are refused");
    let mut wrong = String::new();
    for case in cases(&format!("{FOLDER}/refused"), "machine.nix") {
        let name = case.file_name().unwrap().to_str().unwrap();
        let built = build("refused.nix", name, &["--no-link"]);
        assert!(!built.status.success(), "{name} is built");
        compare(&case.join("expected.txt"), &refusal(&String::from_utf8(built.stderr).unwrap()), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn a_machine_in_a_flake_is_refused_with_files_as_the_flake_has_them() {
    needs_lib!("a NixOS machine in a flake");
    let source = root().join(FOLDER).join("flake");
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("hosts")).unwrap();
    for file in ["flake.nix", "shared.nix", "hosts/node.nix"] {
        fs::copy(source.join(file), folder.path().join(file)).unwrap();
    }
    let output = format!("path:{}#node", folder.path().display());
    let confgate = format!("git+file://{}", root().display());
    let stub = format!("path:{}", root().join("target/nixpkgs").display());
    let lib = format!("path:{}", std::env::var("NIXPKGS_LIB").unwrap());
    let build = ["build", &output, "--no-link", "--print-build-logs", "--no-write-lock-file"];
    let inputs = [
        ["--override-input", "confgate", &confgate],
        ["--override-input", "confgate/nixpkgs", &stub],
        ["--override-input", "nixpkgs-lib", &lib],
    ];
    let built = Command::new(root().join("scripts/nix"))
        .env("CONFGATE_BARE", "1")
        .args(build)
        .args(inputs.as_flattened())
        .output()
        .unwrap();
    assert!(!built.status.success());
    let mut wrong = String::new();
    compare(&source.join("expected.txt"), &refusal(&String::from_utf8(built.stderr).unwrap()), &mut wrong);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn what_is_not_checked_is_built_and_refused_when_the_service_starts() {
    needs_lib!("NixOS machines that are not checked");
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("result");
    let built = build("unchecked.nix", "", &["-o", link.to_str().unwrap()]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let file = in_store(&in_store(&link).join("node")).join("config.toml");
    let checked = confgate!().args(["check", "--environment", "Production"]).arg(file).output().unwrap();
    let printed = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(1), "{printed}");
    assert!(printed.contains("network.listen_address must be an IP address"), "{printed}");
}
