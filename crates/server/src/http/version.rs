//! Versions of things, as `ETag` and `If-Match` write them.

use axum::http::{HeaderMap, HeaderValue, header};
use shouxin_wire::Code;

use super::{Refusal, path::strict};
use crate::caller::Signed;

/// The version in `If-Match`; `None` if there is no such header, or it takes any.
///
/// # Errors
/// The header is there twice or is no version.
pub fn seen(headers: &HeaderMap, signed: &Signed) -> Result<Option<u64>, Refusal> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let version = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .and_then(strict);
    match version {
        _ if values.next().is_some() => {}
        None if text == "*" => return Ok(None),
        Some(version) => return Ok(Some(version)),
        None => {}
    }
    let title = Code::InvalidParameter.title();
    Err(signed
        .refuse(Code::InvalidParameter)
        .at("If-Match", title.get(signed.language)))
}

/// The `ETag` of a version.
pub fn etag(version: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}
