//! Errors in the form of the protocol.

use serde_json::{Value as Json, json};

use crate::set::{EvaluationError, RequestError};

/// Returns the code and the details of a request that has no valid context.
pub fn of_request(error: RequestError) -> (&'static str, &'static str) {
    match error {
        RequestError::NotJson => ("PARSE_ERROR", "the body is not JSON; send {\"context\": {\"targetingKey\": \"…\"}}"),
        RequestError::TooDeep => ("INVALID_CONTEXT", "the context is nested more than 256 levels deep"),
        RequestError::NotAnObject => ("INVALID_CONTEXT", "the context must be a JSON object"),
        RequestError::InvalidKey => ("INVALID_CONTEXT", "the targetingKey of the context must be a string"),
    }
}

/// Returns the error of a request as JSON. The key stands in errors of one flag.
pub fn request_error(error: RequestError, key: Option<&str>) -> Json {
    let (code, details) = of_request(error);
    match key {
        Some(key) => json!({ "key": key, "errorCode": code, "errorDetails": details }),
        None => json!({ "errorCode": code, "errorDetails": details }),
    }
}

/// Returns the error of an evaluation as JSON.
pub fn evaluation_error(error: &EvaluationError, key: &str) -> Json {
    json!({ "key": key, "errorCode": error.code(), "errorDetails": error.to_string() })
}
