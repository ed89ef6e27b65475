//! Neovim with the settings of docs/editors.md, word for word. `scripts/tools` installs it from PyPI.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use confgate_test_support::{files, program, root};

/// Returns the code of a section of the docs.
fn settings(heading: &str) -> String {
    let docs = fs::read_to_string(root().join("docs/editors.md")).unwrap();
    let (_, section) = docs.split_once(&format!("### {heading}")).unwrap();
    let (_, code) = section.split_once("```lua\n").unwrap();
    code.split_once("```").unwrap().0.to_owned()
}

/// Returns a Neovim of version 0.11 or later, which has the settings of the docs: that of `scripts/tools`, or of `CONFGATE_NVIM`.
fn neovim() -> PathBuf {
    std::env::var_os("CONFGATE_NVIM").map_or_else(|| root().join("target/peers/bin/nvim"), PathBuf::from)
}

#[test]
#[ignore = "needs Neovim 0.11: `make test` runs it"]
fn neovim_has_each_feature_with_the_settings_of_the_docs() {
    let folder = files(&[
        ("init.lua", &settings("Neovim")),
        ("confgate.toml", ""),
        ("a.toml", "[network]\nmax_conections = 500\nlisten_port = 0\n"),
        ("b.yaml", "network:\n  listen_port: 0\n"),
        ("relay.nix", "{\n  network.listen_port = 4000;\n}\n"),
        ("bin/keep", ""),
    ]);
    let path = |name: &str| folder.path().join(name);
    symlink(program!(), path("bin/confgate")).unwrap();
    let search = format!("{}:{}", path("bin").display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(neovim());
    command.current_dir(folder.path()).args(["--headless", "-n", "-u", "init.lua", "-c"]);
    // A mistake in the script ends the editor.
    let script = root().join("tests/lsp/neovim.lua").display().to_string();
    command.arg(format!("lua if not xpcall(dofile, print, '{script}') then vim.cmd('cquit 2') end"));
    command.env("PATH", search).env("OUT", path("out")).env("HOME", folder.path());
    command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_STATE_HOME").env_remove("XDG_DATA_HOME");
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let found = fs::read_to_string(path("out")).unwrap_or_default();
    assert!(output.status.success(), "{text}\n{found}");
    let line = |name: &str| {
        let mut lines = found.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        lines.next().unwrap_or_else(|| panic!("{name} is missing:\n{found}\n{text}"))
    };
    assert_eq!(line("diagnostics"), "2 schema/unknown-key, 3 network/listen_port");
    assert!(line("hover").contains("BITCRAPS_NETWORK__LISTEN_PORT"), "{found}");
    assert!(line("completion").contains("listen_port"), "{found}");
    assert_eq!(line("code action"), "3 network/listen_port");
    assert_eq!(line("format"), "[network]|listen_port = 4000|max_connections = 500");
    assert_eq!(line("yaml"), "2 network/listen_port");
    assert!(line("nix hover").contains("BITCRAPS_NETWORK__LISTEN_PORT"), "{found}");
    assert!(line("nix completion").split(' ').any(|label| label == "max_connections"), "{found}");
}
