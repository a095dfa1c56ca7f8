//! Whether an answer, or the time it takes, tells who has an account, which keys there are, what others have.

// The long tests print what they measured.
#![allow(clippy::print_stdout)]

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use shouxin_server::Settings;
use shouxin_vault::World;
use tokio::time::Instant;

use crate::people::support::{Client, PASSWORD};
use crate::support::{Answer, Harness};

/// How often a time drawn from `a` is longer than one from `b`, ties counting half: 0.5 where the two
/// cannot be told apart (Mann-Whitney).
fn longer(a: &[Duration], b: &[Duration]) -> f64 {
    let mut won = 0.0;
    for x in a {
        for y in b {
            won += match x.cmp(y) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "a hundred or two")]
    let pairs = (a.len() * b.len()) as f64;
    won / pairs
}

/// Four times the standard deviation of [`longer`] between samples of this size from one distribution: by
/// chance alone it is beyond that once in sixteen thousand times.
fn bound(samples: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a hundred or two")]
    let n = samples as f64;
    4.0 * ((2.0 * n + 1.0) / (12.0 * n * n)).sqrt()
}

#[test]
fn the_measure_tells_a_tenth_from_nothing() {
    let times = |offset: u64| {
        (0..150u64)
            .map(|n| Duration::from_micros(1000 + n * 37 % 200 + offset))
            .collect::<Vec<_>>()
    };
    assert!((longer(&times(0), &times(0)) - 0.5).abs() < bound(150));
    assert!((longer(&times(100), &times(0)) - 0.5).abs() > bound(150));
}

/// What whoever asked can see of an answer, but for the ids of its request and of its entry in the ledger.
fn seen(answer: &Answer) -> String {
    let mut body: Value = serde_json::from_str(&answer.text()).unwrap_or(Value::Null);
    if let Some(body) = body.as_object_mut() {
        body.remove("entry");
        body.remove("instance");
    }
    let names: Vec<_> = answer.headers.keys().map(|name| name.as_str()).collect();
    format!("{} {names:?} {body}", answer.status)
}

/// How often each question is asked where answers alone are compared.
const FEW: usize = 3;

/// Asks each question so many times, in turns. Every answer must be the first question's; and, unless they
/// are few, its time must be one that the first question could have taken. `before` gets ready for a round
/// and is not timed; `ask` gets a question's place and the round.
async fn hold_alike(
    questions: &[&str],
    samples: usize,
    before: impl AsyncFn(usize),
    ask: impl AsyncFn(usize, usize) -> Answer,
) {
    let mut times = vec![Vec::new(); questions.len()];
    let mut first: Option<String> = None;
    for round in 0..samples {
        before(round).await;
        for turn in 0..questions.len() {
            let at = (turn + round) % questions.len();
            let began = Instant::now();
            let answer = ask(at, round).await;
            times[at].push(began.elapsed());
            let answer = seen(&answer);
            let first = first.get_or_insert_with(|| answer.clone());
            assert_eq!(answer, *first, "{}", questions[at]);
        }
    }
    if samples > FEW {
        hold_times(questions, &times);
    }
}

async fn nothing(_: usize) {}

fn hold_times(questions: &[&str], times: &[Vec<Duration>]) {
    let mut told = Vec::new();
    for (question, sample) in questions.iter().zip(times).skip(1) {
        let share = longer(sample, &times[0]);
        let first = questions[0];
        println!(
            "{question} takes longer than {first} in {:.1} % of pairs",
            share * 100.0
        );
        if (share - 0.5).abs() >= bound(sample.len()) {
            told.push(format!("{question}: {share:.3}"));
        }
    }
    assert!(told.is_empty(), "told from {}: {told:?}", questions[0]);
}

/// Rates are out of the way.
fn unhurried(settings: &mut Settings) {
    (settings.passwords.memory_kib, settings.passwords.passes) = (1024, 1);
    settings.rates.sign_in_per_minute = 1_000_000.try_into().unwrap();
    settings.rates.address_per_minute = 1_000_000.try_into().unwrap();
    settings.rates.nobody_per_minute = 1_000_000.try_into().unwrap();
    settings.rates.person_per_minute = 1_000_000.try_into().unwrap();
}

