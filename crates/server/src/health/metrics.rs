//! The numbers for Prometheus.

use axum::extract::State;
use axum::http::{HeaderName, header};

use super::standing;
use crate::App;
use crate::http::document::Open;

/// Give the numbers for Prometheus
///
/// Requests and their times by operation, problems by code, alarms by kind, reviews to be done, the ledger's
/// size and the age of its newest checkpoint, how far systems that are told of changes are behind. No label holds an id or a value.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "health",
    responses(
        (status = 200, description = "Text in Prometheus' format", body = String, content_type = "text/plain",
            example = "shouxin_http_requests_total{operation=\"read-subject\",status=\"200\"} 42"),
        Open,
    ),
    security(())
)]
pub async fn metrics(State(app): State<App>) -> ([(HeaderName, &'static str); 1], String) {
    // A store that does not answer must not hide the other numbers.
    match standing(&app).await {
        Ok(standing) => app.meter().ledger(standing.size, standing.age_seconds),
        Err(error) => tracing::warn!(%error, "the ledger could not be measured"),
    }
    match app.vault().reviews_waiting().await {
        Ok((due, overdue)) => app.meter().reviews(due, overdue),
        Err(error) => tracing::warn!(%error, "the reviews could not be counted"),
    }
    match app.vault().downstream_lags().await {
        Ok(lags) => {
            let now = app.vault().now();
            for lag in lags {
                app.meter()
                    .downstream(&lag.downstream.name, lag.behind, lag.seconds(now));
            }
        }
        Err(error) => tracing::warn!(%error, "how far systems are behind could not be measured"),
    }
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        app.meter().text(),
    )
}
