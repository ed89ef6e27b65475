//! `confgate secrets`: secrets that a config references.

mod check;
mod list;
mod reference;
mod secrets;
mod table;

pub use self::secrets::Secrets;
#[cfg(feature = "fleet")]
pub(crate) use self::table::{Row, table};
