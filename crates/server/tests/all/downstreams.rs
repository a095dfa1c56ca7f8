//! Other systems are told what people said: by webhook, through NATS, and when they ask.

mod nats;
mod webhook;

use std::time::Duration;

use serde_json::{Value, json};
use shouxin_model::{Caller, ConsentForm, ConsentWord, SubjectId};
use shouxin_server::couriers;
use tokio::task::JoinHandle;

use crate::support::{Harness, Person};

/// The deployment's couriers at work until this is dropped.
struct AtWork(JoinHandle<()>);

impl AtWork {
    fn start(h: &Harness) -> Self {
        Self(tokio::spawn(couriers::run(h.app.clone())))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An administrator with a fresh second factor.
async fn administrator(h: &Harness) -> Person {
    let administrator = h.staff("admin", &["system-admin"]).await;
    h.step_up(&administrator).await;
    administrator
}

async fn register(h: &Harness, who: &Person, name: &str, kind: &str, target: &str) -> Value {
    let new =
        json!({"name": name, "kind": kind, "target": target, "purposes": ["marketing-contact"]});
    h.post(who, "/api/v1/downstreams", new).await.ok()
}

/// The system of this name, as the list shows it.
async fn standing(h: &Harness, who: &Person, name: &str) -> Value {
    let list = h.get(who, "/api/v1/downstreams").await.ok();
    let all = list["downstreams"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap().clone()
}

async fn say(h: &Harness, subject: SubjectId, word: ConsentWord) -> u64 {
    let (form, operator) = (ConsentForm::General, Caller::operator());
    h.vault
        .put_consent(&operator, subject, "marketing-contact", word, form, None)
        .await
        .unwrap()
}

/// So many people.
async fn people(h: &Harness, writer: &Person, count: u32) -> Vec<SubjectId> {
    let mut found = Vec::new();
    for n in 0..count {
        let values = json!({"name": "欧阳明", "mobile": format!("138001380{n:02}")});
        let (subject, _) = h.write(writer, None, "customer", values).await;
        found.push(subject.parse().unwrap());
    }
    found
}

/// Waits for something that happens by itself, up to a minute.
async fn until<F: Future<Output = bool>>(what: &str, mut is: impl FnMut() -> F) {
    for _ in 0..600 {
        if is().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("did not happen within a minute: {what}");
}
