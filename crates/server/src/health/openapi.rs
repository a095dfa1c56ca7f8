//! The description of the API.

use std::sync::LazyLock;

use axum::http::{HeaderName, header};

use crate::http::document::Open;

/// Describe the API
///
/// This file: OpenAPI 3.1, the same for everyone who asks this version.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "openapi",
    tag = "health",
    responses((status = 200, description = "OpenAPI 3.1", body = Object, content_type = "application/json",
        example = json!({"openapi": "3.1.0", "info": {"title": "Shouxin 守信", "version": "0.1.0"}, "paths": {}})), Open),
    security(())
)]
pub async fn openapi() -> ([(HeaderName, &'static str); 1], &'static str) {
    static TEXT: LazyLock<String> = LazyLock::new(crate::openapi_json);
    ([(header::CONTENT_TYPE, "application/json")], &TEXT)
}
