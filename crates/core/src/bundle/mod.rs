//! Bundle format: the files of a build, their manifest and the origins of values.

pub mod manifest;
mod origins;

pub use self::manifest::*;
pub use self::origins::*;
