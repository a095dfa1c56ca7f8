//! Receipts: what a customer is handed is believed as it was signed, and not otherwise.

mod common;

use std::process::Command;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shouxin_ledger::{
    Entry, EntryProof, Frontier, Hash, InclusionProof, Kind, Receipt, ReceiptError, ReceiptProof,
    Signer, VerifierKey,
};

use common::{Log, ORIGIN, ed25519};

const EVENT: &str = r#"[[2,"marketing-contact",null],["withdrawn"]]"#;

fn entry(kind: Kind, extra: &[(&str, &str)]) -> Entry {
    let mut entry = Entry::new(1_795_216_925_000_123, kind, "stf_1");
    entry.subject = Some([7; 16]);
    entry.purpose = Some("marketing-contact".to_owned());
    let owned = |(word, text): &(&str, &str)| ((*word).to_owned(), (*text).to_owned());
    entry.extra = extra.iter().map(owned).collect();
    entry
}

/// The path of a leaf in a tree of four.
fn path(leaves: &[Hash], index: usize) -> Vec<Hash> {
    let of = |leaves: &[Hash]| Frontier::new().extended(leaves).root();
    let (left, right) = leaves.split_at(2);
    let (own, other) = if index < 2 {
        (left, right)
    } else {
        (right, left)
    };
    vec![own[1 - index % 2], of(other)]
}

/// A read, the withdrawal, and two refusals; a receipt of the withdrawal, and the key.
fn made() -> (Value, Vec<VerifierKey>) {
    let digest = BASE64URL_NOPAD.encode(&Sha256::digest(EVENT));
    let entries = [
        entry(Kind::Read, &[]),
        entry(Kind::Consent, &[("state", "withdrawn"), ("event", &digest)]),
        entry(Kind::Refusal, &[("rule", "consent-withdrawn")]),
        entry(Kind::Refusal, &[("rule", "consent-withdrawn")]),
    ];
    let bodies: Vec<Vec<u8>> = entries.iter().map(|one| one.encode().unwrap()).collect();
    let leaves: Vec<Hash> = bodies.iter().map(|body| Hash::of_leaf(body)).collect();
    let signers = [ed25519(ORIGIN, 1)];
    let log = Log::signed(bodies, &[4], &signers);
    let proof = |index: usize| {
        let path = InclusionProof {
            index: index as u64,
            path: path(&leaves, index),
        };
        EntryProof::new(entries[index].clone(), path, log.checkpoints[0].1.clone())
    };
    let content = json!({
        "pii_processing": {"purposes": [{"purpose": "marketing-contact"}]},
        "event": [{"event_state": "withdrawn"}],
        "shouxin": ReceiptProof {
            receipt: 1,
            event: EVENT.to_owned(),
            proof: proof(1),
            last_allowed: Some(proof(0)),
            first_denied: Some(proof(2)),
        },
    });
    let signers: Vec<&dyn Signer> = signers.iter().map(|signer| &**signer).collect();
    (Receipt::sign(content, &signers).unwrap().json(), log.keys)
}

/// Signed anew, as whoever holds the key could.
fn signed(mut content: Value) -> Value {
    content.as_object_mut().unwrap().remove("signature");
    let signers = [ed25519(ORIGIN, 1)];
    let signers: Vec<&dyn Signer> = signers.iter().map(|signer| &**signer).collect();
    Receipt::sign(content, &signers).unwrap().json()
}

fn check(receipt: &Value, keys: &[VerifierKey]) -> Result<String, ReceiptError> {
    let receipt = Receipt::parse(receipt.to_string().as_bytes())?;
    receipt.verify(keys).map(|checked| checked.state)
}

#[test]
fn a_receipt_is_right_however_it_is_laid_out() {
    let (receipt, keys) = made();
    assert_eq!(check(&receipt, &keys).unwrap(), "withdrawn");
    let pretty = serde_json::to_string_pretty(&receipt).unwrap();
    let receipt = Receipt::parse(pretty.as_bytes()).unwrap();
    let checked = receipt.verify(&keys).unwrap();
    assert_eq!(checked.purpose, "marketing-contact");
    assert_eq!(checked.proof.first_denied.unwrap().index, 2);
}

