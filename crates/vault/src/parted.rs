//! What people wrote, parted: the text with placeholders, and apart from it what was found in it.
//!
//! A sealed free-text field is several envelopes: one of the text around its placeholders, and one for each kind
//! of personal information that was found, under the field's name and the kind's word. Whoever may read the text
//! opens the first; each of the others opens only where policy shows its kind. A placeholder is a place in a
//! list, never characters in the text, so that nobody can write one.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use shouxin_detect::{Detector, Scope};
use shouxin_ledger::Entry;
use shouxin_model::{Field, FieldKind, Form, Personal, Register};
use shouxin_policy::Verdict;
use shouxin_seal::part_name;
use zeroize::Zeroize;

use crate::RecordWrite;

/// Finds every kind. One for the whole process; what it looks words up in is made when it is first used.
pub(crate) static DETECTOR: Detector = Detector::with_scope(Scope::All);

/// A free text, parted.
pub(crate) struct Parted {
    around: Around,
    /// What was found, by kind, each list in the order of the text.
    pieces: BTreeMap<FieldKind, Personal<Vec<String>>>,
}

/// A text around its placeholders.
#[derive(Serialize, Deserialize)]
pub(crate) struct Around {
    /// What stands before, between and after the placeholders: one more than there are of them.
    texts: Vec<String>,
    /// What was found in each place, in order.
    kinds: Vec<FieldKind>,
}

impl Drop for Around {
    fn drop(&mut self) {
        self.texts.zeroize();
    }
}

/// What stands in the place of something that was found in a text, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The first character, counted from 0 in Unicode scalar values of the text as it is shown.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// What was found.
    pub kind: FieldKind,
    /// The how-manieth of its kind in this text, from 1.
    pub number: usize,
    /// The form in which it is shown; withheld: a placeholder.
    pub form: Form,
}

/// What is shown in the place of placeholders: for each kind the form, and its pieces in that form.
pub(crate) type Shown = BTreeMap<FieldKind, (Form, Personal<Vec<String>>)>;

/// How many of each kind.
pub(crate) type Counts = BTreeMap<FieldKind, u64>;

/// Says in an entry in which form what stands in free texts was shown, and by which rule: kinds, no values.
pub(crate) fn tell_pieces(entry: &mut Entry, verdict: &Verdict) {
    let told = verdict.pieces.iter().map(|piece| {
        let (form, rule) = (piece.decision.form.word(), &piece.decision.because.rule);
        (
            "piece".to_owned(),
            format!("{} {form} {rule}", piece.kind.word()),
        )
    });
    entry.extra.extend(told);
}

/// Whether a field's values are parted.
pub(crate) fn is_parted(field: &Field) -> bool {
    field.kind == FieldKind::FreeText && field.sealed
}

impl Parted {
    /// Takes out of `text` whatever personal information is found in it.
    pub(crate) fn of(text: &str) -> Self {
        let (mut texts, mut kinds) = (Vec::new(), Vec::new());
        let mut pieces: BTreeMap<FieldKind, Vec<String>> = BTreeMap::new();
        let mut done = 0;
        for hit in DETECTOR.detect(text) {
            let (Some(before), Some(found)) =
                (text.get(done..hit.bytes.start), text.get(hit.bytes.clone()))
            else {
                continue;
            };
            let kind = hit.kind.field();
            texts.push(before.to_owned());
            kinds.push(kind);
            pieces.entry(kind).or_default().push(found.to_owned());
            done = hit.bytes.end;
        }
        texts.push(text.get(done..).unwrap_or_default().to_owned());
        Self {
            around: Around { texts, kinds },
            pieces: pieces
                .into_iter()
                .map(|(kind, list)| (kind, Personal::new(list)))
                .collect(),
        }
    }

    /// What is sealed, each with the name that it stands under in a record of `field`.
    pub(crate) fn envelopes(&self, field: &str) -> Vec<(String, Personal<String>)> {
        // Into envelopes. Lists and maps of text have one spelling in JSON.
        let json = |value: serde_json::Result<String>| Personal::new(value.unwrap_or_default());
        let mut all = vec![(field.to_owned(), json(serde_json::to_string(&self.around)))];
        all.extend(self.pieces.iter().map(|(kind, list)| {
            let name = part_name(field, kind.word());
            (name, json(serde_json::to_string(list.expose())))
        }));
        all
    }

