//! The evaluation of all flags.

use std::fmt::Write;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::live::LiveFlags;
use crate::ofrep::answer::Answer;
use crate::ofrep::error::{evaluation_error, request_error};
use crate::ofrep::single::write as write_result;
use crate::set::{Evaluation, EvaluationError, seconds_now, with_request};

/// Length of an entity tag, in bytes of the digest.
const TAG_LENGTH: usize = 16;

/// Evaluates all flags in the context of a request. A client caches them and shows some, so nothing is counted as an exposure.
/// `streams` is the JSON of the streams of changes that clients may follow. The answer to a client that has the same results is 304.
pub fn evaluate_all(
    flags: &LiveFlags,
    body: &[u8],
    is_known: impl FnOnce(&str) -> bool,
    streams: Option<&str>,
) -> Answer {
    let running = flags.load();
    with_request(body, |context, _| {
        let context = match context {
            // All flags are evaluated at one time.
            Ok(context) => context.at(seconds_now()),
            Err(error) => return Answer::new(400, request_error(error, None).to_string()),
        };
        if running.requires_key() && context.targeting_key().is_none() {
            let error = EvaluationError::TargetingKeyMissing;
            let json = serde_json::json!({ "errorCode": error.code(), "errorDetails": error.to_string() });
            return Answer::new(400, json.to_string());
        }
        let results: Vec<_> = running.flags().iter().map(|flag| (flag.key(), context.evaluate(flag))).collect();
        let etag = tag(running.digest_bytes(), &results, streams);
        if is_known(&etag) {
            return Answer { status: 304, body: String::new(), etag: Some(etag) };
        }
        let body = document(&results, running.metadata(), streams);
        Answer { status: 200, body, etag: Some(etag) }
    })
}

type FlagResult<'s> = (&'s str, Result<Evaluation<'s>, EvaluationError>);

/// Returns the entity tag: a digest of everything that the body depends on.
fn tag(digest: &[u8; 32], results: &[FlagResult<'_>], streams: Option<&str>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(digest);
    for (_, result) in results {
        match result {
            // The flags are those of the digest, in its order; a result is one of few.
            Ok(evaluation) => {
                let counter = evaluation.flag().counter(evaluation.selected());
                hasher.update(u64::try_from(counter).unwrap_or(u64::MAX).to_le_bytes());
                hasher.update(evaluation.reason().name());
            }
            Err(error) => hasher.update(error.to_string()),
        }
    }
    hasher.update(streams.unwrap_or_default());
    let mut tag = String::with_capacity(2 + 2 * TAG_LENGTH);
    tag.push('"');
    for byte in &hasher.finalize()[..TAG_LENGTH] {
        // Writing to a String does not fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn document(results: &[FlagResult<'_>], metadata: &serde_json::Map<String, Json>, streams: Option<&str>) -> String {
    let mut body = String::with_capacity(128 * results.len() + 64);
    body.push_str("{\"flags\":[");
    for (index, (key, result)) in results.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        match result {
            Ok(evaluation) => write_result(evaluation, &mut body),
            Err(error) => body.push_str(&evaluation_error(error, key).to_string()),
        }
    }
    body.push(']');
    // Writing to a String does not fail.
    let _ = write!(body, ",\"metadata\":{}", Json::Object(metadata.clone()));
    if let Some(streams) = streams {
        let _ = write!(body, ",\"eventStreams\":{streams}");
    }
    body.push('}');
    body
}
