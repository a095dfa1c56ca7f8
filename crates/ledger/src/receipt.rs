//! Receipts: what a subject is handed about its consent, to be checked without whoever gave it.

use std::fmt::Write as _;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{
    Entry, EntryProof, Kind, Note, NoteError, ProofFileError, SignError, SignedCheckpoint, Signer,
    VerifierKey,
};

/// A receipt: a JSON object with the fields of its form (ISO/IEC TS 27560 or Kantara), the member
/// `shouxin` with the proof, and the member `signature`, a signed note over the digest of all the rest.
///
/// ```json
/// {"version": "KI-CR-v1.1.0", "…": "…",
///  "shouxin": {"receipt": 1, "event": "[[3,\"marketing-contact\",null],…]", "proof": {"…": "…"}},
///  "signature": "shouxin-receipt/1\nsha256 …\n\n— shouxin/1a2b3c4d …\n"}
/// ```
///
/// The JSON may be reformatted and its members put in another order: what is signed is the one spelling
/// that [`Receipt::spelling`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Everything but the signature.
    content: Map<String, Value>,
    signature: String,
}

/// The member `shouxin` of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptProof {
    /// The version of this member: 1.
    pub receipt: u32,
    /// The event as it is kept: JSON, whose SHA-256 the entry holds as its word `event`.
    pub event: String,
    /// The entry of the event, with the proof that a signed checkpoint covers it.
    pub proof: EntryProof,
    /// Of a refusal or withdrawal: the last read of this purpose before it that was allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_allowed: Option<EntryProof>,
    /// Of a refusal or withdrawal: the first read of this purpose after it, which was denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_denied: Option<EntryProof>,
}

/// What a receipt proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedReceipt {
    /// The proof in it.
    pub proof: ReceiptProof,
    /// The checkpoint that covers the entry.
    pub checkpoint: SignedCheckpoint,
    /// What was said, or what became of it: `given`, `withdrawn`, …
    pub state: String,
    /// The purpose.
    pub purpose: String,
}

