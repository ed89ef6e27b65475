//! TOML: the reader that keeps places, and the canonical writer.

pub mod reader;
pub mod writer;
