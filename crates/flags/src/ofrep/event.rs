//! Events of the stream of changes.

use serde_json::json;

use crate::set::FlagSet;

/// Returns the event, in the form of server-sent events, that asks a client to evaluate its flags again. Its identifier is the digest
/// of the flags, so that a client that comes back with `Last-Event-ID` learns whether they changed.
pub fn refetch_event(flags: &FlagSet) -> (String, String) {
    let id = flags.digest()[..32].to_owned();
    let data = json!({ "type": "refetchEvaluation", "etag": id });
    let event = format!("event: message\nid: {id}\ndata: {data}\n\n");
    (id, event)
}
