//! The made-up log of the sample.

use std::error::Error;
use std::io::Write;

use ed25519_dalek::Signer as _;
use shouxin_ledger::{
    Checkpoint, Entry, EntryProof, ExportWriter, Fetched, Frontier, GrowthProof, Hash, Kind,
    Signer, VerifierKey, prove_consistency, prove_inclusion,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The files of `corpus/ledger` that are made: an export of 12 entries, the log's keys, a checkpoint
/// kept at entry 10, the proof of entry 6, and the proof that the log grew from 5 to 12.
pub(crate) fn sample_files() -> Outcome<Vec<(&'static str, String)>> {
    let (size, signers) = (12, Signers::new()?);
    let leaves: Vec<_> = (0..size)
        .map(|number| Ok(Hash::of_leaf(&entry(number).encode()?)))
        .collect::<Outcome<_>>()?;
    let checkpoint = |size: u64| signers.sign(&Frontier::new().extended(&leaves[..size as usize]));
    let source = Fetched {
        leaves: leaves.clone(),
        ..Fetched::default()
    };
    let mut export = Vec::new();
    write_export(&mut export, size)?;
    let keys = signers.keys().map(|key| format!("{key}\n")).concat();
    let proof = EntryProof::new(
        entry(6),
        prove_inclusion(6, size, &source)?,
        checkpoint(size)?,
    );
    let growth = prove_consistency(5, size, &source)?;
    let growth = GrowthProof::new(checkpoint(5)?, checkpoint(size)?, growth);
    Ok(vec![
        ("sample.ndjson", String::from_utf8(export)?),
        (
            "sample.key",
            format!(
                "# The keys of the sample. Its secrets are public: trust nothing they sign.\n{keys}"
            ),
        ),
        ("kept.checkpoint", checkpoint(10)?),
        ("proof.json", serde_json::to_string_pretty(&proof)? + "\n"),
        ("growth.json", serde_json::to_string_pretty(&growth)? + "\n"),
    ])
}

/// Writes an export of `size` entries with at most 1,000 checkpoints.
pub(crate) fn write_export(out: impl Write, size: u64) -> Outcome<()> {
    let signers = Signers::new()?;
    let mut out = ExportWriter::begin(out, ORIGIN, &signers.keys())?;
    let mut tree = Frontier::new();
    let pace = (size / 1_000).max(5);
    for number in 0..size {
        if number > 0 && number.is_multiple_of(pace) {
            out.checkpoint(&signers.sign(&tree)?)?;
        }
        let body = entry(number).encode()?;
        tree.append(Hash::of_leaf(&body));
        out.entry(Hash::of_leaf(&body), &body)?;
    }
    out.finish(&signers.sign(&tree)?)?;
    Ok(())
}

fn entry(number: u64) -> Entry {
    let kind = [Kind::Read, Kind::Read, Kind::Reveal, Kind::Refusal][(number % 4) as usize];
    let actor = format!("stf_{:026}", number % 7);
    let mut entry = Entry::new(START + 1_000_000 * number as i64, kind, actor);
    let subject =
        u128::from(number % 5 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    entry.subject = Some(subject.to_be_bytes());
    entry.purpose = Some("after-sales-service".into());
    entry.case = Some(format!("WO-2026-{number:06}"));
    let form = match kind {
        Kind::Reveal => "clear",
        Kind::Refusal => "withheld",
        _ => "masked",
    };
    for field in ["name", "mobile", "address"] {
        entry.add_field(form, "own-open-order", format!("customer.{field}"));
    }
    entry.add_field("withheld", "outside-purpose", "customer.id_number");
    (entry.register, entry.policy, entry.second_factor) = (1, 1, kind == Kind::Reveal);
    entry
}

/// The log's two keys with their secrets.
struct Signers {
    ed25519: ed25519_dalek::SigningKey,
    sm2: sm2::dsa::SigningKey,
    keys: [VerifierKey; 2],
}

impl Signers {
    fn new() -> Outcome<Self> {
        let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let sm2 = sm2::dsa::SigningKey::from_slice("1234567812345678", &[1; 32])?;
        let point = sm2.verifying_key().to_sec1_bytes()[..].try_into()?;
        let keys = [
            VerifierKey::ed25519(ORIGIN, ed25519.verifying_key().as_bytes())?,
            VerifierKey::sm2(ORIGIN, &point)?,
        ];
        Ok(Self { ed25519, sm2, keys })
    }

    fn keys(&self) -> [VerifierKey; 2] {
        self.keys.clone()
    }

    fn sign(&self, tree: &Frontier) -> Outcome<String> {
        let [ed25519, sm2] = self.keys();
        let ed25519 = (ed25519, |text: &[u8]| {
            Ok(self.ed25519.sign(text).to_bytes().to_vec())
        });
        let sm2 = (sm2, |text: &[u8]| {
            let signature: sm2::dsa::Signature = self.sm2.sign(text);
            Ok(signature.to_bytes().to_vec())
        });
        let at = START + 1_000_000 * tree.size() as i64;
        let signers: [&dyn Signer; 2] = [&ed25519, &sm2];
        Ok(Checkpoint::new(ORIGIN, tree.size(), tree.root(), at).sign(&signers)?)
    }
}

const ORIGIN: &str = "ledger.example/sample";
/// 2026-11-20T23:22:05Z
const START: i64 = 1_795_216_925_000_000;
