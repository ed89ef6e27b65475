//! Programs of Node.js on the packages of OpenFeature.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running program that answers lines. It ends when this value is dropped.
pub struct Peer {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts a script of this folder with the path of a file. `wrapper` is a program that runs the command in its arguments.
    pub fn start(wrapper: &[&str], script: &str, file: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
        let words: Vec<&str> = wrapper.iter().copied().chain(["node"]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).arg(script).arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("Node.js is installed");
        let input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, input, output }
    }

    /// Returns the next line that the program prints.
    pub fn line(&mut self) -> String {
        let line = self.output.next().expect("the packages are installed by `benches/peers install`");
        line.expect("the program prints text")
    }

    /// Sends a line, and returns the answer.
    pub fn ask(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").expect("the program reads");
        self.line()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A program that ended is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