/// Why a receipt is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is no receipt, or of a later version.
    #[error("not a receipt that this program knows")]
    Shape,
    /// It says something else than what was signed.
    #[error("the receipt was altered: it is not what was signed")]
    Altered,
    /// The signature is not the log's.
    #[error(transparent)]
    Signature(#[from] NoteError),
    /// The proof of an entry in it is wrong.
    #[error("the proof of its {0} is wrong: {1}")]
    Proof(&'static str, ProofFileError),
    /// The event in it is not the one that the ledger tells.
    #[error("the ledger tells of another event than the receipt does")]
    Event,
    /// A member says something else than the ledger's entry does.
    #[error("{0} says something else than the ledger")]
    Member(&'static str),
}

impl Receipt {
    /// Signs a receipt: `content` is an object with the fields of its form and a member `shouxin`, made of a
    /// [`ReceiptProof`].
    ///
    /// # Errors
    /// [`ReceiptError::Shape`] if it is not; a signer failed.
    pub fn sign(content: Value, signers: &[&dyn Signer]) -> Result<Self, SignReceiptError> {
        let Value::Object(content) = content else {
            return Err(ReceiptError::Shape.into());
        };
        let text = signed_text(&content)?;
        let signature = Note::sign(text, signers)?.to_string();
        Ok(Self { content, signature })
    }

    /// Reads a receipt. Nothing is checked but that it is one.
    ///
    /// # Errors
    /// [`ReceiptError::Shape`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| ReceiptError::Shape)?;
        let Value::Object(mut content) = value else {
            return Err(ReceiptError::Shape);
        };
        let Some(Value::String(signature)) = content.remove("signature") else {
            return Err(ReceiptError::Shape);
        };
        let receipt = Self { content, signature };
        receipt.proof()?;
        Ok(receipt)
    }

    /// The whole receipt.
    pub fn json(&self) -> Value {
        let mut whole = self.content.clone();
        let signature = Value::String(self.signature.clone());
        whole.insert("signature".to_owned(), signature);
        Value::Object(whole)
    }

    /// Its one spelling: members in the order of their names, no blanks, no signature.
    ///
    /// # Errors
    /// [`ReceiptError::Shape`] if it holds a number that is no integer.
    pub fn spelling(&self) -> Result<String, ReceiptError> {
        spelling(&self.content)
    }

    /// The member `shouxin`.
    ///
    /// # Errors
    /// [`ReceiptError::Shape`].
    pub fn proof(&self) -> Result<ReceiptProof, ReceiptError> {
        let member = self.content.get("shouxin").ok_or(ReceiptError::Shape)?;
        let proof: ReceiptProof =
            ReceiptProof::deserialize(member).map_err(|_| ReceiptError::Shape)?;
        if proof.receipt == 1 {
            Ok(proof)
        } else {
            Err(ReceiptError::Shape)
        }
    }

    /// Checks that it is as it was signed by one of `keys`, that the ledger holds the event that it tells of, and
    /// that its members say the same as the ledger does.
    ///
    /// # Errors
    /// [`ReceiptError`] says what is wrong.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<CheckedReceipt, ReceiptError> {
        let note = Note::parse(&self.signature)?;
        note.check(keys)?;
        if note.text != signed_text(&self.content)? {
            return Err(ReceiptError::Altered);
        }
        let proof = self.proof()?;
        let wrong = |which| move |why| ReceiptError::Proof(which, why);
        let checkpoint = proof.proof.verify(keys).map_err(wrong("event"))?;
        let entry = &proof.proof.entry;
        let digest = BASE64URL_NOPAD.encode(&Sha256::digest(&proof.event));
        if entry.kind != Kind::Consent || word(entry, "event") != Some(&digest) {
            return Err(ReceiptError::Event);
        }
        let purpose = entry.purpose.clone().ok_or(ReceiptError::Event)?;
        let state = word(entry, "state").ok_or(ReceiptError::Event)?.clone();
        self.agrees(&purpose, &state)?;
        let allowed = |kind| matches!(kind, Kind::Read | Kind::Reveal);
        let looks = [
            (&proof.last_allowed, "last allowed read", true),
            (&proof.first_denied, "first denied read", false),
        ];
        for (look, which, before) in looks {
            let Some(look) = look else { continue };
            look.verify(keys).map_err(wrong(which))?;
            let same = look.entry.subject == entry.subject && look.entry.purpose == entry.purpose;
            let fits = if before {
                look.index < proof.proof.index && allowed(look.entry.kind)
            } else {
                look.index > proof.proof.index && look.entry.kind == Kind::Refusal
            };
            if !same || !fits {
                return Err(ReceiptError::Member(which));
            }
        }
        Ok(CheckedReceipt {
            proof,
            checkpoint,
            state,
            purpose,
        })
    }

    /// What people read of it is what the ledger tells.
    fn agrees(&self, purpose: &str, state: &str) -> Result<(), ReceiptError> {
        let whole = Value::Object(self.content.clone());
        let says = |place: &str, wanted: &str| {
            whole
                .pointer(place)
                .is_none_or(|said| said.as_str() == Some(wanted))
        };
        let members = [
            ("purpose", "/pii_processing/purposes/0/purpose", purpose),
            ("event_state", "/event/0/event_state", state),
            ("purpose", "/services/0/purposes/0/purpose", purpose),
        ];
        for (name, place, wanted) in members {
            if !says(place, wanted) {
                return Err(ReceiptError::Member(name));
            }
        }
        Ok(())
    }
}

/// Why a receipt was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignReceiptError {
    /// It is none.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// A signer failed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

fn word<'e>(entry: &'e Entry, name: &str) -> Option<&'e String> {
    let pair = entry.extra.iter().find(|(word, _)| word == name);
    pair.map(|(_, text)| text)
}

/// What is signed. No checkpoint begins so: a signature for the one is none for the other.
fn signed_text(content: &Map<String, Value>) -> Result<String, ReceiptError> {
    let digest = BASE64URL_NOPAD.encode(&Sha256::digest(spelling(content)?));
    Ok(format!("shouxin-receipt/1\nsha256 {digest}\n"))
}

fn spelling(content: &Map<String, Value>) -> Result<String, ReceiptError> {
    let mut text = String::new();
    object(content, &mut text)?;
    Ok(text)
}

fn object(members: &Map<String, Value>, text: &mut String) -> Result<(), ReceiptError> {
    let mut names: Vec<&String> = members.keys().collect();
    names.sort();
    text.push('{');
    for (i, name) in names.into_iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        let _ = write!(text, "{}:", Value::String(name.clone()));
        value(&members[name], text)?;
    }
    text.push('}');
    Ok(())
}

fn value(of: &Value, text: &mut String) -> Result<(), ReceiptError> {
    match of {
        Value::Object(members) => object(members, text)?,
        Value::Array(values) => {
            text.push('[');
            for (i, one) in values.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                value(one, text)?;
            }
            text.push(']');
        }
        // Programs spell other numbers differently.
        Value::Number(number) if number.is_f64() => return Err(ReceiptError::Shape),
        other => {
            let _ = write!(text, "{other}");
        }
    }
    Ok(())
}
