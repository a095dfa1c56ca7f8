//! Taking data out in files, and tracing leaked copies.

pub mod ask;
pub mod download;
pub mod list;
pub mod show;
pub mod trace;

use shouxin_vault::ExportStatus;
use shouxin_wire::exports::Export;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::caller::Signed;

/// The operations on exports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, ask::ask))
        .routes(routes!(trace::trace))
        .routes(routes!(show::show))
        .routes(routes!(download::download))
}

/// An export as the API shows it.
fn shown(status: ExportStatus) -> Export {
    Export {
        export: status.id,
        state: status.state,
        approval: status.approval,
        actor: status.actor,
        purpose: status.purpose,
        // The vault wrote it itself.
        plan: serde_json::from_str(&status.body).unwrap_or_default(),
        entry: status.entry,
        rows: status.rows,
        people: status.people,
        left_out: status.left_out,
        sha256: status
            .digest
            .map(|digest| data_encoding::HEXLOWER.encode(&digest)),
        created_at: status.created_at,
        updated_at: status.updated_at,
    }
}

/// Whether the caller may look at everybody's exports. Others see their own, and those of others look
/// like none.
fn sees_all(signed: &Signed) -> bool {
    let all = [
        "protection-officer",
        "audit-admin",
        "auditor",
        "security-operator",
    ];
    signed
        .caller
        .roles
        .iter()
        .any(|role| all.contains(&role.as_str()))
}
