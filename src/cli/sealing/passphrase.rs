//! Passphrases in files, and prompts at the terminal without echo.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use confgate_core::types::Secret;
use confgate_files::SizeLimit;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::cli::error::{CliError, SealingError};
use crate::cli::path_name::display_name;
use crate::cli::sealing::secret_file::read_secret_bytes;

/// Longest line that is read from the terminal, in bytes.
const LINE: usize = 4096;

/// Reads the passphrase in a file, without the line end.
pub fn read_file(path: &Path) -> Result<Secret, CliError> {
    let bytes = read_secret_bytes(path, SizeLimit::PASSPHRASE)?;
    let name = display_name(path);
    match std::str::from_utf8(&bytes).map(without_line_end) {
        Err(_) => Err(SealingError::PassphraseNotUtf8 { name }.into()),
        Ok("") => Err(SealingError::EmptyPassphrase { name }.into()),
        Ok(passphrase) => Ok(Secret::from(passphrase)),
    }
}

/// Prompts twice for a new passphrase.
pub fn read_new() -> Result<Secret, SealingError> {
    let passphrase = read_secret("Passphrase: ", "a passphrase", "--passphrase-file")?;
    let repetition = read_secret("Passphrase again: ", "a passphrase", "--passphrase-file")?;
    if repetition == passphrase { Ok(passphrase) } else { Err(SealingError::PassphrasesDiffer) }
}

/// Prompts for a secret at the terminal, which does not echo it. Errors name the secret and the alternative to a terminal.
pub fn read_secret(prompt: &str, what: &'static str, alternative: &'static str) -> Result<Secret, SealingError> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty");
    let terminal = terminal.map_err(|_| SealingError::NoTerminal { what, alternative })?;
    let line = read_line(&terminal, prompt).map_err(|source| SealingError::Terminal { what, source })?;
    match std::str::from_utf8(&line) {
        Err(_) => Err(SealingError::EnteredNotUtf8 { what }),
        Ok("") => Err(SealingError::EnteredNothing { what }),
        Ok(secret) => Ok(Secret::from(secret)),
    }
}

/// Removes the end of the last line.
pub fn without_line_end(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    line.strip_suffix('\r').unwrap_or(line)
}

fn read_line(mut terminal: &File, prompt: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    let no_echo = NoEcho::start(terminal)?;
    terminal.write_all(prompt.as_bytes())?;
    let mut line = Zeroizing::new(Vec::with_capacity(LINE));
    let mut byte = Zeroizing::new([0]);
    while line.len() < LINE && terminal.read(&mut *byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    drop(no_echo);
    Ok(line)
}

/// Terminal that does not echo its input until this is dropped.
struct NoEcho<'t> {
    terminal: &'t File,
    original: Termios,
}

impl<'t> NoEcho<'t> {
    fn start(terminal: &'t File) -> io::Result<Self> {
        let original = tcgetattr(terminal)?;
        let mut modes = original.clone();
        modes.local_modes.remove(LocalModes::ECHO);
        modes.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON);
        tcsetattr(terminal, OptionalActions::Now, &modes)?;
        Ok(Self { terminal, original })
    }
}

impl Drop for NoEcho<'_> {
    fn drop(&mut self) {
        // The terminal may be gone; ignore the error.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.original);
    }
}
