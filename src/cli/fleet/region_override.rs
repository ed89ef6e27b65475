//! `confgate fleet override`: values of a region over its release, until they expire.

use std::path::PathBuf;

use clap::Args;
use confgate_core::diagnostics::{Diagnostic, Severity};
use confgate_core::gate::{Gate, ValidateOptions, accepted, plain_secrets};
use confgate_core::pretty_json::document;
use confgate_core::schema::fields::at;
use confgate_core::types;
use confgate_core::value::{Node, Path, Sources, Table, Value, json};
use confgate_fleet::{
    Author, Commit, Condition, LONGEST_OVERRIDE, MAX_VALUE, OverrideError, RegionName, ReleaseError, SignedOverride,
    Store, Transaction,
};
use confgate_nix_signatures::Trust;
use confgate_runtime::load::region::RegionOverride;
use confgate_runtime::load::{Override as FieldOverride, UnknownField, insert_at};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::cli::assignment::Assignment;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::fleet::invalid_override::{InvalidOverride, LONGEST_REASON};
use crate::cli::fleet::override_check::rejection;
use crate::cli::output::Output;
use crate::cli::secret_key_file::read_secret_key;

/// Set fields of a region over its release, until they expire. Replaces the region's earlier override.
///
/// Nodes gate their config with the values, and apply them as a layer between profiles and environment variables. Without fields, the
/// override of the region is printed.
#[derive(Debug, Args)]
pub struct Override {
    /// Set a field, with the value in the syntax of its environment variable.
    #[arg(value_name = "KEY=VALUE", requires_all = ["expires_in", "reason", "key_file"])]
    set: Vec<Assignment>,
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Set the fields of nodes in this region.
    #[arg(long, value_name = "NAME")]
    region: RegionName,
    /// Let the values expire after this time: 2h, 3d; at most 31 days.
    #[arg(long = "for", value_name = "DURATION", id = "expires_in")]
    expires_in: Option<types::Duration>,
    /// Record this reason, which `confgate explain` shows.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Sign the override with the secret key in this file.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// End the region's override before its time.
    #[arg(long, conflicts_with_all = ["set", "expires_in"], requires_all = ["reason", "key_file"])]
    end: bool,
}

