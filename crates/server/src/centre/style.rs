//! The one style sheet, under an address that names its content.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

const CSS: &str = include_str!("../../templates/centre/style.css");

pub(super) fn address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let digest = HEXLOWER.encode(&Sha256::digest(CSS));
        format!("/me/style.css?{}", &digest[..16])
    });
    &ADDRESS
}

/// The style sheet. It holds nothing of anybody: browsers keep it.
pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, CSS).into_response()
}
