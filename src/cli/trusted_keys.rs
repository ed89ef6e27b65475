//! Values of the option `--trusted-public-key`.

use confgate_nix_signatures::{PublicKey, Trust};

use crate::cli::error::CliError;

/// Parses the trusted keys.
pub fn trust(keys: &[String]) -> Result<Trust, CliError> {
    public_keys(keys).map(Trust::new)
}

/// Parses public keys. This is not left to clap, whose error messages would print a secret key that was passed by mistake.
pub fn public_keys(keys: &[String]) -> Result<Vec<PublicKey>, CliError> {
    let keys: Result<Vec<PublicKey>, _> = keys.iter().map(|text| text.parse()).collect();
    keys.map_err(|error| CliError::Option { option: "--trusted-public-key", source: Box::new(error) })
}
