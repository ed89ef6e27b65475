//! The options that every schema is compiled with.

use std::sync::Arc;

use jsonschema::{Keyword, Registry, Retrieve, ValidationError, ValidationOptions};
use serde_json::Value as Json;

use super::tree::Tree;
use crate::schema::format::{self, FORMATS};
use crate::schema::keywords::{FORMAT_MAXIMUM, FORMAT_MINIMUM};
use crate::types::Duration;
use crate::value::Node;

pub(super) fn registry_of(
    meta_schemas: &[(String, Json)],
) -> Result<jsonschema::RegistryBuilder<'_>, jsonschema::ReferencingError> {
    meta_schemas.iter().try_fold(Registry::new(), |registry, (uri, json)| registry.add(uri.as_str(), json))
}

/// The options that every schema is compiled with.
pub(super) fn options<'r>() -> ValidationOptions<'r, Arc<dyn Retrieve>, Tree> {
    let mut options = jsonschema::options_for::<Tree>()
        .should_validate_formats(true)
        .with_keyword(FORMAT_MINIMUM, |_, limit, _| duration_bound(limit, FORMAT_MINIMUM, Duration::ge))
        .with_keyword(FORMAT_MAXIMUM, |_, limit, _| duration_bound(limit, FORMAT_MAXIMUM, Duration::le));
    for format in FORMATS {
        options = options.with_format(format.name, |text: &str| format.admits(text));
    }
    options
}

/// A keyword that bounds a duration.
struct DurationBound {
    limit: Duration,
    keyword: &'static str,
    is_within: fn(&Duration, &Duration) -> bool,
}

fn duration_bound<'a>(
    limit: &'a Json,
    keyword: &'static str,
    is_within: fn(&Duration, &Duration) -> bool,
) -> Result<Box<dyn for<'i> Keyword<'i, Tree>>, ValidationError<'a>> {
    match limit.as_str().unwrap_or_default().parse() {
        Ok(limit) => Ok(Box::new(DurationBound { limit, keyword, is_within })),
        Err(error) => Err(ValidationError::custom(format!("{keyword}: {error}"))),
    }
}

impl<'i> Keyword<'i, Tree> for DurationBound {
    fn validate(&self, instance: &'i Node) -> Result<(), ValidationError<'i>> {
        // The message carries the keyword to `Violation::from`.
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(self.keyword)) }
    }

    fn is_valid(&self, instance: &'i Node) -> bool {
        instance.as_str().is_none_or(|text| format::is_duration_within(text, self.limit, self.is_within))
    }
}
