//! Passphrases: from a file, or typed where nobody sees them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use confgate_core::types::Secret;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::cli::sealing::bytes;
use crate::cli::{Failure, input};

/// The longest line that is typed.
const LINE: usize = 4096;

/// The passphrase that a file holds, without the end of its line.
pub fn from_file(path: &Path) -> Result<Secret, Failure> {
    let file = bytes(path)?;
    let name = input::shown(path);
    let text = std::str::from_utf8(&file).map_err(|_| Failure(format!("{name}: the passphrase is not UTF-8 text")))?;
    let text = without_line_end(text);
    if text.is_empty() { Err(Failure(format!("{name}: the passphrase is empty"))) } else { Ok(Secret::from(text)) }
}

/// A new passphrase, typed twice.
pub fn chosen() -> Result<Secret, Failure> {
    let passphrase = typed("Passphrase: ", "a passphrase", "--passphrase-file")?;
    if typed("Passphrase again: ", "a passphrase", "--passphrase-file")? == passphrase {
        Ok(passphrase)
    } else {
        Err(Failure("the two passphrases are not the same".to_owned()))
    }
}

/// A secret that is typed at the terminal, which does not show it. `what` it is and `instead` of typing say what can be
/// done where there is no terminal.
pub fn typed(prompt: &str, what: &str, instead: &str) -> Result<Secret, Failure> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty");
    let terminal = terminal.map_err(|_| Failure(format!("there is no terminal to ask for {what}: use {instead}")))?;
    let line = hidden_line(&terminal, prompt).map_err(|error| Failure(format!("the terminal: {error}")))?;
    let text = std::str::from_utf8(&line).map_err(|_| Failure("what was typed is not UTF-8 text".to_owned()))?;
    if text.is_empty() {
        Err(Failure(format!("{what} was asked for, and nothing typed")))
    } else {
        Ok(Secret::from(text))
    }
}

/// A text without the end of its last line.
pub fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn hidden_line(mut terminal: &File, prompt: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    let hidden = Hidden::begin(terminal)?;
    terminal.write_all(prompt.as_bytes())?;
    let mut line = Zeroizing::new(Vec::with_capacity(LINE));
    let mut byte = Zeroizing::new([0]);
    while line.len() < LINE && terminal.read(&mut *byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    drop(hidden);
    Ok(line)
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden<'t> {
    terminal: &'t File,
    before: Termios,
}

impl<'t> Hidden<'t> {
    fn begin(terminal: &'t File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        hidden.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON);
        tcsetattr(terminal, OptionalActions::Now, &hidden)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        // A terminal that is gone has no modes.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}
