//! A refusal as an HTTP answer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shouxin_model::text::Language;
use shouxin_store::{CommitError, StoreError};
use shouxin_vault::VaultError;
use shouxin_wire::{Because, Code, Place, Problem};

/// An error on its way out: code, places and reasons, not yet in any language.
///
/// Slices return it; the language layer of the router turns it into a [`Problem`].
#[derive(Clone, Debug)]
pub struct Refusal {
    problem: Box<Problem>,
    retry_after_seconds: Option<u64>,
}

impl Refusal {
    /// The refusal with this code in this language.
    pub fn new(code: Code, language: Language) -> Self {
        Self {
            problem: Box::new(Problem::new(code, language)),
            retry_after_seconds: None,
        }
    }

    /// The refusal when the vault failed.
    pub fn vault(error: &VaultError, language: Language) -> Self {
        Self::new(Self::code(error), language)
    }

    /// The code when the vault failed. What failed goes to the log; the answer says only what to do.
    pub fn code(error: &VaultError) -> Code {
        let code = match error {
            VaultError::Ledger(_) => Code::LedgerUnavailable,
            VaultError::Store(_) => Code::StoreUnavailable,
            VaultError::Busy => Code::Conflict,
            VaultError::CannotUnseal(_) => Code::CannotUnseal,
            VaultError::KeyDestroyed(_) => Code::KeyDestroyed,
            VaultError::Forged(_) | VaultError::Corrupt(_) => Code::Internal,
        };
        if code != Code::Conflict {
            tracing::error!(%error, code = code.word(), "the vault failed");
        }
        code
    }

    /// The refusal when a question to the store failed.
    pub fn store(error: StoreError, language: Language) -> Self {
        Self::vault(&VaultError::Store(error), language)
    }

    /// The refusal when a commit failed; `Conflict` if the facts have changed.
    pub fn commit(error: CommitError, language: Language) -> Self {
        Self::vault(&VaultError::from(error), language)
    }

    /// Adds what was wrong here and what to do. Never a value.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.problem.detail = Some(text.into());
        self
    }

    /// Adds a place in the request.
    #[must_use]
    pub fn at(mut self, at: impl Into<String>, message: impl Into<String>) -> Self {
        self.problem.places.push(Place {
            at: at.into(),
            message: message.into(),
        });
        self
    }

    /// Adds the reasons of a policy refusal.
    #[must_use]
    pub fn because(mut self, reasons: impl IntoIterator<Item = Because>) -> Self {
        self.problem.because.extend(reasons);
        self
    }

    /// Adds the ledger entry that records the refusal.
    #[must_use]
    pub fn entry(mut self, entry: u64) -> Self {
        self.problem.entry = Some(entry);
        self
    }

    /// Says when to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The problem document.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Session, Bearer"),
            );
        }
        // For the outermost layer, which names the request in it.
        response.extensions_mut().insert(*self.problem);
        response
    }
}
