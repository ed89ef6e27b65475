//! Sensitive data: the decision what is secret, and the display of values without secrets.
//!
//! A value is secret for one of these reasons:
//!
//! 1. **Its schema says so.** The field, or a table around it, has the keyword `x-secret`
//!    ([`Subschema::is_secret`](crate::schema::Subschema::is_secret)), `writeOnly` or `format: password`. A value of the wrong type in the place of a table or
//!    a list with secrets is secret as well, because it may contain all of them
//!    ([`Subschema::hides`](crate::schema::Subschema::hides)).
//! 2. **It resolves a secret.** A reference `${SECRET_NAME}` or a sealed value is in the source. The display shows
//!    the reference instead of the value ([`display::unresolved`]).
//! 3. **Its form says so.** The password of a URL and keys of well-known kinds are masked in every field ([`display::redacted`]).
//! 4. **Its name says so.** The list in [`words`] decides: for a text or a number that the schema describes and does not mark
//!    ([`secrecy`](crate::schema::secrecy)), and where no schema describes the name, as in a line with a typo or a broken text
//!    ([`mask`]).
//!
//! Messages, help, notes and diffs display values with [`display`]. Lines of a source are displayed with the ranges of
//! [`mask::secret_ranges`] masked. All output formats share these two.
//!
//! [`scanner`] finds probable secrets in fields that are not marked, which become a warning, and the ranges of well-known kinds of keys.

pub mod display;
pub mod mask;
pub mod scanner;
pub mod words;
