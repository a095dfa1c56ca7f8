//! What a backup consists of, signed by the ledger's key.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use shouxin_model::Suite;
use shouxin_seal::{BackupKey, LastingKeys, LogSigner, verify};
use shouxin_store::Value;

use super::rows;

/// One backup: which ranges of rows it has, and of which ledger it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Counts from 1 within a repository.
    pub(super) number: u64,
    /// When the state was taken, microseconds.
    pub(super) at: i64,
    /// The ledger's name: of which deployment it is.
    pub(super) origin: String,
    /// The engine that it was taken from.
    pub(super) engine: String,
    /// The newest migration of the program that took it.
    pub(super) schema: i64,
    /// The ledger's size and root, of the same state.
    pub(super) size: u64,
    pub(super) root: String,
    pub(super) tables: Vec<TablePart>,
    /// The zones apart, each with a manifest of its own under its own keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) zones: Vec<ZonePart>,
}

/// What the main manifest says of that of a zone apart: enough to know it again, and nothing of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ZonePart {
    pub(super) name: String,
    /// The keyed digest of its manifest's file, so that only the one taken with this backup fits.
    pub(super) manifest: String,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

/// The rows of one table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct TablePart {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: u64,
    pub(super) ranges: Vec<Range>,
}

/// The rows up to a key: a chunk, and what has changed since it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Range {
    /// The last key, packed.
    pub(super) last: String,
    pub(super) rows: u64,
    /// Bytes of the packed rows.
    pub(super) bytes: u64,
    /// The name of the rows as they are now.
    pub(super) state: String,
    /// The chunk.
    pub(super) base: String,
    /// The chunk of changes to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) patch: Option<String>,
}

impl Manifest {
    /// Its rows and those of the zones apart.
    pub(super) fn all_rows(&self) -> u64 {
        self.rows() + self.zones.iter().map(|zone| zone.rows).sum::<u64>()
    }

    /// Bytes of its packed rows and of those of the zones apart.
    pub(super) fn all_bytes(&self) -> u64 {
        self.bytes() + self.zones.iter().map(|zone| zone.bytes).sum::<u64>()
    }

    /// Its rows.
    pub(super) fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Bytes of its packed rows.
    pub(super) fn bytes(&self) -> u64 {
        let ranges = self.tables.iter().flat_map(|table| &table.ranges);
        ranges.map(|range| range.bytes).sum()
    }

    /// The names of its chunks.
    pub(super) fn chunks(&self) -> impl Iterator<Item = &String> {
        let ranges = self.tables.iter().flat_map(|table| &table.ranges);
        ranges.flat_map(|range| std::iter::once(&range.base).chain(&range.patch))
    }

    /// The part of one table.
    pub(super) fn table(&self, name: &str) -> Option<&TablePart> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// As a file: a line that says what it is, one with the suite and the signature, then the sealed
    /// manifest.
    pub(super) fn to_file(
        &self,
        keys: &LastingKeys,
        suite: Suite,
        dice: &mut impl rand_core::CryptoRng,
    ) -> Option<Vec<u8>> {
        let json = serde_json::to_vec(self).ok()?;
        let context = context(self.number);
        let sealed = BackupKey::of(keys, suite).seal(context.as_bytes(), &json, dice);
        let signature = LogSigner::of(keys, suite).sign(&signed(self.number, &sealed));
        let head = format!("{HEAD}\n{} {}\n", word(suite), BASE64.encode(&signature));
        Some([head.into_bytes(), sealed].concat())
    }

    /// The manifest in a file; `Err` says what is wrong with it. The suite is the one it was sealed with.
    pub(super) fn from_file(
        keys: &LastingKeys,
        number: u64,
        file: &[u8],
    ) -> Result<(Self, Suite), &'static str> {
        let mut parts = file.splitn(3, |byte| *byte == b'\n');
        let mut part = || parts.next().ok_or("it is cut off");
        if part()? != HEAD.as_bytes() {
            return Err("it is no manifest of this version");
        }
        let line = std::str::from_utf8(part()?).map_err(|_| "its signature cannot be read")?;
        let (name, signature) = line.split_once(' ').ok_or("its signature cannot be read")?;
        let suite = [Suite::International, Suite::National]
            .into_iter()
            .find(|suite| word(*suite) == name)
            .ok_or("its suite is unknown")?;
        let signature = BASE64
            .decode(signature.as_bytes())
            .map_err(|_| "its signature cannot be read")?;
        let sealed = part()?;
        let key = LogSigner::of(keys, suite).public_key();
        verify(suite, &key, &signed(number, sealed), &signature)
            .map_err(|_| "its signature does not hold")?;
        let json = BackupKey::of(keys, suite)
            .open(context(number).as_bytes(), sealed)
            .map_err(|_| "it fails authentication")?;
        let manifest: Self =
            serde_json::from_slice(&json).map_err(|_| "it is of another version")?;
        if manifest.number == number {
            Ok((manifest, suite))
        } else {
            Err("it bears another number")
        }
    }
}

impl Range {
    /// The last key.
    pub(super) fn last_key(&self) -> Option<Vec<Value>> {
        rows::unpack(&BASE64.decode(self.last.as_bytes()).ok()?)
    }
}

/// A key as a range keeps it.
pub(super) fn key_text(key: &[Value]) -> String {
    BASE64.encode(&rows::pack(key))
}

fn context(number: u64) -> String {
    format!("manifest {number}")
}

fn signed(number: u64, sealed: &[u8]) -> Vec<u8> {
    [format!("{HEAD}\n{number}\n").as_bytes(), sealed].concat()
}

const fn word(suite: Suite) -> &'static str {
    match suite {
        Suite::International => "international",
        Suite::National => "national",
    }
}

const HEAD: &str = "shouxin-manifest 1";
