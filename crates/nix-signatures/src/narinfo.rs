//! Narinfo, the text format in which binary caches describe a store path.

use std::collections::BTreeSet;

use crate::fields::Fields;
use crate::hash::Sha256Hash;
use crate::key::Signature;
use crate::path_info_error::{FieldError, PathInfoError};
use crate::store_path::{StorePath, StorePathError};

/// Parses a narinfo. Fields that are not signed, such as the URL in a binary cache, are ignored.
///
/// # Errors
///
/// A line is malformed, or a field is missing, repeated or invalid.
pub(crate) fn read(text: &str) -> Result<Fields, PathInfoError> {
    let mut fields = PartialFields::default();
    for (index, line) in text.lines().enumerate() {
        let malformed = PathInfoError::Line(index + 1);
        let (name, rest) = line.split_once(':').ok_or_else(|| malformed.clone())?;
        let value = if rest.is_empty() { rest } else { rest.strip_prefix(' ').ok_or(malformed)? };
        fields.set(name, value)?;
    }
    fields.finish()
}

/// Fields of the lines that were read so far.
#[derive(Default)]
struct PartialFields {
    store_path: Option<StorePath>,
    nar_hash: Option<Sha256Hash>,
    nar_size: Option<u64>,
    references: Option<BTreeSet<StorePath>>,
    signatures: Vec<Signature>,
}

impl PartialFields {
    fn set(&mut self, name: &str, value: &str) -> Result<(), PathInfoError> {
        match name {
            "StorePath" => set_once(&mut self.store_path, "StorePath", value.parse()),
            "NarHash" => set_once(&mut self.nar_hash, "NarHash", value.parse()),
            "NarSize" => set_once(&mut self.nar_size, "NarSize", size(value)),
            "References" => set_once(&mut self.references, "References", references(value)),
            "Sig" => {
                self.signatures.push(value.parse().map_err(|error| FieldError::Signature(error).of("Sig"))?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<Fields, PathInfoError> {
        Ok(Fields {
            store_path: self.store_path.ok_or(PathInfoError::Missing("StorePath"))?,
            nar_hash: self.nar_hash.ok_or(PathInfoError::Missing("NarHash"))?,
            nar_size: self.nar_size.ok_or(PathInfoError::Missing("NarSize"))?,
            references: self.references.ok_or(PathInfoError::Missing("References"))?,
            signatures: self.signatures,
        })
    }
}

fn set_once<T>(
    field: &mut Option<T>,
    name: &'static str,
    value: Result<T, impl Into<FieldError>>,
) -> Result<(), PathInfoError> {
    let value = value.map_err(|error| error.into().of(name))?;
    if field.replace(value).is_some() { Err(PathInfoError::Twice(name)) } else { Ok(()) }
}

/// Parses a number of bytes in its canonical form: without a sign and leading zeros.
fn size(text: &str) -> Result<u64, FieldError> {
    let size = text.parse::<u64>().ok().filter(|size| size.to_string() == text);
    size.ok_or_else(|| FieldError::Size(text.to_owned()))
}

fn references(text: &str) -> Result<BTreeSet<StorePath>, StorePathError> {
    if text.is_empty() {
        return Ok(BTreeSet::new());
    }
    text.split(' ').map(StorePath::from_base_name).collect()
}
