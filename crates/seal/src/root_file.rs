//! The text a root is kept as.
//!
//! ```text
//! shouxin-root 1                          shouxin-root 1
//! key <64 hex digits>                     argon2id <KiB> <passes> <lanes> <salt, 32 hex digits>
//! checksum <16 hex digits>                checksum <16 hex digits>
//! ```
//!
//! The left form holds the root itself and is worth every precaution (mode 0600, apart from the
//! data). The right form holds only what a passphrase is stretched with: nothing secret, but without
//! it the passphrase gives nothing.

use data_encoding::HEXLOWER;
use rand_core::Rng;
use zeroize::Zeroizing;

use crate::checked::{FileFault, parse_checked, with_checksum};
use crate::derive::opaque;
use crate::root::{PassphraseError, Root, Stretch};

/// A root file: the root itself, or what a passphrase is stretched with.
pub enum RootFile {
    /// The root itself.
    Plain(Root),
    /// The salt and cost for a passphrase.
    Passphrase(PassphraseHeader),
    /// Wrapped by a key that does not leave its token (PKCS#11).
    Token(TokenHeader),
}

opaque!(RootFile);

impl RootFile {
    /// Reads a root file.
    ///
    /// # Errors
    /// `NotARootFile`, `Version` or `Damaged`; none repeats anything of the file.
    pub fn parse(text: &str) -> Result<Self, RootFileError> {
        let lines = match parse_checked(text, MAGIC) {
            Ok(lines) => lines,
            Err(FileFault::OtherFile) => return Err(RootFileError::NotARootFile),
            Err(FileFault::Version(version)) => return Err(RootFileError::Version(version)),
            Err(FileFault::Damaged) => return Err(RootFileError::Damaged),
        };
        parse_body(&lines).ok_or(RootFileError::Damaged)
    }

    /// The file's text, to be written with mode 0600. Wiped on drop.
    pub fn to_text(&self) -> Zeroizing<String> {
        // Reserved ahead, so that growing leaves no copy of the key behind.
        let mut body = Zeroizing::new(String::with_capacity(256));
        match self {
            Self::Plain(root) => {
                body.push_str("key ");
                HEXLOWER.encode_append(&*root.to_bytes(), &mut body);
            }
            Self::Passphrase(PassphraseHeader { salt, cost }) => {
                let (memory, passes, lanes) = cost.parts();
                let salt = HEXLOWER.encode(salt);
                body.push_str(&format!("argon2id {memory} {passes} {lanes} {salt}"));
            }
            Self::Token(header) => {
                let words = [
                    header.token.as_bytes(),
                    header.key.as_bytes(),
                    &header.id,
                    &header.sealed,
                ]
                .map(|word| HEXLOWER.encode(word));
                body.push_str(&format!("pkcs11 {}", words.join(" ")));
            }
        }
        body.push('\n');
        with_checksum(MAGIC, &body)
    }
}

/// What a passphrase is stretched with. Not secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassphraseHeader {
    salt: [u8; 16],
    cost: Stretch,
}

impl PassphraseHeader {
    /// A fresh salt with this cost.
    pub fn make(cost: Stretch, rng: &mut impl Rng) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        Self { salt, cost }
    }

    /// The root that `passphrase` gives. A wrong passphrase gives another root, which the keyring
    /// then refuses.
    ///
    /// # Errors
    /// As [`Root::from_passphrase`].
    pub fn root(&self, passphrase: &str) -> Result<Root, PassphraseError> {
        Root::from_passphrase(passphrase, &self.salt, self.cost.clone())
    }
}

/// A root that a token wraps. Not secret without the token and its PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHeader {
    /// The token's label.
    pub token: String,
    /// The label of the key on it.
    pub key: String,
    /// The id of that key (`CKA_ID`): a destroyed epoch leaves another key under the same label.
    pub id: Vec<u8>,
    /// The root's 32 bytes under AES-256-GCM by that key: nonce (12 bytes), ciphertext, tag (16 bytes).
    pub sealed: Vec<u8>,
}

