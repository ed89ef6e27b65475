//! A program that is killed, stopped and started again.

use std::env;
use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use confgate_test_support::signals::with_default_signals;

/// A running program. It is killed when it is dropped.
pub struct Process {
    make: Box<dyn Fn() -> Command + Send>,
    child: Option<Child>,
}

impl Process {
    /// Starts the program of a command.
    pub fn start(make: impl Fn() -> Command + Send + 'static) -> Self {
        let mut process = Self { make: Box::new(make), child: None };
        process.start_again();
        process
    }

    /// Starts it again.
    pub fn start_again(&mut self) {
        self.kill();
        let mut command = with_default_signals(&(self.make)());
        let log = log_of(&command);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.child = Some(child);
    }

    /// Kills it as a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            child.wait().unwrap();
        }
    }

    /// Sends a signal: `STOP` suspends it, `CONT` lets it go on.
    pub fn signal(&self, signal: &str) {
        let id = self.child.as_ref().expect("the program runs").id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
    }

    /// Returns whether it runs.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns the file that a program logs to: below `FLEET_FAULTS_LOGS`, if it is set.
fn log_of(command: &Command) -> Stdio {
    let Some(folder) = env::var_os("FLEET_FAULTS_LOGS") else { return Stdio::null() };
    let words: Vec<&str> = command.get_args().filter_map(|word| word.to_str()).collect();
    let after = |option: &str| words.iter().position(|word| *word == option).and_then(|at| words.get(at + 1));
    let name = after("--node").or_else(|| after("--region")).map_or("", |name| name);
    let file = Path::new(&folder).join(format!("{}-{name}.log", words[0]));
    OpenOptions::new().create(true).append(true).open(file).unwrap().into()
}
