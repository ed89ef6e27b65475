//! The thread that keeps the file current and tells the service, again when it did not work.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use confgate_core::value::Path;

use crate::output::{Output, OutputError, Written};
use crate::service::Service;
use crate::state::State;
use crate::target::Target;

/// How long until the second try; each one after it waits twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How often to look whether somebody else changed the file.
pub const LOOK: Duration = Duration::from_secs(30);

/// Keeps the file current and tells the service.
pub struct Keeper {
    pub service: Arc<dyn Service>,
    pub output: Output,
    pub target: Option<Target>,
    pub state: Arc<State>,
    /// How often the service is told again when it could not be told.
    pub retries: u32,
    /// How often to look whether somebody else changed the file.
    pub look: Duration,
    /// Comes true when the agent ends.
    pub stop: Arc<AtomicBool>,
}

/// What is left to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Todo {
    write: bool,
    tell: bool,
    /// How often it was tried since the last change.
    tries: u32,
    /// When to try again.
    due: Option<Instant>,
}

impl Keeper {
    /// Writes the file for the first time. A service that runs already is to be told; where there was no file, nobody has read
    /// it.
    pub fn begin(&self) -> Result<Todo, OutputError> {
        let status = self.service.status();
        let written = self.output.write(&status.loaded, self.service.spec())?;
        self.state.wrote(written);
        tracing::info!(output = %self.output.path().display(), version = status.version, "{}", said(written));
        let tell = written == Written::Replaced;
        Ok(Todo { tell, due: tell.then(Instant::now), ..Todo::default() })
    }

    /// Does what is to do until nobody can ask for more.
    pub fn run(self, mut todo: Todo, changes: &Receiver<()>) {
        loop {
            let left = todo.due.map_or(self.look, |due| due.saturating_duration_since(Instant::now()));
            match changes.recv_timeout(left) {
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) if todo.due.is_none() => todo.write = self.is_changed(),
                Err(RecvTimeoutError::Timeout) => todo.due = None,
                // Several changes at once are one.
                Ok(()) => {
                    changes.try_iter().for_each(drop);
                    todo = Todo { write: true, tell: todo.tell, ..Todo::default() };
                    self.say_what_waits();
                }
            }
            self.write(&mut todo);
            self.tell(&mut todo);
        }
    }

    /// Whether the file no longer is what was written.
    fn is_changed(&self) -> bool {
        let is_current = self.output.is_current(&self.service.status().loaded, self.service.spec());
        if !is_current {
            tracing::warn!(output = %self.output.path().display(), "somebody else changed the file");
        }
        !is_current
    }

    /// A file that is not current is tried for as long as it takes.
    fn write(&self, todo: &mut Todo) {
        if !todo.write {
            return;
        }
        let status = self.service.status();
        match self.output.write(&status.loaded, self.service.spec()) {
            Ok(written) => {
                self.state.wrote(written);
                tracing::info!(output = %self.output.path().display(), version = status.version, "{}", said(written));
                let tell = todo.tell || written != Written::Unchanged;
                *todo = Todo { tell, ..Todo::default() };
            }
            Err(error) => {
                let pause = pause(todo.tries);
                tracing::error!(%error, "the file is not current; the next try is in {pause:?}");
                self.state.did_not_write(error.to_string());
                todo.tries = todo.tries.saturating_add(1);
                todo.due = Some(Instant::now() + pause);
            }
        }
    }

    /// A service that cannot be told is told again some times, and at the next change.
    fn tell(&self, todo: &mut Todo) {
        let Some(target) = self.target.as_ref().filter(|_| todo.tell && !todo.write) else { return };
        match target.tell(&self.stop) {
            Ok(()) => {
                self.state.told();
                tracing::info!(%target, "the service was told");
                *todo = Todo::default();
            }
            Err(error) => {
                self.state.did_not_tell(error.to_string());
                if todo.tries >= self.retries {
                    tracing::error!(%error, "the service was not told; the next change tries again");
                    *todo = Todo::default();
                    return;
                }
                let pause = pause(todo.tries);
                tracing::warn!(%error, "the service was not told; the next try is in {pause:?}");
                todo.tries += 1;
                todo.due = Some(Instant::now() + pause);
            }
        }
    }

    fn say_what_waits(&self) {
        let pending = self.service.status().pending;
        if !pending.is_empty() {
            let fields: Vec<String> = pending.iter().map(|pending| Path::to_string(&pending.path)).collect();
            let fields = fields.join(", ");
            tracing::warn!(fields, "new values wait for a restart: of the agent, then of the service");
        }
    }
}

fn said(written: Written) -> &'static str {
    match written {
        Written::New => "the file was written",
        Written::Replaced => "the file was replaced",
        Written::Unchanged => "the file is current",
    }
}

fn pause(tries: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2u32.saturating_pow(tries)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::{fs, thread};

    use confgate_bitcraps::Config;
    use confgate_runtime::live::Live;
    use confgate_runtime::load::Loader;
    use confgate_runtime::system::SystemContext;

    use super::*;
    use crate::output::Format;

    #[test]
    fn a_file_that_somebody_else_changed_is_mended_without_a_word_from_anybody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("resolved.toml");
        let live: Live<Config> = Live::builder(Loader::of::<Config>(SystemContext::bare())).start().unwrap();
        let state = Arc::new(State::new("bitcraps"));
        let keeper = Keeper {
            service: Arc::new(live),
            output: Output::new(&path, Format::Toml, 0o600),
            target: None,
            state: state.clone(),
            retries: 0,
            look: Duration::from_millis(10),
            stop: Arc::default(),
        };
        let todo = keeper.begin().unwrap();
        let whole = fs::read(&path).unwrap();
        let (changes, changed) = channel();
        let keeping = thread::spawn(move || keeper.run(todo, &changed));
        for mischief in [|path| fs::write(path, "x = 1\n"), |path| fs::remove_file(path)] {
            mischief(&path).unwrap();
            let began = Instant::now();
            while fs::read(&path).unwrap_or_default() != whole {
                assert!(began.elapsed() < Duration::from_secs(20));
                thread::sleep(Duration::from_millis(2));
            }
        }
        drop(changes);
        keeping.join().unwrap();
    }

    #[test]
    fn pauses_grow_and_stay_below_half_a_minute() {
        let pauses: Vec<u128> = [0, 1, 5, 6, 1000].map(|tries| pause(tries).as_millis()).to_vec();
        assert_eq!(pauses, [500, 1000, 16_000, 30_000, 30_000]);
    }
}
