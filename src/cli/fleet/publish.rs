//! `confgate publish`: publication of a bundle or a fleet.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_deploy::Source;
use confgate_fleet::{Author, Digest, Publication, WaveName, publish};
use confgate_nix_signatures::Trust;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::candidate::{ReadCandidate, Signing};
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::fleet::publish_report::{report_error, report_published};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;
use crate::cli::secret_key_file::read_secret_key;
use crate::cli::trusted_keys::public_keys;

/// Publish a bundle or a fleet to the store that its nodes follow: gate, sign, store, move the pointers.
///
/// Stores bundles that never change, and moves the pointers of all waves in one transaction. If another author published meanwhile,
/// their changes are kept: fields that only one of both changed are taken together and gated again, and a field that both changed
/// rejects the publication. Exits with 1 if it is rejected.
#[derive(Debug, Args)]
pub struct Publish {
    /// Bundle, as `confgate deploy` takes it, or a directory with a bundle for each node.
    #[arg(value_name = "SOURCE")]
    source: Source,
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Sign the bundles with the secret key in this file.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Read the signature from this file, or those of a fleet from the files NODE.sig in this directory. [default: SOURCE.sig]
    #[arg(long, value_name = "PATH")]
    signature: Option<PathBuf>,
    /// Require a signature of this public key, as the nodes do. Can be repeated. [default: that of --key-file]
    #[arg(long, short = 'k', value_name = "KEY", required_unless_present = "key_file")]
    trusted_public_key: Vec<String>,
    /// Move the pointer of this wave. Can be repeated. [default: all]
    #[arg(long, value_name = "WAVE")]
    wave: Vec<WaveName>,
    /// Store the release, and move no pointer.
    #[arg(long, conflicts_with = "wave")]
    store_only: bool,
    /// Compare with changes since this release, from which the bundles were made. [default: the published release]
    #[arg(long, value_name = "RELEASE")]
    base: Option<Digest>,
    /// Record this author, by default `USER@HOST`.
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Record this commit of the configuration. [default: that of a git source]
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// Show what would be published, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Publish {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = self.service.gate(model)?;
        let keys = self.service.keys(&gate)?;
        let signer = self.key_file.as_deref().map(read_secret_key).transpose()?;
        let mut trusted = public_keys(&self.trusted_public_key)?;
        trusted.extend(signer.as_ref().map(confgate_nix_signatures::SecretKey::public));
        let trust = Trust::new(trusted);
        let signing = Signing { key: signer.as_ref(), signature: self.signature.as_deref() };
        let ReadCandidate { candidate, commit } = signing.candidate(&self.source)?;
        let mut author = Author::current(self.commit.clone().or(commit));
        if let Some(name) = &self.author {
            author.by.clone_from(name);
        }
        let waves = match (self.store_only, self.wave.is_empty()) {
            (true, _) => Vec::new(),
            (false, true) => vec![WaveName::all()],
            (false, false) => self.wave.clone(),
        };
        let publication = Publication {
            keys: &keys,
            gate: &gate,
            trust: &trust,
            signer: signer.as_ref(),
            waves: &waves,
            base: self.base,
            author: &author,
            dry_run: self.dry_run,
        };
        if !self.dry_run {
            output.report_only();
        }
        let waiting = output.waiting(if self.dry_run { "comparing with the store" } else { "publishing" });
        let run = async |store| Ok::<_, CliError>(publish(&store, &publication, candidate).await);
        let published = self.endpoints.with_store(run);
        drop(waiting);
        match published? {
            Ok(published) => {
                report_published(&published, &publication, self.format, output)?;
                Ok(ExitStatus::Success)
            }
            Err(error) => report_error(error, self.format, output),
        }
    }
}
