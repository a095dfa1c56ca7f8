//! What lies in a backup's files, for the fuzz targets alone.

use rand_core::CryptoRng;
use shouxin_model::Suite;
use shouxin_seal::LastingKeys;
use shouxin_store::Value;

use super::manifest::{Manifest, Range, TablePart, key_text};
use super::rows;

/// The file of a small manifest, the first of its repository.
pub fn make_manifest(keys: &LastingKeys, suite: Suite, dice: &mut impl CryptoRng) -> Vec<u8> {
    sample().to_file(keys, suite, dice).unwrap_or_default()
}

/// Reads the file of the first manifest, up to the keys of its ranges: how many there are.
///
/// # Errors
/// What is wrong with it.
pub fn manifest(keys: &LastingKeys, file: &[u8]) -> Result<usize, &'static str> {
    Manifest::from_file(keys, 1, file).map(|(manifest, _)| ranges(&manifest))
}

/// What a manifest's file seals, as JSON.
pub fn make_manifest_body() -> Vec<u8> {
    serde_json::to_vec(&sample()).unwrap_or_default()
}

/// Reads what a manifest's file seals: how many ranges it has; `None` if it is no manifest.
pub fn manifest_body(json: &[u8]) -> Option<usize> {
    serde_json::from_slice(json)
        .ok()
        .map(|manifest| ranges(&manifest))
}

/// A row of every kind of value, packed as in a chunk.
pub fn make_row() -> Vec<u8> {
    rows::pack(&[
        Value::Null,
        Value::Int(-1),
        Value::Text("测试".to_owned()),
        Value::Bytes(vec![0, 255]),
    ])
}

/// The bytes of these values written again, if they are a row's.
pub fn row_again(bytes: &[u8]) -> Option<Vec<u8>> {
    rows::unpack(bytes).map(|values| rows::pack(&values))
}

/// The bytes of these items written again, if they are a list of rows.
pub fn rows_again(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut again = Vec::new();
    for item in rows::items(bytes)? {
        rows::push(&mut again, item);
    }
    Some(again)
}

fn ranges(manifest: &Manifest) -> usize {
    let ranges = manifest.tables.iter().flat_map(|table| &table.ranges);
    ranges.filter_map(Range::last_key).count()
}

fn sample() -> Manifest {
    let range = Range {
        last: key_text(&[Value::Bytes(vec![1; 16])]),
        rows: 2,
        bytes: 60,
        state: "ab".repeat(32),
        base: "cd".repeat(32),
        patch: Some("ef".repeat(32)),
    };
    Manifest {
        number: 1,
        at: 1_795_000_000_000_000,
        origin: "shouxin/1a2b3c4d".to_owned(),
        engine: "sqlite".to_owned(),
        schema: 30,
        size: 9,
        root: "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=".to_owned(),
        tables: vec![TablePart {
            name: "subject".to_owned(),
            columns: vec!["subject".to_owned(), "version".to_owned()],
            rows: 2,
            ranges: vec![range],
        }],
        zones: Vec::new(),
    }
}
