//! Whether the time of an answer tells who has an account.

// The long tests print what they measured.
#![allow(clippy::print_stdout)]

use std::time::Duration;

use serde_json::{Value, json};

use crate::people::support::PASSWORD;
use crate::support::Harness;

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

#[tokio::test]
#[ignore = "long: measures times"]
async fn long_the_time_of_a_refusal_tells_nothing_of_the_account() {
    const SAMPLES: usize = 120;
    let server = Harness::set(|settings| {
        settings.refused_sign_in_millis = 60;
        (settings.passwords.memory_kib, settings.passwords.passes) = (1024, 1);
        settings.rates.sign_in_per_minute = 1_000_000.try_into().unwrap();
        settings.rates.address_per_minute = 1_000_000.try_into().unwrap();
        settings.rates.nobody_per_minute = 1_000_000.try_into().unwrap();
    })
    .await;
    server.account("root", &["system-admin"]).await;
    server.account("ling", &[]).await;
    let closed = server.account("closed", &[]).await;
    let root = server.sign_in("root").await;
    root.patch(
        &format!("/api/v1/staff/{closed}"),
        json!({"state": "disabled"}),
    )
    .await
    .expect(200);
    let wrong =
        |login: &str| json!({"login": login, "password": "another password 12", "code": "000000"});
    let cases: [(&str, &str, Value); 5] = [
        ("unknown", "/api/v1/sessions", wrong("nobody")),
        ("known", "/api/v1/sessions", wrong("ling")),
        ("closed", "/api/v1/sessions", wrong("closed")),
        (
            "right password, wrong code",
            "/api/v1/sessions",
            json!({"login": "ling", "password": PASSWORD, "code": "000000"}),
        ),
        ("unknown again", "/api/v1/sessions", wrong("someone")),
    ];
    let mut times = vec![Vec::new(); cases.len()];
    for round in 0..SAMPLES {
        // Locks run out between the rounds, so that each case is what its name says.
        server.world.pass(1000);
        for turn in 0..cases.len() {
            let at = (turn + round) % cases.len();
            let (_, path, body) = &cases[at];
            let began = tokio::time::Instant::now();
            let answer = server.anonymous().post(path, body.clone()).await;
            times[at].push(began.elapsed());
            answer.refused("credentials-refused");
        }
    }
    for (at, (name, _, _)) in cases.iter().enumerate().skip(1) {
        let share = longer(&times[at], &times[0]);
        println!(
            "{name} takes longer than unknown in {:.1} % of pairs",
            share * 100.0
        );
        assert!((share - 0.5).abs() < bound(SAMPLES), "{name}: {share}");
    }
}
