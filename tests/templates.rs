//! The templates: a project made from each, the config that it builds, and the service that it runs.
//!
//! These need Nix and the static binary, like `tests/nix.rs`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use confgate_test_support::nix::{in_store, printed};
use confgate_test_support::root;
use tempfile::TempDir;

/// Project made from a template, in a git repository of its own as a user has it. Its flake gets local inputs in place of those on
/// the network.
struct Project {
    folder: TempDir,
    inputs: Vec<String>,
}

impl Project {
    /// Makes a project; `nixpkgs` is a flake with the attributes that the template needs.
    fn new(template: &str, nixpkgs: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let confgate = format!("git+file://{}", root().display());
        let nixpkgs = format!("path:{}", nixpkgs.display());
        let inputs = ["--override-input", "confgate", &confgate, "--override-input", "confgate/nixpkgs", &nixpkgs];
        let project = Self { folder, inputs: inputs.map(str::to_owned).to_vec() };
        let source = format!("{confgate}#{template}");
        project.git(&["init", "--quiet"]);
        printed(project.command(&["flake", "init", "-t", &source]));
        project
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git").current_dir(self.path()).args(arguments).status().unwrap();
        assert!(done.success(), "{arguments:?}");
    }

    fn command(&self, arguments: &[&str]) -> Output {
        let mut nix = Command::new(root().join("scripts/nix"));
        nix.env("CONFGATE_BARE", "1").env("CONFGATE_FOLDER", self.path()).args(arguments).output().unwrap()
    }

    /// Runs a command of Nix on one output of the project's flake.
    fn nix(&self, command: &[&str], output: &str) -> Output {
        // The flake sees the files that git tracks, without those of `.gitignore`.
        self.git(&["add", "--all"]);
        let flake = format!("git+file://{}{output}", self.path().display());
        let inputs = self.inputs.iter().map(String::as_str);
        let mut arguments = command.to_vec();
        arguments.extend(["--no-write-lock-file", &flake]);
        arguments.extend(inputs);
        self.command(&arguments)
    }

    fn build(&self, output: &str) -> PathBuf {
        let link = self.path().join("result");
        printed(self.nix(&["build", "-o", link.to_str().unwrap()], output));
        in_store(&link)
    }
}

/// Running program, which is killed when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let patience = Instant::now() + Duration::from_secs(10);
    let mut stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(error) => assert!(Instant::now() < patience, "{address}: {error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Builds the template's own binary, static, and a flake that has it beside confgate.
fn greeter(project: &Path) -> PathBuf {
    let manifest = project.join("Cargo.toml");
    let (released, here) = ("{ git = \"https://github.com/confgate/confgate\" }", format!("{{ path = {:?} }}", root()));
    let (text, lock) =
        (fs::read_to_string(&manifest).unwrap(), fs::read_to_string(project.join("Cargo.lock")).unwrap());
    assert!(text.contains(released), "{text}");
    fs::write(&manifest, text.replace(released, &here)).unwrap();
    // The same versions, of Confgate's own as they are here.
    let local = lock.lines().filter(|line| !line.starts_with("source = \"git+https://github.com/confgate/confgate#"));
    fs::write(project.join("Cargo.lock"), local.fold(String::new(), |all, line| all + line + "\n")).unwrap();
    let target = root().join("target/templates");
    let built = Command::new("cargo")
        .current_dir(project)
        .args(["build", "--quiet", "--locked", "--offline", "--target", "x86_64-unknown-linux-gnu"])
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", "-C target-feature=+crt-static --cfg getrandom_backend=\"linux_getrandom\"")
        .output()
        .unwrap();
    printed(built);
    target.join("x86_64-unknown-linux-gnu/debug/greeter")
}

