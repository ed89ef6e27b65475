//! Alerts of Alertmanager.

use std::collections::BTreeMap;

use confgate_monitoring::{HttpError, Server, quoted};
use serde::Deserialize;

use crate::rollout::alarm::AlarmReading;

const API: &str = "Alertmanager";

/// Largest number of alerts that a message names.
const NAMED: usize = 3;

/// An alert.
#[derive(Deserialize)]
struct Alert {
    labels: BTreeMap<String, String>,
}

/// Returns whether alerts match. Those that are silenced or inhibited do not count.
pub(super) fn evaluate(server: &Server, matchers: &[String]) -> Result<AlarmReading, HttpError> {
    let fixed = [("active", "true"), ("silenced", "false"), ("inhibited", "false"), ("unprocessed", "true")];
    let fixed = fixed.into_iter().map(|(name, value)| (name, value.to_owned()));
    let filters = matchers.iter().map(|matcher| ("filter", matcher.clone()));
    let (status, body) = server.get("/api/v2/alerts", &fixed.chain(filters).collect::<Vec<_>>())?;
    reading(status, &body)
}

fn reading(status: u16, body: &[u8]) -> Result<AlarmReading, HttpError> {
    if status != 200 {
        // The API answers with a text in JSON.
        let text = serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned());
        return Err(HttpError::Status { status, message: quoted(&text) });
    }
    let alerts: Vec<Alert> =
        serde_json::from_slice(body).map_err(|error| HttpError::Answer { api: API, reason: error.to_string() })?;
    if alerts.is_empty() {
        return Ok(AlarmReading::Quiet("no alert".to_owned()));
    }
    let name = |alert: &Alert| alert.labels.get("alertname").map_or_else(|| "unnamed".to_owned(), |name| quoted(name));
    let named: Vec<String> = alerts.iter().take(NAMED).map(name).collect();
    let more = match alerts.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Ok(AlarmReading::Raised(format!("{}{more}", named.join(", "))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn alerts_raise_the_alarm_and_are_named() {
        let alert = |name: &str| format!("{{\"labels\":{{\"alertname\":\"{name}\"}},\"status\":{{}}}}");
        let read = |body: &str| reading(200, body.as_bytes()).unwrap();
        assert_eq!(read("[]"), AlarmReading::Quiet("no alert".to_owned()));
        assert_eq!(read(&format!("[{}]", alert("Down"))), AlarmReading::Raised("Down".to_owned()));
        let several = ["a", "b", "c", "d"].map(alert).join(",");
        assert_eq!(read(&format!("[{several}]")), AlarmReading::Raised("a, b, c and 1 more".to_owned()));
        assert_eq!(read("[{\"labels\":{}}]"), AlarmReading::Raised("unnamed".to_owned()));
    }

    #[test]
    fn an_error_of_the_server_is_quoted() {
        let error = |status, body: &str| reading(status, body.as_bytes()).unwrap_err().to_string();
        assert_eq!(error(400, "\"bad matcher format: x\""), "status 400: bad matcher format: x");
        assert_eq!(error(503, "down\n"), "status 503: down");
        assert!(error(200, "{}").starts_with("the answer is not that of Alertmanager: invalid type: map"));
    }

    proptest! {
        #[test]
        fn any_answer_is_a_reading_or_an_error(status: u16, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = reading(status, &body);
        }
    }
}
