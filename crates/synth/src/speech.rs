//! What people say and write, expanded from a grammar.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::dice::Dice;

/// Puts the fact behind a slot's name into a text; says whether the name is known.
pub(crate) trait Facts {
    /// Appends the fact. An unknown name returns false and appends nothing.
    fn put(&self, slot: &str, dice: &mut Dice, text: &mut String) -> bool;
}

/// One way of saying this rule, every way as likely as the others.
pub(crate) fn say(rule: &str, facts: &dyn Facts, dice: &mut Dice) -> String {
    let mut text = String::with_capacity(256);
    if let Some(&rule) = GRAMMAR.names.get(rule) {
        GRAMMAR.expand(rule, facts, dice, &mut text);
    }
    text
}

struct Grammar {
    names: BTreeMap<&'static str, usize>,
    /// The ways of each rule.
    rules: Vec<Vec<Vec<Piece>>>,
}

enum Piece {
    Text(String),
    Rule(usize),
    Slot(&'static str),
}

impl Grammar {
    fn expand(&self, rule: usize, facts: &dyn Facts, dice: &mut Dice, text: &mut String) {
        let ways = &self.rules[rule];
        for piece in &ways[dice.below(ways.len() as u32) as usize] {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Rule(rule) => self.expand(*rule, facts, dice, text),
                Piece::Slot(slot) => {
                    if !facts.put(slot, dice, text) {
                        // Left for all to see; a test looks for it.
                        text.push_str(&format!("{{{slot}}}"));
                    }
                }
            }
        }
    }

    fn parse(source: &'static str) -> Self {
        let mut names = BTreeMap::new();
        let mut ways: Vec<Vec<&'static str>> = Vec::new();
        for line in crate::name::lines(source) {
            if let Some(name) = line.strip_prefix("= ") {
                names.insert(name, ways.len());
                ways.push(Vec::new());
            } else if let Some(rule) = ways.last_mut() {
                rule.push(line);
            }
        }
        let parse_way = |way: &&'static str| {
            if *way == "~" {
                Vec::new()
            } else {
                pieces(way, &names)
            }
        };
        let rules = ways
            .iter()
            .map(|rule| rule.iter().map(parse_way).collect())
            .collect();
        Self { names, rules }
    }
}

/// Cuts one way at its braces. A rule that does not exist becomes a slot, which a test finds.
fn pieces(way: &'static str, names: &BTreeMap<&'static str, usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (place, part) in way.split('{').enumerate() {
        let (name, words) = if place == 0 {
            ("", part)
        } else {
            part.split_once('}').unwrap_or(("", part))
        };
        match name.strip_prefix('@').map(|rule| names.get(rule)) {
            Some(Some(&rule)) => pieces.push(Piece::Rule(rule)),
            Some(None) => pieces.push(Piece::Slot(name)),
            None if name.is_empty() => {}
            None => pieces.push(Piece::Slot(name)),
        }
        if !words.is_empty() {
            pieces.push(Piece::Text(words.replace("\\n", "\n")));
        }
    }
    pieces
}

static GRAMMAR: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::parse(include_str!("../data/speech.txt")));

/// Digits as people say them on the phone, a breath after the third and seventh: `幺三八，零零零零，…`.
pub(crate) fn spoken_mobile(mobile: &str, dice: &mut Dice) -> String {
    let breath = dice.pick(&["", "，", " "]);
    let mut said = String::with_capacity(48);
    for (place, digit) in mobile.chars().enumerate() {
        if matches!(place, 3 | 7) {
            said.push_str(breath);
        }
        said.push(spoken(digit));
    }
    said
}

/// Letters and digits as people say them one by one; a final X is 叉.
pub(crate) fn spelled(text: &str) -> String {
    text.chars().map(spoken).collect()
}

fn spoken(character: char) -> char {
    match character {
        '0'..='9' => ['零', '幺', '二', '三', '四', '五', '六', '七', '八', '九']
            [character as usize - '0' as usize],
        'X' => '叉',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_ways_and_every_named_rule_exists() {
        assert!(GRAMMAR.rules.iter().all(|ways| !ways.is_empty()));
        for piece in GRAMMAR.rules.iter().flatten().flatten() {
            assert!(!matches!(piece, Piece::Slot(slot) if slot.starts_with('@')));
        }
    }

    #[test]
    fn digits_are_said_as_on_the_phone() {
        assert_eq!(spelled("浙A1020X"), "浙A幺零二零叉");
        assert_eq!(
            spoken_mobile("13800138000", &mut Dice::new(0, 0)).replace(['，', ' '], ""),
            "幺三八零零幺三八零零零"
        );
    }
}
