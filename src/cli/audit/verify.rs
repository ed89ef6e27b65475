//! `confgate audit verify`: check of the hash chain.

use std::path::PathBuf;

use clap::Args;
use confgate_core::render;
use confgate_runtime::audit::{Digest, Head, SignedExtent, TrailReader, Verification};

use crate::cli::audit::count::count;
use crate::cli::audit::problems::Problems;
#[cfg(feature = "deploy")]
use crate::cli::audit::signatures::Signatures;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::sanitize::sanitize_lines;

/// Verify that no line was altered, moved or removed. Exits with 1 otherwise.
///
/// Older files (PATH.1 and so on) are verified as well. Lines cut off the end, or off the beginning of the oldest file, and a trail
/// that was written anew leave no trace in the file: let the service sign it, and verify it with --key; or note the head that is
/// printed, and pass it with --head the next time.
#[derive(Debug, Args)]
pub struct Verify {
    /// Audit trail.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Require a line with this hash: a head that was printed before.
    #[arg(long, value_name = "HASH")]
    head: Option<Digest>,
    #[cfg(feature = "deploy")]
    #[command(flatten)]
    signatures: Signatures,
}

impl Verify {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let (verdict, problems) = self.verify()?;
        let is_intact = verdict.is_intact() && problems.errors == 0;
        output.put(&sanitize_lines(&(problems.text + &summary(&verdict, is_intact))))?;
        Ok(ExitStatus::success_if(is_intact))
    }

    #[cfg(feature = "deploy")]
    fn verify(&self) -> Result<(Verification, Problems), CliError> {
        match self.signatures.is_given() {
            true => self.signatures.verify(&self.path, self.head),
            false => self.verify_chain(),
        }
    }

    #[cfg(not(feature = "deploy"))]
    fn verify(&self) -> Result<(Verification, Problems), CliError> {
        self.verify_chain()
    }

    fn verify_chain(&self) -> Result<(Verification, Problems), CliError> {
        Ok((Verification::run(TrailReader::open(&self.path)?, self.head)?, Problems::default()))
    }
}

fn summary(verdict: &Verification, is_intact: bool) -> String {
    let mut text: String = verdict.breaks.iter().map(|found| format!("error: {found}\n")).collect();
    if verdict.further > 0 {
        text += &format!("error: {} more like these\n", verdict.further);
    }
    if let Some(hash) = verdict.missing_head {
        text += &format!("error: no line has the hash {hash}: the end was cut off, or the trail was rewritten\n");
    }
    text += &verdict.signed.as_ref().map(signature_problems).unwrap_or_default();
    if let Some(torn) = &verdict.torn {
        let (file, bytes) = (torn.file.display(), count(torn.bytes, "byte"));
        text += &format!("warning: {file}: ends with an incomplete line of {bytes}\n");
    }
    text += if is_intact { "intact: " } else { "altered: " };
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
    if let Some(SignedExtent { newest: Some(newest), unsigned, .. }) = &verdict.signed {
        text += &format!("  signed up to line {}", newest.sequence);
        text += &if *unsigned > 0 { format!("; {} after it\n", count(*unsigned, "line")) } else { "\n".to_owned() };
    }
    text
}

fn signature_problems(signed: &SignedExtent) -> String {
    let mut text = String::new();
    if signed.heads == 0 {
        text += "error: no line is signed by a given key\n";
    }
    if let Some(beyond) = signed.beyond {
        text += &format!("error: line {} was signed and is missing: the end was cut off\n", beyond.sequence);
    }
    if signed.disordered > 0 {
        let heads = count(signed.disordered, "signed head");
        text += &format!("error: {heads} out of order: the trail was cut off and continued\n");
    }
    text
}
