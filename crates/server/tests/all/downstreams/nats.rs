//! NATS: away, killed, wiped, losing answers. Nothing is lost, and nobody who writes waits for it.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream;
use serde_json::{Value, json};
use shouxin_model::ConsentWord::{Given, Withdrawn};
use shouxin_model::SubjectId;
use shouxin_testkit::nats::{Server, lossy};
use tokio::time::{Instant, timeout};

use super::{AtWork, administrator, people, register, say, standing, until};
use crate::support::Harness;

const SUBJECT: &str = "shouxin.changes.crm";

async fn harness(url: &str) -> Harness {
    let servers = vec![url.to_owned()];
    Harness::set(|settings| settings.downstreams.nats.servers = servers).await
}

/// Everything that the stream holds, in its order.
async fn stored(server: &Server) -> Vec<Value> {
    let client = async_nats::connect(server.url()).await.unwrap();
    let context = jetstream::new(client);
    let Ok(stream) = context.get_stream("shouxin_changes_crm").await else {
        return Vec::new();
    };
    let info = stream.get_info().await.unwrap();
    let mut found = Vec::new();
    for number in info.state.first_sequence..=info.state.last_sequence {
        let Ok(message) = stream.get_raw_message(number).await else {
            continue;
        };
        found.push(serde_json::from_slice(&message.payload).unwrap());
    }
    found
}

/// Each subject's epochs in the order of the stream.
fn epochs(events: &[Value]) -> BTreeMap<String, Vec<u64>> {
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for event in events {
        let subject = event["subject"].as_str().unwrap().to_owned();
        let epoch = event["data"]["epoch"].as_u64().unwrap();
        found.entry(subject).or_default().push(epoch);
    }
    found
}

/// Everybody says so many words in turn; gives the last entry, and how long the slowest word took.
async fn talk(h: &Harness, subjects: &[SubjectId], words: u32) -> (u64, Duration) {
    let (mut last, mut slowest) = (0, Duration::ZERO);
    for n in 0..words {
        for subject in subjects {
            let began = Instant::now();
            last = say(h, *subject, if n % 2 == 0 { Given } else { Withdrawn }).await;
            slowest = slowest.max(began.elapsed());
        }
    }
    (last, slowest)
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_may_be_away_killed_and_wiped_and_nothing_is_lost() {
    let mut server = Server::reserved();
    let h = harness(&server.url()).await;
    let admin = administrator(&h).await;
    let subjects = people(&h, &admin, 3).await;
    register(&h, &admin, "crm", "nats", SUBJECT).await;
    let service = h
        .key(&["service-adviser"], &["marketing-contact"], &[])
        .await;
    let delivered = |last: u64| {
        let (h, admin) = (&h, &admin);
        move || async move { standing(h, admin, "crm").await["delivered"].as_u64() > Some(last) }
    };
    let _couriers = AtWork::start(&h);

    // Away for ten minutes: whoever writes does not notice.
    let (last, slowest) = talk(&h, &subjects, 4).await;
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    h.world.pass(600);
    until("failing", || async {
        standing(&h, &admin, "crm").await["failure"] == "unreachable"
    })
    .await;
    h.step_up(&admin).await;
    server.start().await;
    until("told after it came back", delivered(last)).await;
    let four: Vec<u64> = (1..=4).collect();
    let events = stored(&server).await;
    assert_eq!(
        epochs(&events).into_values().collect::<Vec<_>>(),
        vec![four; 3]
    );

    // What was processed is acknowledged by its last entry.
    let path = "/api/v1/downstreams/crm/acknowledgements";
    let acknowledged = h.post(&service, path, json!({"up_to": last})).await.ok();
    assert_eq!(acknowledged["acknowledged"], last + 1);
    assert_eq!(standing(&h, &admin, "crm").await["behind"], 0);
    let stranger = h.key(&["service-adviser"], &["repair-service"], &[]).await;
    assert_eq!(
        h.post(&stranger, path, json!({"up_to": last})).await.status,
        403
    );

    // Killed in the middle, and back with what it had.
    let (middle, _) = talk(&h, &subjects, 1).await;
    server.kill();
    let (last, slowest) = talk(&h, &subjects, 1).await;
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    server.start().await;
    until("told after the kill", delivered(last)).await;
    let six: Vec<u64> = (1..=6).collect();
    let events = stored(&server).await;
    assert_eq!(
        epochs(&events).into_values().collect::<Vec<_>>(),
        vec![six; 3]
    );
    assert!(middle < last);

    // Wiped: what was not acknowledged is told again, nothing older.
    server.kill();
    server.wipe();
    server.start().await;
    until("told after the wipe", || async {
        stored(&server).await.len() == 6
    })
    .await;
    let since = epochs(&stored(&server).await);
    assert_eq!(since.into_values().collect::<Vec<_>>(), vec![vec![5, 6]; 3]);
    // And it goes on.
    let (last, _) = talk(&h, &subjects, 1).await;
    until("told after all", delivered(last)).await;
    assert_eq!(stored(&server).await.len(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_acknowledgements_of_the_stream_cost_no_order_and_leave_no_double() {
    let mut server = Server::reserved();
    server.start().await;
    // The greeting, the answers about the stream, then a few acknowledgements: the rest is lost with the connection.
    let way = lossy(server.address(), 8).await;
    let h = harness(&format!("nats://{way}")).await;
    let admin = administrator(&h).await;
    let subjects = people(&h, &admin, 4).await;
    register(&h, &admin, "crm", "nats", SUBJECT).await;
    let _couriers = AtWork::start(&h);
    let (last, _) = talk(&h, &subjects, 5).await;
    until("all told", || async {
        standing(&h, &admin, "crm").await["delivered"].as_u64() > Some(last)
    })
    .await;
    let five: Vec<u64> = (1..=5).collect();
    let events = stored(&server).await;
    assert_eq!(
        epochs(&events).into_values().collect::<Vec<_>>(),
        vec![five; 4]
    );
    let mut sequences: Vec<&str> = events
        .iter()
        .map(|one| one["sequence"].as_str().unwrap())
        .collect();
    let in_order = sequences.clone();
    sequences.sort_unstable();
    assert_eq!(sequences, in_order);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_makes_the_stream_and_a_replay_fills_it_again() {
    let mut server = Server::reserved();
    server.start().await;
    let h = harness(&server.url()).await;
    let admin = administrator(&h).await;
    let subjects = people(&h, &admin, 1).await;
    register(&h, &admin, "crm", "nats", SUBJECT).await;
    let answer = timeout(Duration::from_secs(20), async {
        loop {
            let path = "/api/v1/downstreams/crm/tests";
            let tried = h.call(&admin, "POST", path, None).await.ok();
            if tried == json!({"taken": true}) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    answer.await.unwrap();
    assert_eq!(stored(&server).await[0]["type"], "cn.shouxin.test.v1");
    let _couriers = AtWork::start(&h);
    let (last, _) = talk(&h, &subjects, 2).await;
    let delivered =
        || async { standing(&h, &admin, "crm").await["delivered"].as_u64() > Some(last) };
    until("told", delivered).await;
    let path = "/api/v1/downstreams/crm/replays";
    h.post(&admin, path, json!({"from": 0})).await.ok();
    until("told again", || async { stored(&server).await.len() == 5 }).await;
    let again = stored(&server).await;
    assert_eq!(again[1]["id"], again[3]["id"]);
}
