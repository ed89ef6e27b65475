//! `confgate lsp`: the language server.

mod command;
mod nix_bundles;
mod project_host;

pub use self::command::Lsp;
