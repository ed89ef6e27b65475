//! Profiles of a config: [`take()`] removes them from the tree and validates their form, [`check`](check::check) validates what each
//! sets on the config that it is merged into, alone and with the profiles before it that may be active at the same time.

pub mod check;
mod combinations;
pub mod list;
mod named;
mod overlay;
mod take;

pub use self::named::{name_profiles, subschema_in, visibility_in};
pub use self::overlay::{in_overlay, put_back};
pub use self::take::take;
