//! Sealing and opening of single fields, beside what other libraries do on the same core.

use std::process::Command;
use std::time::Instant;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use shouxin_bench::{Row, median};
use shouxin_model::{FieldRef, Moment, RecordId, SubjectId, Suite};
use shouxin_seal::{Binding, Keyring, Root, SubjectKey, open, seal};

use crate::machine;

/// The value that is sealed.
const VALUE: [u8; 64] = [b'v'; 64];

/// How often between two looks at the clock.
const TIMES: u32 = 100_000;

/// The suites, what OpenSSL calls their ciphers, and the bars.
const SUITES: [(Suite, &str, f64); 2] = [
    (Suite::International, "AES-256-GCM", 4_000_000.0),
    (Suite::National, "SM4-GCM", 700_000.0),
];

/// Sealing and opening of 64-byte fields on one core: ours, and what there would be instead.
pub(crate) fn sealing(rounds: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = SUITES
        .iter()
        .map(|(suite, cipher, bar)| ours(*suite, cipher, *bar, rounds))
        .collect();
    rows.push(aws_lc(rounds));
    rows.extend(SUITES.iter().map(|(_, cipher, _)| openssl(cipher)));
    rows
}

fn ours(suite: Suite, cipher: &str, bar: f64, rounds: usize) -> Row {
    let mut dice = ChaCha20Rng::from_seed([7; 32]);
    let root = Root::make(&mut dice);
    let name = FieldRef::new("customer", "address");
    let binding = Binding {
        zone: "identity",
        field: &name,
        subject: SubjectId::make(Moment::default(), &mut dice),
        record: RecordId::make(Moment::default(), &mut dice),
    };
    let keyring = Keyring::make(&root, suite, Moment::default(), &mut dice);
    let key = SubjectKey::make(&keyring, &mut dice);
    let (sealed, opened) = rates(
        rounds,
        || seal(&key, suite, &binding, &VALUE, &mut dice),
        |envelope| {
            let value = open(&key, &binding, envelope).expect("our own envelope");
            std::hint::black_box(value);
        },
    );
    Row::judged(
        format!("sealed 64-byte fields on one core, {cipher}"),
        format!(">= {bar:.0}/s"),
        format!("{sealed:.0}/s sealed, {opened:.0}/s opened"),
        sealed >= bar,
    )
}

/// The same bytes under AWS-LC, which is in the program for TLS: a key that is ready, a random nonce, as
/// much associated data as an envelope has, an envelope of the same length.
fn aws_lc(rounds: usize) -> Row {
    const HEADER: [u8; 5] = [1, 0, 0, 0, 1];
    const NONCE_BYTES: usize = 12;
    let mut dice = ChaCha20Rng::from_seed([7; 32]);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("32 bytes"));
    let associated = [7; 104];
    let (sealed, opened) = rates(
        rounds,
        || {
            let mut nonce = [0; NONCE_BYTES];
            dice.fill_bytes(&mut nonce);
            let mut envelope = Vec::with_capacity(HEADER.len() + NONCE_BYTES + VALUE.len() + 16);
            envelope.extend_from_slice(&HEADER);
            envelope.extend_from_slice(&nonce);
            envelope.extend_from_slice(&VALUE);
            let at = HEADER.len() + NONCE_BYTES;
            let nonce = Nonce::assume_unique_for_key(nonce);
            let tag = key
                .seal_in_place_separate_tag(nonce, Aad::from(associated), &mut envelope[at..])
                .expect("a short value");
            envelope.extend_from_slice(tag.as_ref());
            envelope
        },
        |envelope| {
            let (nonce, sealed) = envelope[HEADER.len()..].split_at(NONCE_BYTES);
            let nonce = Nonce::try_assume_unique_for_key(nonce).expect("12 bytes");
            let mut value = sealed.to_vec();
            let opened = key.open_in_place(nonce, Aad::from(associated), &mut value);
            std::hint::black_box(opened.expect("our own envelope").len());
        },
    );
    Row::told(
        "the same in the same loop through AWS-LC (aws-lc-rs), AES-256-GCM",
        "",
        format!("{sealed:.0}/s sealed, {opened:.0}/s opened"),
    )
}

/// The median rates of sealing and of opening what was sealed last, a second.
fn rates(rounds: usize, mut seal: impl FnMut() -> Vec<u8>, open: impl Fn(&[u8])) -> (f64, f64) {
    let (mut sealed, mut opened) = (Vec::new(), Vec::new());
    let mut envelope = seal();
    for _ in 0..rounds.max(3) {
        let started = Instant::now();
        for _ in 0..TIMES {
            envelope = seal();
        }
        sealed.push(f64::from(TIMES) / started.elapsed().as_secs_f64());
        let started = Instant::now();
        for _ in 0..TIMES {
            open(&envelope);
        }
        opened.push(f64::from(TIMES) / started.elapsed().as_secs_f64());
    }
    (median(&mut sealed), median(&mut opened))
}

/// What the machine's OpenSSL says of itself: encryption alone, without nonce, associated data or tag.
fn openssl(cipher: &str) -> Row {
    let name = cipher.to_ascii_lowercase();
    let speed = ["speed", "-elapsed", "-seconds", "1", "-bytes", "64", "-evp"];
    let measured = machine::said(Command::new("openssl").args(speed).arg(&name))
        .as_deref()
        .and_then(blocks_a_second);
    let version = machine::said(Command::new("openssl").arg("version"));
    let found = match (measured, version) {
        (Some(rate), Some(version)) => format!("{rate:.0}/s ({version})"),
        (None, Some(version)) => format!("not measured: {version} has no {name}"),
        (_, None) => "not measured: there is no openssl on the path".to_owned(),
    };
    Row::told(
        format!("`openssl speed -bytes 64 -evp {name}`, on one core"),
        "",
        found,
    )
}

/// Reads the last line, `AES-256-GCM     123456.78k`: thousands of bytes a second.
fn blocks_a_second(said: &str) -> Option<f64> {
    let last = said.lines().last()?.split_ascii_whitespace().last()?;
    let thousands: f64 = last.strip_suffix('k')?.parse().ok()?;
    Some(thousands * 1000.0 / VALUE.len() as f64)
}
