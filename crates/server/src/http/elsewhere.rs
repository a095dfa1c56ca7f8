//! Requests that meet no operation, take too long, or make the program panic.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use axum::response::IntoResponse;
use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::trail::Trail;
use super::{Refusal, Speaks};

/// Nothing is at this address.
pub async fn not_found(Speaks(language): Speaks) -> Refusal {
    Refusal::new(Code::NotFound, language)
}

/// The address knows other methods; they stand in `Allow`. OPTIONS is how one asks for them.
pub async fn other_method(method: Method, Speaks(language): Speaks) -> Response<Body> {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Refusal::new(Code::MethodNotAllowed, language).into_response()
}

/// Ends what takes too long. A commit under way is not undone by that.
pub async fn in_time(trail: &Trail, work: impl Future<Output = Response<Body>>) -> Response<Body> {
    if UNBOUNDED.contains(&trail.operation()) {
        return work.await;
    }
    match tokio::time::timeout(LONGEST, work).await {
        Ok(response) => response,
        Err(_) => Refusal::new(Code::TimedOut, trail.language())
            .retry_after(1)
            .into_response(),
    }
}

/// Turns a panic, which is a fault of ours, into a problem. What it says may hold anything and goes
/// nowhere.
pub async fn caught(work: impl Future<Output = Response<Body>>) -> Response<Body> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // What a panic leaves half done lies in the work, which is not polled again.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|_| {
            Poll::Ready(Refusal::new(Code::Internal, Language::default()).into_response())
        })
    })
    .await
}

const LONGEST: Duration = Duration::from_secs(30);

/// Operations that take as long as their data: each watches its own progress.
const UNBOUNDED: [&str; 5] = [
    "read-consent-changes",
    "feed-import",
    "try-import",
    "export-ledger",
    "verify-ledger",
];

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_says_nothing_of_it() {
        let slip = async {
            tokio::task::yield_now().await;
            panic!("of 13800138000")
        };
        let response = caught(slip).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&body);
        assert!(
            body.contains("urn:shouxin:problem:internal") && !body.contains("1380"),
            "{body}"
        );
    }
}