/// Why a text is no root file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RootFileError {
    /// Another file was named.
    #[error("not a shouxin root file")]
    NotARootFile,
    /// Written by a newer program.
    #[error("root file version {0} needs a newer program")]
    Version(u32),
    /// The checksum or the shape is wrong: bring back a copy.
    #[error("the root file is damaged")]
    Damaged,
}

fn parse_body(lines: &[&str]) -> Option<RootFile> {
    let [line] = lines else { return None };
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["key", hex] => {
            let bytes = Zeroizing::new(HEXLOWER.decode(hex.as_bytes()).ok()?);
            Some(RootFile::Plain(Root::from_bytes(
                bytes[..].try_into().ok()?,
            )))
        }
        ["argon2id", memory, passes, lanes, salt] => {
            let cost = Stretch::new(
                memory.parse().ok()?,
                passes.parse().ok()?,
                lanes.parse().ok()?,
            )?;
            let salt = HEXLOWER.decode(salt.as_bytes()).ok()?.try_into().ok()?;
            Some(RootFile::Passphrase(PassphraseHeader { salt, cost }))
        }
        ["pkcs11", token, key, id, sealed] => {
            let [token, key, id, sealed] =
                [token, key, id, sealed].map(|hex| HEXLOWER.decode(hex.as_bytes()));
            Some(RootFile::Token(TokenHeader {
                token: String::from_utf8(token.ok()?).ok()?,
                key: String::from_utf8(key.ok()?).ok()?,
                id: id.ok()?,
                sealed: sealed.ok()?,
            }))
        }
        _ => None,
    }
}

const MAGIC: &str = "shouxin-root";

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn each_form_survives_its_own_text() {
        let root = Root::from_bytes([7; 32]);
        let name = root.name();
        let text = RootFile::Plain(root).to_text();
        let Ok(RootFile::Plain(again)) = RootFile::parse(&text) else {
            panic!("a plain root")
        };
        assert_eq!(again.name(), name);

        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let header = PassphraseHeader::make(Stretch::default(), &mut rng);
        let text = RootFile::Passphrase(header.clone()).to_text();
        assert!(text.starts_with("shouxin-root 1\nargon2id 65536 3 4 "));
        let Ok(RootFile::Passphrase(again)) = RootFile::parse(&text) else {
            panic!("a header")
        };
        assert_eq!(again, header);

        let header = TokenHeader {
            token: "机房 A".to_owned(),
            key: "shouxin root".to_owned(),
            id: vec![1, 2],
            sealed: vec![3; 60],
        };
        let text = RootFile::Token(header.clone()).to_text();
        let Ok(RootFile::Token(again)) = RootFile::parse(&text) else {
            panic!("a token's header")
        };
        assert_eq!(again, header);
    }

    #[test]
    fn a_damaged_file_a_newer_file_and_another_file_are_told_apart() {
        let good = RootFile::Plain(Root::from_bytes([7; 32])).to_text();
        let check = |text: &str, wanted| assert_eq!(RootFile::parse(text).unwrap_err(), wanted);
        check("", RootFileError::NotARootFile);
        check("-----BEGIN PRIVATE KEY-----\n", RootFileError::NotARootFile);
        check(&good.replace("root 1", "root 2"), RootFileError::Version(2));
        check(&good[..good.len() - 1], RootFileError::Damaged);
        check(&good.replace("key 07", "key 17"), RootFileError::Damaged);
        check(&format!("{}\n", &*good), RootFileError::Damaged);
        check("shouxin-root 1\n", RootFileError::Damaged);
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let good = RootFile::Plain(Root::from_bytes([7; 32])).to_text();
        for place in 0..good.len() {
            let mut bytes = good.as_bytes().to_vec();
            bytes[place] ^= 1;
            assert!(
                RootFile::parse(std::str::from_utf8(&bytes).unwrap()).is_err(),
                "{place}"
            );
        }
    }
}
