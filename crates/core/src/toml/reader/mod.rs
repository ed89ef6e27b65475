//! TOML 1.1 to a tree, with the place of every key and value.

#[cfg(test)]
mod agreement;
mod builder;
mod chunks;
mod mistake;
mod plain;
mod read;
mod recovery;
mod scalar;
mod single_pass;

pub use self::mistake::Mistake;
pub use self::read::*;
