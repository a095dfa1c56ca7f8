//! What changed, page by page, for services that ask instead of being told.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use shouxin_vault::{ChangePage, FeedError};
use shouxin_wire::changes;
use tokio::time::{Instant, sleep, timeout_at};

use crate::App;
use crate::caller::Signed;
use crate::couriers;
use crate::http::cursor::{cursor, position};
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::{Params, Refusal};

/// Read what changed
///
/// Consents for the purposes of the key, and every restriction and erasure, in the order of their ledger entries,
/// from a cursor or from the very first. With `wait` the answer comes with the first change, or when that time is
/// over. A page that holds any is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/consents/changes",
    operation_id = "read-consent-changes",
    tag = "downstreams",
    params(
        ("cursor" = Option<String>, Query, description = "Where the last page ended; the beginning if not given"),
        ("limit" = Option<u32>, Query, description = "1 to 1000; 100 if not given"),
        ("wait" = Option<u32>, Query, description = "Seconds to wait for a change, up to 30; 0 if not given"),
    ),
    responses(
        (status = 200, description = "What changed, and where to go on", body = changes::ChangePage,
            example = json!({"changes": [{"specversion": "1.0", "id": "chg_06fs8k0000000000000000000g",
                "source": "urn:shouxin:1f2e3d4c", "type": "cn.shouxin.consent.changed.v1",
                "subject": "sub_06fs8k0000000000000000000g", "time": "2026-11-22T03:04:05.678Z",
                "datacontenttype": "application/json", "sequence": "00000000000000001048",
                "data": {"entry": 1048, "epoch": 2, "purpose": "marketing-contact", "state": "withdrawn",
                    "form": "general", "grade": "proved", "scope": 1}}],
                "cursor": "aAAAAAAAAAQZ", "more": false})),
        Guarded, WithParams,
    ),
    security(("key" = []))
)]
pub(crate) async fn changes(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<changes::ChangePage>, Refusal> {
    let limit = u32::try_from(params.limit(100, 1000)?).unwrap_or(100);
    let wait = params.take::<u64>("wait")?.unwrap_or(0);
    if wait > LONGEST_WAIT_SECONDS {
        return Err(params.refuse("wait"));
    }
    let from = match params.text("cursor")? {
        None => 0,
        Some(text) => {
            let at = position(LIST, &text).ok_or_else(|| params.refuse("cursor"))?;
            u64::from_be_bytes(at)
        }
    };
    params.end()?;
    let until = Instant::now() + Duration::from_secs(wait);
    let page = settled(
        &app,
        &signed,
        first(&app, &signed, from, limit, until).await,
    )
    .await?;
    Ok(Json(changes::ChangePage {
        cursor: cursor(LIST, &page.next.to_be_bytes()),
        more: !page.end,
        changes: page
            .changes
            .into_iter()
            .map(|change| couriers::told(&app, change))
            .collect(),
    }))
}

/// The first page from there that holds anything, or the empty one that was there when the time was over.
async fn first(
    app: &App,
    signed: &Signed,
    mut from: u64,
    limit: u32,
    until: Instant,
) -> Result<ChangePage, FeedError> {
    let mut told = app.vault().changes_told();
    loop {
        let page = app
            .vault()
            .read_changes(&signed.caller, from, limit)
            .await?;
        if !page.changes.is_empty() || Instant::now() >= until {
            return Ok(page);
        }
        from = page.next;
        if page.end {
            // What other nodes commit wakes nobody here.
            let look = until.min(Instant::now() + LOOK);
            if timeout_at(look, told.changed())
                .await
                .is_ok_and(|woken| woken.is_err())
            {
                sleep(LOOK).await;
            }
        }
    }
}

/// The mark of this list's cursors.
const LIST: u8 = b'h';
const LONGEST_WAIT_SECONDS: u64 = 30;
const LOOK: Duration = Duration::from_millis(500);
