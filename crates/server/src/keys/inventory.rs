//! Which cryptography is in use.

use axum::Json;
use axum::extract::State;
use shouxin_wire::keys::{Algorithm, InUse, Inventory};

use super::{shown, word};
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// Show which cryptography is in use
///
/// Every algorithm with its key length, standard, library and what a quantum computer would do to it;
/// every collection with its suite and how many records it has; every epoch with the keys that hang on it.
#[utoipa::path(
    get,
    path = "/api/v1/keys/inventory",
    operation_id = "cipher-inventory",
    tag = "keys",
    responses(
        (status = 200, description = "Algorithms, uses and keys", body = Inventory,
            example = json!({"algorithms": [{"name": "AES-256-GCM", "key_bits": 256,
                "standard": "NIST SP 800-38D, FIPS 197", "suite": "international",
                "role": "seals fields and wraps keys", "library": "aws-lc-rs",
                "quantum": "Grover's search leaves 128 bits of strength: no change needed", "exposure": "safe"}],
                "in_use": [{"collection": "customer", "suite": "international", "fields": ["name", "mobile"],
                "records": 20000, "waiting": 0}],
                "keys": {"keyring": "0a1b2c3d4e5f6071", "root": "9f8e7d6c5b4a3921", "rests_on": "file",
                "suite": "international", "epochs": []}})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn inventory(State(app): State<App>, signed: Signed) -> Result<Json<Inventory>, Refusal> {
    let inventory = match app.vault().inventory().await {
        Ok(inventory) => inventory,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let language = signed.language;
    let algorithms = inventory.algorithms.into_iter().map(|of| Algorithm {
        name: of.name.to_owned(),
        key_bits: of.key_bits,
        standard: of.standard.to_owned(),
        suite: of.suite.map(|suite| word(suite).to_owned()),
        role: of.role.get(language).to_owned(),
        library: of.library.to_owned(),
        quantum: of.quantum.get(language).to_owned(),
        exposure: of.exposure.word().to_owned(),
    });
    let in_use = inventory.in_use.into_iter().map(|of| InUse {
        collection: of.collection,
        zone: of.zone,
        suite: word(of.suite).to_owned(),
        fields: of.fields,
        records: of.records,
        waiting: of.waiting,
    });
    let keys = match shown(inventory.keys, app.vault().now()) {
        Ok(keys) => keys,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    Ok(Json(Inventory {
        algorithms: algorithms.collect(),
        in_use: in_use.collect(),
        keys,
    }))
}
