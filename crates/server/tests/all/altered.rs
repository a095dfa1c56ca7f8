//! Rows that give rights, altered in the database past the program: they give none, and it is told.

use serde_json::json;
use shouxin_model::{ApiKeyId, StaffId};
use shouxin_store::{Tx, Value, params};
use shouxin_vault::said::Entry;

use crate::support::{Harness, Person};

/// What somebody with the database would do to a person's own rows (`$1`) to gain something.
const OF_STAFF: &[&str] = &[
    "UPDATE staff SET roles = '[\"security-admin\"]' WHERE id = $1",
    "UPDATE staff SET region = 'everywhere' WHERE id = $1",
    "UPDATE staff SET totp_sealed = NULL WHERE id = $1",
    "UPDATE staff SET password = '$argon2id$' WHERE id = $1",
    "UPDATE session SET second_factor_at = created_at WHERE staff = $1",
    "UPDATE session SET expires_at = expires_at + 3600000000 WHERE staff = $1",
    "UPDATE session SET staff = (SELECT id FROM staff WHERE login = 'gu.lei') WHERE staff = $1",
];

const OF_KEYS: &[&str] = &[
    "UPDATE api_key SET scopes = '{\"roles\":[\"reader\"],\"purposes\":[],\"fields\":[],\
     \"rate_per_minute\":1000,\"addresses\":[\"127.0.0.1\"]}' WHERE id = $1",
    "UPDATE api_key SET expires_at = expires_at + 3600000000 WHERE id = $1",
];

#[tokio::test]
async fn rights_that_were_altered_in_the_database_give_none_and_are_incidents() {
    let h = Harness::new().await;
    h.staff("gu.lei", &["security-admin"]).await;
    let mut count = 0;
    for (n, sql) in OF_STAFF.iter().enumerate() {
        let person = h.staff(&format!("clerk{n}"), &["service-adviser"]).await;
        let id: StaffId = person.actor.parse().unwrap();
        count += 1;
        check(&h, &person, sql, id.into(), count).await;
    }
    for sql in OF_KEYS {
        let key = h
            .key(&["reader"], &["repair-service"], &["customer.*"])
            .await;
        let id: ApiKeyId = key.actor.parse().unwrap();
        count += 1;
        check(&h, &key, sql, id.into(), count).await;
    }
    // Nor does anybody sign in with a password that was put there.
    let shown = json!({"login": "clerk3", "password": "whatever it is"});
    h.post(&Person::default(), "/api/v1/sessions", shown)
        .await
        .problem(500, "internal");
    assert_eq!(incidents(&h).await, count + 1);
}

#[tokio::test]
async fn a_closed_account_that_was_opened_in_the_database_stays_closed() {
    let h = Harness::new().await;
    let admin = h.staff("gu.lei", &["system-admin"]).await;
    h.step_up(&admin).await;
    let clerk = h.staff("li.na", &["service-adviser"]).await;
    let path = format!("/api/v1/staff/{}", clerk.actor);
    let closed = h
        .call(&admin, "PATCH", &path, Some(json!({"state": "disabled"})))
        .await;
    closed.ok();
    let id: StaffId = clerk.actor.parse().unwrap();
    alter(
        &h,
        "UPDATE staff SET state = 'active' WHERE id = $1",
        id.into(),
    )
    .await;
    let shown = json!({"login": "li.na", "password": "whatever it is"});
    h.post(&Person::default(), "/api/v1/sessions", shown)
        .await
        .problem(500, "internal");
    // Nor is it one of those that administer.
    h.get(&admin, &path).await.problem(500, "internal");
    assert_eq!(incidents(&h).await, 2);
}

/// Holds that the caller is let in before the change and not after it.
async fn check(h: &Harness, caller: &Person, sql: &'static str, id: Value, count: usize) {
    h.get(caller, "/api/v1/me").await.ok();
    alter(h, sql, id).await;
    h.get(caller, "/api/v1/me").await.problem(500, "internal");
    assert_eq!(incidents(h).await, count, "{sql}");
    let metrics = h.get(&Person::default(), "/metrics").await.text();
    let line = format!("shouxin_incidents_total{{kind=\"corrupt\"}} {count}");
    assert!(metrics.contains(&line), "{metrics}");
}

async fn alter(h: &Harness, sql: &'static str, id: Value) {
    let mut tx = Tx::new();
    tx.run_exactly(1, sql, params![id]);
    h.app.vault().store().commit(tx).await.unwrap();
}

/// How many entries tell of something that could not be trusted.
async fn incidents(h: &Harness) -> usize {
    let store = h.app.vault().store();
    let entries = store.ledger_entries(0, 1 << 16).await.unwrap();
    let tells = |entry: &Entry| {
        entry
            .extra
            .contains(&("incident".to_owned(), "corrupt".to_owned()))
    };
    let entries = entries
        .iter()
        .map(|(_, bytes)| Entry::decode(bytes).unwrap());
    entries.filter(tells).count()
}
