//! The context of a pass, as messages need it.

use crate::diagnostics::Severity;
use crate::environment::Environment;
use crate::value::Sources;

/// The context of a pass, as messages need it.
pub struct ExplainContext<'a> {
    /// The sources that the origins of the tree refer to.
    pub sources: &'a Sources,
    /// The environment whose defaults are displayed, if the schema has any.
    pub environment: Option<Environment>,
    /// The severity of unknown keys.
    pub unknown_keys: Severity,
    /// The prefix of the environment variables of the model, if there is one.
    pub env_prefix: Option<&'a str>,
    /// True if references are resolved already, so that a text that still looks like one is plain text.
    pub resolved: bool,
}
