//! Output formats of reports.
//!
//! | module | format | reader |
//! |---|---|---|
//! | [`human`] | text with source lines | a terminal |
//! | [`json`] | one document | programs |
//! | [`sarif`] | SARIF 2.1.0 | code hosts and editors |
//! | [`github`] | workflow commands | GitHub Actions |
//! | [`gitlab`] | code-quality report | merge requests of GitLab |
//!
//! A renderer reads the fields of diagnostics and changes nothing. Values in messages are free of secrets already; `human`
//! is the only format with source lines, and masks them by [`mask`](crate::sensitive::mask).

pub mod github;
pub mod gitlab;
pub mod human;
mod hyperlinks;
pub mod json;
pub mod sarif;
mod secret_places;
mod snippet;
mod totals;

pub use self::hyperlinks::{Hyperlinks, encoded_path};
pub use self::totals::{Totals, count, wrap};
