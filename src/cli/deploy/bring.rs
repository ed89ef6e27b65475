//! `confgate deploy`: a bundle to this node, and back if the service is not well with it.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;
use confgate_core::types;
use confgate_deploy::{Deployed, Deployment, Plan, Progress, Source, Step, interrupt};
use confgate_nix_signatures::{PublicKey, Trust};

use crate::cli::deploy::{Place, Service, harmless_lines, outcome};
use crate::cli::output::Output;
use crate::cli::{DONE, Failure, change};

/// Bring a bundle to this node: fetch, verify, gate, stage, activate, reload, health, settle, keep; or roll back.
///
/// Until the link is swapped nothing of the node is changed. Whatever fails after it brings back the generation that ran
/// before, and the exit code is 1.
#[derive(Debug, Args)]
pub struct Deploy {
    /// Bundle: a folder, a store path or the result of a build, a tar, or git+URL?ref=BRANCH&rev=COMMIT&dir=FOLDER.
    #[arg(value_name = "SOURCE")]
    source: Source,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    service: Service,
    /// How long the service must stay well before the bundle is kept, by what --health says. Give it longer than a reload takes: an
    /// answer right after SIGHUP may be one of the config of before.
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    settle: types::Duration,
    /// Public key whose signatures are taken. With one or more, a bundle without such a signature is refused.
    #[arg(long, short = 'k', value_name = "KEY")]
    trusted_public_key: Vec<String>,
    /// File with the signature. [default: SOURCE.sig]
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Take a commit of a repository only when git verifies its signature, or that of its tag.
    #[arg(long)]
    signed_commit: bool,
    /// Take a bundle that is older than what runs: an earlier generation again, or an older version of the schema.
    #[arg(long)]
    allow_downgrade: bool,
    /// How many generations are kept, at least two.
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    keep: usize,
    /// Show what would change and change nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Deploy {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        if self.service.health.is_none() && !Duration::from(self.settle).is_zero() {
            let nobody = "--settle is how long the service must stay well, and without --health nobody is asked: give both or none";
            return Err(Failure(nobody.to_owned()));
        }
        let gate = self.place.gate(model)?;
        let generations = self.place.generations(&gate)?;
        // Not parsed by clap, which would show a secret key that stands in its place.
        let keys = self.trusted_public_key.iter().map(|text| text.parse());
        let keys = keys.collect::<Result<Vec<PublicKey>, _>>();
        let keys = keys.map_err(|error| Failure(format!("--trusted-public-key: {error}")))?;
        let loader = self.service.loader(gate);
        let deployment = Deployment {
            trust: Trust::new(keys),
            signature: self.signature.clone(),
            signed_commit: self.signed_commit,
            allow_downgrade: self.allow_downgrade,
            settle: self.settle.into(),
            keep: self.keep,
            ..self.service.deployment(self.source.clone(), &loader)
        };
        interrupt::heed()?;
        let mut written = Ok(());
        let mut tell = |progress| written = written_all(std::mem::replace(&mut written, Ok(())), output, &progress);
        let done = if self.dry_run {
            deployment.rehearse(&generations, &mut tell)
        } else {
            deployment.run(&generations, &mut tell)
        };
        written?;
        match done {
            Ok(deployed) => {
                output.put(&said(&deployed))?;
                Ok(DONE)
            }
            Err(error) => {
                output.put(&harmless_lines(&format!("\n{error}\n")))?;
                outcome(error)
            }
        }
    }
}

/// Writes how far it is, at once: a deployment takes its time.
fn written_all(before: Result<(), Failure>, output: &mut Output, progress: &Progress) -> Result<(), Failure> {
    before?;
    if let Some(line) = line(progress) {
        output.put(&line)?;
        output.finish()?;
    }
    Ok(())
}

pub fn line(progress: &Progress) -> Option<String> {
    let row = |mark: &str, step: &Step, took: &Duration, says: &str| {
        // A report stands below the steps, whole.
        let says = sanitize(says.lines().next().unwrap_or_default());
        format!("{mark} {:<9} {:>6} ms  {says}\n", step.name(), took.as_millis())
    };
    match progress {
        Progress::Begins(_) => None,
        Progress::Found(complaint) => Some(crate::cli::deploy::doctor::words(complaint)),
        Progress::Done(step, took, says) => Some(row("✓", step, took, says)),
        Progress::Failed(step, took, says) => Some(row("✗", step, took, says)),
    }
}

fn said(deployed: &Deployed) -> String {
    let Deployed { generation, plan, same, told, pruned } = deployed;
    match (generation, same) {
        (_, true) if *told => "\nthis bundle counts already, and the service was told of it\n".to_owned(),
        (_, true) => "\nnothing to do: this bundle counts already\n".to_owned(),
        (None, false) => format!("\n{}nothing was changed\n", changes(plan)),
        (Some(generation), false) => {
            let pruned =
                if pruned.is_empty() { String::new() } else { format!("; {} removed", count(pruned.len(), "old one")) };
            format!("\n{}generation {generation} counts{pruned}\n", changes(plan))
        }
    }
}

fn changes(plan: &Plan) -> String {
    let width = plan.fields.iter().map(|field| field.field.len()).max().unwrap_or(0);
    let row = |field: &confgate_deploy::Planned| {
        let restart = if field.restart { "  (waits for a restart)" } else { "" };
        let says = change::words(field.old.as_ref(), field.new.as_ref());
        format!("  {:width$}  {says}{restart}\n", field.field)
    };
    match plan.fields.len() {
        0 => "no field changes\n".to_owned(),
        fields => plan.fields.iter().map(row).collect::<String>() + &format!("{}; ", count(fields, "change")),
    }
}
