//! The flags file as a model: its document, and the set of flags that is compiled from it.

use std::borrow::Cow;
use std::sync::Arc;

use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::{Model, Rule};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::document::FlagsDocument;
use crate::set::{FlagSet, InvalidFlags};

/// A flags file. Two files are equal if their documents are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "FlagsDocument", into = "FlagsDocument")]
pub struct FlagsFile {
    document: FlagsDocument,
    flags: Arc<FlagSet>,
}

impl FlagsFile {
    /// Compiles a document.
    ///
    /// # Errors
    ///
    /// An expression cannot be compiled, or a time does not exist.
    pub fn new(document: FlagsDocument) -> Result<Self, InvalidFlags> {
        let flags = Arc::new(FlagSet::compile(&document)?);
        Ok(Self { document, flags })
    }

    /// Returns the document.
    pub fn document(&self) -> &FlagsDocument {
        &self.document
    }

    /// Returns the compiled flags.
    pub fn flags(&self) -> &Arc<FlagSet> {
        &self.flags
    }
}

impl TryFrom<FlagsDocument> for FlagsFile {
    type Error = InvalidFlags;

    fn try_from(document: FlagsDocument) -> Result<Self, InvalidFlags> {
        Self::new(document)
    }
}

impl From<FlagsFile> for FlagsDocument {
    fn from(file: FlagsFile) -> Self {
        file.document
    }
}

impl PartialEq for FlagsFile {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

impl JsonSchema for FlagsFile {
    fn schema_name() -> Cow<'static, str> {
        FlagsDocument::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        FlagsDocument::json_schema(generator)
    }
}

impl Model for FlagsFile {
    const NAME: &'static str = "flags";
    const ENV_PREFIX: &'static str = "CONFGATE_FLAGS";

    fn defaults(_: Environment) -> Self {
        Self { document: FlagsDocument::default(), flags: Arc::default() }
    }

    fn rules() -> &'static [Rule<Self>] {
        &[]
    }
}

/// Returns the gate of flags files.
pub fn flags_gate() -> Gate<FlagsFile> {
    Gate::of::<FlagsFile>()
}

/// Returns the JSON Schema of flags files, as their gate has it: a bundle that was built from this schema alone is one of flags.
pub fn flags_schema() -> Json {
    flags_gate().schema().clone()
}
