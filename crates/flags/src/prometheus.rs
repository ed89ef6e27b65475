//! Queries of Prometheus: exposures, and outcomes by variant.

use std::fmt;
use std::str::FromStr;

use confgate_core::types::{Duration, Url};
use confgate_monitoring::prometheus::{Series, series};
use confgate_monitoring::{HttpError, Server, ServerFileError, ServerSpec};
use serde_json::Value as Json;
use thiserror::Error;

use crate::exposures::{Exposure, metric_name};

/// The longest time of a query.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Address of a server of Prometheus.
#[derive(Debug, Clone)]
pub struct PrometheusUrl(Url);

/// A text that is not the address of a server.
#[derive(Debug, Clone, Error)]
#[error("write the address of a server of Prometheus, such as http://localhost:9090")]
pub struct InvalidPrometheusUrl;

/// An error of a query.
#[derive(Debug, Error)]
pub enum PrometheusError {
    /// The server cannot be addressed.
    #[error(transparent)]
    Server(#[from] ServerFileError),
    /// The query failed.
    #[error("cannot query Prometheus at {url}: {source}")]
    Query {
        /// The address.
        url: PrometheusUrl,
        /// The error.
        source: HttpError,
    },
}

impl FromStr for PrometheusUrl {
    type Err = InvalidPrometheusUrl;

    fn from_str(text: &str) -> Result<Self, InvalidPrometheusUrl> {
        let url: Url = text.parse().map_err(|_| InvalidPrometheusUrl)?;
        let is_http = ["http://", "https://"].iter().any(|scheme| url.as_str().starts_with(scheme));
        is_http.then_some(Self(url)).ok_or(InvalidPrometheusUrl)
    }
}

impl fmt::Display for PrometheusUrl {
    // A password in the address is not displayed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(confgate_core::sensitive::display::redacted(self.0.as_str()).trim_end_matches('/'))
    }
}

/// Returns the exposures that a server recorded in this many days.
///
/// # Errors
///
/// The server cannot be queried.
pub fn recorded_exposures(url: &PrometheusUrl, service: &str, days: u32) -> Result<Vec<Exposure>, PrometheusError> {
    let metric = format!("{}_flag_exposures_total", metric_name(service));
    let series = query(url, &format!("sum by (flag, variant) (increase({metric}[{days}d]))"))?;
    let text =
        |series: &Series, label: &str| series.labels.get(label).and_then(Json::as_str).unwrap_or_default().to_owned();
    let exposures = series.iter().map(|series| Exposure {
        flag: text(series, "flag"),
        variant: Some(text(series, "variant")).filter(|variant| !variant.is_empty()),
        // An increase is extrapolated, and the part of an exposure is one.
        count: if series.value > 0.0 { series.value.ceil() as u64 } else { 0 },
    });
    Ok(exposures.collect())
}

/// Evaluates a query now. Values that are not finite are left out.
///
/// # Errors
///
/// The server cannot be queried.
pub fn query(url: &PrometheusUrl, text: &str) -> Result<Vec<Series>, PrometheusError> {
    let server = Server::new(&ServerSpec::new(url.0.clone(), TIMEOUT))?;
    let mut found = series(&server, text).map_err(|source| PrometheusError::Query { url: url.clone(), source })?;
    found.retain(|series| series.value.is_finite());
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_not_answer_is_named() {
        let refused = query(&"http://127.0.0.1:1/".parse().unwrap(), "up").unwrap_err().to_string();
        assert!(refused.starts_with("cannot query Prometheus at http://127.0.0.1:1: "), "{refused}");
        for invalid in ["localhost", "ftp://localhost"] {
            assert_eq!(
                invalid.parse::<PrometheusUrl>().unwrap_err().to_string(),
                "write the address of a server of Prometheus, such as http://localhost:9090"
            );
        }
    }
}
