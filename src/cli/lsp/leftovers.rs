//! The processes and folders of the server, which end with it.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{io, process, thread};

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Process groups that run, and temporary folders that exist.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    groups: Vec<Pid>,
    folders: Vec<PathBuf>,
}

impl Leftovers {
    /// Removes what is left when a signal ends the process.
    pub(super) fn remove_at_signals(self: &Arc<Self>) -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
        let leftovers = self.clone();
        thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                leftovers.remove();
                process::exit(128 + signal);
            }
        });
        Ok(())
    }

    /// Ends the processes, and removes the folders.
    pub(super) fn remove(&self) {
        let state = std::mem::take(&mut *self.state());
        for group in state.groups {
            // A group that has ended is no fault.
            let _ = kill_process_group(group, Signal::KILL);
        }
        for folder in state.folders {
            let _ = fs::remove_dir_all(folder);
        }
    }

    pub(super) fn add_group(&self, group: Option<Pid>) {
        self.state().groups.extend(group);
    }

    pub(super) fn forget_group(&self, group: Option<Pid>) {
        self.state().groups.retain(|known| Some(*known) != group);
    }

    pub(super) fn add_folder(&self, folder: PathBuf) {
        self.state().folders.push(folder);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
