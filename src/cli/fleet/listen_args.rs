//! Options of the pages of a program that runs until a signal ends it.

use std::path::PathBuf;

use clap::Args;
use confgate_agent::{AllowedHosts, HostName, Listen, Listener, TokenFile};

use crate::cli::error::CliError;

/// Address of the pages, and the clients that may read them.
#[derive(Debug, Args)]
#[command(mut_arg("listen_anywhere", |it| it.requires("listen")))]
#[command(mut_arg("allow_host", |it| it.requires("listen")))]
#[command(mut_arg("token_file", |it| it.requires("listen")))]
pub(crate) struct ListenArgs {
    /// Serve /metrics and /health at this address: 127.0.0.1:9465, or unix:/run/confgate-relay.sock.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<Listen>,
    #[command(flatten)]
    clients: ClientArgs,
}

/// The clients that may read pages.
#[derive(Debug, Args)]
pub(crate) struct ClientArgs {
    /// Allow an address that other machines can reach.
    #[arg(long)]
    listen_anywhere: bool,
    /// Answer requests for this host name too, beside localhost and addresses of this machine. Can be repeated.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<HostName>,
    /// Answer only to clients that send the token in this file: `Authorization: Bearer TOKEN`.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl ClientArgs {
    /// Listens at an address.
    pub fn listener(&self, listen: &Listen) -> Result<Listener, CliError> {
        Ok(listen.bind(self.listen_anywhere)?)
    }

    /// Returns the names under which clients may address the program.
    pub fn hosts(&self, listener: Option<&Listener>) -> AllowedHosts {
        let names = self.allow_host.clone();
        match listener {
            Some(listener) => listener.allowed_hosts(names),
            None => AllowedHosts::loopback(names),
        }
    }

    /// Opens the file of the token.
    pub fn token(&self) -> Result<Option<TokenFile>, CliError> {
        Ok(self.token_file.as_ref().map(TokenFile::open).transpose()?)
    }
}

impl ListenArgs {
    /// Listens at the address.
    pub fn listener(&self) -> Result<Option<Listener>, CliError> {
        self.listen.as_ref().map(|listen| self.clients.listener(listen)).transpose()
    }

    /// Returns the clients that may read the pages.
    pub const fn clients(&self) -> &ClientArgs {
        &self.clients
    }
}
