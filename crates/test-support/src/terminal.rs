//! A terminal at which a test answers prompts.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a shell command at a terminal of its own, and types each answer when its prompt is shown. Returns the exit code and
/// all that the terminal showed.
pub fn at_terminal(folder: &Path, command: &str, answers: &[(&str, &str)]) -> (i32, String) {
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", command, "/dev/null"]).current_dir(folder);
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("script is installed");
    let (mut keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = Vec::new();
    for (prompt, answer) in answers {
        let before = shown.len();
        while !String::from_utf8_lossy(&shown[before..]).contains(prompt) {
            let mut byte = [0];
            let read = screen.read(&mut byte).unwrap();
            assert_eq!(read, 1, "the command ends before `{prompt}`: {}", String::from_utf8_lossy(&shown));
            shown.push(byte[0]);
        }
        keys.write_all(format!("{answer}\n").as_bytes()).unwrap();
        keys.flush().unwrap();
    }
    screen.read_to_end(&mut shown).unwrap();
    drop(keys);
    let code = child.wait().unwrap().code().expect("the command ends by itself and not by a signal");
    (code, String::from_utf8(shown).unwrap().replace("\r\n", "\n"))
}
