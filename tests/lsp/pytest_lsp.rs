//! The server under a client that others wrote: `pygls` from PyPI, which `scripts/tools` installs.

use std::process::Command;

use confgate_test_support::{files, program, root};

#[test]
#[ignore = "needs pygls: `make test` runs it"]
fn the_client_of_pygls_drives_each_feature() {
    let folder = files(&[]);
    let python = root().join("target/peers/bin/python");
    let mut command = Command::new(python);
    command.arg(root().join("tests/lsp/pygls_client.py")).arg(program!()).arg(folder.path());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("all features answered"), "{text}");
}
