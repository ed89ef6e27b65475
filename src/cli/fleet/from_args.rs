//! Options that select the store of the authority, for a relay.

use std::path::PathBuf;

use clap::Args;
use confgate_core::types;
use confgate_fleet::{EndpointOptions, OptionNames};

/// Servers of the authority's etcd.
#[derive(Debug, Args)]
pub(crate) struct FromArgs {
    /// Read releases from the servers of etcd at these addresses, which are the authority: https://HOST:2379,… Can be repeated.
    #[arg(long = "from", id = "from", value_name = "ENDPOINTS", value_delimiter = ',', required = true)]
    endpoints: Vec<String>,
    /// Trust the CA certificates in this file for the authority's servers.
    #[arg(long, value_name = "FILE")]
    from_ca: Option<PathBuf>,
    /// Present the client certificate in this file to the authority.
    #[arg(long, value_name = "FILE")]
    from_cert: Option<PathBuf>,
    /// Use the key of that client certificate in this file.
    #[arg(long, value_name = "FILE")]
    from_key: Option<PathBuf>,
    /// Log in to the authority as this user.
    #[arg(long, value_name = "NAME")]
    from_user: Option<String>,
    /// Log in to the authority with the password on the first line of this file.
    #[arg(long, value_name = "FILE")]
    from_password_file: Option<PathBuf>,
    /// Give each operation at the authority this long.
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    from_timeout: types::Duration,
}

impl FromArgs {
    /// Returns the options of a connection.
    pub fn options(&self) -> EndpointOptions {
        EndpointOptions {
            endpoints: self.endpoints.clone(),
            authority: self.from_ca.clone(),
            certificate: self.from_cert.clone(),
            key: self.from_key.clone(),
            user: self.from_user.clone(),
            password_file: self.from_password_file.clone(),
            timeout: Some(self.from_timeout.into()),
            names: OptionNames::FROM,
        }
    }
}
