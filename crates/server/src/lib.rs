//! The HTTP surface of Shouxin: slices by noun over the vault.
//!
//! A slice is a folder by noun with a file by verb, and imports no other slice. Every request passes,
//! from the outside in: its [`trail`](http::trail) (id, log line, counts), the headers that protect
//! browsers, panics caught, the time limit, the [`guard`], the [`gate`] (who calls, and may they), idempotency; then the
//! slice.

pub mod accounts;
pub mod activations;
pub mod alarms;
pub mod api_keys;
pub mod app;
pub mod approvals;
pub mod audiences;
pub mod backups;
pub mod calendar;
pub mod caller;
pub mod cases;
pub mod centre;
pub mod codes;
pub mod colleagues;
pub mod consent_sessions;
pub mod consents;
pub mod console;
pub mod counter_sessions;
pub mod counts;
pub mod couriers;
pub mod detections;
pub mod devices;
pub mod discoveries;
pub mod downstreams;
pub mod duties;
pub mod emergencies;
pub mod evidence;
pub mod exports;
pub mod gate;
pub mod grants;
pub mod guard;
pub mod health;
pub mod http;
pub mod imports;
pub mod jobs;
pub mod key_uses;
pub mod keys;
pub mod ledger;
pub mod limits;
pub mod me;
pub mod network;
pub mod notices;
pub mod password;
pub mod permissions;
pub mod policies;
pub mod pseudonyms;
pub mod quality;
pub mod quotas;
pub mod reads;
pub mod records;
pub mod register;
pub mod reviews;
pub mod searches;
pub mod serve;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod staff;
pub mod subjects;
pub mod totp;
pub mod well_known;
pub mod widget;

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::Value;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use app::App;
pub use caller::Signed;
use http::elsewhere::{caught, in_time};
use http::trail::Trail;
pub use serve::{Listen, ServeError, Tls, serve};
pub use settings::Settings;

/// The whole surface over this state. Two layers, for each one costs every request: the inner one knows
/// that there is an operation.
pub fn router(app: App) -> axum::Router {
    let (router, _) = surface().split_for_parts();
    router
        .route_layer(from_fn_with_state(app.clone(), inside))
        // Files without rights or data: they meet no operation, so the inner layer is not around them.
        .merge(console::routes())
        // Pages for customers, with a session and checks of their own.
        .merge(centre::routes())
        .merge(widget::files())
        .merge(counter_sessions::pages())
        .merge(well_known::routes())
        .fallback(http::elsewhere::not_found)
        .method_not_allowed_fallback(http::elsewhere::other_method)
        .layer(from_fn_with_state(app.clone(), outside))
        .with_state(app)
}

/// Around everything that is asked for, whether there is such a thing or not.
async fn outside(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trail = Trail::begin(&app, &request);
    request.extensions_mut().insert(trail.clone());
    let origin = http::cors::Asking::of(&app, &request);
    let mut response = match origin.preflight(&request) {
        Some(response) => response,
        None => {
            let examined = guard::examine(&app, request, next);
            caught(in_time(&trail, examined)).await
        }
    };
    origin.answer(response.headers_mut());
    http::headers::protect(response.headers_mut());
    trail.end(&app, &mut response);
    response
}

/// Around each operation.
async fn inside(State(app): State<App>, request: Request, next: Next) -> Response {
    match gate::admitted(&app, request).await {
        Ok(request) => http::idempotency::once(&app, request, next).await,
        Err(response) => response,
    }
}

/// The OpenAPI 3.1 file, the same at every call: pretty JSON that ends with a newline.
pub fn openapi_json() -> String {
    // Keys of strings always serialise.
    let value = serde_json::to_value(document()).expect("the description of the API is JSON");
    format!("{:#}\n", sorted(value))
}

/// The same with sorted keys: whether a map keeps its order depends on what else is in the build.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: BTreeMap<String, Value> = map
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            Value::Object(map.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        plain => plain,
    }
}

/// The id of each operation, by method and path as the router writes it.
pub(crate) fn operations() -> BTreeMap<(String, String), String> {
    let document = serde_json::to_value(document()).unwrap_or_default();
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut operations = BTreeMap::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let Some(id) = operation["operationId"].as_str() {
                let path = path.replace("tile/{path}", "tile/{*path}");
                operations.insert((method.to_ascii_uppercase(), path), id.to_owned());
            }
        }
    }
    operations
}

fn document() -> OpenApi {
    surface().split_for_parts().1
}

/// Every operation. Each needs a row in `permissions.txt`.
fn surface() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(http::document::Document::openapi())
        .merge(sessions::routes())
        .merge(activations::routes())
        .merge(me::routes())
        .merge(staff::routes())
        .merge(api_keys::routes())
        .merge(subjects::routes())
        .merge(consents::routes())
        .merge(evidence::routes())
        .merge(audiences::routes())
        .merge(reads::routes())
        .merge(searches::routes())
        .merge(pseudonyms::routes())
        .merge(counts::routes())
        .merge(cases::routes())
        .merge(detections::routes())
        .merge(records::routes())
        .merge(imports::routes())
        .merge(exports::routes())
        .merge(register::routes())
        .merge(notices::routes())
        .merge(approvals::routes())
        .merge(grants::routes())
        .merge(emergencies::routes())
        .merge(alarms::routes())
        .merge(reviews::routes())
        .merge(devices::routes())
        .merge(policies::routes())
        .merge(setup::routes())
        .merge(backups::routes())
        .merge(jobs::routes())
        .merge(keys::routes())
        .merge(ledger::routes())
        .merge(duties::routes())
        .merge(calendar::routes())
        .merge(health::routes())
        .merge(colleagues::routes())
        .merge(quotas::routes())
        .merge(downstreams::routes())
        .merge(widget::routes())
        .merge(consent_sessions::routes())
        .merge(counter_sessions::routes())
        .merge(discoveries::routes())
        .merge(quality::routes())
}
