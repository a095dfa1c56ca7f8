//! Every parser of ours, as something that takes bytes.

mod detect;
mod documents;
mod files;
mod http;
mod ledger;
mod sealed;
mod tables;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use shouxin_model::Register;

/// One parser and what it promises.
pub struct Target {
    /// Its name, a slug.
    pub name: &'static str,
    /// Whole inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads one input. Tells in a few words what became of it, its shape; panics if the parser broke a promise.
    pub read: fn(&[u8]) -> String,
}

/// All of them. A parser that is added to the product is added here.
pub const TARGETS: &[Target] = &[
    tables::CSV,
    tables::NDJSON,
    tables::SPREADSHEET,
    tables::SHEET,
    tables::LEAVING,
    files::LEAKED_COPY,
    texts::MAPPING,
    texts::REGISTER_TEXT,
    texts::POLICIES,
    texts::WORDS,
    texts::VALUES,
    detect::DETECT,
    documents::DOCUMENT,
    sealed::ENVELOPE,
    sealed::SEALED_RECORD,
    sealed::KEYRING,
    sealed::ROOT_FILE,
    sealed::SHARE,
    files::MANIFEST,
    files::MANIFEST_BODY,
    files::CHUNK,
    files::TOMBSTONES,
    ledger::ENTRY,
    ledger::BUNDLE,
    ledger::TILE,
    ledger::NOTE,
    ledger::PROOFS,
    ledger::EXPORT,
    http::JSON_BODY,
    http::GUARD,
    http::HEAD,
    http::PROBLEM,
];

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of the repository.
fn file(path: &str) -> Vec<u8> {
    let path = root().join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files in this folder with one of these endings, in the order of their names.
fn files(folder: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    let folder = root().join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|e| endings.iter().any(|ending| e == *ending))
    });
    paths.sort();
    paths
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .collect()
}

/// The kind of an error: the first word of its debug form.
fn kind(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '(')
        .take(60)
        .collect()
}

fn bytes(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Dice that fall the same each time.
fn dice() -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::seed_from_u64(3)
}

static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let text = String::from_utf8_lossy(&file("profiles/after-sales/register.toml")).into_owned();
    shouxin_register::parse("register.toml", &text).expect("the shipped register is right")
});
