//! Default of a field as text.

/// Default of a field, or the text in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum DefaultValue<'f> {
    /// A value in TOML syntax.
    Value(&'f str),
    /// No default, and the consequence: `required` or `absent`.
    None(&'static str),
}
