//! Deployments that receive a signal.

use confgate_test_support::signals::{with_default_signals, with_ignored_signal};

use super::*;

/// Deployment that waits when a signal is sent to it.
struct Stopped {
    text: String,
    /// Standard error.
    error: String,
    code: Option<i32>,
    /// Number of files left in the folder for temporary files.
    scratch: usize,
}

/// Sends `signal`, an option of `kill`, to a deployment once the file `until` exists, and waits for its end.
fn stopped(machine: &Machine, arguments: &[&str], ssh: &str, signal: &str, until: &Path) -> Stopped {
    let mut command = machine.command(arguments);
    command.env("GIT_SSH_COMMAND", ssh);
    signalled(machine, with_default_signals(&command), signal, until, || {})
}

/// Sends `signal` to a command as [`stopped`] does, then does `next`, and waits for the end of the command.
fn signalled(machine: &Machine, mut command: Command, signal: &str, until: &Path, next: impl FnOnce()) -> Stopped {
    let scratch = machine.folder.path().join(format!("scratch{signal}"));
    fs::create_dir_all(&scratch).unwrap();
    command.env("TMPDIR", &scratch).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    eventually("the deployment waits", || until.exists());
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    next();
    let began = Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(began.elapsed() < Duration::from_secs(20), "the deployment goes on");
    let text = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    Stopped { text, error, code: output.status.code(), scratch: fs::read_dir(scratch).unwrap().count() }
}

fn is_gone(pid: &Path) -> bool {
    let pid = fs::read_to_string(pid).unwrap();
    // A process that ended stays in the table until its parent has read its exit code.
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
        let Stopped { text: printed, code, scratch, .. } = stopped(&machine, &arguments, "", signal, &asks);
        let last = format!("health failed: stopped by SIG{}; generation 1 is active again\n", &signal[1..]);
        assert!(code == Some(1) && printed.ends_with(&last), "{code:?}: {printed}");
        assert_eq!(scratch, 0);
        assert!(is_gone(&asks), "the probe goes on");
        let tolds = fs::read_to_string(tolds).unwrap();
        assert!(tolds.find("\"two\"") < tolds.find("\"one\""), "{tolds}");
        assert_eq!(machine.run(&["doctor"]), (0, "no problems\n".to_owned()));
    }
}

#[test]
fn a_signal_while_the_service_settles_rolls_back_too() {
    let machine = Machine::new();
    let asks = machine.folder.path().join("asks");
    let health = format!("touch {}", asks.display());
    let one = machine.bundle("one", 10);
    let arguments = ["deploy", one.to_str().unwrap(), "--health", &health, "--bake-time", "1h"];
    let Stopped { text: printed, code, .. } = stopped(&machine, &arguments, "", "-TERM", &asks);
    let last = "failed: stopped by SIGTERM; no generation is active, as before\n";
    assert!(code == Some(1) && printed.ends_with(last), "{code:?}: {printed}");
}

#[test]
fn a_signal_before_anything_was_changed_changes_nothing() {
    let machine = Machine::new();
    let fetches = machine.folder.path().join("fetches");
    let ssh = format!("touch {}; sleep 2; :", fetches.display());
    let arguments = ["deploy", "git+ssh://git.example.org/x?dir=one"];
    let Stopped { text, error, code, scratch } = stopped(&machine, &arguments, &ssh, "-INT", &fetches);
    assert_eq!((code, error.as_str()), (Some(2), "error: stopped by SIGINT; nothing was changed\n"));
    assert!(text.starts_with("✗ fetch ") && text.lines().count() == 1, "{text}");
    assert_eq!((scratch, machine.run(&["history"]).1.as_str()), (0, "no deployments\n"));
}

#[test]
fn a_signal_that_was_ignored_from_the_start_is_ignored_by_a_deployment() {
    for signal in ["HUP", "INT", "TERM"] {
        let machine = Machine::new();
        let (asks, well) = (machine.folder.path().join("asks"), machine.folder.path().join("well"));
        let health = format!("touch {}; until [ -e {} ]; do sleep 0.02; done", asks.display(), well.display());
        let command = machine.command(&["deploy", machine.bundle("one", 10).to_str().unwrap(), "--health", &health]);
        let command = with_ignored_signal(signal, &command);
        let answer = || {
            // Several times the interval at which a deployment looks for signals.
            std::thread::sleep(Duration::from_millis(200));
            fs::write(&well, "").unwrap();
        };
        let Stopped { text, code, .. } = signalled(&machine, command, &format!("-{signal}"), &asks, answer);
        assert!(code == Some(0) && text.ends_with("generation 1 is active\n"), "{signal}: {code:?}: {text}");
    }
}
