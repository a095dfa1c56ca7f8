//! From a withdrawal to its acknowledgement by another system on this machine.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use async_nats::jetstream::consumer::{DeliverPolicy, PullConsumer, pull};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use shouxin_bench::{Row, quantile};
use shouxin_model::{Caller, ConsentForm, ConsentWord, DownstreamKind, SubjectId};
use shouxin_server::{App, Settings, couriers};
use shouxin_testkit::nats::Server;
use shouxin_vault::{Interest, NewDownstream, Vault};

use crate::plan::Plan;
use crate::world::{AGREED, Medium, World};

/// By webhook and through NATS, on disk, nothing else going on.
pub(crate) async fn spread(plan: &Plan) -> Vec<Row> {
    let withdrawals = usize::try_from(plan.size(1_000, 100)).unwrap_or(100);
    let mut webhook = by_webhook(withdrawals).await;
    let mut nats = through_nats(withdrawals).await;
    vec![
        row("webhook", withdrawals, &mut webhook),
        row("NATS JetStream", withdrawals, &mut nats),
    ]
}

fn row(way: &str, withdrawals: usize, millis: &mut [f64]) -> Row {
    let (median, most) = (quantile(millis, 0.5), quantile(millis, 0.95));
    Row::judged(
        format!("withdrawal to noted acknowledgement by {way}, {withdrawals} of them, on disk"),
        "p95 <= 500 ms",
        format!("p50 {median:.0} ms, p95 {most:.0} ms"),
        most <= 500.0,
    )
}

async fn by_webhook(withdrawals: usize) -> Vec<f64> {
    let world = World::with(Medium::Disk, 1_000).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().route("/hook", post(|| async { StatusCode::NO_CONTENT }));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut settings = Settings::default();
    settings.downstreams.allow = url.parse().expect("a host");
    let couriers = tokio::spawn(couriers::run(App::new(world.vault.clone(), None, settings)));
    register(&world.vault, DownstreamKind::Webhook, format!("{url}/hook")).await;
    let millis = withdraw(&world, withdrawals).await;
    couriers.abort();
    serving.abort();
    millis
}

async fn through_nats(withdrawals: usize) -> Vec<f64> {
    let mut server = Server::reserved();
    server.start().await;
    let world = World::with(Medium::Disk, 1_000).await;
    let mut settings = Settings::default();
    settings.downstreams.nats.servers = vec![server.url()];
    let couriers = tokio::spawn(couriers::run(App::new(world.vault.clone(), None, settings)));
    register(&world.vault, DownstreamKind::Nats, SUBJECT.to_owned()).await;
    let consuming = tokio::spawn(consume(server.url(), world.vault.clone()));
    let millis = withdraw(&world, withdrawals).await;
    consuming.abort();
    couriers.abort();
    millis
}

async fn register(vault: &Vault, kind: DownstreamKind, target: String) {
    let new = NewDownstream {
        name: "crm".to_owned(),
        kind,
        target,
        interest: Interest {
            purposes: vec![AGREED.to_owned()],
            parts: Vec::new(),
        },
        from_beginning: false,
    };
    let added = vault.add_downstream(&Caller::operator(), &new).await;
    added.expect("a system");
}

/// Processes each message and acknowledges it, as a system does that reads the stream.
async fn consume(url: String, vault: Vault) {
    let client = async_nats::connect(url).await.expect("NATS");
    let context = jetstream::new(client);
    let stream = loop {
        match context.get_stream(SUBJECT.replace('.', "_")).await {
            Ok(stream) => break stream,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let wanted = pull::Config {
        durable_name: Some("crm".to_owned()),
        deliver_policy: DeliverPolicy::All,
        ..pull::Config::default()
    };
    let consumer: PullConsumer = stream.create_consumer(wanted).await.expect("a consumer");
    loop {
        let mut batch = consumer
            .batch()
            .max_messages(1)
            .expires(Duration::from_secs(1))
            .messages()
            .await
            .expect("messages");
        while let Some(Ok(message)) = next(&mut batch).await {
            let event: serde_json::Value = serde_json::from_slice(&message.payload).expect("JSON");
            let entry = event["data"]["entry"].as_u64().expect("an entry");
            let operator = Caller::operator();
            let noted = vault.acknowledge_downstream(&operator, "crm", entry);
            noted.await.expect("an acknowledgement");
            message.ack().await.expect("an acknowledgement");
        }
    }
}

async fn next(batch: &mut pull::Batch) -> Option<Result<jetstream::Message, async_nats::Error>> {
    std::future::poll_fn(|context| {
        futures_core::Stream::poll_next(std::pin::Pin::new(&mut *batch), context)
    })
    .await
}

/// Withdrawals one after the other, each waited for; how long each took, in milliseconds.
async fn withdraw(world: &World, withdrawals: usize) -> Vec<f64> {
    let mut millis = Vec::with_capacity(withdrawals);
    // The first message makes connections and the stream.
    said_and_acknowledged(&world.vault, world.subjects[0]).await;
    for n in 0..withdrawals {
        let subject = world.subjects[n % world.subjects.len()];
        millis.push(said_and_acknowledged(&world.vault, subject).await);
    }
    millis
}

async fn said_and_acknowledged(vault: &Vault, subject: SubjectId) -> f64 {
    let began = Instant::now();
    let (word, form, operator) = (
        ConsentWord::Withdrawn,
        ConsentForm::General,
        Caller::operator(),
    );
    let entry = vault
        .put_consent(&operator, subject, AGREED, word, form, None)
        .await
        .expect("a withdrawal");
    loop {
        let found = vault.downstream("crm").await.expect("the system");
        if found.is_some_and(|one| one.place.acknowledged > entry) {
            return began.elapsed().as_secs_f64() * 1000.0;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

const SUBJECT: &str = "shouxin.bench.crm";
