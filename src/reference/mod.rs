//! The reference of a model: every field with all that is known of it, every rule, and how the environments differ.
//!
//! It is made from the schema and the rules alone, and drawn twice: as [`markdown`] for code hosts and terminals, and as
//! an [`html`] page that needs nothing but a browser.

mod anchor;
pub mod html;
pub mod markdown;
mod reference;
mod text;
mod value;
mod walk;
mod words;

pub use self::reference::*;
