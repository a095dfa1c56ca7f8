//! Measured: how many Chinese business texts are refused, and how many attacks are not.

// The rates are printed.
#![allow(clippy::print_stdout)]

use std::fs;
use std::path::Path;

use shouxin_guard::text;
use shouxin_synth::{Profile, clean_sample};

fn corpus(name: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/guard");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn no_business_text_is_refused() {
    let texts = corpus("business.txt");
    let refused: Vec<_> = texts
        .iter()
        .filter_map(|line| text(line).map(|rule| format!("{rule}: {line}")))
        .collect();
    println!(
        "false alarms: {} of {} business texts",
        refused.len(),
        texts.len()
    );
    assert!(texts.len() >= 500, "{}", texts.len());
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn attacks_are_refused() {
    let lines = corpus("attacks.txt");
    let attacks: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let passed: Vec<_> = attacks
        .iter()
        .filter(|(_, attack)| text(attack).is_none())
        .collect();
    println!(
        "attacks refused: {} of {}",
        attacks.len() - passed.len(),
        attacks.len()
    );
    assert!(attacks.len() >= 200, "{}", attacks.len());
    // Known and harmless by themselves: two empty strings side by side.
    let known = ["' '"];
    let unknown: Vec<_> = passed
        .iter()
        .filter(|(_, attack)| !known.contains(attack))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn synthetic_customers_pass() {
    let (mut cells, mut refused) = (0, Vec::new());
    for name in ["after-sales", "express", "service-centre"] {
        let profile = Profile::from_name(name).unwrap();
        for seed in 1..=5 {
            let file = String::from_utf8(clean_sample(profile, seed)).unwrap();
            for cell in file
                .split([',', '\n', '\r'])
                .filter(|cell| !cell.is_empty())
            {
                cells += 1;
                refused.extend(text(cell).map(|rule| format!("{rule}: {cell}")));
            }
        }
    }
    println!(
        "false alarms: {} of {cells} cells of synthetic files",
        refused.len()
    );
    assert!(cells > 1000 && refused.is_empty(), "{cells} {refused:?}");
}
