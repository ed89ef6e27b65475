//! The life of a node and of an agent in the machine, from the first start to the rotation of a secret.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use confgate_test_support::nix::{in_store, nix, printed};
use confgate_test_support::units::UnitChange;
use confgate_test_support::{cargo_bin, example, root};
use tempfile::TempDir;

use crate::archive::Files;
use crate::generation::Generation;
use crate::machine::Machine;

const NODE: &str = "bitcraps.service";
const AGENT: &str = "confgate-agent-node.service";
const SECRET: &str = "https://hooks.example.net/hunter2";

/// Text of the running node.
const PAGE: &str = "/usr/lib/confgate-get 9090 /";

/// Builds the bundles of all generations. Returns the folder with a link to each.
fn bundles(folder: &Path) -> PathBuf {
    let link = folder.join("bundles");
    let file = "tests/nix/nixos/guest/bundles.nix";
    printed(nix(&root(), &["build", "--impure", "-f", file, "-o", link.to_str().unwrap()]));
    let made = folder.join("made");
    for entry in fs::read_dir(in_store(&link)).unwrap() {
        let entry = entry.unwrap();
        let target = made.join(entry.file_name());
        fs::create_dir_all(&target).unwrap();
        for file in fs::read_dir(in_store(&entry.path())).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), target.join(file.file_name())).unwrap();
        }
    }
    made
}

/// Copies a program without its debug information.
fn stripped(program: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join(program.file_name().unwrap());
    let done = Command::new("strip").arg("-o").arg(&copy).arg(program).status().unwrap();
    assert!(done.success());
    copy
}

fn main_pid(machine: &mut Machine, unit: &str) -> String {
    machine.property(unit, "MainPID")
}

#[test]
#[ignore = "needs QEMU, Nix and the image of scripts/guest-image: `make test` runs it"]
fn units_of_the_module_run_under_systemd() {
    let folder = TempDir::new().unwrap();
    let bundles = bundles(folder.path());
    let [first, live, restart, rejected] = ["first", "live-field", "restart-field", "rejected"].map(Generation::read);
    let mut files = Files::new();
    files.copy("usr/bin/confgate", 0o755, &stripped(&cargo_bin("confgate"), folder.path()));
    files.copy("usr/bin/bitcraps", 0o755, &stripped(&example("node"), folder.path()));
    files.add("usr/lib/confgate-get", 0o755, include_bytes!("get"));
    files.add("etc/secrets/alert-webhook", 0o400, SECRET.as_bytes());
    for generation in [&first, &live, &restart, &rejected] {
        generation.add_to(&mut files, &bundles);
    }
    for name in ["first", "live-field", "rejected"] {
        for file in ["config.toml", "origins.json", "manifest.json"] {
            files.copy(&format!("bundles/{name}/{file}"), 0o644, &bundles.join(name).join(file));
        }
    }
    let image = root().join("target/guest");
    let Some(mut machine) = Machine::boot(&image, &files.finish()) else {
        eprintln!("skipped: units under systemd (the virtual machine does not start in time)");
        return;
    };

    starts_in_its_sandbox(&mut machine, &first);
    reloads_a_live_field(&mut machine, &first, &live);
    restarts_for_a_port(&mut machine, &live, &restart, &first);
    keeps_running_beside_a_rejected_config(&mut machine, &first, &rejected);
    is_deployed_and_rolled_back_beside_the_agent(&mut machine);
    gets_a_rotated_secret(&mut machine);
}

