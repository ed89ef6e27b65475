//! The language server as editors use it: a client over standard input and output, golden transcripts, random edits.
//!
//! `UPDATE=1` rewrites the transcripts. `CONFGATE_LSP_EDITS=10000` runs all random edits in place of a sample.

mod client;
mod edits;
mod features;
mod neovim;
mod nix;
mod nix_text;
mod projects;
mod protocol;
mod pytest_lsp;
