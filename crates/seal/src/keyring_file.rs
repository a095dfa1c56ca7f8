//! The text a keyring is kept as.
//!
//! ```text
//! shouxin-keyring 1
//! keyring <id> international root <name of the root>
//! epoch <number> <created, µs since 1970> <suite> <nonce | sealed key | tag>
//! destroyed <number> <when, µs since 1970>
//! key index|token|system|ed25519|sm2 <nonce | sealed key | tag>
//! mac <HMAC over all before>
//! checksum <over all before>
//! ```
//!
//! Each key is sealed with the keyring's id and the words before it on its line as associated data,
//! so that it serves as nothing else; the HMAC, keyed by the root, keeps lines from being dropped,
//! added or reordered. The checksum tells damage from forgery.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use rand_core::CryptoRng;
use shouxin_model::{Moment, Suite};
use subtle::ConstantTimeEq;

use crate::checked::{FileFault, parse_checked, with_checksum};
use crate::cipher::Cipher;
use crate::derive::Key32;
use crate::frame::frame;
use crate::keyring::{Epoch, Keyring, KeyringError, LastingKeys};
use crate::root::{Root, RootName};
use crate::secret::Digesters;

/// What a keyring's text holds once it is opened.
pub(crate) struct Opened {
    pub(crate) id: [u8; 8],
    pub(crate) suite: Suite,
    pub(crate) epochs: BTreeMap<u32, Epoch>,
    pub(crate) destroyed: BTreeMap<u32, Moment>,
    pub(crate) lasting: LastingKeys,
}

/// Opens a keyring's text.
pub(crate) fn open(root: &Root, text: &str) -> Result<Opened, KeyringError> {
    let lines = parse_checked(text, MAGIC).map_err(|e| match e {
        FileFault::OtherFile => KeyringError::NotAKeyring,
        FileFault::Version(version) => KeyringError::Version(version),
        FileFault::Damaged => KeyringError::Damaged,
    })?;
    let header = lines
        .first()
        .and_then(|line| parse_header(line))
        .ok_or(KeyringError::Damaged)?;
    let given = root.name();
    if header.root != given {
        return Err(KeyringError::CannotUnseal {
            needs: header.root,
            given,
        });
    }
    authenticate(root, &header, &lines).ok_or(KeyringError::Forged)?;
    // From here on the text is what a holder of the root wrote.
    let wrapping = Wrapping::new(root, header.suite, header.id);
    parse_keys(&wrapping, &lines[1..lines.len() - 1]).ok_or(KeyringError::Damaged)
}

/// The keyring's text, every key wrapped by `root` with a fresh nonce.
pub(crate) fn render(keyring: &Keyring, root: &Root, rng: &mut impl CryptoRng) -> String {
    let wrapping = Wrapping::new(root, keyring.suite, keyring.id);
    let mut body = format!(
        "keyring {} {} root {}\n",
        HEXLOWER.encode(&keyring.id),
        word(keyring.suite),
        keyring.root,
    );
    for (id, epoch) in &keyring.epochs {
        let head = format!(
            "epoch {id} {} {}",
            epoch.created.micros(),
            word(epoch.suite)
        );
        wrapping.write(&mut body, &head, &epoch.key, rng);
    }
    for (id, at) in &keyring.destroyed {
        writeln!(body, "destroyed {id} {}", at.micros()).expect("a String takes every write");
    }
    let LastingKeys {
        index,
        token,
        system,
        ed25519,
        sm2,
        ..
    } = &*keyring.lasting;
    for (name, key) in NAMES.into_iter().zip([index, token, system, ed25519, sm2]) {
        wrapping.write(&mut body, &format!("key {name}"), key, rng);
    }
    let mac = mac(root, keyring.suite, &keyring.id, body.lines());
    writeln!(body, "mac {mac}").expect("a String takes every write");
    std::mem::take(&mut *with_checksum(MAGIC, &body))
}

struct Header {
    id: [u8; 8],
    suite: Suite,
    root: RootName,
}

