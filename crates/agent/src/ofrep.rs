//! Requests of OpenFeature's remote evaluation protocol (OFREP 0.3.0).

use std::sync::Arc;

use hyper::body::{Body, Bytes};
use hyper::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, RETRY_AFTER,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::json;
use tokio::sync::{Semaphore, TryAcquireError};

use crate::body::{BodyError, ResponseBody, read_body};
use crate::evaluations::{EvaluationAnswer, Evaluations};
use crate::event_stream::{MAX_STREAMS, stream};
use crate::respond::{header_text, matches_tag};
use crate::site::{JSON, Site};
use crate::token::{TokenFile, TokenVerdict};

/// Path below which the protocol is served.
pub(crate) const PREFIX: &str = "/ofrep/";

const FLAGS: &str = "/ofrep/v1/evaluate/flags";

/// Path of the stream of changes.
const EVENTS: &str = "/ofrep/v1/events";

/// Largest body of a request, in bytes.
const MAX_BODY_BYTES: usize = 64 << 10;

/// Largest key of a flag, in bytes.
const MAX_KEY_BYTES: usize = 400;

/// Parameter with the ticket of a stream, since a client of one cannot send headers.
const TICKET: &str = "ticket=";

/// Kind of an answer, by which the server sets the time limit of the connection.
pub(crate) enum Served {
    /// A whole answer, after which the connection stays open.
    Answer(Response<ResponseBody>),
    /// A stream that ends with the connection.
    Stream(Response<ResponseBody>),
}

impl Served {
    pub(crate) fn into_response(self) -> Response<ResponseBody> {
        match self {
            Self::Answer(response) | Self::Stream(response) => response,
        }
    }
}

/// Streams of changes that are open at a time.
pub(crate) fn stream_limit() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MAX_STREAMS))
}

/// Answers a request of the protocol.
pub(crate) async fn serve<B>(
    site: &dyn Site,
    evaluations: &Arc<dyn Evaluations>,
    streams: &Arc<Semaphore>,
    request: Request<B>,
) -> Served
where
    B: Body<Data = Bytes> + Unpin,
{
    if let Err(error) = site.hosts().check(&request) {
        return answer(failure(421, "GENERAL", &error.to_string()));
    }
    let path = request.uri().path().to_owned();
    let token = site.token();
    if path == EVENTS {
        if let Some(refusal) = refuse_stream(token, &request) {
            return answer(refusal);
        }
        if request.method() != Method::GET {
            return answer(not_allowed("GET"));
        }
        return open_stream(evaluations, streams, &request);
    }
    if let Some(refusal) = refuse(token, request.headers()) {
        return answer(refusal);
    }
    let key = match path.strip_prefix(FLAGS).map(|rest| rest.strip_prefix('/').unwrap_or(rest)) {
        Some("") => None,
        Some(encoded) if path[FLAGS.len()..].starts_with('/') => match decoded(encoded) {
            Some(key) => Some(key),
            None => return answer(failure(400, "PARSE_ERROR", "the key in the path is not UTF-8, or too long")),
        },
        _ => return answer(failure(404, "GENERAL", "not found; the protocol is served at /ofrep/v1/evaluate/flags")),
    };
    if request.method() != Method::POST {
        return answer(not_allowed("POST"));
    }
    let known = header_text(request.headers(), &IF_NONE_MATCH);
    let body = match read_body(request.into_body(), MAX_BODY_BYTES).await {
        Ok(body) => body,
        Err(error @ BodyError::TooLarge(_)) => return answer(failure(413, "INVALID_CONTEXT", &error.to_string())),
        Err(error @ BodyError::Ended) => return answer(failure(400, "PARSE_ERROR", &error.to_string())),
    };
    answer(match key {
        Some(key) => evaluated(evaluations.one(&key, &body)),
        None => {
            let is_known = |tag: &str| !known.is_empty() && matches_tag(&known, tag);
            evaluated(evaluations.all(&body, &is_known, Some(&event_streams(token))))
        }
    })
}

fn answer(response: Response<ResponseBody>) -> Served {
    Served::Answer(response)
}

/// Decodes the key of a flag in a path.
fn decoded(encoded: &str) -> Option<String> {
    let key = percent_decode_str(encoded).decode_utf8().ok()?;
    (key.len() <= MAX_KEY_BYTES).then(|| key.into_owned())
}

/// Returns the streams of changes for clients, relative to the address that they use.
fn event_streams(token: Option<&Arc<TokenFile>>) -> String {
    let uri = match token.and_then(|token| token.ticket()) {
        Some(ticket) => format!("{EVENTS}?{TICKET}{ticket}"),
        None => EVENTS.to_owned(),
    };
    json!([{ "type": "sse", "endpoint": { "requestUri": uri } }]).to_string()
}

fn open_stream<B>(evaluations: &Arc<dyn Evaluations>, streams: &Arc<Semaphore>, request: &Request<B>) -> Served {
    let permit = match streams.clone().try_acquire_owned() {
        Ok(permit) => permit,
        Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
            let mut busy = failure(503, "GENERAL", "too many streams are open; poll in place of following one");
            busy.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
            return answer(busy);
        }
    };
    let last = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let mut response = Response::new(ResponseBody::Stream(stream(evaluations.clone(), last, permit)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Served::Stream(response)
}

/// Returns the answer to a request without the token.
fn refuse(token: Option<&Arc<TokenFile>>, headers: &HeaderMap) -> Option<Response<ResponseBody>> {
    match token.map_or(TokenVerdict::Valid, |token| token.check_any(headers)) {
        TokenVerdict::Valid => None,
        TokenVerdict::Invalid => {
            let mut refused = failure(401, "GENERAL", "send the token of the agent: Authorization: Bearer TOKEN");
            let challenge = HeaderValue::from_static("Bearer realm=\"confgate agent\"");
            refused.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            Some(refused)
        }
        TokenVerdict::Unknown => {
            Some(failure(503, "GENERAL", "the agent cannot read its token; its log has the reason"))
        }
    }
}

/// Returns the answer to a request for a stream with neither the token nor its ticket.
fn refuse_stream<B>(token: Option<&Arc<TokenFile>>, request: &Request<B>) -> Option<Response<ResponseBody>> {
    let ticket = request.uri().query().and_then(|query| query.split('&').find_map(|part| part.strip_prefix(TICKET)));
    match (token, ticket) {
        (Some(token), Some(ticket)) if !request.headers().contains_key(AUTHORIZATION) => {
            let is_valid = token.is_ticket(ticket);
            (!is_valid)
                .then(|| failure(401, "GENERAL", "the ticket of the stream is not valid; evaluate the flags again"))
        }
        _ => refuse(token, request.headers()),
    }
}

fn not_allowed(method: &'static str) -> Response<ResponseBody> {
    let mut response = failure(405, "GENERAL", &format!("method not allowed; use {method}"));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(method));
    response
}

fn failure(status: u16, code: &str, details: &str) -> Response<ResponseBody> {
    let body = json!({ "errorCode": code, "errorDetails": details }).to_string();
    evaluated(EvaluationAnswer { status, body, etag: None })
}

fn evaluated(answer: EvaluationAnswer) -> Response<ResponseBody> {
    let EvaluationAnswer { status, body, etag } = answer;
    let mut response = Response::new(ResponseBody::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    if status != 304 {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    }
    // The answer depends on the context, which no shared cache reads.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(tag) = etag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        headers.insert(ETAG, tag);
    }
    response
}
