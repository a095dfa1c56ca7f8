//! A new key in place of an old one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::{ApiKeyId, Text};
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;
use shouxin_vault::{Marked, VaultError};
use shouxin_wire::Code;
use shouxin_wire::api_keys::{ApiKeyMade, Rotation};

use super::insert;
use super::make::{TERM, is_fit};
use crate::App;
use crate::caller::{Scopes, Signed};
use crate::http::document::{Changed, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::settled;
use crate::http::{At, Body, Refusal};

/// Rotate a key
///
/// Makes a key with the same scopes, shown this once; the old one works on for `overlap_seconds`, so that the
/// service can change over without a gap.
#[utoipa::path(
    post,
    path = "/api/v1/api-keys/{key}/rotate",
    operation_id = "rotate-api-key",
    tag = "api-keys",
    params(("key" = String, Path, description = "The old key's id, `key_…`")),
    request_body(content = Rotation, example = json!({"overlap_seconds": 3600})),
    responses(
        (status = 201, description = "The new key", body = ApiKeyMade,
            example = json!({"key": "key_06fs8k0000000000000000000g",
                "secret": "sx_4k7wz9d2_2v8Xo1Jm3QyZr5TtWbNc7LpKdFgHsAe9UiOqYxVwBnM", "prefix": "sx_4k7wz9d2",
                "expires_at": "2027-05-01T00:00:00Z", "old_expires_at": "2026-11-21T04:04:05.678Z",
                "entry": 1042})),
        Guarded, WithParams, WithBody, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn rotate(
    State(app): State<App>,
    signed: Signed,
    At((old,)): At<(ApiKeyId,)>,
    Body(rotation): Body<Rotation>,
) -> Result<(StatusCode, Json<ApiKeyMade>), Refusal> {
    let vault = app.vault();
    let now = vault.now();
    let invalid = |at: &str, why: Text| {
        signed
            .refuse(Code::InvalidValue)
            .at(at, why.get(signed.language))
    };
    if rotation.overlap_seconds > LONGEST_OVERLAP_SECONDS {
        return Err(invalid(
            "overlap_seconds",
            Text::fixed("应在 0 到 604800 之间", "is from 0 to 604,800"),
        ));
    }
    if rotation
        .expires_at
        .is_some_and(|expires_at| !is_fit(expires_at, now))
    {
        return Err(invalid("expires_at", TERM));
    }
    let rows = vault.store().query(super::BY_ID, params![old]).await;
    let rows = settled(&app, &signed, rows).await?;
    let Some(row) = rows.first() else {
        app.limits().missed(&signed.actor());
        return Err(signed.refuse(Code::NotFound));
    };
    let held = settled(&app, &signed, vault.hold_row(Marked::ApiKey, row, 0)).await?;
    let name = settled(&app, &signed, row.text(3)).await?;
    let scopes = settled(&app, &signed, row.text(4)).await?;
    let scopes: Result<Scopes, _> =
        serde_json::from_str(scopes).map_err(|_| VaultError::Corrupt("api key"));
    let scopes = settled(&app, &signed, scopes).await?;
    let ends = settled(&app, &signed, row.moment(5)).await?;
    if settled(&app, &signed, row.text(6)).await? != "active" || ends <= now {
        // What is over has no successor: make a new key instead.
        return Err(signed.refuse(Code::Conflict));
    }
    let old_expires_at = ends.min(now.plus_seconds(rotation.overlap_seconds.into()));
    let expires_at = rotation.expires_at.unwrap_or(ends);
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE api_key SET expires_at = $1 WHERE id = $2 AND state = 'active' AND expires_at = $3",
        params![old_expires_at, old, ends],
    );
    held.change(vault, &mut tx, [("expires_at", old_expires_at.into())]);
    let key = insert(
        vault,
        &mut tx,
        &signed,
        name,
        &scopes,
        expires_at,
        Some(old),
    )?;
    let (new_id, old_id) = (key.id.to_string(), old.to_string());
    let extra = [
        ("did", "rotated"),
        ("key", new_id.as_str()),
        ("replaces", old_id.as_str()),
    ];
    let entry = settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::ApiKey, &extra, tx).await,
    )
    .await?;
    let (secret, prefix) = (key.text.to_string(), key.prefix);
    let old_expires_at = Some(old_expires_at);
    let made = ApiKeyMade {
        key: key.id,
        secret,
        prefix,
        expires_at,
        old_expires_at,
        entry,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

const LONGEST_OVERLAP_SECONDS: u32 = 7 * 86_400;
