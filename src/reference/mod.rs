//! Reference of a model: every field, every rule, and the differences between environments.
//!
//! [`Reference::of`] walks over the schema of a gate (`walk`) and describes each field ([`describe`](confgate_core::describe)). [`markdown`]
//! renders the reference for code hosts and terminals, [`html`] as one page with a search that loads nothing from the network.

mod anchor;
mod default_value;
mod field;
pub mod html;
pub mod markdown;
mod reference;
mod section;
mod text;
mod walk;

pub use self::field::Field;
pub use self::reference::Reference;
pub use self::section::Section;
pub use confgate_core::describe::Choice;
