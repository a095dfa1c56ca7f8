//! JSON answers that are made often or are long.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::Refusal;

/// An answer as `axum::Json` gives it, written into a buffer that need not grow.
pub fn json(answer: &impl Serialize) -> Response {
    let mut body = Vec::with_capacity(USUAL_BYTES);
    match serde_json::to_writer(&mut body, answer) {
        Ok(()) => {
            let kind = HeaderValue::from_static("application/json");
            (StatusCode::OK, [(header::CONTENT_TYPE, kind)], body).into_response()
        }
        // Maps whose keys are no texts: a fault of ours.
        Err(_) => Refusal::new(Code::Internal, Language::default()).into_response(),
    }
}

/// More than a read of ten fields takes.
const USUAL_BYTES: usize = 4096;
