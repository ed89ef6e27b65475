//! `confgate audit verify`: check of the hash chain.

use std::path::PathBuf;

use clap::Args;
use confgate_core::render;
use confgate_runtime::audit::{Digest, Head, Verification, verify, verify_against};

use crate::cli::audit::count::count;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::sanitize::sanitize_lines;

/// Verify that no line was altered, moved or removed. Exits with 1 otherwise.
///
/// Older files (PATH.1 and so on) are verified as well. Lines cut off the end, or off the beginning of the oldest file, leave no
/// trace in the file: note the head that is printed, and pass it with --head the next time.
#[derive(Debug, Args)]
pub struct Verify {
    /// Audit trail.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Require a line with this hash: a head that was printed before.
    #[arg(long, value_name = "HASH")]
    head: Option<Digest>,
}

impl Verify {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let verdict = match self.head {
            Some(head) => verify_against(&self.path, head)?,
            None => verify(&self.path)?,
        };
        output.put(&sanitize_lines(&summary(&verdict)))?;
        Ok(ExitStatus::success_if(verdict.is_intact()))
    }
}

fn summary(verdict: &Verification) -> String {
    let mut text: String = verdict.breaks.iter().map(|found| format!("error: {found}\n")).collect();
    if verdict.further > 0 {
        text += &format!("error: {} more like these\n", verdict.further);
    }
    if let Some(hash) = verdict.missing_head {
        text += &format!("error: no line has the hash {hash}: the end was cut off, or the trail was rewritten\n");
    }
    if let Some(torn) = &verdict.torn {
        let (file, bytes) = (torn.file.display(), count(torn.bytes, "byte"));
        text += &format!("warning: {file}: ends with an incomplete line of {bytes}\n");
    }
    text += if verdict.is_intact() { "intact: " } else { "altered: " };
    text += &format!("{} in {}", count(verdict.lines, "line"), render::count(verdict.files, "file"));
    if let (Some(first), Some(last)) = (verdict.first, verdict.last) {
        text += &format!(", {first:.3} to {last:.3}");
    }
    text.push('\n');
    if verdict.first_sequence > 1 && verdict.files > 1 {
        text += &format!("  begins with line {} of the trail: older files were rotated away\n", verdict.first_sequence);
    }
    if verdict.repaired > 0 {
        text += &format!("  {} of a crash removed and recorded\n", count(verdict.repaired, "incomplete line"));
    }
    if let Some(Head { sequence, hash }) = verdict.head {
        text += &format!("  head: line {sequence}, {hash}\n");
    }
    text
}
