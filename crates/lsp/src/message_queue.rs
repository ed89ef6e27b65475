//! Messages that wait, so that a later one can cancel an earlier one.

use std::collections::VecDeque;
use std::time::Duration;

use lsp_server::{Connection, Message, RequestId};
use lsp_types::notification::{Cancel, Notification as _};
use lsp_types::{CancelParams, NumberOrString};

/// Messages that were received and not answered yet.
#[derive(Debug, Default)]
pub(crate) struct MessageQueue {
    waiting: VecDeque<Message>,
}

/// Result of waiting for a message.
#[derive(Debug)]
pub(crate) enum Received {
    Message(Message),
    /// A request that the client has cancelled.
    Cancelled(RequestId),
    /// No message for the time of the wait.
    Idle,
    Closed,
}

impl MessageQueue {
    /// Returns the next message. Waits for one if none was received.
    pub(crate) fn next(&mut self, connection: &Connection, wait: Duration) -> Received {
        self.waiting.extend(connection.receiver.try_iter());
        if self.waiting.is_empty() {
            match connection.receiver.recv_timeout(wait) {
                Ok(message) => self.waiting.push_back(message),
                Err(error) if error.is_timeout() => return Received::Idle,
                Err(_) => return Received::Closed,
            }
            self.waiting.extend(connection.receiver.try_iter());
        }
        let Some(message) = self.waiting.pop_front() else { return Received::Idle };
        match message {
            Message::Request(request) if self.cancels(&request.id) => Received::Cancelled(request.id),
            message => Received::Message(message),
        }
    }

    /// Returns whether no message waits.
    pub(crate) fn is_empty(&self, connection: &Connection) -> bool {
        self.waiting.is_empty() && connection.receiver.is_empty()
    }

    /// Removes the notification that cancels a request. Returns whether there is one.
    fn cancels(&mut self, id: &RequestId) -> bool {
        let cancels = |message: &Message| match message {
            Message::Notification(notification) if notification.method == Cancel::METHOD => {
                serde_json::from_value::<CancelParams>(notification.params.clone()).is_ok_and(|params| {
                    *id == match params.id {
                        NumberOrString::Number(number) => RequestId::from(number),
                        NumberOrString::String(text) => RequestId::from(text),
                    }
                })
            }
            _ => false,
        };
        let found = self.waiting.iter().position(cancels);
        found.is_some_and(|index| self.waiting.remove(index).is_some())
    }
}

#[cfg(test)]
mod tests {
    use lsp_server::{Notification, Request};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_waiting_request_is_cancelled() {
        let (server, client) = Connection::memory();
        let send = |message: Message| client.sender.send(message).unwrap();
        for id in [1, 2] {
            send(
                Request { id: RequestId::from(id), method: "textDocument/hover".to_owned(), params: json!({}) }.into(),
            );
        }
        send(Notification { method: "$/cancelRequest".to_owned(), params: json!({ "id": 1 }) }.into());
        let mut queue = MessageQueue::default();
        let mut next = || queue.next(&server, Duration::from_millis(1));
        assert!(matches!(next(), Received::Cancelled(id) if id == RequestId::from(1)));
        assert!(matches!(next(), Received::Message(Message::Request(request)) if request.id == RequestId::from(2)));
        assert!(matches!(next(), Received::Idle));
    }
}
