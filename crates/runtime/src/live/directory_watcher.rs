//! Watch of the directories of the inputs, with polling as the fallback.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{ModifyKind, RenameMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::live::open_files::OpenFiles;
use crate::live::wake::{Wake, Wakes};
use crate::live::watch::DirectoryId;

/// Maximum number of removed paths that are remembered. Beyond it every directory is watched anew.
const MAX_REMOVED: usize = 1024;

/// Watch of directories.
#[derive(Debug)]
pub(super) struct DirectoryWatcher {
    events: EventHandler,
    /// The watcher of the system, or `None` while the system refuses one.
    watcher: Option<RecommendedWatcher>,
    /// The watched directories, with their identity at that time.
    directories: BTreeMap<PathBuf, DirectoryId>,
}

/// Result of an update of the watch.
#[derive(Debug, Default)]
pub(super) struct WatchUpdate {
    /// True if a directory was added. A change before that was not reported.
    pub added: bool,
    /// True if a directory disappeared meanwhile.
    pub is_transient: bool,
    /// The reason for which the system does not report all changes.
    pub problem: Option<String>,
}

/// Receiver of the events of the system, in a thread of its own.
#[derive(Debug, Clone)]
struct EventHandler {
    wakes: Arc<Wakes>,
    open_files: Arc<OpenFiles>,
    removed: Arc<Mutex<Removed>>,
}

/// Paths that were removed or renamed, and with them the watch of the directory that had the name.
#[derive(Debug, Default)]
struct Removed {
    paths: BTreeSet<PathBuf>,
    /// True if events were lost, so that any watch may have ended.
    all: bool,
}

impl DirectoryWatcher {
    /// Returns a watch of no directory yet.
    pub fn new(wakes: Arc<Wakes>, open_files: Arc<OpenFiles>) -> Self {
        let events = EventHandler { wakes, open_files, removed: Arc::default() };
        Self { events, watcher: None, directories: BTreeMap::new() }
    }

    /// Watches these directories, and no others: links may have changed, and another directory may have the name of one. A
    /// directory that was removed is watched anew, since one that is made again can have the same identity.
    pub fn update(&mut self, wanted: &BTreeMap<PathBuf, DirectoryId>) -> WatchUpdate {
        let removed = self.events.take_removed();
        let mut update = WatchUpdate::default();
        let watcher = match &mut self.watcher {
            Some(watcher) => watcher,
            none => match notify::recommended_watcher(self.events.clone()) {
                Ok(watcher) => none.insert(watcher),
                Err(error) => {
                    update.problem = Some(format!("cannot watch files: {}", reason(&error)));
                    return update;
                }
            },
        };
        self.directories.retain(|path, id| {
            let is_kept = !removed.contains(path) && wanted.get(path) == Some(id);
            if !is_kept {
                // The watch ended with its directory; ignore the error.
                let _ = watcher.unwatch(path);
            }
            is_kept
        });
        for (path, id) in wanted {
            if self.directories.contains_key(path) {
                continue;
            }
            match watcher.watch(path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    update.added = true;
                    self.directories.insert(path.clone(), *id);
                }
                Err(error) if is_missing(&error) => update.is_transient = true,
                Err(error) => {
                    let problem = || format!("cannot watch {}: {}", path.display(), reason(&error));
                    update.problem.get_or_insert_with(problem);
                }
            }
        }
        update
    }
}

fn is_missing(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

/// Returns the reason of an error without the paths that notify adds.
fn reason(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::MaxFilesWatch => "the limit of watches is reached (fs.inotify.max_user_watches)".to_owned(),
        _ => error.to_string(),
    }
}

impl EventHandler {
    fn take_removed(&self) -> Removed {
        std::mem::take(&mut self.removed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl notify::EventHandler for EventHandler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        match &event {
            // The queue of the system was full.
            Ok(event) if event.need_rescan() => removed.all = true,
            Ok(event) => {
                removed.note(event);
                self.open_files.note(event);
            }
            Err(_) => removed.all = true,
        }
        drop(removed);
        // Reading a file does not change it. A writer that closes a file may end a wait.
        let is_read = |event: &Event| event.kind.is_access() && !event.need_rescan();
        if !event.as_ref().is_ok_and(is_read) {
            self.wakes.send(Wake::Files);
        }
    }
}

impl Removed {
    fn note(&mut self, event: &Event) {
        let is_removed =
            matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)));
        if !is_removed {
            return;
        }
        self.paths.extend(event.paths.iter().cloned());
        if self.paths.len() > MAX_REMOVED {
            self.paths.clear();
            self.all = true;
        }
    }

    fn contains(&self, path: &PathBuf) -> bool {
        self.all || self.paths.contains(path)
    }
}
