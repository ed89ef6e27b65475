//! Queries of Prometheus.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::rollout::alarm::AlarmReading;
use crate::rollout::monitoring::http::{HttpError, Server, quoted};
use crate::rollout::spec::AlarmSpec;

const API: &str = "Prometheus";

/// An answer of the API.
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

/// A series of a vector.
#[derive(Deserialize)]
struct Series {
    value: (Json, String),
}

/// Evaluates a query, and returns its values. Those that are not a number, as 0/0, are left out.
pub(super) fn evaluate(server: &Server, query: &str) -> Result<Vec<f64>, HttpError> {
    let (status, body) = server.post("/api/v1/query", &[("query", query.to_owned())])?;
    values(status, &body)
}

fn values(status: u16, body: &[u8]) -> Result<Vec<f64>, HttpError> {
    let unreadable = |reason: String| HttpError::Answer { api: API, reason };
    let answer = match serde_json::from_slice::<Answer>(body) {
        Ok(answer) => answer,
        Err(_) if status != 200 => {
            return Err(HttpError::Status { status, message: quoted(&String::from_utf8_lossy(body)) });
        }
        Err(error) => return Err(unreadable(error.to_string())),
    };
    if answer.status != "success" || status != 200 {
        return Err(HttpError::Status { status, message: quoted(&answer.error) });
    }
    let texts: Vec<String> = match answer.data.kind.as_str() {
        "vector" => {
            let series: Vec<Series> =
                serde_json::from_value(answer.data.result).map_err(|error| unreadable(error.to_string()))?;
            series.into_iter().map(|series| series.value.1).collect()
        }
        "scalar" => {
            let (_, text): (Json, String) =
                serde_json::from_value(answer.data.result).map_err(|error| unreadable(error.to_string()))?;
            vec![text]
        }
        other => return Err(unreadable(format!("the query gives a {}, not values of now", quoted(other)))),
    };
    let mut values = Vec::with_capacity(texts.len());
    for text in texts {
        let value: f64 = text.parse().map_err(|_| unreadable(format!("{} is not a number", quoted(&text))))?;
        values.extend(Some(value).filter(|value| !value.is_nan()));
    }
    Ok(values)
}

/// Compares values with the limits of an alarm.
pub(super) fn reading(spec: &AlarmSpec, values: &[f64]) -> AlarmReading {
    let extreme = |larger: fn(f64, f64) -> f64| values.iter().copied().reduce(larger);
    let (Some(highest), Some(lowest)) = (extreme(f64::max), extreme(f64::min)) else { return AlarmReading::Missing };
    match (spec.above, spec.below) {
        (Some(above), _) if highest > above => AlarmReading::Raised(format!("{highest} is above {above}")),
        (_, Some(below)) if lowest < below => AlarmReading::Raised(format!("{lowest} is below {below}")),
        (Some(_), _) => AlarmReading::Quiet(highest.to_string()),
        _ => AlarmReading::Quiet(lowest.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spec(above: Option<f64>, below: Option<f64>) -> AlarmSpec {
        AlarmSpec { above, below, ..serde_json::from_str("{\"name\":\"a\"}").unwrap() }
    }

    fn error(status: u16, body: &str) -> String {
        values(status, body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn values_of_a_vector_and_of_a_scalar_are_read() {
        let vector = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"2.5"]},{"metric":{},"value":[1,"NaN"]},{"metric":{},"value":[1,"+Inf"]}]}}"#;
        assert_eq!(values(200, vector.as_bytes()).unwrap(), [2.5, f64::INFINITY]);
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}"#;
        assert_eq!(values(200, scalar.as_bytes()).unwrap(), [3.0]);
        let empty = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
        assert_eq!(values(200, empty.as_bytes()).unwrap(), [0.0; 0]);
    }

    #[test]
    fn an_error_of_the_server_is_quoted() {
        assert_eq!(
            error(400, r#"{"status":"error","errorType":"bad_data","error":"parse error: unexpected end"}"#),
            "status 400: parse error: unexpected end"
        );
        assert_eq!(error(502, "Bad\u{1b} Gateway\n"), "status 502: Bad\u{fffd} Gateway");
        assert!(error(200, "<html>").starts_with("the answer is not that of Prometheus: expected value"));
        assert_eq!(
            error(200, r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#),
            "the answer is not that of Prometheus: the query gives a matrix, not values of now"
        );
        assert_eq!(
            error(200, r#"{"status":"success","data":{"resultType":"scalar","result":[1,"x"]}}"#),
            "the answer is not that of Prometheus: x is not a number"
        );
    }

    #[test]
    fn the_worst_value_decides() {
        assert_eq!(reading(&spec(Some(2.0), None), &[1.0, 3.0]), AlarmReading::Raised("3 is above 2".to_owned()));
        assert_eq!(reading(&spec(Some(3.0), None), &[1.0, 3.0]), AlarmReading::Quiet("3".to_owned()));
        assert_eq!(reading(&spec(None, Some(0.5)), &[1.0, 0.1]), AlarmReading::Raised("0.1 is below 0.5".to_owned()));
        assert_eq!(reading(&spec(None, Some(0.5)), &[1.0]), AlarmReading::Quiet("1".to_owned()));
        let infinite = reading(&spec(Some(2.0), None), &[f64::INFINITY]);
        assert_eq!(infinite, AlarmReading::Raised("inf is above 2".to_owned()));
        assert_eq!(reading(&spec(Some(2.0), Some(1.0)), &[]), AlarmReading::Missing);
    }

    proptest! {
        #[test]
        fn any_answer_is_values_or_an_error(status: u16, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = values(status, &body);
        }
    }
}
