//! The language server: what an editor shows while a letter is written.
//!
//! It adds no logic of its own. Unsaved text lies as an [`Overlay`](crate::files::Overlay) over the
//! disk, the next snapshot of the publication is made from it, and what is shown are the findings
//! of [`build_issue`](crate::build::build_issue), which every other command shows too. Types of
//! the protocol stay inside.

mod complete;
mod look;
mod place;
mod session;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, HoverProviderCapability, OneOf,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use session::Session;

/// Why the server ended early.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client does not speak the protocol.
    #[error("the editor does not speak the language server protocol: {0}")]
    Protocol(String),
    /// Standard input or output broke.
    #[error("the connection to the editor broke: {0}")]
    Io(#[source] std::io::Error),
}

/// Serves an editor on standard input and output until it says goodbye. `named` is the
/// publication's folder where one was named; else each file's nearest one upwards serves.
///
/// # Errors
/// When the client does not speak the protocol, or the connection breaks.
pub fn serve(named: Option<&Path>, today: NaiveDate) -> Result<(), ServeError> {
    let (connection, threads) = Connection::stdio();
    let served = Server { connection, named: named.map(Path::to_owned), today, sessions: Vec::new() }.run();
    threads.join().map_err(ServeError::Io)?;
    served
}

struct Server {
    connection: Connection,
    named: Option<PathBuf>,
    today: NaiveDate,
    sessions: Vec<Session>,
}

impl Server {
    fn run(mut self) -> Result<(), ServeError> {
        let protocol = |error: &dyn std::fmt::Display| ServeError::Protocol(error.to_string());
        let (id, _) = self.connection.initialize_start().map_err(|error| protocol(&error))?;
        let answer = json!({
            "capabilities": capabilities(),
            "serverInfo": { "name": "newsletter", "version": env!("CARGO_PKG_VERSION") },
        });
        self.connection.initialize_finish(id, answer).map_err(|error| protocol(&error))?;
        while let Ok(message) = self.connection.receiver.recv() {
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request).map_err(|error| protocol(&error))? {
                        return Ok(());
                    }
                    self.publish();
                    let response = self.answer(request);
                    self.send(response.into());
                }
                Message::Notification(notification) => self.notice(notification),
                Message::Response(_) => {}
            }
            // While more is being typed, findings of what was typed before are of no use.
            if self.connection.receiver.is_empty() {
                self.publish();
            }
        }
        Ok(())
    }

    fn send(&self, message: Message) {
        // An editor that is gone ends the loop by itself.
        drop(self.connection.sender.send(message));
    }

    fn publish(&mut self) {
        let mut all = Vec::new();
        for session in &mut self.sessions {
            all.extend(session.publish());
        }
        for parameters in all {
            self.send(Notification::new("textDocument/publishDiagnostics".to_owned(), parameters).into());
        }
    }

    fn notice(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        let uri = document(&params).to_owned();
        match method.as_str() {
            "textDocument/didOpen" => {
                if let Some(text) = params.pointer("/textDocument/text").and_then(Value::as_str) {
                    self.change(&uri, text);
                }
            }
            "textDocument/didChange" => {
                let changes = params.pointer("/contentChanges").and_then(Value::as_array);
                if let Some(text) = changes.and_then(|all| all.last()?.get("text")?.as_str()) {
                    self.change(&uri, text);
                }
            }
            "textDocument/didClose" => {
                if let Some((session, path)) = self.at(&uri) {
                    session.close(&path);
                }
            }
            "textDocument/didSave" => {
                if let Some((session, path)) = self.at(&uri) {
                    session.saved(&path);
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, uri: &str, text: &str) {
        if let Some((session, path)) = self.at(uri) {
            session.change(&path, uri, text);
        }
    }

    /// The session of the publication that a document belongs to, and its path there.
    fn at(&mut self, uri: &str) -> Option<(&mut Session, crate::files::RelPath)> {
        let place = session::file(uri)?;
        if let Some(at) = self.sessions.iter().position(|session| session.path(&place).is_some()) {
            let session = self.sessions.get_mut(at)?;
            let path = session.path(&place)?;
            return Some((session, path));
        }
        let session = Session::open(self.named.as_deref(), &place, self.today)?;
        let path = session.path(&place)?;
        self.sessions.push(session);
        Some((self.sessions.last_mut()?, path))
    }

    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let uri = document(&params).to_owned();
        let Some((session, path)) = self.at(&uri) else { return Response::new_ok(id, Value::Null) };
        let result = match method.as_str() {
            "textDocument/codeAction" => parse(params).map(|params| json!(session.actions(&path, &params))),
            "textDocument/hover" => parse(params).map(|params| json!(session.hover(&path, &params))),
            "textDocument/completion" => parse(params).map(|params| json!(session.complete(&path, &params))),
            "textDocument/documentSymbol" => Ok(json!(session.symbols(&path))),
            "textDocument/definition" => parse(params).map(|params| json!(session.definition(&path, &params))),
            _ => return Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("`{method}` is not served")),
        };
        match result {
            Ok(value) => Response::new_ok(id, value),
            Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
        }
    }
}

fn parse<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(params)
}

/// The document that a message is about.
fn document(params: &Value) -> &str {
    params.pointer("/textDocument/uri").and_then(Value::as_str).unwrap_or_default()
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::FULL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([":", "{", ".", "(", "#", "/", " "].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        document_symbol_provider: Some(OneOf::Left(true)),
        definition_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    }
}
