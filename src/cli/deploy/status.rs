//! `confgate status`: what counts on this node, and whether it is as it was deployed.

use clap::Args;
use serde_json::json;

use super::Place;
use crate::cli::output::{Format, Output};
use crate::cli::{DONE, Failure, REFUSED};
use crate::deploy::{Became, Generations, Lock, Owner, Record};
use crate::gate::Gate;
use crate::gate::shown::harmless;
use crate::nix::bundle::document;

/// Say which generation counts, whether it is as it was deployed, who is at work, and what waits for a restart. Exits with 1
/// when something is wrong.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    place: Place,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl Status {
    pub fn run(self, output: &mut Output, gate: &Gate) -> Result<u8, Failure> {
        let generations = self.place.generations(gate)?;
        let seen = Seen::of(&generations);
        match self.format {
            Format::Human => output.put(&harmless_lines(&seen.words()))?,
            Format::Json => output.put(&document(&json!({
                "generation": seen.current, "record": seen.record, "drift": seen.drift,
                "unfinished": seen.unfinished(), "at_work": seen.owner,
            })))?,
        }
        Ok(if seen.drift.is_some() || seen.unfinished() { REFUSED } else { DONE })
    }
}

struct Seen {
    current: Option<u64>,
    record: Option<Record>,
    /// What of it is not as it was deployed.
    drift: Option<&'static str>,
    owner: Option<Option<Owner>>,
}

impl Seen {
    fn of(generations: &Generations<'_>) -> Self {
        let current = generations.current();
        Self {
            current,
            record: current.and_then(|number| generations.record(number)),
            drift: current.and_then(|number| generations.damage(number)).map(|damage| damage.words()),
            owner: Lock::owner(&generations.lock_path()),
        }
    }

    /// Whether a deployment was cut off that nobody has finished yet.
    fn unfinished(&self) -> bool {
        self.owner.is_none() && self.record.as_ref().is_some_and(|record| record.result == Became::Activating)
    }

    fn words(&self) -> String {
        let Some(current) = self.current else { return "nothing is deployed\n".to_owned() };
        let mut text = match &self.record {
            Some(record) => format!(
                "generation {current}: {} for {}, {}\n  deployed  {} by {}\n  from      {} ({})\n",
                record.bundle,
                record.environment,
                record.result.words(),
                record.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
                record.who,
                record.source,
                record.resolved,
            ),
            None => format!("generation {current}\n"),
        };
        if let Some(signer) = self.record.as_ref().and_then(|record| record.signer.as_ref()) {
            text += &format!("  signed    by {signer}\n");
        }
        let restart = self.record.as_ref().map(|record| record.restart.join(", ")).unwrap_or_default();
        if !restart.is_empty() {
            text += &format!("  waits     for a restart of the service since then: {restart}\n");
        }
        text += &match self.drift {
            Some(drift) => format!("  drift     {drift}: see confgate doctor\n"),
            None => "  drift     none: the files are those that were deployed\n".to_owned(),
        };
        if self.unfinished() {
            text += "  cut off   the deployment did not come to its end: see confgate doctor\n";
        }
        match &self.owner {
            Some(Some(owner)) => text + &format!("  at work   {}: {}, process {}\n", owner.who, owner.what, owner.pid),
            Some(None) => text + "  at work   another process\n",
            None => text,
        }
    }
}

fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", harmless(line))).collect()
}
