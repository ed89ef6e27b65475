//! The core of Confgate: validation of service configuration, without I/O.
//!
//! A config is a [tree of values](value), each with its origin. It is read from [TOML](toml), [JSON](json) or [YAML](yaml), brought to
//! the current version by [migrations](migrate), and validated by the [gate]: against the [schema] that is generated from the
//! config type (a [`Model`](model::Model)), and against the rules between its fields. The gate returns the typed config or a
//! report of [diagnostics], which [`render`] prints as text, JSON, SARIF or annotations of a CI run.
//!
//! | module | brings | uses |
//! |---|---|---|
//! | [`value`] | trees, origins, paths, references in strings | |
//! | [`toml`], [`json`], [`yaml`] | readers with positions, canonical writers | value |
//! | [`types`] | field types: durations, secrets, URLs | |
//! | [`diagnostics`] | diagnostics, severities, reports | value |
//! | [`sensitive`] | decision which text is displayed, detection of secrets | value, types |
//! | [`syntax`] | explanations of syntax errors | toml, json, yaml, diagnostics |
//! | [`edit`] | edits of TOML texts | value, toml |
//! | [`migrate`] | migrations of trees and texts between versions, compatibility of schemas | value, toml, types, edit |
//! | [`model`] | the trait of config types and their rules | migrate, diagnostics |
//! | [`profile`] | conditional settings and their conditions | value, diagnostics |
//! | [`schema`] | generation, lookup and validation of JSON Schema, explanations of its errors | value, types, diagnostics, sensitive |
//! | [`flags`] | checks of feature flags | value, diagnostics |
//! | [`gate`] | the one decision about validity | all of the above |
//! | [`render`] | output of reports | diagnostics |
//! | [`describe`] | descriptions of fields in words | schema, gate |
//! | [`format`](mod@format) | canonical text of a config, with its comments | gate, edit |
//! | [`bundle`] | file formats of a build | value, diagnostics |
//! | [`testing`] | comparison of a model's schema with its type, for the tests of a service | gate |
//!
//! Services depend on the facade crate `confgate`, which exports these modules.

pub mod bundle;
mod byte_search;
pub mod describe;
pub mod diagnostics;
pub mod edit;
pub mod environment;
pub mod flags;
pub mod format;
pub mod gate;
pub mod json;
pub mod migrate;
pub mod model;
pub mod parallel;
pub mod pretty_json;
pub mod profile;
pub mod render;
pub mod schema;
pub mod sensitive;
pub mod syntax;
pub mod testing;
pub mod toml;
pub mod types;
pub mod value;
pub mod yaml;
