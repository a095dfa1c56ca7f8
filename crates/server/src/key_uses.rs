//! When keys of services were last used: noted at most once a minute each, so that the use of a key costs no
//! write of its own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shouxin_model::{ApiKeyId, Moment};
use shouxin_store::{Tx, params};

use crate::App;

/// What this process has noted, and when.
#[derive(Debug, Default)]
pub struct KeyUses(Mutex<HashMap<ApiKeyId, Moment>>);

impl KeyUses {
    /// Whether a use now is to be noted; from then on it counts as noted.
    fn is_due(&self, key: ApiKeyId, now: Moment) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted
            .get(&key)
            .is_some_and(|at| (0..SECONDS).contains(&now.seconds_since(*at)))
        {
            return false;
        }
        // There are no more of them than keys.
        noted.insert(key, now);
        true
    }
}

/// Notes that a key was used.
pub(crate) async fn note(app: &App, key: ApiKeyId) {
    let now = app.vault().now();
    if !app.key_uses().is_due(key, now) {
        return;
    }
    let mut tx = Tx::new();
    tx.run(
        "INSERT INTO api_key_use (key, used_at) VALUES ($1, $2) ON CONFLICT (key) \
         DO UPDATE SET used_at = excluded.used_at WHERE api_key_use.used_at < excluded.used_at",
        params![key, now],
    );
    if let Err(error) = app.vault().store().commit(tx).await {
        tracing::warn!(%error, "could not note the use of a key");
    }
}

const SECONDS: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_noted_once_a_minute_and_after_a_clock_that_went_back() {
        let uses = KeyUses::default();
        let (one, other) = (ApiKeyId::from_bytes([1; 16]), ApiKeyId::from_bytes([2; 16]));
        let at = |seconds: i64| Moment::from_seconds(1_000 + seconds);
        assert!(uses.is_due(one, at(0)));
        assert!(!uses.is_due(one, at(59)));
        assert!(uses.is_due(other, at(59)));
        assert!(uses.is_due(one, at(60)));
        assert!(uses.is_due(one, at(-5)));
    }
}
