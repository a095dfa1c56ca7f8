//! Checkpoints: signed tree heads.

use std::error::Error;

use crate::key::is_key_name;
use crate::{Hash, Note, NoteError, NoteSignature, VerifierKey};

/// A tree head: what a log says it holds at one size.
///
/// Source: C2SP tlog-checkpoint. The time stands in an extension line, `at <microseconds>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name; its keys bear it.
    pub origin: String,
    /// How many entries the tree has.
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
    /// Further lines, none of them empty.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint with its time, in microseconds since 1970-01-01T00:00:00Z.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash, at: i64) -> Self {
        Self {
            origin: origin.into(),
            size,
            root,
            extensions: vec![format!("at {at}")],
        }
    }

    /// When it was made, in microseconds since 1970-01-01T00:00:00Z, if it says so.
    pub fn at(&self) -> Option<i64> {
        self.extensions
            .iter()
            .find_map(|line| line.strip_prefix("at ")?.parse().ok())
    }

    /// The lines that are signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root.base64());
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Reads the lines that are signed; `None` unless they are what [`text`](Self::text) writes.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n').map(str::to_owned);
        let checkpoint = Self {
            origin: lines.next()?,
            size: lines.next()?.parse().ok()?,
            root: Hash::from_base64(&lines.next()?)?,
            extensions: lines.collect(),
        };
        let whole = !checkpoint.origin.is_empty()
            && !checkpoint.extensions.iter().any(String::is_empty)
            && checkpoint.text() == text;
        whole.then_some(checkpoint)
    }

    /// Signs: the text of a signed note with one line for each signer, in order.
    ///
    /// # Errors
    /// [`SignError::Origin`] if the origin cannot name a key; [`SignError::Signer`] if a signer
    /// fails; [`SignError::Refused`] if a signer's own key refuses what it signed.
    pub fn sign(&self, signers: &[&dyn Signer]) -> Result<String, SignError> {
        if !is_key_name(&self.origin) || Self::from_text(&self.text()).is_none() {
            return Err(SignError::Origin);
        }
        Ok(Note::sign(self.text(), signers)?.to_string())
    }
}

impl Note {
    /// A text of whole lines with one signature for each signer, in order.
    ///
    /// # Errors
    /// [`SignError::Signer`] if a signer fails; [`SignError::Refused`] if a signer's own key refuses what it
    /// signed.
    pub fn sign(text: String, signers: &[&dyn Signer]) -> Result<Self, SignError> {
        let mut signatures = Vec::new();
        for signer in signers {
            let key = signer.key();
            let name = key.name().to_owned();
            let signature = match signer.sign(text.as_bytes()) {
                Ok(signature) => signature,
                Err(source) => return Err(SignError::Signer { name, source }),
            };
            if !key.verify(text.as_bytes(), &signature) {
                return Err(SignError::Refused(name));
            }
            signatures.push(NoteSignature {
                name,
                id: key.id(),
                signature,
            });
        }
        Ok(Self { text, signatures })
    }
}

/// Signs notes. The secret stays with whoever implements this.
///
/// A pair of a key and a function is a signer too: `(key, |text: &[u8]| Ok(secret.sign(text)))`.
pub trait Signer {
    /// The public half.
    fn key(&self) -> &VerifierKey;

    /// The signature for `text`: 64 bytes, for SM2 `r || s`.
    ///
    /// # Errors
    /// Whatever kept the signer from signing.
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// Why a signer could not sign.
pub type SignerError = Box<dyn Error + Send + Sync>;

impl<F: Fn(&[u8]) -> Result<Vec<u8>, SignerError>> Signer for (VerifierKey, F) {
    fn key(&self) -> &VerifierKey {
        &self.0
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.1(text)
    }
}

/// Why a checkpoint was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The origin or an extension line cannot stand in a checkpoint.
    #[error("the origin must be a name without spaces and +, and extension lines not empty")]
    Origin,
    /// A signer failed.
    #[error("{name} could not sign")]
    Signer {
        /// The name of the signer's key.
        name: String,
        /// What the signer says.
        source: SignerError,
    },
    /// The signer's own key refuses the signature: secret and public key do not belong together.
    #[error("{0} signed, but its own key refuses the signature")]
    Refused(String),
}

