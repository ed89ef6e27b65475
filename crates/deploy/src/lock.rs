//! One deployment at a time.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::DeployError;

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The process.
    pub pid: u32,
    /// Who started it.
    pub who: String,
    /// What it does.
    pub what: String,
    /// Since when.
    pub since: Timestamp,
}

/// The lock of a node's generations, held as long as this lives. The system gives it back when a process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    ///
    /// Somebody holds it, or it cannot be written.
    pub fn take(path: &Path, what: &str) -> Result<Self, DeployError> {
        let failed = |error| DeployError::io(path, error);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(failed)?;
        // Whoever looks at the state of a node may see who is at work, whatever the umask is; another owner has said it before.
        let _ = file.set_permissions(Permissions::from_mode(0o644));
        if !is_taken(&file) {
            return Err(DeployError::Locked { owner: read(&mut file) });
        }
        let owner = Owner { pid: std::process::id(), who: who(), what: what.to_owned(), since: Timestamp::now() };
        let text = serde_json::to_string(&owner).unwrap_or_default();
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
        Ok(Self { _file: file })
    }

    /// Who holds the lock now, if somebody does.
    pub fn owner(path: &Path) -> Option<Option<Owner>> {
        let mut file = File::open(path).ok()?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => None,
            Err(_) => Some(read(&mut file)),
        }
    }
}

/// Takes the lock, if nobody holds it. A process that was just started holds what its parent held until it runs its program,
/// so one that is held is looked at again for a moment.
fn is_taken(file: &File) -> bool {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(10);
    (0..TRIES).any(|attempt| {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
    })
}

fn read(file: &mut File) -> Option<Owner> {
    let mut text = String::new();
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// Who runs this process: the user behind sudo where there is one.
pub fn who() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("user {}", rustix::process::getuid().as_raw()))
}
