//! Writes an export of made-up entries, signed with throw-away keys, to standard output:
//! `cargo run -p shouxin-ledger --example export_sample -- 12 > sample.ndjson`.
//!
//! The same number gives the same bytes. With 1,000,000 it is the yardstick for the verifier's speed.

use std::error::Error;
use std::io::{self, BufWriter};

use ed25519_dalek::Signer as _;
use shouxin_ledger::{Checkpoint, Entry, ExportWriter, Frontier, Hash, Kind, Signer, VerifierKey};

fn main() -> Result<(), Box<dyn Error>> {
    let size: u64 = std::env::args().nth(1).unwrap_or_else(|| "12".into()).parse()?;
    let (ed25519, sm2) = (ed25519()?, sm2()?);
    let keys = [ed25519.key().clone(), sm2.key().clone()];
    let mut out = ExportWriter::begin(BufWriter::new(io::stdout().lock()), ORIGIN, &keys)?;
    let mut tree = Frontier::new();
    let sign = |tree: &Frontier| {
        let at = START + 1_000_000 * tree.size() as i64;
        Checkpoint::new(ORIGIN, tree.size(), tree.root(), at).sign(&[&ed25519, &sm2])
    };
    let pace = (size / 1_000).max(5);
    for number in 0..size {
        if number > 0 && number % pace == 0 {
            out.checkpoint(&sign(&tree)?)?;
        }
        let body = entry(number).encode()?;
        tree.append(Hash::of_leaf(&body));
        out.entry(Hash::of_leaf(&body), &body)?;
    }
    out.finish(&sign(&tree)?)?;
    Ok(())
}

fn entry(number: u64) -> Entry {
    let kind = [Kind::Read, Kind::Read, Kind::Reveal, Kind::Refusal][number as usize % 4];
    let mut entry = Entry::new(START + 1_000_000 * number as i64, kind, format!("stf_{:026}", number % 7));
    entry.subject = Some(u128::from(number % 5).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c).to_be_bytes());
    entry.purpose = Some("after-sales-service".into());
    entry.case = Some(format!("WO-2026-{number:06}"));
    let form = if kind == Kind::Reveal { "clear" } else { "masked" };
    for field in ["name", "mobile", "address"] {
        entry.add_field(form, "own-open-order", format!("customer.{field}"));
    }
    entry.add_field("withheld", "outside-purpose", "customer.id_number");
    (entry.register, entry.policy, entry.second_factor) = (1, 1, kind == Kind::Reveal);
    entry
}

fn ed25519() -> Result<impl Signer, Box<dyn Error>> {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let key = VerifierKey::ed25519(ORIGIN, secret.verifying_key().as_bytes())?;
    Ok((key, move |text: &[u8]| Ok(secret.sign(text).to_bytes().to_vec())))
}

fn sm2() -> Result<impl Signer, Box<dyn Error>> {
    let secret = sm2::dsa::SigningKey::from_slice("1234567812345678", &[1; 32])?;
    let key = VerifierKey::sm2(ORIGIN, &secret.verifying_key().to_sec1_bytes()[..].try_into()?)?;
    Ok((key, move |text: &[u8]| {
        let signature: sm2::dsa::Signature = secret.sign(text);
        Ok(signature.to_bytes().to_vec())
    }))
}

const ORIGIN: &str = "ledger.example/sample";
/// 2026-11-20T23:22:05Z
const START: i64 = 1_795_216_925_000_000;
