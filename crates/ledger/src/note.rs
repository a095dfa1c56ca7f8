//! Signed notes: a text, an empty line, and lines of signatures.

use std::fmt;

use data_encoding::BASE64;

use crate::VerifierKey;
use crate::key::is_key_name;

/// A text with signatures. Reading one checks its form only; [`check`](Self::check) checks the
/// signatures.
///
/// Source: C2SP signed-note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed: lines, each ended by a newline.
    pub text: String,
    /// The signatures, in the order of their lines.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub id: [u8; 4],
    /// The signature itself.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    /// Whether this line claims to be by `key`.
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }
}

impl Note {
    /// Reads a note: at most 1,000,000 bytes and 100 signatures.
    ///
    /// # Errors
    /// [`NoteError::Shape`] unless the text is exactly what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        read(text).ok_or(NoteError::Shape)
    }

    /// Checks the signatures by `keys` and gives the keys that signed. Signatures by other keys are
    /// ignored.
    ///
    /// # Errors
    /// [`NoteError::Signature`] if a signature in the name of one of `keys` is not by it;
    /// [`NoteError::Unsigned`] if none of `keys` signed.
    pub fn check<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| signature.is_by(key)) {
                if !key.verify(self.text.as_bytes(), &signature.signature) {
                    return Err(NoteError::Signature(signature.name.clone()));
                }
                signers.push(key);
            }
        }
        if signers.is_empty() {
            Err(NoteError::Unsigned)
        } else {
            Ok(signers)
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| {
            let bytes = [line.id.as_slice(), &line.signature].concat();
            writeln!(f, "{DASH}{} {}", line.name, BASE64.encode(&bytes))
        })
    }
}

/// Why a note is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text is no signed note.
    #[error("not a signed note")]
    Shape,
    /// A signature in the name of a known key is not by that key.
    #[error("the signature of {0} is wrong")]
    Signature(String),
    /// No known key signed.
    #[error("none of the given keys signed it")]
    Unsigned,
}

fn read(note: &str) -> Option<Note> {
    let is_control = |c: char| c.is_ascii_control() && c != '\n';
    if note.len() > MAX_BYTES || note.contains(is_control) {
        return None;
    }
    let (text, lines) = note.rsplit_once("\n\n")?;
    let lines: Vec<&str> = lines.strip_suffix('\n')?.split('\n').collect();
    if lines.len() > MAX_SIGNATURES {
        return None;
    }
    let signatures = lines
        .into_iter()
        .map(|line| {
            let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
            let bytes = BASE64.decode(signature.as_bytes()).ok()?;
            let (id, signature) = bytes.split_first_chunk::<4>()?;
            let by_someone = is_key_name(name) && !signature.is_empty();
            by_someone.then(|| NoteSignature {
                name: name.to_owned(),
                id: *id,
                signature: signature.to_vec(),
            })
        })
        .collect::<Option<_>>()?;
    let parsed = Note {
        text: format!("{text}\n"),
        signatures,
    };
    // Base64 has several spellings for some bytes; only the canonical one passes.
    (parsed.to_string() == note).then_some(parsed)
}

/// An em dash and a space.
const DASH: &str = "\u{2014} ";
const MAX_BYTES: usize = 1_000_000;
const MAX_SIGNATURES: usize = 100;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_note_is_read_only_as_it_would_be_written(
            text in "([a-z\u{2014}]{0,4}\n{1,2}){0,4}(\u{2014} [a-z]{1,2} [A-Za-z0-9+/=]{8,12}\n){0,3}",
        ) {
            if let Ok(note) = Note::parse(&text) {
                prop_assert_eq!(note.to_string(), text);
            }
        }
    }

    #[test]
    fn a_name_on_the_line_does_not_make_a_signature() {
        let signer = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let key = VerifierKey::ed25519("log", signer.verifying_key().as_bytes()).unwrap();
        let line = NoteSignature {
            name: "log".into(),
            id: key.id(),
            signature: vec![0; 64],
        };
        let mut note = Note {
            text: "hello\n".into(),
            signatures: vec![line],
        };
        let keys = [key];
        assert_eq!(note.check(&keys), Err(NoteError::Signature("log".into())));
        note.signatures[0].id[0] ^= 1;
        assert_eq!(note.check(&keys), Err(NoteError::Unsigned));
    }
}