/// A fresh set of recovery codes of whoever signed in last.
async fn recovery_codes(client: &Client) -> Vec<String> {
    let made = client
        .post("/api/v1/me/recovery-codes", json!({}))
        .await
        .ok();
    let codes = made["recovery_codes"].as_array().unwrap();
    codes
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

/// Everything that can be wrong with a sign-in.
async fn sign_ins_are_alike(samples: usize) {
    let server = Harness::set(|settings| {
        unhurried(settings);
        settings.refused_sign_in_millis = if samples > FEW { 60 } else { 0 };
    })
    .await;
    server.account("root", &["system-admin"]).await;
    server.account("ling", &[]).await;
    server.account("wang", &[]).await;
    let closed = server.account("closed", &[]).await;
    let root = server.sign_in("root").await;
    root.patch(
        &format!("/api/v1/staff/{closed}"),
        json!({"state": "disabled"}),
    )
    .await
    .expect(200);
    let own = recovery_codes(&server.sign_in("ling").await).await;
    let others = recovery_codes(&server.sign_in("wang").await).await;
    let with_recovery =
        |code: &str| json!({"login": "ling", "password": PASSWORD, "recovery_code": code});
    let used = with_recovery(&own[0]);
    server.anonymous().sign_in(used.clone()).await;
    let wrong =
        |login: &str| json!({"login": login, "password": "another password 12", "code": "000000"});
    let cases: [(&str, Value); 9] = [
        ("an unknown login", wrong("nobody")),
        ("a known login", wrong("ling")),
        ("a closed account", wrong("closed")),
        (
            "the right password, a wrong code",
            json!({"login": "ling", "password": PASSWORD, "code": "000000"}),
        ),
        ("a wrong recovery code", with_recovery("00000-00000")),
        ("a used recovery code", used),
        ("somebody else's recovery code", with_recovery(&others[0])),
        ("no recovery code at all", with_recovery("u")),
        ("another unknown login", wrong("someone")),
    ];
    let names = cases.each_ref().map(|(name, _)| *name);
    hold_alike(&names, samples, nothing, async |at, _| {
        // Locks run out in between, so that each question is what its name says.
        server.world.pass(1000);
        let body = cases[at].1.clone();
        server.anonymous().post("/api/v1/sessions", body).await
    })
    .await;
}

#[tokio::test]
async fn a_refused_sign_in_says_the_same_of_every_account_and_code() {
    sign_ins_are_alike(FEW).await;
}

#[tokio::test]
#[ignore = "long: measures times"]
async fn long_the_time_of_a_refusal_tells_nothing_of_the_account() {
    sign_ins_are_alike(120).await;
}

/// Keys whose shown part belongs to a key of ours, live or revoked, and keys that nobody has.
async fn keys_are_alike(samples: usize) {
    let server = Harness::set(|settings| {
        unhurried(settings);
        settings.refused_sign_in_millis = if samples > FEW { 20 } else { 0 };
    })
    .await;
    server.account("guard", &["security-admin"]).await;
    let guard = server.sign_in("guard").await;
    let expires_at = server.world.now().plus_seconds(86_400);
    let body = json!({"name": "test", "roles": ["service-adviser"], "purposes": ["repair-service"],
        "fields": ["customer.name"], "rate_per_minute": 1000, "addresses": ["0.0.0.0/0"],
        "expires_at": expires_at});
    let live = guard
        .post("/api/v1/api-keys", body.clone())
        .await
        .expect(201);
    let revoked = guard.post("/api/v1/api-keys", body).await.expect(201);
    let path = format!("/api/v1/api-keys/{}", revoked["key"].as_str().unwrap());
    guard.delete(&path).await.ok();
    let live = live["secret"].as_str().unwrap().to_owned();
    let revoked = revoked["secret"].as_str().unwrap().to_owned();
    server.service(&live).get("/api/v1/me").await.expect(200);
    let shown = |key: &str| format!("{}_{}", &key[..11], "s".repeat(43));
    let (guessed, of_revoked) = (shown(&live), shown(&revoked));
    let names = [
        "a key that nobody has",
        "a live key with another secret",
        "a revoked key with another secret",
        "a revoked key",
    ];
    hold_alike(&names, samples, nothing, async |at, round| {
        let key = match at {
            // Another one each time, as whoever tries them all would.
            0 => format!("sx_{round:08}_{}", "s".repeat(43)),
            1 => guessed.clone(),
            2 => of_revoked.clone(),
            _ => revoked.clone(),
        };
        server.service(&key).get("/api/v1/me").await
    })
    .await;
}

#[tokio::test]
async fn a_refused_key_says_nothing_of_the_keys_there_are() {
    keys_are_alike(FEW).await;
}

#[tokio::test]
#[ignore = "long: measures times"]
async fn long_the_time_of_a_refused_key_tells_nothing_of_the_keys_there_are() {
    keys_are_alike(120).await;
}

/// Codes to take an account over: one that was used, one that nobody was given.
#[tokio::test]
async fn a_refused_activation_says_nothing_of_the_codes_there_are() {
    let server = Harness::set(unhurried).await;
    server.account("root", &["system-admin"]).await;
    let root = server.sign_in("root").await;
    let opened = root
        .post(
            "/api/v1/staff",
            json!({"login": "new.hand", "name": "测试员"}),
        )
        .await
        .expect(201);
    let code = opened["activation_code"].as_str().unwrap().to_owned();
    let take = |code: &str| json!({"code": code, "password": PASSWORD});
    let nobody = server.anonymous();
    let taken = nobody.post("/api/v1/activations", take(&code)).await;
    taken.expect(201);
    let names = ["a code that nobody has", "a used code", "no code at all"];
    let bodies = [take("00000-00000-00000-00000"), take(&code), take("x")];
    hold_alike(&names, FEW, nothing, async |at, _| {
        let body = bodies[at].clone();
        server.anonymous().post("/api/v1/activations", body).await
    })
    .await;
}

/// The cookie of a registered device counts for its own person alone, and tells nobody else that it is one.
async fn device_cookies_are_alike(samples: usize) {
    let server = Harness::set(unhurried).await;
    let owner = server.staff("li.na", &["service-adviser"]).await;
    let other = server.staff("wang.wei", &["service-adviser"]).await;
    let security = server.staff("sun.li", &["security-admin"]).await;
    for person in [&owner, &security] {
        server.step_up(person).await;
    }
    let made = server
        .post(&owner, "/api/v1/devices", json!({"name": "counter 3"}))
        .await;
    let token = made
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let device = made.expect(201)["device"].as_str().unwrap().to_owned();
    let approval = format!("/api/v1/devices/{device}/approval");
    assert_eq!(
        server.call(&security, "PUT", &approval, None).await.status,
        204
    );
    let name = token.split('=').next().unwrap().to_owned();
    let real = other.with_cookie(&token);
    let questions = ["a device that nobody has", "somebody else's device"];
    hold_alike(&questions, samples, nothing, async |at, round| {
        let unknown = other.with_cookie(&format!("{name}={round:043}"));
        let person = if at == 0 { &unknown } else { &real };
        server.get(person, "/api/v1/me").await
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_device_is_like_none() {
    device_cookies_are_alike(FEW).await;
}

#[tokio::test]
#[ignore = "long: measures times"]
async fn long_the_time_with_somebody_elses_device_tells_nothing() {
    device_cookies_are_alike(400).await;
}

/// What others have: path and method of what could be done with it, `{}` for its id, and an id of each.
struct Theirs {
    server: Harness,
    found: Vec<(Method, &'static str, String)>,
}

impl Theirs {
    async fn make() -> Self {
        let server = Harness::set(unhurried).await;
        let writer = server.writer().await;
        let (subject, _) = server.customer(&writer, "li.na").await;
        for n in 0..3 {
            let values = json!({"name": "王伟", "mobile": format!("138001380{n:02}")});
            server.write(&writer, None, "customer", values).await;
        }
        let clerk = server.staff("zhao.lei", &["warranty-clerk"]).await;
        let officer = server.staff("zhou.min", &["protection-officer"]).await;
        for person in [&clerk, &officer] {
            server.step_up(person).await;
        }
        let wanted = json!({"purpose": "repair-service", "role": "service-adviser",
            "fields": ["customer.name"], "subject": subject, "seconds": 600, "reason": "recall"});
        let asked = server
            .post(&clerk, "/api/v1/grants", wanted)
            .await
            .expect(201);
        let approval = asked["approval"].as_str().unwrap().to_owned();
        let decision = json!({"digest": asked["digest"], "decision": "approve"});
        let path = format!("/api/v1/approvals/{approval}/decision");
        let decided = server.call(&officer, "PUT", &path, Some(decision)).await;
        decided.expect(200);
        let grants = server.get(&clerk, "/api/v1/grants").await.ok();
        let grant = grants["grants"][0]["grant"].as_str().unwrap().to_owned();
        let device = server
            .post(&clerk, "/api/v1/devices", json!({"name": "counter 3"}))
            .await
            .expect(201)["device"]
            .as_str()
            .unwrap()
            .to_owned();
        let order = json!({"purpose": "rights-answer", "collection": "customer",
            "fields": ["customer.name", "customer.mobile"], "clear": ["customer.mobile"],
            "most_rows": 100, "format": "csv-plain", "headings": "en", "reason": "for the authority"});
        let asked = server
            .post(&officer, "/api/v1/exports", order)
            .await
            .expect(201);
        let export = asked["export"]["export"].as_str().unwrap().to_owned();
        let sessions = server.get(&clerk, "/api/v1/sessions").await.ok();
        let session = sessions["sessions"][0]["session"]
            .as_str()
            .unwrap()
            .to_owned();
        let found = vec![
            (Method::GET, "/api/v1/approvals/{}", approval.clone()),
            (Method::DELETE, "/api/v1/approvals/{}", approval),
            (Method::GET, "/api/v1/grants/{}", grant.clone()),
            (Method::DELETE, "/api/v1/grants/{}", grant),
            (Method::DELETE, "/api/v1/devices/{}", device),
            (Method::DELETE, "/api/v1/sessions/{}", session),
            (Method::GET, "/api/v1/exports/{}", export.clone()),
            (Method::POST, "/api/v1/exports/{}/file", export),
        ];
        Self { server, found }
    }

    /// Asks for each in turn with what nobody has.
    async fn are_alike(&self, samples: usize) {
        for (at, (method, path, id)) in self.found.iter().enumerate() {
            let what = format!("{method} {path}, somebody else's");
            let questions = ["what nobody has", &what];
            // Of no silo and with a second factor: nothing but the owner's rights is missing.
            let stranger = self.server.staff(&format!("stranger.{at}"), ROLES).await;
            self.server.step_up(&stranger).await;
            let rest = async |round| {
                // Whoever asks for twenty in ten minutes that do not exist is cut.
                if round % 8 == 7 {
                    self.server.world.pass(700);
                    self.server.step_up(&stranger).await;
                }
            };
            hold_alike(&questions, samples, rest, async |at, round| {
                let id = if at == 0 {
                    made_up(id, round)
                } else {
                    id.clone()
                };
                let path = path.replace("{}", &id);
                self.server
                    .call(&stranger, method.as_str(), &path, None)
                    .await
            })
            .await;
        }
    }
}

const ROLES: &[&str] = &["service-adviser"];

/// Another id of the same kind, made at the same moment.
fn made_up(id: &str, round: usize) -> String {
    let kept = id.len() - 6;
    format!("{}{round:05}{}", &id[..kept], &id[id.len() - 1..])
}

#[tokio::test]
async fn what_others_have_is_answered_like_what_nobody_has() {
    Theirs::make().await.are_alike(FEW).await;
}

#[tokio::test]
#[ignore = "long: measures times"]
async fn long_the_time_of_an_answer_tells_nothing_of_what_others_have() {
    Theirs::make().await.are_alike(400).await;
}
