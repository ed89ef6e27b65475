//! Values of queries, which a thread of its own asks for: a server that does not answer must not delay the other signals.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use confgate_monitoring::{HttpError, Server, ServerFileError, ServerSpec, prometheus};
use thiserror::Error;

/// The values of queries. The thread that asks for them ends when this value is dropped, at the latest after a timeout of the server.
#[derive(Debug)]
pub struct Queries {
    values: Arc<Mutex<Values>>,
    /// Time after which a value is too old.
    max_age: Duration,
    /// Dropped to end the thread.
    _stop: Sender<()>,
}

/// The last value of each query; `None` if the query has none.
type Values = BTreeMap<String, (Instant, Option<f64>)>;

/// Reason for which a query has no value.
#[derive(Debug, Error)]
enum QueryError {
    #[error("{0}")]
    Server(#[from] ServerFileError),
    #[error("{0}")]
    Request(#[from] HttpError),
    #[error("the query gives no value")]
    Missing,
    #[error("the query gives {0} values; aggregate them to one, such as with max(…)")]
    Several(usize),
}

impl Queries {
    /// Starts to evaluate queries, at once and then in this interval.
    pub fn start(spec: ServerSpec, queries: Vec<String>, interval: Duration) -> io::Result<Self> {
        let max_age = interval * 2 + spec.timeout.get();
        let (values, (stop, stopped)) = (Arc::<Mutex<Values>>::default(), channel::<()>());
        let written = values.clone();
        let run = move || {
            let mut evaluation = Evaluation { spec, server: None, problems: BTreeMap::new() };
            loop {
                evaluation.round(&queries, |query, value| {
                    lock(&written).insert(query.to_owned(), (Instant::now(), value));
                });
                if stopped.recv_timeout(interval) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        };
        thread::Builder::new().name("confgate-queries".to_owned()).spawn(run)?;
        Ok(Self { values, max_age, _stop: stop })
    }

    /// Returns the last value of a query, unless it is too old.
    pub fn value(&self, query: &str) -> Option<f64> {
        let (at, value) = *lock(&self.values).get(query)?;
        value.filter(|_| at.elapsed() <= self.max_age)
    }
}

/// Locks the values. A poisoned lock is usable: no holder can panic between two writes.
fn lock(values: &Mutex<Values>) -> MutexGuard<'_, Values> {
    values.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server, and the problems that the log knows already.
struct Evaluation {
    spec: ServerSpec,
    server: Option<Server>,
    problems: BTreeMap<String, String>,
}

impl Evaluation {
    /// Evaluates each query once. After a request that failed, the rest of the round has no value: each would wait for the timeout.
    fn round(&mut self, queries: &[String], mut write: impl FnMut(&str, Option<f64>)) {
        let mut is_reachable = true;
        for query in queries {
            if !is_reachable {
                write(query, None);
                continue;
            }
            match self.evaluate(query) {
                Ok(value) => {
                    write(query, Some(value));
                    if self.problems.remove(query).is_some() {
                        tracing::info!(query, "the query of a signal has a value again");
                    }
                }
                Err(error) => {
                    write(query, None);
                    is_reachable = matches!(
                        error,
                        QueryError::Missing | QueryError::Several(_) | QueryError::Request(HttpError::Status { .. })
                    );
                    let problem = error.to_string();
                    if self.problems.get(query) != Some(&problem) {
                        tracing::warn!(query, "the query of a signal has no value: {problem}");
                        self.problems.insert(query.clone(), problem);
                    }
                    // A token or a certificate may have been renewed.
                    self.server = None;
                }
            }
        }
    }

    fn evaluate(&mut self, query: &str) -> Result<f64, QueryError> {
        let server = match &self.server {
            Some(server) => server,
            None => self.server.insert(Server::new(&self.spec)?),
        };
        match prometheus::values(server, query)?[..] {
            [value] => Ok(value),
            [] => Err(QueryError::Missing),
            ref several => Err(QueryError::Several(several.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use confgate_core::types;

    use super::*;

    /// Serves answers of Prometheus: the values of a query are those in its text. A query with the word "silent" has no answer.
    fn server() -> ServerSpec {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || {
                    let mut bytes = [0; 4096];
                    let mut request = String::new();
                    while !request.contains("query=") {
                        let length = stream.read(&mut bytes).unwrap();
                        request.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
                    }
                    if request.contains("silent") {
                        thread::sleep(Duration::from_secs(30));
                    }
                    let query = request.split("query=").nth(1).unwrap();
                    let values = query.split('v').filter(|value| !value.is_empty());
                    let series: Vec<String> =
                        values.map(|value| format!("{{\"metric\":{{}},\"value\":[1,\"{value}\"]}}")).collect();
                    let result = format!("{{\"resultType\":\"vector\",\"result\":[{}]}}", series.join(","));
                    let body = format!("{{\"status\":\"success\",\"data\":{result}}}");
                    let head =
                        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
                    let _ = stream.write_all((head + &body).as_bytes());
                });
            }
        });
        ServerSpec::new(url.parse().unwrap(), types::Duration::from_secs(1))
    }

    fn evaluation(spec: ServerSpec) -> Evaluation {
        Evaluation { spec, server: None, problems: BTreeMap::new() }
    }

    fn round(evaluation: &mut Evaluation, queries: &[&str]) -> Vec<Option<f64>> {
        let queries: Vec<String> = queries.iter().map(|query| (*query).to_owned()).collect();
        let mut found = Vec::new();
        evaluation.round(&queries, |_, value| found.push(value));
        found
    }

    #[test]
    fn a_query_has_one_value_or_none_with_the_reason() {
        let mut evaluation = evaluation(server());
        assert_eq!(round(&mut evaluation, &["v", "v1v2", "v7", "vNaN"]), [None, None, Some(7.0), None]);
        let problems: Vec<&str> = evaluation.problems.values().map(String::as_str).collect();
        assert_eq!(
            problems,
            [
                "the query gives no value",
                "the query gives 2 values; aggregate them to one, such as with max(…)",
                "the query gives no value",
            ]
        );
    }

    #[test]
    fn a_server_that_does_not_answer_costs_one_timeout() {
        let mut evaluation = evaluation(server());
        let began = Instant::now();
        assert_eq!(round(&mut evaluation, &["v1", "silent", "silent2", "silent3", "v1"])[1..], [None; 4]);
        assert!(began.elapsed() < Duration::from_secs(10));
        assert_eq!(evaluation.problems["silent"], "no answer within 1s");
        assert_eq!(round(&mut evaluation, &["v1"]), [Some(1.0)]);
        evaluation.spec.token_file = Some("/nonexistent/token".into());
        evaluation.server = None;
        assert_eq!(round(&mut evaluation, &["v1"]), [None]);
        let problem = &evaluation.problems["v1"];
        assert!(problem.starts_with("cannot read /nonexistent/token: "), "{problem}");
    }

    #[test]
    fn a_value_that_is_not_renewed_is_missing_in_the_end() {
        let mut queries = Queries::start(server(), vec!["v3".to_owned()], Duration::from_secs(60)).unwrap();
        let began = Instant::now();
        while queries.value("v3") != Some(3.0) {
            assert!(began.elapsed() < Duration::from_secs(30));
            thread::sleep(Duration::from_millis(10));
        }
        queries.max_age = Duration::ZERO;
        assert_eq!((queries.value("v3"), queries.value("v4")), (None, None));
    }
}
