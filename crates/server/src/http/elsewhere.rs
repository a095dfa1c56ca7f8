//! Requests that meet no operation, take too long, or make the program panic.

use std::any::Any;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;
use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::{Refusal, Speaks, language::preferred, trail};

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
pub async fn in_time(request: Request, next: Next) -> Response<Body> {
    let language = preferred(request.headers());
    let operation = trail::operation(request.method(), request.extensions().get::<MatchedPath>());
    if UNBOUNDED.contains(&operation) {
        return next.run(request).await;
    }
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::new(Code::TimedOut, language)
            .retry_after(1)
            .into_response(),
    }
}

/// A panic is a fault of ours. What it says may hold anything and goes nowhere.
pub fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    Refusal::new(Code::Internal, Language::default()).into_response()
}

const LONGEST: Duration = Duration::from_secs(30);

/// Operations that take as long as their data: each watches its own progress.
const UNBOUNDED: [&str; 3] = ["feed-import", "export-ledger", "verify-ledger"];

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::to_bytes;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_says_nothing_of_it() {
        async fn slip() -> &'static str {
            panic!("of 13800138000")
        }
        let router: Router = Router::new()
            .route("/", get(slip))
            .layer(CatchPanicLayer::custom(panicked));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&body);
        assert!(
            body.contains("urn:shouxin:problem:internal") && !body.contains("1380"),
            "{body}"
        );
    }
}
