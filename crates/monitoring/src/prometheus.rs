//! Instant queries of Prometheus.

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::error::HttpError;
use crate::quoted::quoted;
use crate::server::Server;

const API: &str = "Prometheus";

/// A series of an answer: its labels and its value. Values that are not a number, as 0/0, are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Labels.
    pub labels: Map<String, Json>,
    /// Value, which may be infinite.
    pub value: f64,
}

/// Evaluates a query that gives series, such as by a label.
///
/// # Errors
///
/// The request failed, the server reports an error, or the query gives something else.
pub fn series(server: &Server, query: &str) -> Result<Vec<Series>, HttpError> {
    let (status, body) = server.post("/api/v1/query", &[("query", query.to_owned())])?;
    match read(status, &body)? {
        Answer::Vector(series) => Ok(series),
        Answer::Scalar(_) => Err(unreadable("the query gives a scalar, not series of now".to_owned())),
    }
}

/// Evaluates a query that gives series or one number, and returns the values alone.
///
/// # Errors
///
/// As of [`series`].
pub fn values(server: &Server, query: &str) -> Result<Vec<f64>, HttpError> {
    let (status, body) = server.post("/api/v1/query", &[("query", query.to_owned())])?;
    Ok(match read(status, &body)? {
        Answer::Vector(series) => series.into_iter().map(|series| series.value).collect(),
        Answer::Scalar(value) => value.into_iter().collect(),
    })
}

/// An answer without its envelope.
#[derive(Debug)]
enum Answer {
    Vector(Vec<Series>),
    /// `None` if the value is not a number.
    Scalar(Option<f64>),
}

#[derive(Deserialize)]
struct Envelope {
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

/// A time and a value.
type Sample = (Json, String);

#[derive(Deserialize)]
struct VectorSeries {
    metric: Map<String, Json>,
    value: Sample,
}

fn unreadable(reason: String) -> HttpError {
    HttpError::Answer { api: API, reason }
}

fn read(status: u16, body: &[u8]) -> Result<Answer, HttpError> {
    let refused = |message: &str| HttpError::Status { status, message: quoted(message) };
    let envelope = match serde_json::from_slice::<Envelope>(body) {
        Ok(envelope) => envelope,
        Err(_) if status != 200 => return Err(refused(&String::from_utf8_lossy(body))),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    if envelope.status != "success" || status != 200 {
        return Err(refused(&envelope.error));
    }
    let Data { kind, result } = envelope.data;
    match kind.as_str() {
        "vector" => {
            let all: Vec<VectorSeries> =
                serde_json::from_value(result).map_err(|error| unreadable(error.to_string()))?;
            let mut found = Vec::with_capacity(all.len());
            for VectorSeries { metric: labels, value } in all {
                found.extend(number(&value)?.map(|value| Series { labels, value }));
            }
            Ok(Answer::Vector(found))
        }
        "scalar" => {
            let sample: Sample = serde_json::from_value(result).map_err(|error| unreadable(error.to_string()))?;
            number(&sample).map(Answer::Scalar)
        }
        other => Err(unreadable(format!("the query gives a {}, not values of now", quoted(other)))),
    }
}

fn number((_, text): &Sample) -> Result<Option<f64>, HttpError> {
    let value: f64 = text.parse().map_err(|_| unreadable(format!("{} is not a number", quoted(text))))?;
    Ok(Some(value).filter(|value| !value.is_nan()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;
    use std::time::{Duration, Instant};

    use confgate_core::types;
    use proptest::prelude::*;

    use super::*;
    use crate::server_spec::ServerSpec;

    fn error(status: u16, body: &str) -> String {
        read(status, body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn series_have_labels_and_a_scalar_is_a_number() {
        let vector = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"flag":"a"},"value":[1.5,"2.5"]},{"metric":{},"value":[1,"NaN"]},{"metric":{},"value":[1,"+Inf"]}]}}"#;
        let Answer::Vector(series) = read(200, vector.as_bytes()).unwrap() else { panic!("not a vector") };
        let values: Vec<f64> = series.iter().map(|series| series.value).collect();
        assert_eq!(values, [2.5, f64::INFINITY]);
        assert_eq!(series[0].labels["flag"], "a");
        let scalar = |text: &str| {
            let body =
                format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"scalar\",\"result\":[1,\"{text}\"]}}}}");
            let Answer::Scalar(value) = read(200, body.as_bytes()).unwrap() else { panic!("not a scalar") };
            value
        };
        assert_eq!((scalar("3"), scalar("NaN")), (Some(3.0), None));
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

    /// Returns a server whose address answers each connection in this way.
    fn answering(timeout: u64, answer: impl Fn(std::net::TcpStream) + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(answer));
        Server::new(&ServerSpec::new(url.parse().unwrap(), types::Duration::from_secs(timeout))).unwrap()
    }

    #[test]
    fn a_silent_server_and_an_endless_answer_end_a_query() {
        let silent = answering(1, |mut stream| drop(stream.read_to_end(&mut Vec::new())));
        let began = Instant::now();
        assert_eq!(values(&silent, "up").unwrap_err().to_string(), "no answer within 1s");
        assert!(began.elapsed() < Duration::from_secs(20));
        let endless = answering(60, |mut stream| {
            // The client closes the connection at its limit.
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            while stream.write_all(&[b' '; 65536]).is_ok() {}
        });
        assert_eq!(values(&endless, "up").unwrap_err().to_string(), "the answer is larger than 4 MiB");
        let scalar = answering(60, |mut stream| {
            let body = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}"#;
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).unwrap();
            // The rest of the request is read, so that the answer is not reset.
            let _ = stream.read(&mut [0; 4096]);
        });
        assert_eq!(values(&scalar, "scalar(up)").unwrap(), [3.0]);
        assert_eq!(
            series(&scalar, "scalar(up)").unwrap_err().to_string(),
            "the answer is not that of Prometheus: the query gives a scalar, not series of now"
        );
    }

    proptest! {
        #[test]
        fn any_answer_is_values_or_an_error(status: u16, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(status, &body);
        }
    }
}
