//! Trains the name model, or with `--check` measures the one that is built in.
//!
//! `cargo run --release -p shouxin-detect --example names [-- --check]`, in the repository's root. Seeded: the
//! same lists and templates give the same bytes. See `train/README.md`.

#![allow(clippy::print_stdout, reason = "a tool that tells what it made")]

#[path = "generate.rs"]
mod generate;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;

use generate::{Made, Maker};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_detect::cn::person::{self, training};
use shouxin_detect::{Candidate, Normalised};

type Outcome<T> = Result<T, Box<dyn Error>>;

const OUT: &str = "crates/detect/data/cn/names.model";
const TEXTS: usize = 90_000;
const ROUNDS: usize = 5;
/// Weights' units a nat.
const UNIT: f32 = 1000.0;

fn main() -> Outcome<()> {
    if let Some(text) = std::env::args().skip_while(|a| a != "--explain").nth(1) {
        explain(&text);
        return Ok(());
    }
    if !std::env::args().any(|argument| argument == "--check") {
        let weights = train()?;
        write(&weights)?;
        println!("written; build again, then measure with --check");
    }
    measure()
}

/// One stretch that a name could be: its features, and whether it is one.
struct Example {
    features: Vec<u32>,
    is_name: bool,
}

fn train() -> Outcome<Vec<f32>> {
    let mut maker = Maker::new("train.txt", 20_260, false)?;
    let mut examples = Vec::new();
    for _ in 0..TEXTS {
        add_examples(&maker.make(), &mut examples);
    }
    for text in generate::plain_texts()? {
        add_examples(&Made::plain(text), &mut examples);
    }
    let names = examples.iter().filter(|e| e.is_name).count();
    println!("{} stretches, {names} of them names", examples.len());
    Ok(fit(&mut examples))
}

fn add_examples(made: &Made, examples: &mut Vec<Example>) {
    let text = Normalised::of(&made.text);
    let names: BTreeSet<(usize, usize)> = made.names.iter().copied().collect();
    for (range, features) in training::options(&text, &made.seen) {
        let range = text.to_source(range);
        examples.push(Example {
            features,
            is_name: names.contains(&(range.start, range.end)),
        });
    }
}

/// Logistic regression by stochastic gradient descent with steps that shrink by weight (AdaGrad) and a
/// light pull towards zero.
fn fit(examples: &mut [Example]) -> Vec<f32> {
    let mut dice = ChaCha20Rng::seed_from_u64(7);
    let mut weights = vec![0.0_f32; training::WEIGHTS];
    let mut squares = vec![1e-3_f32; training::WEIGHTS];
    let mut used = Vec::with_capacity(64);
    for round in 0..ROUNDS {
        shuffle(examples, &mut dice);
        let mut loss = 0.0_f64;
        for example in examples.iter() {
            // Half of the features are left out of each step, others each time, so that no word of a
            // template is learned by heart: what is left must do.
            used.clear();
            used.extend(example.features.iter().copied().filter(|_| draw(&mut dice)));
            let sum: f32 = used.iter().map(|&f| weights[f as usize]).sum::<f32>() / KEPT;
            let share = 1.0 / (1.0 + (-sum).exp());
            let error = share - f32::from(u8::from(example.is_name));
            loss -= f64::from(if example.is_name { share } else { 1.0 - share }.max(1e-9)).ln();
            for &feature in &used {
                let at = feature as usize;
                let slope = error + 5e-6 * weights[at];
                squares[at] += slope * slope;
                weights[at] -= 0.08 * slope / squares[at].sqrt();
            }
        }
        println!("round {round}: loss {:.4}", loss / examples.len() as f64);
    }
    weights
}

/// The share of features that a step sees.
const KEPT: f32 = 0.5;

fn draw(dice: &mut ChaCha20Rng) -> bool {
    dice.next_u32() & 1 == 0
}

fn shuffle(examples: &mut [Example], dice: &mut ChaCha20Rng) {
    for at in (1..examples.len()).rev() {
        let other = (dice.next_u64() % (at as u64 + 1)) as usize;
        examples.swap(at, other);
    }
}

fn write(weights: &[f32]) -> Outcome<()> {
    let mut bytes = b"SXNAMES1".to_vec();
    for weight in weights {
        let whole = (weight * UNIT).round().clamp(-32_000.0, 32_000.0) as i16;
        bytes.extend(whole.to_le_bytes());
    }
    fs::write(OUT, bytes)?;
    Ok(())
}

/// Prints the score of every stretch of a text.
fn explain(text: &str) {
    for (range, features) in training::options(&Normalised::of(text), &[]) {
        let score = training::score(&features);
        println!("{score:>7} {}", text.get(range).unwrap_or_default());
    }
}

/// Precision, recall and F1 on texts from templates and names that training never sees.
fn measure() -> Outcome<()> {
    let mut maker = Maker::new("held.txt", 911, true)?;
    let (mut exact, mut found, mut labelled) = (0, 0, 0);
    let mut shown = 0;
    for _ in 0..4000 {
        let made = maker.make();
        let text = Normalised::of(&made.text);
        let mut hits: Vec<Candidate> = Vec::new();
        person::find(&text, &made.seen, &mut hits);
        hits.retain(|hit| hit.confidence > person::TITLE);
        let names: BTreeSet<(usize, usize)> = made.names.iter().copied().collect();
        let told: BTreeSet<(usize, usize)> = hits
            .iter()
            .map(|hit| text.to_source(hit.start..hit.end))
            .map(|range| (range.start, range.end))
            .collect();
        exact += names.intersection(&told).count();
        found += told.len();
        labelled += names.len();
        let differ: Vec<String> = names
            .symmetric_difference(&told)
            .map(|&(start, end)| {
                let sign = if names.contains(&(start, end)) {
                    '-'
                } else {
                    '+'
                };
                format!("{sign}{}", made.text.get(start..end).unwrap_or_default())
            })
            .collect();
        if !differ.is_empty() && shown < 60 {
            shown += 1;
            println!("{} | {}", differ.join(" "), made.text.replace('\n', "⏎"));
        }
    }
    let precision = exact as f64 / found.max(1) as f64;
    let recall = exact as f64 / labelled.max(1) as f64;
    let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
    println!(
        "held out: {labelled} names, precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}"
    );
    Ok(())
}
