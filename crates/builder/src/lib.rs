//! What Nix asks of the binary: it is the builder of every bundle, with no shell and no other tool beside it. And what nodes
//! without Nix need of its formats: hashes of file trees, store paths and signatures, in `trust`.

pub mod bundle;
mod error;
pub mod fleet;
pub mod install;
pub mod link;
mod problem;
pub mod request;

pub use self::error::BuildError;
