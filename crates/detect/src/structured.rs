//! What has a shape: numbers, codes, plates, addresses on networks, positions, dates of birth.

mod account;
pub(crate) mod birth;
mod code;
mod column;
mod disguised;
mod foreign;
mod mail;
mod network;
mod number;
pub(crate) mod numeral;
mod plate;
mod position;
pub(crate) mod run;
pub(crate) mod spoken;
mod turns;

use crate::page::Page;
use crate::survey::Spot;
use crate::{Candidate, Check, Confidence, Kind};

/// Adds what has a shape to `out`, in no order; candidates may overlap.
pub(crate) fn find(page: &Page<'_>, run: &mut run::Run, out: &mut Vec<Candidate>) {
    let mut numbers = Numbers { upto: 0, run };
    for spot in &page.spots {
        look(page, *spot, &mut numbers, out);
    }
    mail::spoken(page, out);
    spoken::find(page, out);
    turns::find(page, out);
    plate::abroad::find(page, out);
    account::find(page, out);
    birth::find(page, out);
    position::spoken(page, out);
    code::announced(page, out);
    network::announced(page, out);
    column::find(page, out);
    disguised::missed(page, out);
}

/// Runs of digits: they span words, which are looked at one by one all the same.
struct Numbers<'r> {
    /// Up to where they were read.
    upto: usize,
    /// The last one, kept for its room.
    run: &'r mut run::Run,
}

impl Numbers<'_> {
    fn find(&mut self, page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
        if at >= self.upto {
            self.upto = number::find(page, at, self.run, out);
        }
    }
}

fn look(page: &Page<'_>, spot: Spot, numbers: &mut Numbers<'_>, out: &mut Vec<Candidate>) {
    match spot {
        Spot::Number(at) => numbers.find(page, at, out),
        Spot::Code {
            start,
            end,
            is_mostly_letters,
        } => {
            code::find(page, start, end, out);
            foreign::find(page, start, end, out);
            if !is_mostly_letters {
                numbers.find(page, first_digit(page, start, end), out);
            }
        }
        Spot::Part { start, end } => network::from_word(page, start, end, out),
        Spot::Numeral(at) => {
            if at >= numbers.upto {
                network::spoken_ipv4(page, at, out);
            }
            numbers.find(page, at, out);
        }
        Spot::At(at) => mail::typed(page, at, out),
        Spot::Hash(at) => mail::hashed(page, at, out),
        Spot::Colon(at) => network::from_colon(page, at, out),
        Spot::Point(at) => position::from_dot(page, at, out),
        Spot::Degree(at) => position::from_degree(page, at, out),
        Spot::Province(at) => plate::find(page, at, out),
        Spot::Office(at) => plate::diplomatic(page, at, out),
    }
}

/// Where a number may begin in a word: at its start, or after a word that announces one (`tel138…`).
fn first_digit(page: &Page<'_>, start: usize, end: usize) -> usize {
    let letters = page
        .slice(start, end)
        .bytes()
        .take_while(u8::is_ascii_alphabetic)
        .count();
    if letters > 0 && page.word_ends_at(start + letters) {
        start + letters
    } else {
        start
    }
}

/// A candidate without a check digit.
fn candidate(
    start: usize,
    end: usize,
    kind: Kind,
    confidence: Confidence,
    rule: &'static str,
) -> Candidate {
    Candidate {
        start,
        end,
        kind,
        confidence,
        rule,
        check: Check::None,
    }
}

/// The same with what its check digit said.
const fn checked(mut candidate: Candidate, holds: bool) -> Candidate {
    candidate.check = if holds { Check::Passed } else { Check::Failed };
    candidate
}
