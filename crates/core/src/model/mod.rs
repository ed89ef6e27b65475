//! What a config type says of itself: its defaults in each environment, the rules between its fields, its names.
//!
//! A model is a plain Rust struct. Its doc comments, bounds and reload classes become the schema (see
//! [`gate::schema`](crate::schema)); its rules become diagnostics; everything else in Confgate works on any model.

mod model;

pub use self::model::*;
