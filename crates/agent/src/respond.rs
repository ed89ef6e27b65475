//! The answer to a request: who may ask, the page, and what the client has already.

use hyper::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, RETRY_AFTER,
    VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::body::ResponseBody;
use crate::events::EventBody;
use crate::hosts::HostError;
use crate::site::{Page, Site};
use crate::token::TokenVerdict;

/// Path of the page that is answered in any case.
pub(crate) const HEALTH: &str = "/health";

/// Path of the config.
const CONFIG: &str = "/config";

/// Path of the metrics.
const METRICS: &str = "/metrics";

/// Media type of events.
const EVENT_STREAM: &str = "text/event-stream";

/// Length of an entity tag, in hexadecimal digits.
const TAG_LENGTH: usize = 32;

/// Answers a request.
pub(crate) fn respond<B>(site: &dyn Site, request: &Request<B>) -> Response<ResponseBody> {
    if let Err(error) = site.hosts().check(request) {
        let status = match error {
            HostError::NotAllowed(..) => 421,
            HostError::Missing | HostError::Several => 400,
        };
        return response(Page::error(status, &error.to_string()), &[]);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return response(Page::error(405, "method not allowed; use GET"), &[(ALLOW, "GET, HEAD")]);
    }
    let path = request.uri().path();
    match site.token().map_or(TokenVerdict::Valid, |token| token.check(request.headers())) {
        TokenVerdict::Valid => {}
        // A probe has no token, and the status alone tells nothing of the config.
        _ if path == HEALTH => return response(site.status_page(), &[]),
        TokenVerdict::Invalid => {
            let challenge = (WWW_AUTHENTICATE, "Bearer realm=\"confgate agent\"");
            let page = Page::error(401, "send the token of the agent: Authorization: Bearer TOKEN");
            return response(page, &[challenge]);
        }
        TokenVerdict::Unknown => {
            return response(Page::error(503, "the agent cannot read its token; its log has the reason"), &[]);
        }
    }
    if let Some(source) = site.events(path) {
        return stream(EventBody::new(source));
    }
    let accept = header_text(request.headers(), &ACCEPT);
    let page = site.page(path, request.uri().query(), &accept);
    match (path, page.status) {
        (CONFIG, 200) => conditional(page, request.headers()),
        (METRICS, _) => response(page, &[(VARY, "Accept")]),
        _ => response(page, &[]),
    }
}

/// Answers with events.
fn stream(events: EventBody) -> Response<ResponseBody> {
    let mut response = response(Page::ok(EVENT_STREAM, String::new()), &[]);
    *response.body_mut() = ResponseBody::Events(events);
    response
}

/// Answers while too many requests are answered already.
pub(crate) fn busy() -> Response<ResponseBody> {
    response(Page::error(503, "too many requests at a time; try again"), &[(RETRY_AFTER, "1")])
}

/// Returns the values of a header as one list.
pub(crate) fn header_text(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

fn response(page: Page, more: &[(HeaderName, &'static str)]) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::from(page.text));
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(page.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, value) in more {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Answers with an entity tag, or without the content if the client has it. The tag is a digest of the redacted text, so it tells
/// nothing of secrets.
fn conditional(page: Page, headers: &HeaderMap) -> Response<ResponseBody> {
    let digest: String = Sha256::digest(&page.text).iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{}\"", &digest[..TAG_LENGTH]);
    let is_known = matches_tag(&header_text(headers, &IF_NONE_MATCH), &tag);
    let mut response = response(page, &[]);
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = ResponseBody::from(String::new());
        response.headers_mut().remove(CONTENT_TYPE);
    }
    let headers = response.headers_mut();
    // A client may keep the page and asks each time if it is current.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// Compares the tags of a client with the current one. A weak tag of the same text is equal.
pub(crate) fn matches_tag(known: &str, tag: &str) -> bool {
    known.trim() == "*" || known.split(',').map(str::trim).any(|known| known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_of_a_list_weak_or_strong_or_any() {
        for known in ["\"a\"", "\"x\", \"a\"", "W/\"a\"", " * ", "W/\"b\",W/\"a\" "] {
            assert!(matches_tag(known, "\"a\""), "{known}");
        }
        for known in ["", "a", "\"b\"", "\"a", "\"A\"", "*,\"b\""] {
            assert!(!matches_tag(known, "\"a\""), "{known}");
        }
    }
}
