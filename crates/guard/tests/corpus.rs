//! Measured: how many Chinese business texts are refused, and how many attacks are not.

use std::fs;
use std::path::Path;

use shouxin_guard::text;

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