fn nixpkgs_with(binary: &Path) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::copy(binary, folder.path().join("greeter")).unwrap();
    fs::copy(root().join("target/nixpkgs/confgate"), folder.path().join("confgate")).unwrap();
    let package = |name: &str| {
        format!(
            "{name} = derivation {{ name = \"{name}\"; program = \"{name}\"; system = \"x86_64-linux\"; \
             builder = ./{name}; args = [ \"install\" ]; }} // {{ meta.mainProgram = \"{name}\"; }};"
        )
    };
    let packages = [package("confgate"), package("greeter")].join("\n");
    // The other architecture has the same packages, to be evaluated.
    let other = packages.replace("x86_64-linux", "aarch64-linux");
    let systems = format!("x86_64-linux = {{ {packages} }}; aarch64-linux = {{ {other} }};");
    let flake = format!("{{ outputs = {{ self }}: {{ legacyPackages = {{ {systems} }}; }}; }}");
    fs::write(folder.path().join("flake.nix"), flake).unwrap();
    folder
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_service_in_rust_starts_from_its_template() {
    let project = Project::new("service", &root().join("target/nixpkgs"));
    let binary = greeter(project.path());
    let schema = printed(Command::new(&binary).arg("schema").output().unwrap());
    let committed = fs::read_to_string(project.path().join("schema.json")).unwrap();
    assert!(schema == committed, "templates/service/schema.json is not what its types say");

    // Hide the changes of this test from Nix.
    for name in ["Cargo.lock", "Cargo.toml"] {
        fs::copy(root().join("templates/service").join(name), project.path().join(name)).unwrap();
    }
    let nixpkgs = nixpkgs_with(&binary);
    let project = Project { inputs: Project::new("service", nixpkgs.path()).inputs, ..project };
    let bundle = project.build("#production");
    printed(project.nix(&["flake", "check"], ""));
    for output in ["packages.aarch64-linux.production", "packages.aarch64-linux.default"] {
        let system = printed(project.nix(&["eval", "--raw"], &format!("#{output}.system")));
        assert_eq!(system, "aarch64-linux", "{output}");
    }
    let config = fs::read_to_string(bundle.join("config.toml")).unwrap();
    let here = project.path().join("here.toml");
    fs::write(&here, config.replace("0.0.0.0:8080", "127.0.0.1:0")).unwrap();
    let mut service = Command::new(&binary).arg("serve").arg(&here).stdout(Stdio::piped()).spawn().unwrap();
    let mut message = String::new();
    BufReader::new(service.stdout.take().unwrap()).read_line(&mut message).unwrap();
    let _service = Running(service);
    let address = message.trim().strip_prefix("listening on ").unwrap();
    assert!(get(address, "/hello/Ada").ends_with("\r\n\r\nWelcome, Ada!\n"));
    assert!(get(address, "/health").ends_with("\r\n\r\nok\n"));

    let module = project.path().join("config/production.nix");
    fs::write(&module, "{\n  max_visitors = 0;\n  greeting = \"Hi\";\n}\n").unwrap();
    let refused = project.nix(&["build", "--no-link", "--print-build-logs"], "#production");
    let log = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success());
    assert!(log.contains("error: max_visitors must be at least 1, and is 0"), "{log}");
    assert!(log.contains("config/production.nix:2:3"), "{log}");
    assert!(log.contains("greeter/names-the-visitor"), "the service's own rules run: {log}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_service_without_rust_starts_from_its_template() {
    let project = Project::new("schema", &root().join("target/nixpkgs"));
    let bundle = project.build("");
    printed(project.nix(&["flake", "check"], ""));
    let nixpkgs = nixpkgs_with(&root().join("target/nixpkgs/confgate"));
    let both = Project::new("schema", nixpkgs.path());
    let system = printed(both.nix(&["eval", "--raw"], "#packages.aarch64-linux.default.system"));
    assert_eq!(system, "aarch64-linux");
    let config = fs::read_to_string(bundle.join("config.json")).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let here = project.path().join("here.json");
    fs::write(&here, config.replace("8200", &port.to_string())).unwrap();
    let service = Command::new("python3").arg(project.path().join("clock.py")).arg(&here).spawn().unwrap();
    let _service = Running(service);
    let address = format!("127.0.0.1:{port}");
    assert!(get(&address, "/delhi").starts_with("HTTP/1.0 200"), "a place of the config");
    assert!(get(&address, "/paris").starts_with("HTTP/1.0 404"), "no place of the config");

    fs::write(project.path().join("config.nix"), "{\n  zones.delhi = 55;\n}\n").unwrap();
    let refused = project.nix(&["build", "--no-link", "--print-build-logs"], "");
    let log = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success());
    assert!(log.contains("error: zones.delhi must be at most 14, and is 55"), "{log}");
    assert!(log.contains("config.nix:2:3"), "{log}");
}