fn starts_in_its_sandbox(machine: &mut Machine, first: &Generation) {
    first.switch(machine, None);
    machine.succeed(&format!("systemctl start {NODE}"));
    assert_eq!(machine.property(NODE, "ActiveState"), "active");
    assert_eq!(machine.property(NODE, "Type"), "notify-reload");
    assert!(machine.succeed(PAGE).contains("\"max_connections\":100"));

    let pid = main_pid(machine, NODE);
    let user: u32 = machine.succeed(&format!("stat --format %u /proc/{pid}")).parse().unwrap();
    assert!((61_184..=65_519).contains(&user), "{user} is not a user that systemd allocates");
    let status = machine.succeed(&format!("cat /proc/{pid}/status"));
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"] {
        assert!(status.contains(line), "{line}: {status}");
    }
    let inside = format!("nsenter --target {pid} --mount --");
    for path in ["/etc/x", "/usr/x", "/var/x"] {
        let refused = machine.fail(&format!("{inside} touch {path}"));
        assert!(refused.contains("Read-only file system"), "{refused}");
    }
    machine.succeed(&format!("{inside} touch /var/lib/bitcraps/x"));
    assert_eq!(machine.succeed(&format!("{inside} ls /home /root")), "/home:\n\n/root:");

    // The credential is the file of root, for the service alone.
    let credential = format!("/run/credentials/{NODE}/ALERT_WEBHOOK");
    assert_eq!(machine.succeed(&format!("{inside} cat {credential}")), SECRET);
    machine.fail(&format!("setpriv --reuid 65534 --clear-groups cat {credential}"));
    let exposure = machine.succeed(&format!("systemd-analyze security --no-pager --threshold=25 {NODE} | tail -n 1"));
    assert!(exposure.contains("OK"), "{exposure}");
}

fn reloads_a_live_field(machine: &mut Machine, first: &Generation, live: &Generation) {
    let before = main_pid(machine, NODE);
    let (changes, succeeded) = live.switch(machine, Some(first));
    assert!(succeeded);
    assert_eq!(changes["bitcraps"], UnitChange::Reload);
    assert_eq!(changes["confgate-agent-node"], UnitChange::Nothing);
    // The reload is complete when systemctl returns.
    assert!(machine.succeed(PAGE).contains("\"max_connections\":200"));
    assert_eq!(main_pid(machine, NODE), before, "the process is another one");
    assert!(machine.property(NODE, "StatusText").starts_with("running config version "));
}

fn restarts_for_a_port(machine: &mut Machine, live: &Generation, restart: &Generation, first: &Generation) {
    let before = main_pid(machine, NODE);
    let (changes, succeeded) = restart.switch(machine, Some(live));
    assert!(succeeded);
    assert_eq!(changes["bitcraps"], UnitChange::Restart);
    assert!(machine.succeed("/usr/lib/confgate-get 9091 /").contains("\"max_connections\":100"));
    assert_ne!(main_pid(machine, NODE), before, "the process is the same");
    machine.fail(PAGE);
    assert!(first.switch(machine, Some(restart)).1);
}

fn keeps_running_beside_a_rejected_config(machine: &mut Machine, first: &Generation, rejected: &Generation) {
    let before = main_pid(machine, NODE);
    let (changes, succeeded) = rejected.switch(machine, Some(first));
    assert_eq!(changes["bitcraps"], UnitChange::Reload);
    assert!(!succeeded, "the reload of a rejected config succeeds");
    assert_eq!(machine.property(NODE, "ActiveState"), "active");
    assert_eq!(main_pid(machine, NODE), before, "the process is another one");
    assert!(machine.succeed(PAGE).contains("\"max_connections\":100"));
    let journal = machine.succeed(&format!("journalctl --no-pager --unit {NODE} --output cat"));
    assert!(journal.contains("network.bootstrap_nodes[0] must be an IP address and a port"), "{journal}");
    // A start with it fails before the program runs.
    machine.fail(&format!("systemctl restart {NODE}"));
    machine.succeed(&format!("systemctl stop {NODE}"));
    first.switch(machine, None);
    machine.succeed(&format!("systemctl start {NODE}"));
}

