//! `confgate get`, `set`, `unset` and `fmt`: values and layout of config files.

mod edited_file;
mod fmt;
mod get;
mod set;
mod unset;

pub use self::fmt::Fmt;
pub use self::get::Get;
pub use self::set::Set;
pub use self::unset::Unset;
