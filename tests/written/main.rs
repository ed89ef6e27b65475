//! The files that Confgate writes for schemas that others wrote, tried on generated schemas and on public ones.
//!
//! If `check` admits a file, then `agent --once`, the builder of bundles and `render` write files in each format that `check`
//! admits, that the Python package `jsonschema` admits, and that have no key beyond those of the author and of the defaults.

mod choices;
mod fill_rules;
mod generated;
mod generator;
mod judge;
mod sampler;
mod schemastore;
mod written;