impl Override {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = self.service.gate(model)?;
        let keys = self.service.keys(&gate)?;
        let key = keys.region_override(&self.region);
        let secret = self.key_file.as_deref().map(read_secret_key).transpose()?;
        let Some(secret) = secret.filter(|_| self.end || !self.set.is_empty()) else {
            return self.show(&key, output);
        };
        let tree = self.values(&gate)?;
        let by_field: Vec<(Path, Node)> =
            self.set.iter().filter_map(|assignment| at_field(&tree, assignment)).collect();
        let values = match json::write(&tree) {
            serde_json::Value::Object(values) => values,
            _ => serde_json::Map::new(),
        };
        let reason = self.reason.clone().unwrap_or_default();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(InvalidOverride::Reason.into());
        }
        let lasts = self.expires_in.map_or(std::time::Duration::ZERO, Into::into);
        let lasts = SignedDuration::try_from(lasts).ok().filter(|lasts| *lasts <= LONGEST_OVERRIDE);
        let lasts = lasts.ok_or(InvalidOverride::TooLong)?;
        let trust = Trust::new(vec![secret.public()]);
        let set = async |store: Store| {
            if let Some(rejection) = rejection(&store, &keys, (&gate, &trust), &by_field).await {
                return Err(CliError::from(InvalidOverride::Value(rejection)));
            }
            let (entry, _) = store.get(&key, MAX_VALUE).await?;
            let before = entry.as_ref().and_then(|entry| SignedOverride::decode(&entry.value, &key).ok());
            let at = self.time_after(before.as_ref());
            let content = RegionOverride {
                service: keys.service().to_string(),
                region: self.region.to_string(),
                expires: at.saturating_add(lasts).unwrap_or(at),
                by: Author::current(None).by,
                at,
                reason,
                values,
            };
            let Some(signed) = SignedOverride::sign(content, &secret) else {
                return Err(InvalidOverride::Reason.into());
            };
            let put = Transaction::new().when(&key, Condition::as_read(entry.as_ref())).put(&key, signed.encode());
            match store.commit(&put).await? {
                Commit::Done(position) => Ok((signed.content, position)),
                Commit::Conflict(_) => Err(CliError::from(InvalidOverride::Conflict)),
            }
        };
        let (content, position) = self.endpoints.with_store(set)?;
        let until = content.expires.strftime("%Y-%m-%d %H:%M:%S UTC");
        let what = match self.end {
            true => format!("the override of {} has ended, at {position}\n", self.region),
            false => format!("the override of {} applies until {until}, at {position}\n", self.region),
        };
        output.put(&what)?;
        Ok(ExitStatus::Success)
    }

    /// Returns the time of an override: now, or later than the one before, whatever the clocks say.
    fn time_after(&self, before: Option<&SignedOverride>) -> Timestamp {
        let now = Timestamp::now();
        let next = before.and_then(|before| before.content.at.checked_add(SignedDuration::from_millis(1)).ok());
        next.map_or(now, |next| now.max(next))
    }

    /// Returns the values as a config without the rest.
    fn values(&self, gate: &Gate) -> Result<Node, CliError> {
        let mut tree = Node::generated(Value::Table(Table::default()));
        for assignment in &self.set {
            let path = assignment.path.clone();
            if at(gate.view(), &path).is_none() {
                let nearest = accepted::nearest_field(&assignment.key, gate);
                let name = assignment.key.clone();
                return Err(InvalidOverride::from(UnknownField { name, nearest }).into());
            }
            if tree.get(&path.0).is_some() {
                return Err(InvalidOverride::Twice(assignment.key.clone()).into());
            }
            let FieldOverride { value, .. } = FieldOverride::text(gate, path.clone(), &assignment.value, "");
            insert_at(&mut tree, &path, value);
        }
        let secret = plain_secrets::find(gate.view(), &tree).into_iter().find(plain_secrets::PlainSecret::is_certain);
        if let Some(secret) = secret {
            return Err(InvalidOverride::Secret(secret.path().to_string()).into());
        }
        self.check(&tree, gate)?;
        Ok(tree)
    }

    /// Checks the values by themselves: their types and bounds. The rest of the config is known to each node alone, whose gate has the
    /// last word.
    fn check(&self, tree: &Node, gate: &Gate) -> Result<(), InvalidOverride> {
        let outcome = gate.validate_tree(tree.clone(), &Sources::default(), Vec::new(), ValidateOptions::default());
        let set: Vec<Path> = self.set.iter().map(|assignment| assignment.path.clone()).collect();
        let is_wrong = |found: &&Diagnostic| {
            let is_set = set.iter().any(|path| found.path.0.starts_with(&path.0));
            found.severity == Severity::Error && found.keyword.is_some() && is_set
        };
        match outcome.report.diagnostics().iter().find(is_wrong) {
            Some(wrong) => Err(InvalidOverride::Value(wrong.message.clone())),
            None => Ok(()),
        }
    }

    fn show(&self, key: &str, output: &mut Output) -> Result<ExitStatus, CliError> {
        let read = async |store: Store| {
            let (entry, position) = store.get(key, MAX_VALUE).await.map_err(ReleaseError::from)?;
            let signed = entry.map(|entry| SignedOverride::decode(&entry.value, key)).transpose()?;
            Ok::<_, OverrideError>((signed, position))
        };
        let (signed, _) = self.endpoints.with_store(async |store| read(store).await.map_err(CliError::from))?;
        let now = Timestamp::now();
        let shown = signed.map(|signed| {
            let applies = signed.content.applies_at(now);
            json!({ "applies": applies, "override": signed.content })
        });
        output.put(&document(&shown))?;
        Ok(ExitStatus::Success)
    }
}

/// Returns a field that is set, with its value.
fn at_field(tree: &Node, assignment: &Assignment) -> Option<(Path, Node)> {
    let path = assignment.path.clone();
    let value = tree.get(&path.0)?.clone();
    Some((path, value))
}
