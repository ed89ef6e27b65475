//! Queries of Prometheus: exposures, and outcomes by variant.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use confgate_core::sensitive::display::sanitize;
use confgate_core::types::Url;
use serde::Deserialize;
use serde_json::Value as Json;
use thiserror::Error;

use crate::exposures::{Exposure, metric_name};

/// The longest time of a query.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The largest answer, in bytes.
const MAX_ANSWER: u64 = 16 << 20;

/// The longest text of the server that a message quotes, in characters.
const QUOTED: usize = 300;

/// Address of a server of Prometheus.
#[derive(Debug, Clone)]
pub struct PrometheusUrl(String);

/// A text that is not the address of a server.
#[derive(Debug, Clone, Error)]
#[error("write the address of a server of Prometheus, such as http://localhost:9090")]
pub struct InvalidPrometheusUrl;

/// An error of a query.
#[derive(Debug, Error)]
pub enum PrometheusError {
    /// The request failed.
    #[error("cannot query Prometheus at {url}: {source}")]
    Request {
        /// The address.
        url: PrometheusUrl,
        /// The error.
        source: Box<ureq::Error>,
    },
    /// The server reports an error.
    #[error("cannot query Prometheus at {url}: status {status}: {message}")]
    Status {
        /// The address.
        url: PrometheusUrl,
        /// The status.
        status: u16,
        /// Message of the server.
        message: String,
    },
    /// The answer is not that of the API.
    #[error("the answer of {url} is not that of Prometheus: {reason}")]
    Answer {
        /// The address.
        url: PrometheusUrl,
        /// Reason.
        reason: String,
    },
}

/// A series of the answer: its labels and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Labels.
    pub labels: serde_json::Map<String, Json>,
    /// Value.
    pub value: f64,
}

impl FromStr for PrometheusUrl {
    type Err = InvalidPrometheusUrl;

    fn from_str(text: &str) -> Result<Self, InvalidPrometheusUrl> {
        let url: Url = text.parse().map_err(|_| InvalidPrometheusUrl)?;
        let is_http = ["http://", "https://"].iter().any(|scheme| url.as_str().starts_with(scheme));
        is_http.then(|| Self(url.as_str().trim_end_matches('/').to_owned())).ok_or(InvalidPrometheusUrl)
    }
}

impl fmt::Display for PrometheusUrl {
    // A password in the address is not displayed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&confgate_core::sensitive::display::redacted(&self.0))
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
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .max_redirects(0)
        .timeout_global(Some(TIMEOUT))
        .build();
    let failed = |source: ureq::Error| PrometheusError::Request { url: url.clone(), source: Box::new(source) };
    let sent = config.new_agent().post(format!("{}/api/v1/query", url.0)).send_form([("query", text)]);
    let mut answer = sent.map_err(failed)?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(failed)?;
    series(url, status, &body)
}

#[derive(Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    data: Data,
    #[serde(default)]
    error: String,
}

#[derive(Deserialize, Default)]
struct Data {
    #[serde(rename = "resultType", default)]
    kind: String,
    #[serde(default)]
    result: Json,
}

#[derive(Deserialize)]
struct VectorSeries {
    metric: serde_json::Map<String, Json>,
    value: (Json, String),
}

fn series(url: &PrometheusUrl, status: u16, body: &[u8]) -> Result<Vec<Series>, PrometheusError> {
    let refused = |message: &str| PrometheusError::Status { url: url.clone(), status, message: quoted(message) };
    let unreadable = |reason: String| PrometheusError::Answer { url: url.clone(), reason };
    let answer = match serde_json::from_slice::<Answer>(body) {
        Ok(answer) => answer,
        Err(_) if status != 200 => return Err(refused(&String::from_utf8_lossy(body))),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    if answer.status != "success" || status != 200 {
        return Err(refused(&answer.error));
    }
    if answer.data.kind != "vector" {
        return Err(unreadable(format!("the query gives a {}, not series of now", quoted(&answer.data.kind))));
    }
    let all: Vec<VectorSeries> =
        serde_json::from_value(answer.data.result).map_err(|error| unreadable(error.to_string()))?;
    let mut found = Vec::with_capacity(all.len());
    for VectorSeries { metric, value: (_, text) } in all {
        let value: f64 = text.parse().map_err(|_| unreadable(format!("{} is not a number", quoted(&text))))?;
        if value.is_finite() {
            found.push(Series { labels: metric, value });
        }
    }
    Ok(found)
}

/// Returns a text of the server for a message.
fn quoted(text: &str) -> String {
    let text = sanitize(text.trim());
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url() -> PrometheusUrl {
        "http://localhost:9090/".parse().unwrap()
    }

    #[test]
    fn series_are_read_with_their_labels() {
        let body = r#"{"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"flag":"a","variant":"on"},"value":[1.5,"2.5"]},{"metric":{},"value":[1,"NaN"]}]}}"#;
        let found = series(&url(), 200, body.as_bytes()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].labels["variant"].as_str(), found[0].value), (Some("on"), 2.5));
    }

    #[test]
    fn an_error_is_quoted_with_the_address() {
        let error = |status, body: &str| series(&url(), status, body.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            error(400, r#"{"status":"error","error":"parse error"}"#),
            "cannot query Prometheus at http://localhost:9090: status 400: parse error"
        );
        assert_eq!(
            error(200, r#"{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}"#),
            "the answer of http://localhost:9090 is not that of Prometheus: the query gives a scalar, not series of now"
        );
        let refused = query(&"http://127.0.0.1:1".parse().unwrap(), "up").unwrap_err().to_string();
        assert!(refused.starts_with("cannot query Prometheus at http://127.0.0.1:1: "), "{refused}");
        assert_eq!(
            "localhost".parse::<PrometheusUrl>().unwrap_err().to_string(),
            "write the address of a server of Prometheus, such as http://localhost:9090"
        );
    }

    proptest! {
        #[test]
        fn any_answer_is_series_or_an_error(status: u16, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = series(&url(), status, &body);
        }
    }
}
