//! What is sealed, and what opens it.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use shouxin_model::{FieldRef, Moment, RecordId, SubjectId, Suite};
use shouxin_seal::{
    Binding, Keyring, PassphraseHeader, Root, RootFile, SealedRecord, Share, Stretch, SubjectKey,
    TokenHeader,
};

use super::{Target, dice, kind};

/// The keys of these targets.
pub(super) struct Keys {
    root: Root,
    /// The keyring of the root.
    pub(super) keyring: Keyring,
    key: SubjectKey,
    field: FieldRef,
}

pub(super) static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let root = Root::from_bytes([7; 32]);
    let now = Moment::from_seconds(1_795_000_000);
    let keyring = Keyring::make(&root, Suite::International, now, &mut dice());
    let key = SubjectKey::make(&keyring, &mut dice());
    Keys {
        root,
        keyring,
        key,
        field: "customer.name".parse().expect("a field's name"),
    }
});

static ENVELOPES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let sealed =
        |suite| shouxin_seal::seal(&KEYS.key, suite, &place(), b"13800000000", &mut dice());
    vec![sealed(Suite::International), sealed(Suite::National)]
});

fn place() -> Binding<'static> {
    Binding {
        zone: "identity",
        field: &KEYS.field,
        subject: SubjectId::from_bytes([1; 16]),
        record: RecordId::from_bytes([2; 16]),
    }
}

pub(super) const ENVELOPE: Target = Target {
    name: "envelope",
    seeds: || ENVELOPES.clone(),
    read: |bytes| {
        let suite = shouxin_seal::suite_of(bytes).is_some();
        match shouxin_seal::open(&KEYS.key, &place(), bytes) {
            Ok(_) => {
                let is_known = ENVELOPES.iter().any(|known| known == bytes);
                assert!(is_known, "an altered envelope opened");
                "opened".to_owned()
            }
            Err(error) => format!("{suite} {} {}", kind(&error), bytes.len().min(64)),
        }
    },
};

pub(super) const SEALED_RECORD: Target = Target {
    name: "sealed-record",
    seeds: || {
        let mut record = SealedRecord::default();
        record.insert("name", vec![1; 40]);
        record.insert("mobile", vec![2; 41]);
        vec![record.encode(), Vec::new()]
    },
    read: |bytes| match SealedRecord::decode(bytes) {
        Ok(record) => {
            assert_eq!(record.encode(), bytes, "another spelling was taken");
            format!("{} fields", record.iter().count())
        }
        Err(error) => kind(&error),
    },
};

/// The input as it is, and with the checksum that it should have, which only shows damage.
pub(super) const KEYRING: Target = Target {
    name: "keyring",
    seeds: || {
        let whole = KEYS.keyring.to_bytes();
        let body = without_checksum(&String::from_utf8_lossy(&whole)).into_bytes();
        vec![whole, body]
    },
    read: |bytes| {
        let whole = KEYS.keyring.to_bytes();
        let open = |bytes: &[u8]| match Keyring::open(&KEYS.root, bytes) {
            Ok(_) => {
                assert_eq!(bytes, whole, "an altered keyring opened");
                "opened".to_owned()
            }
            Err(error) => kind(&error),
        };
        let summed = with_checksum(&String::from_utf8_lossy(bytes));
        format!("{} {}", open(bytes), open(summed.as_bytes()))
    },
};

pub(super) const ROOT_FILE: Target = Target {
    name: "root-file",
    seeds: || {
        let header = PassphraseHeader::make(Stretch::default(), &mut dice());
        let token = TokenHeader {
            token: "vault token".to_owned(),
            key: "shouxin".to_owned(),
            id: vec![5; 16],
            sealed: vec![6; 60],
        };
        let files = [
            RootFile::Plain(Root::from_bytes([7; 32])),
            RootFile::Passphrase(header),
            RootFile::Token(token),
        ];
        let texts = files.map(|file| file.to_text().to_string());
        texts
            .iter()
            .flat_map(|text| [text.clone(), without_checksum(text)])
            .map(String::into_bytes)
            .collect()
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let read = |text: &str| match RootFile::parse(text) {
            Ok(file) => {
                let again = RootFile::parse(&file.to_text());
                assert!(again.is_ok(), "what was written cannot be read");
                "root".to_owned()
            }
            Err(error) => kind(&error),
        };
        format!("{} {}", read(&text), read(&with_checksum(&text)))
    },
};

static SHARES: LazyLock<Vec<Share>> =
    LazyLock::new(|| Share::split(&KEYS.root, 2, 3, &mut dice()).expect("two of three is a split"));

/// A share beside a whole one: together they give the root, or an error, never another root.
pub(super) const SHARE: Target = Target {
    name: "share",
    seeds: || {
        let texts = SHARES.iter().map(|share| share.to_text().to_string());
        texts
            .flat_map(|text| [without_checksum(&text), text])
            .map(String::into_bytes)
            .collect()
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let read = |text: &str| match Share::parse(text) {
            Ok(share) => {
                let again = Share::parse(&share.to_text()).expect("what was written can be read");
                assert_eq!(
                    again.number(),
                    share.number(),
                    "a share was written as another"
                );
                rebuild(share)
            }
            Err(error) => kind(&error),
        };
        format!("{} {}", read(&text), read(&with_checksum(&text)))
    },
};

fn rebuild(share: Share) -> String {
    let whole = Share::parse(&SHARES[0].to_text()).expect("a whole share can be read");
    match Share::rebuild(&[whole, share]) {
        Ok(root) => {
            assert!(
                root.name() == KEYS.root.name(),
                "the shares gave another root"
            );
            "root".to_owned()
        }
        Err(error) => kind(&error),
    }
}

const CHECKSUM: &str = "checksum ";

fn without_checksum(text: &str) -> String {
    text.split_once(CHECKSUM)
        .map_or(text, |(body, _)| body)
        .to_owned()
}

/// Our text files end with eight bytes of SHA-256 over what is before.
fn with_checksum(body: &str) -> String {
    let sum = HEXLOWER.encode(&Sha256::digest(body.as_bytes())[..8]);
    format!("{body}{CHECKSUM}{sum}\n")
}
