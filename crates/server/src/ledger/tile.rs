//! The tree itself, in tiles, for whoever watches or mirrors the ledger.

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::routing::get;
use shouxin_store::StoreError;
use shouxin_vault::VaultError;
use shouxin_vault::said::shouxin_ledger::{
    Hash, Row, TileAddress, TilePath, hashes_to_bytes, pack, row_length,
};
use shouxin_wire::Code;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::fault;

/// The operation on tiles. A tile's path has slashes in it, which the router writes `{*path}`.
pub fn routes() -> OpenApiRouter<App> {
    #[derive(OpenApi)]
    #[openapi(paths(tile))]
    struct Paths;
    OpenApiRouter::with_openapi(Paths::openapi()).route("/api/v1/ledger/tile/{*path}", get(tile))
}

/// Give a tile of the ledger's tree
///
/// C2SP tlog-tiles: `0/x001/234`, `1/000.p/17`, `entries/007`. Hashes are 32 bytes each; entries are led
/// by their length in two bytes.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/tile/{path}",
    operation_id = "show-tile",
    tag = "ledger",
    params(("path" = String, Path, description = "Level and index, or `entries` and index; has slashes",
        example = "0/x001/234")),
    responses(
        (status = 200, description = "The tile", body = Vec<u8>, content_type = "application/octet-stream",
            example = "32 bytes for each hash"),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn tile(
    State(app): State<App>,
    signed: Signed,
    Path(path): Path<String>,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Refusal> {
    let path: TilePath = format!("tile/{path}").parse().map_err(|_| {
        let title = Code::InvalidParameter.title();
        signed
            .refuse(Code::InvalidParameter)
            .at("path", title.get(signed.language))
    })?;
    match bytes(&app, path).await {
        Ok(Some(bytes)) => Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes)),
        Ok(None) => Err(signed.refuse(Code::NotFound)),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}

/// The bytes of a tile; `None` if the tree does not reach so far.
async fn bytes(app: &App, path: TilePath) -> Result<Option<Vec<u8>>, VaultError> {
    let store = app.vault().store();
    let size = store.ledger_head().await?.size;
    let level = match path.row {
        Row::Hashes(level) => level,
        Row::Entries => 0,
    };
    let width = u64::from(path.width);
    let Some(first) = path.index.checked_mul(256) else {
        return Ok(None);
    };
    if first
        .checked_add(width)
        .is_none_or(|end| end > row_length(level, size))
    {
        return Ok(None);
    }
    if path.row != Row::Entries && width == 256 {
        let full = store
            .ledger_tile(TileAddress {
                level,
                index: path.index,
            })
            .await?;
        return full
            .map(|hashes| hashes_to_bytes(&hashes))
            .ok_or(VaultError::Corrupt("ledger tile"))
            .map(Some);
    }
    if level > 0 {
        let mut hashes = Vec::new();
        for index in first..first + width {
            let below = store
                .ledger_tile(TileAddress {
                    level: level - 1,
                    index,
                })
                .await?;
            hashes.push(root(&below.ok_or(VaultError::Corrupt("ledger tile"))?));
        }
        return Ok(Some(hashes_to_bytes(&hashes)));
    }
    let entries = store.ledger_entries(first, usize::from(path.width)).await?;
    if entries.len() as u64 != width {
        return Err(StoreError::LedgerForked { size }.into());
    }
    let bodies = entries.into_iter().map(|(_, body)| body);
    Ok(Some(match path.row {
        Row::Entries => pack(bodies).map_err(|_| VaultError::Corrupt("ledger entry"))?,
        Row::Hashes(_) => {
            hashes_to_bytes(&bodies.map(|body| Hash::of_leaf(&body)).collect::<Vec<_>>())
        }
    }))
}

/// The root over a full tile.
fn root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row
            .chunks_exact(2)
            .map(|pair| Hash::of_node(&pair[0], &pair[1]))
            .collect();
    }
    row.first().copied().unwrap_or(Hash::EMPTY_TREE)
}
