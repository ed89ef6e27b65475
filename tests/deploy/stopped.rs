//! Deployments that a signal stops.

use super::*;

/// A deployment that waits for its service when a signal comes.
struct Stopped {
    said: String,
    code: Option<i32>,
    /// What is left in the folder for temporary files.
    scratch: usize,
}

fn stopped(machine: &Machine, arguments: &[&str], ssh: &str, signal: &str, until: &Path) -> Stopped {
    let scratch = machine.folder.path().join(format!("scratch-{signal}"));
    fs::create_dir_all(&scratch).unwrap();
    let mut command = confgate();
    command.args(arguments).arg("--state").arg(machine.state()).env_remove("BITCRAPS_ENV");
    command.env("TMPDIR", &scratch).env("GIT_SSH_COMMAND", ssh).stdout(Stdio::piped());
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while !until.exists() {
        assert!(began.elapsed() < Duration::from_secs(20), "it never comes to wait");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let began = Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(began.elapsed() < Duration::from_secs(20), "it goes on");
    let said = String::from_utf8(output.stdout).unwrap();
    Stopped { said, code: output.status.code(), scratch: fs::read_dir(scratch).unwrap().count() }
}

fn is_gone(pid: &Path) -> bool {
    let pid = fs::read_to_string(pid).unwrap();
    // One that is over may wait for its parent to see that.
    let over = |stat: String| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'));
    (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        fs::read_to_string(format!("/proc/{}/stat", pid.trim())).map_or(true, over)
    })
}

#[test]
fn a_signal_while_the_service_is_asked_rolls_back_and_says_why() {
    for signal in ["-HUP", "-INT", "-TERM"] {
        let machine = Machine::new();
        machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
        let (asks, tolds) = (machine.folder.path().join("asks"), machine.folder.path().join("tolds"));
        let health = format!("sleep 60 & echo $! > {0}.new; mv {0}.new {0}; wait", asks.display());
        let tell = format!("cat {}/bitcraps/current/manifest.json >> {}", machine.state().display(), tolds.display());
        let two = machine.bundle("two", 20);
        let arguments = ["deploy", two.to_str().unwrap(), "--health", &health, "--reload-command", &tell];
        let Stopped { said, code, scratch } = stopped(&machine, &arguments, "", signal, &asks);
        let last = format!("health failed: stopped by SIG{}; generation 1 is active again\n", &signal[1..]);
        assert!(code == Some(1) && said.ends_with(&last), "{code:?}: {said}");
        assert_eq!(scratch, 0);
        assert!(is_gone(&asks), "the probe goes on");
        let tolds = fs::read_to_string(tolds).unwrap();
        assert!(tolds.find("\"two\"") < tolds.find("\"one\""), "{tolds}");
        assert_eq!(machine.run(&["doctor"]), (0, "nothing is wrong\n".to_owned()));
    }
}

#[test]
fn a_signal_while_the_service_settles_rolls_back_too() {
    let machine = Machine::new();
    let asks = machine.folder.path().join("asks");
    let health = format!("touch {}", asks.display());
    let one = machine.bundle("one", 10);
    let arguments = ["deploy", one.to_str().unwrap(), "--health", &health, "--bake-time", "1h"];
    let Stopped { said, code, .. } = stopped(&machine, &arguments, "", "-TERM", &asks);
    let last = "failed: stopped by SIGTERM; no generation is active, as before\n";
    assert!(code == Some(1) && said.ends_with(last), "{code:?}: {said}");
}

#[test]
fn a_signal_before_anything_was_changed_changes_nothing() {
    let machine = Machine::new();
    let fetches = machine.folder.path().join("fetches");
    let ssh = format!("touch {}; sleep 2; :", fetches.display());
    let arguments = ["deploy", "git+ssh://git.example.org/x?dir=one"];
    let Stopped { said, code, scratch } = stopped(&machine, &arguments, &ssh, "-INT", &fetches);
    assert!(code == Some(2) && said.ends_with("\nstopped by SIGINT; nothing was changed\n"), "{code:?}: {said}");
    assert_eq!((scratch, machine.run(&["history"]).1.as_str()), (0, "nothing was deployed\n"));
}