fn parse_header(line: &str) -> Option<Header> {
    let words: Vec<&str> = line.split(' ').collect();
    let ["keyring", id, suite, "root", root] = words[..] else {
        return None;
    };
    Some(Header {
        id: eight(id)?,
        suite: parse_word(suite)?,
        root: RootName(eight(root)?),
    })
}

fn authenticate(root: &Root, header: &Header, lines: &[&str]) -> Option<()> {
    let (last, signed) = lines.split_last()?;
    let wanted = mac(root, header.suite, &header.id, signed.iter().copied());
    let given = last.strip_prefix("mac ")?;
    bool::from(wanted.as_bytes().ct_eq(given.as_bytes())).then_some(())
}

fn mac<'a>(root: &Root, suite: Suite, id: &[u8], lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&[u8]> = lines.map(str::as_bytes).collect();
    HEXLOWER.encode(&root.authenticating(suite, id).tag(&frame(&lines)))
}

fn parse_keys(wrapping: &Wrapping, lines: &[&str]) -> Option<Opened> {
    let mut epochs = BTreeMap::new();
    let mut destroyed = BTreeMap::new();
    let mut lasting = BTreeMap::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["epoch", id, created, suite, _] => {
                let created = Moment::from_micros(created.parse().ok()?);
                let epoch = Epoch::new(created, parse_word(suite)?, wrapping.read(line)?);
                epochs.insert(id.parse().ok()?, epoch);
            }
            ["destroyed", id, at] => {
                destroyed.insert(id.parse().ok()?, Moment::from_micros(at.parse().ok()?));
            }
            ["key", name, _] => {
                lasting.insert(name, wrapping.read(line)?);
            }
            _ => return None,
        }
    }
    let mut take = |name| lasting.remove(name);
    let [index, token, system, ed25519, sm2] = NAMES.map(&mut take);
    let (index, token, system, ed25519, sm2) = (index?, token?, system?, ed25519?, sm2?);
    let lasting = LastingKeys {
        suite: wrapping.suite,
        index,
        token,
        system,
        ed25519,
        sm2,
        digesters: Digesters::default(),
    };
    let opened = Opened {
        id: wrapping.id,
        suite: wrapping.suite,
        epochs,
        destroyed,
        lasting,
    };
    (!opened.epochs.is_empty()).then_some(opened)
}

/// Wraps the keys of one keyring.
struct Wrapping {
    cipher: Cipher,
    suite: Suite,
    id: [u8; 8],
}

impl Wrapping {
    fn new(root: &Root, suite: Suite, id: [u8; 8]) -> Self {
        Self {
            cipher: root.wrapping(suite, &id),
            suite,
            id,
        }
    }

    /// Writes one line: `head`, then the sealed key.
    fn write(&self, body: &mut String, head: &str, key: &Key32, rng: &mut impl CryptoRng) {
        let mut sealed = Vec::new();
        self.cipher
            .seal(&mut sealed, &self.binding(head), &**key, rng);
        writeln!(body, "{head} {}", HEXLOWER.encode(&sealed)).expect("a String takes every write");
    }

    /// The key of one line.
    fn read(&self, line: &str) -> Option<Key32> {
        let (head, sealed) = line.rsplit_once(' ')?;
        let sealed = HEXLOWER.decode(sealed.as_bytes()).ok()?;
        let key = self.cipher.open(&self.binding(head), &sealed)?;
        Some(Key32::new(key[..].try_into().ok()?))
    }

    fn binding(&self, head: &str) -> Vec<u8> {
        frame(&[b"shouxin/keyring/key/v1", &self.id, head.as_bytes()])
    }
}

fn eight(hex: &str) -> Option<[u8; 8]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}

fn word(suite: Suite) -> &'static str {
    match suite {
        Suite::International => "international",
        Suite::National => "national",
    }
}

fn parse_word(word: &str) -> Option<Suite> {
    match word {
        "international" => Some(Suite::International),
        "national" => Some(Suite::National),
        _ => None,
    }
}

const MAGIC: &str = "shouxin-keyring";

/// The lasting keys in the order of [`LastingKeys`].
const NAMES: [&str; 5] = ["index", "token", "system", "ed25519", "sm2"];