#[test]
fn nothing_in_it_can_be_altered_added_or_taken_away() {
    let (receipt, keys) = made();
    let places = [
        "/pii_processing/purposes/0/purpose",
        "/event/0/event_state",
        "/shouxin/event",
        "/shouxin/proof/checkpoint",
    ];
    for place in places {
        let mut altered = receipt.clone();
        *altered.pointer_mut(place).unwrap() = json!("given");
        assert_eq!(
            check(&altered, &keys),
            Err(ReceiptError::Altered),
            "{place}"
        );
    }
    let mut more = receipt.clone();
    more["note"] = json!("as agreed by telephone");
    assert_eq!(check(&more, &keys), Err(ReceiptError::Altered));
    let mut less = receipt.clone();
    less["shouxin"]
        .as_object_mut()
        .unwrap()
        .remove("first_denied");
    assert_eq!(check(&less, &keys), Err(ReceiptError::Altered));
    let strangers = [ed25519("other.example", 2).key().clone()];
    assert!(matches!(
        check(&receipt, &strangers),
        Err(ReceiptError::Signature(_))
    ));
    for no in [
        "",
        "[]",
        "{}",
        "{\"signature\": \"\"}",
        "{\"signature\": \"\", \"shouxin\": {}}",
    ] {
        assert_eq!(
            Receipt::parse(no.as_bytes()),
            Err(ReceiptError::Shape),
            "{no}"
        );
    }
}

#[test]
fn whoever_holds_the_key_cannot_tell_otherwise_than_the_ledger() {
    let (receipt, keys) = made();
    let tell = |place: &str, what: Value| {
        let mut other = receipt.clone();
        *other.pointer_mut(place).unwrap() = what;
        check(&signed(other), &keys)
    };
    let purpose = "/pii_processing/purposes/0/purpose";
    assert_eq!(
        tell(purpose, json!("recall-notice")),
        Err(ReceiptError::Member("purpose"))
    );
    let given = tell("/event/0/event_state", json!("given"));
    assert_eq!(given, Err(ReceiptError::Member("event_state")));
    let event = tell("/shouxin/event", json!(EVENT.replace('2', "3")));
    assert_eq!(event, Err(ReceiptError::Event));
    let allowed = receipt["shouxin"]["last_allowed"].clone();
    let denied = receipt["shouxin"]["first_denied"].clone();
    let none = tell("/shouxin/first_denied", allowed);
    assert_eq!(none, Err(ReceiptError::Member("first denied read")));
    let later = tell("/shouxin/last_allowed", denied);
    assert_eq!(later, Err(ReceiptError::Member("last allowed read")));
    let moved = tell("/shouxin/proof/index", json!(0));
    assert!(
        matches!(moved, Err(ReceiptError::Proof("event", _))),
        "{moved:?}"
    );
}

#[test]
fn the_program_says_what_is_wrong_in_both_languages() {
    let (receipt, keys) = made();
    let folder = tempfile::tempdir().unwrap();
    let run = |receipt: &Value, language: &str| {
        let path = folder.path().join("receipt.json");
        std::fs::write(&path, receipt.to_string()).unwrap();
        let out = Command::new(env!("CARGO_BIN_EXE_shouxin-verify"))
            .args([
                "receipt",
                path.to_str().unwrap(),
                "--key",
                &keys[0].to_string(),
            ])
            .args(["--lang", language])
            .output()
            .unwrap();
        (
            out.status.code().unwrap(),
            String::from_utf8(out.stdout).unwrap(),
        )
    };
    let (code, text) = run(&receipt, "en");
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with("right: the receipt"), "{text}");
    assert!(
        text.contains("withdrawn") && text.contains("first denied 2 ("),
        "{text}"
    );
    let (_, text) = run(&receipt, "zh");
    assert!(text.contains("表示：撤回"), "{text}");
    let mut altered = receipt;
    altered["event"][0]["event_state"] = json!("given");
    let (code, text) = run(&altered, "en");
    assert_eq!(code, 1, "{text}");
    assert!(text.starts_with("WRONG: the receipt was altered"), "{text}");
    let (code, text) = run(&altered, "zh");
    assert_eq!(
        (code, text.starts_with("有误：回执被改动")),
        (1, true),
        "{text}"
    );
}
