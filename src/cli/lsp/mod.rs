//! `confgate lsp`: the language server.

mod command;
mod installable;
mod leftovers;
mod nix_bundles;
mod nix_process;
mod private_tree;
mod project_host;

pub use self::command::Lsp;
