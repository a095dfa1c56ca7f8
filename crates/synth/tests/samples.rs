//! The sample files in the repository are those the generator makes.
//!
//! `SHOUXIN_REWRITE=1 cargo test -p shouxin-synth` writes them anew.

use std::{fs, path::PathBuf};

use shouxin_synth::{Profile, clean_sample, damaged_sample};

#[test]
fn the_damaged_file_is_the_one_in_the_repository() {
    kept(
        "after-sales/samples/customers-gb18030.csv",
        &damaged_sample(SEED),
    );
}

#[test]
fn the_clean_files_are_those_in_the_repository() {
    kept(
        "express/samples/customers.csv",
        &clean_sample(Profile::Express, SEED),
    );
    kept(
        "service-centre/samples/customers.csv",
        &clean_sample(Profile::ServiceCentre, SEED),
    );
}

#[test]
fn the_damaged_file_is_gb18030_with_a_chinese_header_and_40_rows() {
    let bytes = damaged_sample(SEED);
    assert!(std::str::from_utf8(&bytes).is_err());
    let (text, broken) = encoding_rs::GB18030.decode_without_bom_handling(&bytes);
    assert!(!broken);
    assert!(text.starts_with("客户姓名,手机号码,"));
    // One cell holds a line end of its own.
    assert_eq!(text.split("\r\n").count(), 1 + 40 + 1);
    assert!(text.contains('𠮷'));
}

#[test]
fn every_row_of_the_damaged_file_stands_in_its_description() {
    let description = fs::read_to_string(folder().join("after-sales/samples/README.md")).unwrap();
    let rows = description
        .lines()
        .filter(|line| line.starts_with('|') && line.contains(|c: char| c.is_ascii_digit()));
    let named: Vec<usize> = rows
        .flat_map(|line| numbers(line.split('|').nth(1).unwrap_or_default()))
        .collect();
    let mut sorted = named.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=40).collect::<Vec<_>>());
}

/// The row numbers in `2, 8, 14`, counted from the first row after the header.
fn numbers(cell: &str) -> Vec<usize> {
    cell.split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect()
}

fn kept(name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    if std::env::var_os("SHOUXIN_REWRITE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
    }
    assert!(
        fs::read(&path).is_ok_and(|kept| kept == bytes),
        "{name} differs: SHOUXIN_REWRITE=1 writes it anew"
    );
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../profiles")
}

/// The seed of every sample file.
const SEED: u64 = 1;
