//! Layers: where the values of a running node come from, and the stack that merges them.
//!
//! Defaults of the environment, the file or bundle, profiles, environment variables, secrets, explicit overrides: each makes a
//! tree, a later one wins, and the gate decides about what comes of it.

pub mod names;
pub mod variables;
