//! The description of the API.

use std::sync::LazyLock;

use axum::http::{HeaderName, header};

use crate::http::document::Open;

/// Describe the API
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "openapi",
    tag = "health",
    responses((status = 200, description = "OpenAPI 3.1", body = Object, content_type = "application/json"), Open),
    security(())
)]
pub async fn openapi() -> ([(HeaderName, &'static str); 1], &'static str) {
    static TEXT: LazyLock<String> = LazyLock::new(crate::openapi_json);
    ([(header::CONTENT_TYPE, "application/json")], &TEXT)
}
