//! Progress of long work, on the terminal of a person alone.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::color::Color;

/// Time after which work is long enough to be displayed.
const DELAY: Duration = Duration::from_millis(400);

/// Time between two pictures of a spinner.
#[cfg(feature = "fleet")]
const TICK: Duration = Duration::from_millis(120);

/// Progress of a number of things. Nothing is drawn, and no bar exists, before the work is long; and never where standard error is no
/// terminal, in CI, with NO_COLOR or TERM=dumb.
pub(crate) struct Progress {
    verb: &'static str,
    total: usize,
    done: AtomicUsize,
    started: Instant,
    bar: OnceLock<ProgressBar>,
    is_enabled: bool,
}

impl Progress {
    /// Starts with nothing done.
    pub fn new(color: Color, verb: &'static str, total: usize) -> Self {
        // One thing has no part that is done before the whole is.
        let is_enabled = total > 1 && is_wanted(color, |name| std::env::var(name).ok(), io::stderr().is_terminal());
        Self { verb, total, done: AtomicUsize::new(0), started: Instant::now(), bar: OnceLock::new(), is_enabled }
    }

    /// Counts one thing as done.
    pub fn advance(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.is_enabled || self.started.elapsed() < DELAY {
            return;
        }
        self.bar.get_or_init(|| self.start()).set_position(done as u64);
    }

    fn start(&self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(self.total as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:24} {pos}/{len}  {eta} left") {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar.with_message(self.verb).with_elapsed(self.started.elapsed())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// A step of unknown length, such as a request.
#[cfg(feature = "fleet")]
pub(crate) struct Waiting(Option<ProgressBar>);

#[cfg(feature = "fleet")]
impl Waiting {
    /// Displays the step until the value is dropped.
    pub fn new(color: Color, verb: &'static str) -> Self {
        let is_wanted = is_wanted(color, |name| std::env::var(name).ok(), io::stderr().is_terminal());
        Self(is_wanted.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
                bar.set_style(style);
            }
            bar.set_message(verb);
            bar.enable_steady_tick(TICK);
            bar
        }))
    }
}

#[cfg(feature = "fleet")]
impl Waiting {
    /// Prints something while the step is not displayed.
    pub fn suspend(&self, print: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

#[cfg(feature = "fleet")]
impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Returns whether a person watches standard error.
fn is_wanted(color: Color, variable: impl Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_plain =
        is_set("NO_COLOR") || is_set("CI") || variable("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    is_terminal && !is_plain && color != Color::Never
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_of_a_person_has_progress() {
        let with = |name: &'static str, value: &'static str| {
            move |asked: &str| match asked {
                _ if asked == name => Some(value.to_owned()),
                "TERM" => Some("xterm".to_owned()),
                _ => None,
            }
        };
        assert!(is_wanted(Color::Auto, with("", ""), true));
        assert!(is_wanted(Color::Auto, with("NO_COLOR", ""), true));
        assert!(!is_wanted(Color::Auto, with("", ""), false));
        assert!(!is_wanted(Color::Always, with("", ""), false));
        assert!(!is_wanted(Color::Never, with("", ""), true));
        for (name, value) in [("NO_COLOR", "1"), ("CI", "true"), ("TERM", "dumb"), ("TERM", "")] {
            assert!(!is_wanted(Color::Auto, with(name, value), true), "{name}={value}");
        }
        assert!(!is_wanted(Color::Auto, |_| None, true));
    }

    #[test]
    fn short_work_makes_no_bar() {
        let progress = Progress::new(Color::Auto, "checking", 1000);
        (0..1000).for_each(|_| progress.advance());
        assert!(progress.bar.get().is_none());
    }
}
