//! The features of the server, one file each.

mod code_actions;
mod completion;
mod definition;
mod field_text;
mod formatting;
mod hover;
mod key_items;
mod minimal_edit;
mod proposal;
mod symbols;
mod value_items;

pub(crate) use self::code_actions::code_actions;
pub(crate) use self::completion::completion;
pub(crate) use self::definition::definition;
pub(crate) use self::formatting::formatting;
pub(crate) use self::hover::hover;
pub(crate) use self::symbols::symbols;
