//! Where the widget is, for whoever writes it into a page.

use axum::Json;
use shouxin_wire::Code;
use shouxin_wire::widget::Widget;

use super::BUILT;
use crate::http::document::{Missing, Open};
use crate::http::{Refusal, Speaks};

/// The widget of this program
///
/// Its address holds a digest of its content, and `integrity` goes into the page beside it: an update of this
/// program changes both, and a page that names the old ones loads nothing else in their place.
#[utoipa::path(
    get,
    path = "/api/v1/widget",
    operation_id = "show-widget",
    tag = "consent",
    responses(
        (status = 200, description = "Where it is", body = Widget, example = json!({"version": "1.0.0",
            "url": "/widget/shouxin-consent-1.0.0-bb7f41cc9d32.js", "integrity": "sha384-dxgMAZYTwHz6…",
            "size_bytes": 14210})),
        Open, Missing,
    )
)]
pub(super) async fn show(Speaks(language): Speaks) -> Result<Json<Widget>, Refusal> {
    let Some(built) = &*BUILT else {
        let how = "cargo xtask console";
        return Err(Refusal::new(Code::NotFound, language).detail(how));
    };
    Ok(Json(Widget {
        version: built.version.clone(),
        url: format!("/widget/{}", built.file),
        integrity: built.integrity.clone(),
        size_bytes: built.size_bytes,
    }))
}
