//! The published and derived vectors of `corpus/vectors`, each answered exactly as labelled.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use shouxin_ledger::{
    ConsistencyProof, Frontier, Hash, InclusionProof, SignedCheckpoint, VerifierKey,
};

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Merkle {
    Root {
        comment: String,
        #[serde(default)]
        leaves: Vec<String>,
        root: Hash,
    },
    Inclusion {
        comment: String,
        index: u64,
        size: u64,
        leaf_hash: Hash,
        root: Hash,
        proof: Vec<Hash>,
        result: String,
    },
    Consistency {
        comment: String,
        size1: u64,
        size2: u64,
        root1: Hash,
        root2: Hash,
        proof: Vec<Hash>,
        result: String,
    },
}

#[test]
fn every_merkle_vector_is_answered_as_labelled() {
    let tests: Vec<Merkle> = vectors("merkle-rfc6962.json");
    assert_eq!(tests.len(), 111);
    for test in tests {
        let (comment, result, verdict) = match test {
            Merkle::Root {
                comment,
                leaves,
                root,
            } => {
                let mut tree = Frontier::new();
                tree.extend(leaves.iter().map(|leaf| Hash::of_leaf(&unhex(leaf))));
                assert_eq!(tree.root(), root, "{comment}");
                continue;
            }
            Merkle::Inclusion {
                comment,
                index,
                size,
                leaf_hash,
                root,
                proof,
                result,
            } => {
                let proof = InclusionProof { index, path: proof };
                (comment, result, proof.verify(&leaf_hash, size, &root))
            }
            Merkle::Consistency {
                comment,
                size1,
                size2,
                root1,
                root2,
                proof,
                result,
            } => {
                let proof = ConsistencyProof { path: proof };
                (comment, result, proof.verify(size1, &root1, size2, &root2))
            }
        };
        assert_eq!(verdict.is_ok(), result == "valid", "{comment}: {verdict:?}");
    }
}

#[derive(Deserialize)]
struct Signed {
    comment: String,
    verifier_key: String,
    note: String,
    result: String,
}

#[test]
fn every_signed_note_is_answered_as_labelled() {
    let tests: Vec<Signed> = vectors("signed-note.json");
    assert_eq!(tests.len(), 11);
    for test in tests {
        let keys: [VerifierKey; 1] = [test.verifier_key.parse().unwrap()];
        assert_eq!(keys[0].to_string(), test.verifier_key);
        let verdict = SignedCheckpoint::parse(&test.note)
            .and_then(|checkpoint| checkpoint.verify(&keys).map(|signers| signers.len()));
        assert_eq!(
            verdict.is_ok(),
            test.result == "valid",
            "{}: {verdict:?}",
            test.comment
        );
    }
}

#[derive(Deserialize)]
struct Sm2 {
    comment: String,
    id: String,
    msg: String,
    pub_x: String,
    pub_y: String,
    r: String,
    s: String,
    result: String,
}

/// The identifier of the standard's example is the default one, so its signature is one of our notes'
/// signatures over another text.
#[test]
fn every_sm2_signature_is_answered_as_labelled() {
    let tests: Vec<Sm2> = vectors("sm2-sign.json");
    let mut run = 0;
    for test in tests
        .iter()
        .filter(|test| unhex(&test.id) == b"1234567812345678")
    {
        let point = [vec![4], unhex(&test.pub_x), unhex(&test.pub_y)].concat();
        let verdict = point
            .try_into()
            .ok()
            .and_then(|point| VerifierKey::sm2("log.example", &point).ok())
            .zip(wide(&test.r).zip(wide(&test.s)))
            .is_some_and(|(key, (r, s))| key.verify(&unhex(&test.msg), &[r, s].concat()));
        assert_eq!(verdict, test.result == "valid", "{}", test.comment);
        run += 1;
    }
    assert!(run >= 5, "{run} vectors use the default identifier");
}

fn vectors<T: DeserializeOwned>(file: &str) -> Vec<T> {
    #[derive(Deserialize)]
    struct File<T> {
        tests: Vec<T>,
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus/vectors")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str::<File<T>>(&text).unwrap().tests
}

fn unhex(digits: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(digits.as_bytes()).unwrap()
}

/// A number in hexadecimal as 32 bytes; `None` if it needs more.
fn wide(digits: &str) -> Option<Vec<u8>> {
    (digits.len() <= 64).then(|| unhex(&format!("{digits:0>64}")))
}
