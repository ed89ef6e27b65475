//! Options that select the store of a fleet, and the service in it.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::types;
use confgate_fleet::{EndpointOptions, Keys, OptionNames, Runtime, ServiceName, Store, StoreError};

use crate::cli::error::CliError;
use crate::cli::service_args::ServiceArgs;

/// Servers of etcd.
#[derive(Debug, Args)]
pub(crate) struct EndpointArgs {
    /// Use the servers of etcd at these addresses, which are one cluster: https://HOST:2379,… Can be repeated.
    #[arg(long = "to", alias = "etcd", value_name = "ENDPOINTS", value_delimiter = ',', required = true)]
    endpoints: Vec<String>,
    #[command(flatten)]
    etcd: EtcdArgs,
}

/// Options that name the servers of etcd.
#[derive(Debug, Args)]
pub(crate) struct EtcdArgs {
    /// Trust the CA certificates in this file for the servers.
    #[arg(long, value_name = "FILE")]
    etcd_ca: Option<PathBuf>,
    /// Present the client certificate in this file.
    #[arg(long, value_name = "FILE")]
    etcd_cert: Option<PathBuf>,
    /// Use the key of the client certificate in this file.
    #[arg(long, value_name = "FILE")]
    etcd_key: Option<PathBuf>,
    /// Log in as this user.
    #[arg(long, value_name = "NAME")]
    etcd_user: Option<String>,
    /// Log in with the password on the first line of this file.
    #[arg(long, value_name = "FILE")]
    etcd_password_file: Option<PathBuf>,
    /// Give each operation this long.
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    etcd_timeout: types::Duration,
}

impl EtcdArgs {
    /// Returns the options of a connection to servers.
    pub fn options(&self, endpoints: Vec<String>) -> EndpointOptions {
        EndpointOptions {
            endpoints,
            authority: self.etcd_ca.clone(),
            certificate: self.etcd_cert.clone(),
            key: self.etcd_key.clone(),
            user: self.etcd_user.clone(),
            password_file: self.etcd_password_file.clone(),
            timeout: Some(self.etcd_timeout.into()),
            names: OptionNames::default(),
        }
    }
}

impl EndpointArgs {
    /// Returns the options of a connection.
    pub fn options(&self) -> EndpointOptions {
        self.etcd.options(self.endpoints.clone())
    }

    /// Connects to the store, and runs a function with it.
    pub fn with_store<T, E>(&self, run: impl AsyncFnOnce(Store) -> Result<T, E>) -> Result<T, CliError>
    where
        E: Into<CliError>,
    {
        let options = self.options();
        Runtime::new()?.block_on(async {
            let store = Store::connect(&options).await.map_err(|error: StoreError| CliError::from(error))?;
            run(store).await.map_err(Into::into)
        })
    }
}

/// The service in a store.
#[derive(Debug, Args)]
pub(crate) struct FleetServiceArgs {
    /// Set the name of the service in the store. [default: name of the model]
    #[arg(long, value_name = "NAME")]
    name: Option<ServiceName>,
    #[command(flatten)]
    service: ServiceArgs,
    /// The service is a flags file, which agents follow with --flags-service.
    #[cfg(feature = "flags")]
    #[arg(long, conflicts_with_all = ["schema", "service"])]
    flags: bool,
}

impl FleetServiceArgs {
    pub fn gate(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<Gate, CliError> {
        #[cfg(feature = "flags")]
        if self.flags {
            return Ok(confgate_flags::flags_gate().untyped());
        }
        self.service.gate(None, None, None, model)
    }

    /// Returns the keys of the service.
    pub fn keys(&self, gate: &Gate) -> Result<Keys, CliError> {
        let of_model = || gate.model_name().ok_or(CliError::NoServiceName)?.parse().map_err(CliError::FleetName);
        Ok(Keys::new(self.name.clone().map_or_else(of_model, Ok)?))
    }
}
