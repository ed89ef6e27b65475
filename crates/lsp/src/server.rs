//! The loop over the messages of the client.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Exit, LogMessage, Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, Formatting, GotoDefinition, HoverRequest, RegisterCapability,
    Request as _, Shutdown,
};
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams, FileSystemWatcher, GlobPattern,
    InitializeParams, LogMessageParams, MessageType, PublishDiagnosticsParams, Registration, RegistrationParams,
    ShowMessageParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::capabilities;
use crate::document::is_nix;
use crate::error::ServerError;
use crate::host::Host;
use crate::message_queue::{MessageQueue, Received};
use crate::nix::{self, NixEvaluator, NixEvent, NixJobs};
use crate::requests;
use crate::session::{Notice, Session};
use crate::uri::path_of;

/// Time between two comparisons of files for a client that watches none.
const COMPARE_EVERY: Duration = Duration::from_secs(1);

/// Longest time without diagnostics while messages keep coming.
const LONGEST_DELAY: Duration = Duration::from_millis(100);

/// Serves a client on standard input and standard output.
///
/// # Errors
///
/// The client breaks the protocol or the connection.
pub fn serve_stdio(host: &dyn Host, nix: Option<&dyn NixEvaluator>) -> Result<(), ServerError> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection, host, nix);
    // The threads end when the connection is dropped.
    drop(connection);
    served?;
    Ok(threads.join()?)
}

/// Serves a client until it asks for the end. `nix` evaluates bundles when a Nix file is typed or saved.
///
/// # Errors
///
/// The client breaks the protocol or the connection.
pub fn serve(connection: &Connection, host: &dyn Host, nix: Option<&dyn NixEvaluator>) -> Result<(), ServerError> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params).map_err(ServerError::Initialize)?;
    let session = Session::new(host, &params);
    let result = json!({
        "capabilities": capabilities::offered(session.encoding),
        "serverInfo": { "name": "confgate", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, result)?;
    let encoding = session.encoding;
    let mut server = Server { connection, session, changed_at: None, is_shut_down: false, nix: None };
    server.watch_files()?;
    let Some(evaluator) = nix else { return server.run() };
    let (jobs, events) = NixJobs::new();
    let jobs = Arc::new(jobs);
    thread::scope(|scope| {
        let (of_thread, sender) = (Arc::downgrade(&jobs), connection.sender.clone());
        scope.spawn(move || {
            let publish = |params: PublishDiagnosticsParams| {
                // A client that is gone needs no diagnostics.
                let _ = sender.send(Notification::new(PublishDiagnostics::METHOD.to_owned(), params).into());
            };
            nix::run(evaluator, &events, &of_thread, encoding, &publish);
        });
        server.nix = Some(jobs);
        let served = server.run();
        if let Some(jobs) = server.nix.take() {
            // The thread ends with its evaluation, which is cancelled.
            jobs.cancel();
        }
        served
    })
}

struct Server<'c> {
    connection: &'c Connection,
    session: Session<'c>,
    /// Time of the first change whose diagnostics were not sent yet.
    changed_at: Option<Instant>,
    /// True if the client has asked for the end, and will send the notification `exit`.
    is_shut_down: bool,
    /// The thread that evaluates bundles, if there is one.
    nix: Option<Arc<NixJobs>>,
}

impl<'c> Server<'c> {
    fn run(&mut self) -> Result<(), ServerError> {
        let mut queue = MessageQueue::default();
        let mut compared_at = Instant::now();
        loop {
            let is_late = self.changed_at.is_some_and(|since| since.elapsed() > LONGEST_DELAY);
            if self.changed_at.is_some() && (is_late || queue.is_empty(self.connection)) {
                self.publish()?;
            }
            match queue.next(self.connection, COMPARE_EVERY) {
                Received::Message(Message::Request(request)) => {
                    let response = self.answer(request);
                    self.send(response)?;
                }
                Received::Message(Message::Notification(notification)) if notification.method == Exit::METHOD => {
                    return if self.is_shut_down { Ok(()) } else { Err(ServerError::Closed) };
                }
                Received::Message(Message::Notification(notification)) => self.notified(notification)?,
                // The client has registered what the server asked for.
                Received::Message(Message::Response(_)) => {}
                Received::Cancelled(id) => {
                    let message = "cancelled by the editor".to_owned();
                    self.send(Response::new_err(id, ErrorCode::RequestCanceled as i32, message))?;
                }
                Received::Idle => {}
                Received::Closed => return Err(ServerError::Closed),
            }
            if !self.session.client.watches_files && compared_at.elapsed() >= COMPARE_EVERY {
                compared_at = Instant::now();
                if self.session.compare_files() {
                    self.changed_at.get_or_insert_with(Instant::now);
                }
            }
        }
    }

    fn send(&self, message: impl Into<Message>) -> Result<(), ServerError> {
        self.connection.sender.send(message.into()).map_err(|_| ServerError::Closed)
    }

    fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) -> Result<(), ServerError>
    where
        N::Params: Serialize,
    {
        self.send(Notification::new(N::METHOD.to_owned(), params))
    }

    /// Asks the client to report changes of the files that decide about schemas.
    fn watch_files(&self) -> Result<(), ServerError> {
        if !self.session.client.watches_files {
            return Ok(());
        }
        let watchers = ["**/confgate.toml", "**/*.json", "**/origins.json"];
        let watchers =
            watchers.map(|glob| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_owned()), kind: None });
        let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.to_vec() };
        let registration = Registration {
            id: "files".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        let id = RequestId::from("watch".to_owned());
        self.send(Request::new(id, RegisterCapability::METHOD.to_owned(), params))
    }

    /// Sends the diagnostics of changed documents.
    fn publish(&mut self) -> Result<(), ServerError> {
        self.changed_at = None;
        let (messages, notices) = self.session.diagnose();
        for message in messages {
            self.notify::<PublishDiagnostics>(message)?;
        }
        for Notice(message) in notices {
            self.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::WARNING, message })?;
        }
        Ok(())
    }

    fn notified(&mut self, notification: Notification) -> Result<(), ServerError> {
        let Notification { method, params, .. } = notification;
        match method.as_str() {
            DidOpenTextDocument::METHOD => {
                let uri = uri_in(&params);
                self.with(params, Session::open)?;
                self.nix_text(uri, false);
            }
            DidChangeTextDocument::METHOD => {
                let uri = uri_in(&params);
                self.with(params, Session::change)?;
                self.nix_text(uri, true);
            }
            DidCloseTextDocument::METHOD => {
                let Some(DidCloseTextDocumentParams { text_document }) = self.parsed(params)? else { return Ok(()) };
                self.nix_file(Some(&text_document.uri), NixEvent::Closed);
                if let Some(message) = self.session.close(&text_document.uri) {
                    self.notify::<PublishDiagnostics>(message)?;
                }
            }
            DidChangeWatchedFiles::METHOD => {
                self.session.revalidate();
                self.changed_at.get_or_insert_with(Instant::now);
            }
            DidSaveTextDocument::METHOD => {
                self.nix_file(uri_in(&params).as_ref(), NixEvent::Saved);
                // A saved file may be the schema or the `confgate.toml` of another one.
                self.session.revalidate();
                self.changed_at.get_or_insert_with(Instant::now);
            }
            DidChangeWorkspaceFolders::METHOD => {
                let params: Option<lsp_types::DidChangeWorkspaceFoldersParams> = self.parsed(params)?;
                if let Some(params) = params {
                    let uris = |folders: &[lsp_types::WorkspaceFolder]| -> Vec<Uri> {
                        folders.iter().map(|folder| folder.uri.clone()).collect()
                    };
                    self.session.change_folders(&uris(&params.event.added), &uris(&params.event.removed));
                    self.changed_at.get_or_insert_with(Instant::now);
                }
            }
            // Others are optional for a server, or arrive after the request that they cancel was answered.
            _ => {}
        }
        Ok(())
    }

    /// Evaluates the bundles of a Nix file that was saved or closed.
    fn nix_file(&self, uri: Option<&Uri>, event: fn(PathBuf) -> NixEvent) {
        let Some(jobs) = &self.nix else { return };
        if let Some(path) = uri.and_then(path_of).filter(|path| is_nix(path)) {
            jobs.send(event(path));
        }
    }

    /// Evaluates the bundles of a Nix file that has another text.
    fn nix_text(&self, uri: Option<Uri>, is_typed: bool) {
        let Some(jobs) = &self.nix else { return };
        if let Some(document) = uri.and_then(|uri| self.session.nix_document(&uri)) {
            let (file, text) = (document.path.clone(), document.text.as_str().into());
            jobs.send(NixEvent::Text { file, version: document.version, text, is_typed });
        }
    }

    /// Applies a notification that changes a document.
    fn with<P: DeserializeOwned>(&mut self, params: Json, apply: fn(&mut Session<'c>, P)) -> Result<(), ServerError> {
        if let Some(params) = self.parsed(params)? {
            apply(&mut self.session, params);
            self.changed_at.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    /// Parses the parameters of a notification. Mistakes go to the log of the client.
    fn parsed<P: DeserializeOwned>(&self, params: Json) -> Result<Option<P>, ServerError> {
        match serde_json::from_value(params) {
            Ok(params) => Ok(Some(params)),
            Err(error) => {
                let message = format!("confgate: a notification cannot be read: {error}");
                self.notify::<LogMessage>(LogMessageParams { typ: MessageType::ERROR, message })?;
                Ok(None)
            }
        }
    }

    fn answer(&mut self, request: Request) -> Response {
        let session = &mut self.session;
        match request.method.as_str() {
            _ if self.is_shut_down => {
                let message = "the server was shut down".to_owned();
                Response::new_err(request.id, ErrorCode::InvalidRequest as i32, message)
            }
            Shutdown::METHOD => {
                self.is_shut_down = true;
                Response::new_ok(request.id, Json::Null)
            }
            HoverRequest::METHOD => answered(request, |params| Ok(requests::hover(session, &params))),
            Completion::METHOD => answered(request, |params| Ok(requests::completion(session, &params))),
            CodeActionRequest::METHOD => answered(request, |params| Ok(requests::code_actions(session, &params))),
            DocumentSymbolRequest::METHOD => answered(request, |params| Ok(requests::symbols(session, &params))),
            GotoDefinition::METHOD => answered(request, |params| Ok(requests::definition(session, &params))),
            Formatting::METHOD => answered(request, |params| requests::formatting(session, &params)),
            method => {
                let message = format!("unknown request {method}");
                Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message)
            }
        }
    }
}

/// Returns the document that a notification is about.
fn uri_in(params: &Json) -> Option<Uri> {
    params["textDocument"]["uri"].as_str().and_then(|uri| Uri::from_str(uri).ok())
}

/// Parses a request, and makes the response of its result. The error is a message for the user.
fn answered<P: DeserializeOwned, R: Serialize>(
    request: Request,
    answer: impl FnOnce(P) -> Result<R, Notice>,
) -> Response {
    match serde_json::from_value(request.params) {
        Ok(params) => match answer(params) {
            Ok(result) => Response::new_ok(request.id, result),
            Err(Notice(message)) => Response::new_err(request.id, ErrorCode::RequestFailed as i32, message),
        },
        Err(error) => Response::new_err(request.id, ErrorCode::InvalidParams as i32, error.to_string()),
    }
}
