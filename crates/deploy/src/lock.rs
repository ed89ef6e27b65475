//! The lock of a node's generations: one command changes them at a time.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use confgate_files::OpenedFile;
use rustix::fs::{FlockOperation, flock};

use crate::generations_error::GenerationsError;
use crate::lock_owner::LockOwner;

/// The largest lock file that is read, in bytes.
const MAX_BYTES: u64 = 4096;

/// The lock of a node's generations, held as long as this value lives. The system releases it when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock for `command`.
    ///
    /// # Errors
    ///
    /// Another process holds it, or the file cannot be written.
    pub fn take(path: &Path, command: &str) -> Result<Self, GenerationsError> {
        let failed = |error| GenerationsError::io(path, error);
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.map_err(failed)?;
        // Every user may see the holder, whatever the umask is. The file of another owner has this mode already.
        let _ = file.set_permissions(Permissions::from_mode(0o644));
        if !try_lock(&file) {
            return Err(GenerationsError::Locked { owner: read_owner(&mut file) });
        }
        let text = serde_json::to_string(&LockOwner::current(command)).unwrap_or_default();
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
        Ok(Self { _file: file })
    }

    /// Returns the holder of the lock: `None` if the lock is free, `Some(None)` if its holder is unknown.
    pub fn owner(path: &Path) -> Option<Option<LockOwner>> {
        let mut file = OpenedFile::open(path).ok()?.into_file();
        if try_lock(&file) { None } else { Some(read_owner(&mut file)) }
    }
}

/// Takes the lock if it is free, and retries for a moment: a forked child holds the locks of its parent until it executes its
/// program.
fn try_lock(file: &File) -> bool {
    const ATTEMPTS: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(10);
    (0..ATTEMPTS).any(|attempt| {
        if attempt > 0 {
            thread::sleep(PAUSE);
        }
        flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
    })
}

fn read_owner(file: &mut File) -> Option<LockOwner> {
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
