//! The option `--links`.

use std::env;

use clap::Args;

use crate::page::SourceLinks;

/// Addresses of source files in pages.
#[derive(Debug, Args)]
pub(crate) struct LinksArgs {
    /// Link the places of values in HTML: an address with {file} and {line}, such as
    /// `https://github.com/acme/configs/blob/main/{file}#L{line}`. [default: the commit that GitHub Actions or GitLab CI checks]
    #[arg(long, value_name = "ADDRESS")]
    links: Option<SourceLinks>,
}

impl LinksArgs {
    /// Returns the addresses of the option, else those of the CI host.
    pub fn links(&self) -> Option<SourceLinks> {
        self.links.clone().or_else(|| SourceLinks::of_host(|name| env::var(name).ok()))
    }
}
