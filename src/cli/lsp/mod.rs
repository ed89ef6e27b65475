//! `confgate lsp`: the language server.

mod command;
mod project_host;

pub use self::command::Lsp;
