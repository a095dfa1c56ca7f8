//! The ledger: what it keeps, what it proves, what others hand in.

use std::io::BufReader;
use std::sync::LazyLock;

use serde_json::Value;
use shouxin_ledger::{
    Checkpoint, Entry, EntryProof, GrowthProof, SignedCheckpoint, TilePath, Trust, VerifierKey,
    hashes_from_bytes, hashes_to_bytes, pack, unpack, verify_export,
};

use super::{Target, bytes, file, files, kind};

static KEYS: LazyLock<Vec<VerifierKey>> = LazyLock::new(|| {
    String::from_utf8_lossy(&file("corpus/ledger/sample.key"))
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .collect()
});

/// The entries of the sample ledger, as bytes.
fn entries() -> Vec<Vec<u8>> {
    let export = file("corpus/ledger/sample.ndjson");
    let lines = export.split(|b| *b == b'\n').filter_map(|line| {
        let line: Value = serde_json::from_slice(line).ok()?;
        let entry: Entry = serde_json::from_value(line["e"].clone()).ok()?;
        entry.encode().ok()
    });
    lines.collect()
}

pub(super) const ENTRY: Target = Target {
    name: "entry",
    seeds: entries,
    read: |bytes| match Entry::decode(bytes) {
        Ok(entry) => {
            let again = entry.encode().expect("what was read can be written");
            assert_eq!(again, bytes, "another spelling was taken");
            format!("{:?}", entry.kind)
        }
        Err(error) => kind(&error),
    },
};

pub(super) const BUNDLE: Target = Target {
    name: "bundle",
    seeds: || {
        let entries = entries();
        let few = entries.iter().take(5).map(Vec::as_slice);
        vec![pack(few).expect("sample entries are short")]
    },
    read: |bytes| {
        let parts: Vec<_> = unpack(bytes).collect();
        if let Ok(entries) = parts.iter().cloned().collect::<Result<Vec<_>, _>>() {
            let again = pack(entries).expect("what was read can be written");
            assert_eq!(again, bytes, "another spelling was taken");
        }
        let is_torn = parts.last().is_some_and(Result::is_err);
        format!("{} {is_torn}", parts.len().min(9))
    },
};

/// A tile's path on the first line, its hashes behind it.
pub(super) const TILE: Target = Target {
    name: "tile",
    seeds: || {
        let mut seeds = bytes(&[
            "tile/entries/x001/x234/067.p/112\n",
            "tile/0/x001/x234/067\n",
        ]);
        for seed in &mut seeds {
            seed.extend([7; 96]);
        }
        seeds
    },
    read: |bytes| {
        let mut parts = bytes.splitn(2, |b| *b == b'\n');
        let path = String::from_utf8_lossy(parts.next().unwrap_or_default());
        let path = path.parse::<TilePath>().inspect(|read| {
            assert_eq!(read.to_string(), path, "another spelling was taken");
        });
        let body = parts.next().unwrap_or_default();
        let hashes = hashes_from_bytes(body);
        if let Some(hashes) = &hashes {
            assert_eq!(hashes_to_bytes(hashes), body, "hashes came back as others");
        }
        format!("{} {:?}", path.is_ok(), hashes.map(|h| h.len().min(3)))
    },
};

pub(super) const NOTE: Target = Target {
    name: "note",
    seeds: || {
        let mut seeds = files("corpus/ledger", &["checkpoint", "key"]);
        seeds.extend(bytes(&[
            "ledger.example/sample\n9\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n",
        ]));
        seeds
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let key = text.trim().parse::<VerifierKey>().is_ok();
        let plain = Checkpoint::from_text(&text);
        if let Some(checkpoint) = &plain {
            assert_eq!(checkpoint.text(), text, "another spelling was taken");
        }
        let signed = match SignedCheckpoint::parse(&text) {
            Ok(_) => "signed".to_owned(),
            Err(error) => kind(&error),
        };
        format!("{key} {} {signed}", plain.is_some())
    },
};

pub(super) const PROOFS: Target = Target {
    name: "proofs",
    seeds: || files("corpus/ledger", &["json"]),
    read: |bytes| {
        let entry = serde_json::from_slice::<EntryProof>(bytes);
        let growth = serde_json::from_slice::<GrowthProof>(bytes);
        let proven = entry.map(|proof| match proof.verify(&KEYS) {
            Ok(_) => "proven".to_owned(),
            Err(error) => kind(&error),
        });
        let grown = growth.map(|proof| match proof.verify(&KEYS) {
            Ok(_) => "grown".to_owned(),
            Err(error) => kind(&error),
        });
        format!("{:?} {:?}", proven.ok(), grown.ok())
    },
};

pub(super) const EXPORT: Target = Target {
    name: "export",
    seeds: || {
        let whole = files("corpus/ledger", &["ndjson"]);
        let short = whole.iter().map(|seed| {
            let lines = seed.split_inclusive(|b| *b == b'\n').take(6);
            lines.flatten().copied().collect()
        });
        short.collect()
    },
    read: |bytes| {
        let report = verify_export(BufReader::new(bytes), Trust::OwnKeys, &[]);
        let report = report.expect("memory can be read");
        let found = report.findings.iter().take(3).map(|f| kind(&f.problem));
        let found: Vec<String> = found.collect();
        format!("{} {found:?}", report.findings.len().min(9))
    },
};
