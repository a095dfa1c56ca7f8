//! A receiver of webhooks that misbehaves as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;

/// What it does with a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Does {
    Take,
    Fail,
    Redirect,
    /// Takes it, and never says so.
    Hang,
}

/// A message that came in.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) taken: bool,
}

impl Message {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

#[derive(Clone, Default)]
pub(crate) struct Receiver {
    came: Arc<Mutex<Vec<Message>>>,
    does: Arc<Mutex<VecDeque<Does>>>,
    pub(crate) url: String,
}

impl Receiver {
    /// One on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let receiver = Self {
            url,
            ..Self::default()
        };
        let router = Router::new()
            .route("/hook", post(come))
            // Whoever follows a redirect is told that it was taken, and nobody has it.
            .route("/elsewhere", post(|| async { StatusCode::OK }))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub(crate) fn hook(&self) -> String {
        format!("{}/hook", self.url)
    }

    /// What it does with the next messages; it takes all after these.
    pub(crate) fn next(&self, does: impl IntoIterator<Item = Does>) {
        self.does.lock().unwrap().extend(does);
    }

    pub(crate) fn came(&self) -> Vec<Message> {
        self.came.lock().unwrap().clone()
    }

    /// The events that it took, in the order in which it did.
    pub(crate) fn taken(&self) -> Vec<Value> {
        let came = self.came();
        let taken = came.iter().filter(|message| message.taken);
        taken.map(Message::event).collect()
    }
}

async fn come(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let does = receiver.does.lock().unwrap().pop_front();
    let does = does.unwrap_or(Does::Take);
    let taken = matches!(does, Does::Take | Does::Hang);
    receiver.came.lock().unwrap().push(Message {
        headers,
        body,
        taken,
    });
    match does {
        Does::Take => StatusCode::NO_CONTENT.into_response(),
        Does::Fail => (StatusCode::INTERNAL_SERVER_ERROR, "x".repeat(100_000)).into_response(),
        Does::Redirect => (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, "/elsewhere")],
        )
            .into_response(),
        Does::Hang => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}
