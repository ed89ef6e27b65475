//! Clients of the servers that monitor a service: requests with a timeout and a limit of size, and queries of Prometheus.
//!
//! A [`ServerSpec`] is the server in a config file. A [`Server`] sends requests to it: to the configured address and nowhere else, by no
//! proxy and no redirect. Alarms of rollouts, signals of tuning and the exposures of flags use it.
//!
//! ```no_run
//! use confgate_core::types::Duration;
//! use confgate_monitoring::{Server, ServerSpec, prometheus};
//!
//! let spec = ServerSpec::new("http://localhost:9090".parse()?, Duration::from_secs(5));
//! let values = prometheus::values(&Server::new(&spec)?, "sum(rate(http_requests_total[1m]))")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod prometheus;

mod error;
mod quoted;
mod server;
mod server_spec;

pub use self::error::{HttpError, ServerFileError};
pub use self::quoted::quoted;
pub use self::server::Server;
pub use self::server_spec::ServerSpec;