fn is_deployed_and_rolled_back_beside_the_agent(machine: &mut Machine) {
    let output = "/run/confgate-agent-node/config.toml";
    let secrets = "export CREDENTIALS_DIRECTORY=/etc/deploy-secrets";
    machine.succeed(&format!(
        "mkdir -p /etc/deploy-secrets && printf %s '{SECRET}' > /etc/deploy-secrets/ALERT_WEBHOOK && \
         chmod 400 /etc/deploy-secrets/ALERT_WEBHOOK"
    ));
    machine.succeed(&format!("{secrets}; confgate deploy /bundles/first --state /var/lib/confgate"));
    machine.succeed(&format!("systemctl start {AGENT}"));
    assert_eq!(machine.property(AGENT, "Type"), "notify-reload");
    let file = machine.succeed(&format!("cat {output}"));
    assert!(file.contains("max_connections = 100\n") && file.contains(SECRET), "{file}");
    assert_eq!(machine.succeed(&format!("stat --format '%a %U' {output}")), "600 root");

    let before = main_pid(machine, AGENT);
    let deploy = |bundle: &str| {
        format!(
            "{secrets}; confgate deploy {bundle} --state /var/lib/confgate --reload-unit {AGENT} \
             --health 'systemctl is-active {AGENT}' --allow-downgrade"
        )
    };
    let deployed = machine.succeed(&deploy("/bundles/live-field"));
    assert!(deployed.contains("generation 2 is active"), "{deployed}");
    // The reload is complete when systemctl returns, so the file has its result.
    assert!(machine.succeed(&format!("cat {output}")).contains("max_connections = 200\n"));
    assert_eq!(main_pid(machine, AGENT), before, "the agent is another process");
    assert!(machine.property(AGENT, "StatusText").starts_with("running config version "));

    // Rejected by the gate: nothing is reloaded.
    let refused = machine.fail(&deploy("/bundles/rejected"));
    assert!(refused.contains("network.bootstrap_nodes[0] must be an IP address and a port"), "{refused}");
    assert!(machine.succeed(&format!("cat {output}")).contains("max_connections = 200\n"));

    let back =
        machine.succeed(&format!("{secrets}; confgate rollback --state /var/lib/confgate --reload-unit {AGENT}"));
    assert!(back.contains("generation 1 is active"), "{back}");
    assert!(machine.succeed(&format!("cat {output}")).contains("max_connections = 100\n"));
    assert_eq!(main_pid(machine, AGENT), before, "the agent is another process");

    // A file that is rejected behind the back of `deploy`: the agent keeps its file, and says why.
    machine.succeed("echo 'x = 1' >> /var/lib/confgate/bitcraps/current/config.toml");
    machine.succeed(&format!("systemctl reload {AGENT}"));
    let status = machine.property(AGENT, "StatusText");
    assert!(status.starts_with("reload rejected with "), "{status}");
    assert!(machine.succeed(&format!("cat {output}")).contains("max_connections = 100\n"));
    assert_eq!(machine.property(AGENT, "ActiveState"), "active");
}

fn gets_a_rotated_secret(machine: &mut Machine) {
    let rotated = "https://hooks.example.net/hunter3";
    machine.succeed(&format!(
        "printf %s '{rotated}' > /etc/secrets/new && mv /etc/secrets/new /etc/secrets/alert-webhook"
    ));
    let read = |machine: &mut Machine| {
        let pid = main_pid(machine, NODE);
        machine.succeed(&format!("nsenter --target {pid} --mount -- cat /run/credentials/{NODE}/ALERT_WEBHOOK"))
    };
    // The tool that writes the file restarts the unit: credentials are those of the start.
    assert_eq!(read(machine), SECRET);
    machine.succeed(&format!("systemctl restart {NODE}"));
    assert_eq!(read(machine), rotated);
    assert!(machine.succeed(PAGE).contains("\"max_connections\":100"));

    // Without the file, the service does not start.
    machine.succeed("mv /etc/secrets/alert-webhook /etc/secrets/away");
    machine.fail(&format!("systemctl restart {NODE}"));
    machine.eventually(&format!("journalctl --no-pager --unit {NODE} --output cat"), "Failed to set up credentials");
    machine.succeed(&format!("systemctl stop {NODE}; mv /etc/secrets/away /etc/secrets/alert-webhook"));
    machine.succeed(&format!("systemctl start {NODE}"));

    let leaked = machine.run("journalctl --no-pager --output cat | grep -c hunter").output;
    assert_eq!(leaked.trim(), "0", "the journal has a secret");
}