    /// How many pieces of each kind were taken out.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (FieldKind, u64)> {
        let lists = self.pieces.iter();
        lists.map(|(kind, list)| (*kind, list.expose().len() as u64))
    }
}

impl Around {
    /// The text of the first envelope; `None` if it is none.
    pub(crate) fn read(json: &str) -> Option<Self> {
        let around: Self = serde_json::from_str(json).ok()?;
        (around.texts.len() == around.kinds.len() + 1).then_some(around)
    }

    /// The kinds in it, each once.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = FieldKind> {
        let mut kinds = self.kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.into_iter()
    }

    /// The text as it is shown: `shown` gives for each kind the form of its pieces and each of them in it, where
    /// they are shown at all. Whatever it does not give is a placeholder such as `〔手机号1〕`; then a `〔` of
    /// the writer's own is doubled, so that who sees nothing but the characters can tell them apart.
    pub(crate) fn show(&self, shown: &Shown) -> (Personal<String>, Vec<Piece>) {
        let hides = self.kinds.iter().any(|kind| !shown.contains_key(kind));
        let (mut text, mut chars) = (String::new(), 0);
        let mut push = |part: &str| {
            text.push_str(part);
            let start = chars;
            chars += part.chars().count();
            start..chars
        };
        let mut met: BTreeMap<FieldKind, usize> = BTreeMap::new();
        let mut pieces = Vec::with_capacity(self.kinds.len());
        for (at, part) in self.texts.iter().enumerate() {
            if hides && part.contains(OPENING) {
                push(&part.replace(OPENING, DOUBLED));
            } else {
                push(part);
            }
            let Some(kind) = self.kinds.get(at).copied() else {
                continue;
            };
            let number = met.entry(kind).or_default();
            let found = shown.get(&kind);
            // Into the answer, in the form that the recorded permit names.
            let value = found.and_then(|(form, list)| Some((*form, list.expose().get(*number)?)));
            *number += 1;
            let (form, place) = match value {
                Some((form, value)) => (form, push(value)),
                None => (Form::Withheld, push(&placeholder(kind, *number))),
            };
            pieces.push(Piece {
                start: place.start,
                end: place.end,
                kind,
                number: *number,
                form,
            });
        }
        (Personal::new(text), pieces)
    }
}

/// The pieces of one kind from their envelope; `None` if it holds no such list.
pub(crate) fn list(json: &str) -> Option<Personal<Vec<String>>> {
    serde_json::from_str(json).ok().map(Personal::new)
}

pub(crate) fn placeholder(kind: FieldKind, number: usize) -> String {
    format!("{OPENING}{}{number}〕", kind.title().zh)
}

const OPENING: char = '〔';
const DOUBLED: &str = "〔〔";

/// The free texts of one person's records, parted before they are written: finding takes its time, and is done
/// where it holds up nobody else.
#[derive(Default)]
pub(crate) struct Parting(HashMap<(usize, usize), Parted>);

impl Parting {
    /// Parts each free text of these records.
    pub(crate) fn of(register: &Register, records: &[RecordWrite]) -> Self {
        let mut parted = HashMap::new();
        for (at, record) in records.iter().enumerate() {
            let collection = register.collection(&record.collection);
            for (within, (name, text)) in record.values.iter().enumerate() {
                let field = collection.and_then(|collection| collection.field(name));
                if field.is_some_and(is_parted) {
                    // Sealed in its parts.
                    parted.insert((at, within), Parted::of(text.expose()));
                }
            }
        }
        Self(parted)
    }

    /// Whether there is nothing to part in records of these collections.
    pub(crate) fn is_idle(register: &Register, records: &[RecordWrite]) -> bool {
        !records.iter().any(|record| {
            let collection = register.collection(&record.collection);
            let mut names = record.values.iter().map(|(name, _)| name);
            collection.is_some_and(|c| names.any(|name| c.field(name).is_some_and(is_parted)))
        })
    }

