//! YAML 1.2 with the core schema: a reader that keeps the position of every key and value, and a writer whose texts readers of
//! YAML 1.1 read the same.
//!
//! [`read()`] returns the tree and every mistake that it finds up to the first syntax error. Values are resolved by the core
//! schema of YAML 1.2: `no`, `on` and `07:00` are strings, `0o14` is 12, and a date stays a string. What a config cannot mean
//! is a mistake: keys that are not strings, merge keys, custom tags, and a second document.
//!
//! The parser is the crate `granit-parser`. Aliases are expanded up to a limit, because a few lines can stand for a tree of any
//! size.
//!
//! Without the feature `yaml`, [`read()`] reports that the program reads no YAML.

#[cfg(feature = "yaml")]
mod builder;
#[cfg(feature = "yaml")]
mod message;
#[cfg(all(test, feature = "yaml"))]
mod properties;
mod quote;
#[cfg(feature = "yaml")]
mod read;
#[cfg(feature = "yaml")]
mod scalar;
#[cfg(not(feature = "yaml"))]
mod unsupported;
mod writer;

#[cfg(feature = "yaml")]
pub use self::read::read;
#[cfg(not(feature = "yaml"))]
pub use self::unsupported::read;
pub use self::writer::write;
