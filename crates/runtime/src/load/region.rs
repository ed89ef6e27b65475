//! The layer of a region: values that its operators set over the release of a fleet, until they expire.
//!
//! The agent of a fleet verifies an override, and puts it beside the link to the active generation:
//!
//! ```text
//! /var/lib/confgate/bitcraps/current               the config
//! /var/lib/confgate/bitcraps/region-override.json  the override
//! ```
//!
//! Every program that reads the config through the link `current` has the layer, so that a service and `confgate explain` see the
//! same values as the agent.

use std::fmt;
use std::path::{Path, PathBuf};

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::value::{self, Node, Source, Value, json};
use confgate_files::SizeLimit;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::load::LayerKind;
use crate::load::error::Refused;
use crate::load::location::file_place;
use crate::load::stack::Stack;
use crate::load::tree_edit::{layer_origin, set_origin};

/// Name of the file beside the link to the active generation.
pub const REGION_OVERRIDE: &str = "region-override.json";

/// Name of the link beside which the file is searched.
const ACTIVE_LINK: &str = "current";

/// The format that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// Values of a region, which expire.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct RegionOverride {
    /// The service.
    pub service: String,
    /// The region.
    pub region: String,
    /// Time at which the values no longer apply.
    pub expires: Timestamp,
    /// Author: USER@HOST.
    pub by: String,
    /// Time of the change, by the clock of the author. A later override replaces an earlier one.
    pub at: Timestamp,
    /// Reason.
    pub reason: String,
    /// The values, as a config without the rest. Empty to end an override before its time.
    pub values: serde_json::Map<String, serde_json::Value>,
}

/// The source of the override of a load.
pub(crate) enum RegionSource {
    /// A file, which may be missing.
    File(PathBuf),
    /// One that was read, or none.
    Memory(Option<RegionOverride>),
}

/// The document as it is stored.
#[derive(Serialize, Deserialize)]
struct Document<O> {
    format: u32,
    #[serde(flatten)]
    region_override: O,
}

/// The part of a document that says how to read the rest.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// A text that is not an override.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRegionOverride {
    /// The text is not the expected document.
    #[error("not an override of a region: {0}")]
    Document(#[source] serde_json::Error),
    /// A newer program wrote it.
    #[error("written in format {found}, and this program reads format {FORMAT}; update Confgate")]
    Format {
        /// The format.
        found: u32,
    },
}

impl RegionOverride {
    /// Reads an override.
    ///
    /// # Errors
    ///
    /// The bytes are not an override, or a newer program wrote them.
    pub fn decode(bytes: &[u8]) -> Result<Self, InvalidRegionOverride> {
        let Head { format } = serde_json::from_slice(bytes).map_err(InvalidRegionOverride::Document)?;
        if format != FORMAT {
            return Err(InvalidRegionOverride::Format { found: format });
        }
        let document: Document<Self> = serde_json::from_slice(bytes).map_err(InvalidRegionOverride::Document)?;
        Ok(document.region_override)
    }

    /// Returns the override as it is stored.
    pub fn encode(&self) -> Vec<u8> {
        // A map with string keys always serializes.
        serde_json::to_vec(&Document { format: FORMAT, region_override: self }).unwrap_or_default()
    }

    /// Returns whether the values apply at a time.
    pub fn applies_at(&self, now: Timestamp) -> bool {
        now < self.expires && !self.values.is_empty()
    }

    /// Returns the values as a tree. A number beyond 64 bits becomes a string, which the gate rejects.
    pub fn tree(&self) -> Node {
        let values = serde_json::Value::Object(self.values.clone());
        json::read(values).unwrap_or_else(|large| Node::generated(Value::String(large.digits)))
    }

    /// Returns what a message names as the place of the values.
    fn place(&self) -> String {
        let expires = self.expires.strftime("%Y-%m-%d %H:%M:%S UTC");
        format!("until {expires} by {}: {}", self.by, self.reason)
    }
}

impl fmt::Debug for RegionOverride {
    // Leave out the values: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegionOverride")
            .field("region", &self.region)
            .field("expires", &self.expires)
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}

/// Returns the file with the override for a config at `path`: beside the link `current` of a node's generations.
pub(super) fn beside(path: &Path) -> Option<PathBuf> {
    (path.file_name()? == ACTIVE_LINK).then(|| path.with_file_name(REGION_OVERRIDE))
}

/// Reads the override in a file. A missing file has none.
///
/// # Errors
///
/// The file cannot be read, or is not an override.
pub(super) fn read(path: &Path) -> Result<Option<RegionOverride>, Refused> {
    let bytes = match confgate_files::read(path, SizeLimit::STATE) {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(unusable(path, &error.to_string())),
    };
    RegionOverride::decode(&bytes).map(Some).map_err(|error| unusable(path, &error.to_string()))
}

fn unusable(path: &Path, reason: &str) -> Refused {
    let message = format!("the override of the region cannot be read: {reason}");
    let help = "remove the file: the agent of the fleet writes it again";
    Diagnostic::error(&codes::FILE_UNREADABLE, value::Path::root(), message)
        .at([file_place(path)], "")
        .help(help)
        .into()
}

/// Adds the values of an override as a layer, and returns its tree.
pub(super) fn layer(region_override: &RegionOverride, stack: &mut Stack) -> Node {
    let place = Source::new(region_override.place(), "");
    let source = stack.add_source(LayerKind::Region, region_override.region.as_str(), place);
    let mut tree = region_override.tree();
    set_origin(&mut tree, &layer_origin(source));
    tree
}
