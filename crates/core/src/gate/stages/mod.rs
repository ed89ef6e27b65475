//! The stages of a validation, one file each, by name. `validate.rs` has their order. Each reads and extends the
//! [`Pass`](crate::gate::pass::Pass).

pub mod deprecated;
mod elements_at_fault;
pub mod environment;
pub mod fill;
pub mod finish;
pub mod flags;
pub mod migrate;
pub mod named_secrets;
pub mod normalize;
pub mod plain_secrets;
pub mod profiles;
pub mod rules;
pub mod schema;
pub mod secret_files;
pub mod secret_keys;
#[cfg(test)]
mod test_pass;
pub mod unused_keys;