/// A checkpoint with its signatures. Reading one checks its form; [`verify`](Self::verify) checks the
/// signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The note that says it.
    pub note: Note,
}

impl SignedCheckpoint {
    /// Reads a signed checkpoint.
    ///
    /// # Errors
    /// [`NoteError::Shape`] unless it is exactly what [`Checkpoint::sign`] writes.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let note = Note::parse(text)?;
        let checkpoint = Checkpoint::from_text(&note.text).ok_or(NoteError::Shape)?;
        Ok(Self { checkpoint, note })
    }

    /// Checks the signatures by `keys` and gives the keys that signed: at least one that bears the
    /// name of the log. Other keys of the list, for example of witnesses, may have signed too.
    ///
    /// # Errors
    /// [`NoteError::Signature`] if a signature in the name of one of `keys` is wrong;
    /// [`NoteError::Unsigned`] if no key of the log among `keys` signed.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let signers = self.note.check(keys)?;
        if signers
            .iter()
            .any(|key| key.name() == self.checkpoint.origin)
        {
            Ok(signers)
        } else {
            Err(NoteError::Unsigned)
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signer as _;

    use super::*;

    fn signer(name: &str, seed: u8) -> impl Signer + use<> {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let key = VerifierKey::ed25519(name, secret.verifying_key().as_bytes()).unwrap();
        (key, move |text: &[u8]| {
            Ok(secret.sign(text).to_bytes().to_vec())
        })
    }

    #[test]
    fn a_checkpoint_carries_its_signed_time_and_every_signature() {
        let (log, witness) = (signer("log.example", 1), signer("witness.example", 2));
        let checkpoint = Checkpoint::new("log.example", 3, Hash::of_leaf(b"x"), -5);
        let text = checkpoint.sign(&[&log, &witness]).unwrap();
        let read = SignedCheckpoint::parse(&text).unwrap();
        assert_eq!(read.checkpoint, checkpoint);
        assert_eq!(read.checkpoint.at(), Some(-5));
        let keys = [log.key().clone(), witness.key().clone()];
        assert_eq!(read.verify(&keys).unwrap().len(), 2);
        assert_eq!(
            read.verify(&keys[1..]),
            Err(NoteError::Unsigned),
            "a witness is not the log"
        );
    }

    #[test]
    fn a_signature_that_its_own_key_refuses_never_leaves() {
        let (right, wrong) = (signer("log.example", 1), signer("log.example", 2));
        let mixed = (right.key().clone(), move |text: &[u8]| wrong.sign(text));
        let checkpoint = Checkpoint::new("log.example", 0, Hash::EMPTY_TREE, 0);
        assert!(matches!(
            checkpoint.sign(&[&mixed]),
            Err(SignError::Refused(_))
        ));
        let unnamed = Checkpoint::new("a b", 0, Hash::EMPTY_TREE, 0);
        assert!(matches!(unnamed.sign(&[&right]), Err(SignError::Origin)));
    }

    #[test]
    fn only_one_spelling_of_a_checkpoint_is_read() {
        let text = Checkpoint::new("log.example", 10, Hash::EMPTY_TREE, 0).text();
        assert!(Checkpoint::from_text(&text).is_some());
        for (from, to) in [
            ("\n10\n", "\n010\n"),
            ("\n10\n", "\n+10\n"),
            ("at 0\n", "at 0\n\n"),
            ("at 0\n", "at 0"),
            ("log.example", ""),
        ] {
            assert_eq!(
                Checkpoint::from_text(&text.replace(from, to)),
                None,
                "{to:?}"
            );
        }
    }
}
