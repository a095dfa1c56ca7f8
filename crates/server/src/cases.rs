//! Cases: the work orders, parcels and tickets that tie staff to subjects.

pub mod change;
pub mod find;
pub mod list;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on cases.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(find::find))
        .routes(routes!(change::change))
}

/// A case as the API shows it.
fn shown(case: shouxin_vault::Case) -> shouxin_wire::cases::Case {
    shouxin_wire::cases::Case {
        case: case.record,
        subject: case.subject,
        collection: case.collection,
        open: case.open,
        fields: case.fields,
        version: case.version,
    }
}