    /// The parts of the value `value` of the record `record`, counted from 0.
    pub(crate) fn get(&self, record: usize, value: usize) -> Option<&Parted> {
        self.0.get(&(record, value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOTHING: Shown = BTreeMap::new();

    /// All pieces in clear.
    fn all(parted: &Parted) -> Shown {
        let pieces = parted.pieces.iter();
        pieces
            .map(|(kind, list)| (*kind, (Form::Clear, list.clone())))
            .collect()
    }

    fn hidden(text: &str) -> (String, Vec<Piece>) {
        let (text, pieces) = Parted::of(text).around.show(&NOTHING);
        (text.release(), pieces)
    }

    #[test]
    fn what_is_found_leaves_a_numbered_placeholder() {
        let (text, pieces) = hidden("打13800138000,或13911112222");
        assert_eq!(text, "打〔手机号1〕,或〔手机号2〕");
        let told: Vec<_> = pieces.iter().map(|p| (p.start, p.end, p.number)).collect();
        assert_eq!(told, [(1, 7, 1), (9, 15, 2)]);
        assert!(
            pieces
                .iter()
                .all(|p| p.kind == FieldKind::Mobile && p.form == Form::Withheld)
        );
    }

    #[test]
    fn nobody_can_write_a_placeholder() {
        let (text, pieces) = hidden("写着〔手机号1〕,打13800138000");
        assert_eq!(text, "写着〔〔手机号1〕,打〔手机号1〕");
        assert_eq!(pieces.len(), 1);
        let (text, pieces) = hidden("只写着〔手机号1〕");
        assert_eq!((text.as_str(), pieces.len()), ("只写着〔手机号1〕", 0));
    }

    #[test]
    fn a_kind_that_is_shown_stands_in_its_place_and_another_does_not() {
        let parted = Parted::of("张先生 13800138000 邮箱 a.b@example.com");
        let shown = BTreeMap::from([(
            FieldKind::Mobile,
            (Form::Masked, Personal::new(vec!["138****8000".to_owned()])),
        )]);
        let (text, pieces) = parted.around.show(&shown);
        assert!(text.expose().contains("138****8000"));
        assert!(text.expose().contains("〔电子邮箱1〕"));
        let mobile = pieces.iter().find(|piece| piece.kind == FieldKind::Mobile);
        assert_eq!(mobile.map(|piece| piece.form), Some(Form::Masked));
    }

    #[test]
    fn envelopes_hold_no_piece_beside_the_text() {
        let parted = Parted::of("打13800138000");
        let all = parted.envelopes("note");
        let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["note", "note~mobile"]);
        assert!(!all[0].1.expose().contains("13800138000"));
        let around = Around::read(all[0].1.expose()).unwrap();
        assert_eq!(around.kinds().collect::<Vec<_>>(), [FieldKind::Mobile]);
        assert_eq!(*list(all[1].1.expose()).unwrap().expose(), ["13800138000"]);
        assert!(Around::read(r#"{"texts":["a"],"kinds":["mobile"]}"#).is_none());
    }

    proptest! {
        #[test]
        fn every_text_comes_back_whole(
            parts in prop::collection::vec(
                prop_oneof![
                    any::<String>(),
                    Just("13800138000".to_owned()),
                    Just("〔手机号1〕".to_owned()),
                    Just("联系人王建国,".to_owned()),
                ],
                0..9,
            ),
        ) {
            let text = parts.concat();
            let parted = Parted::of(&text);
            let (whole, pieces) = parted.around.show(&all(&parted));
            prop_assert_eq!(whole.expose(), &text);
            let (hidden, places) = parted.around.show(&NOTHING);
            prop_assert_eq!(pieces.len(), places.len());
            let chars: Vec<char> = hidden.expose().chars().collect();
            for piece in places {
                let place: String = chars[piece.start..piece.end].iter().collect();
                prop_assert_eq!(place, placeholder(piece.kind, piece.number));
            }
        }
    }
}
