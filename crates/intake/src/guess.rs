//! Which column probably feeds which field: by the values first, then by the words of the header.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{Field, FieldKind, FieldRef, Register, Text, surname};
use shouxin_regime::Reason;

use crate::words::{fold, kind_of_header};
use crate::{Cell, Code, RawRow, Rules, to_value};

/// A proposal. Holds the column's name and reasons, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The column's name.
    pub column: String,
    /// The field it probably feeds.
    pub field: FieldRef,
    /// How sure, in percent: 50 to 99.
    pub confidence: u8,
    /// Why.
    pub why: Text,
}

/// Proposes a field for each column that looks like one, in the order of the columns. Each field is
/// proposed once, but for pieces of an address.
///
/// A collection whose records could not be told apart, because no column feeds its key, is proposed
/// only if nothing else is.
pub fn guess(columns: &[String], sample: &[RawRow], register: &Register) -> Vec<Guess> {
    let seen: Vec<Seen> = columns
        .iter()
        .enumerate()
        .map(|(place, name)| Seen::look(place, name, sample))
        .collect();
    let candidates = candidates(&seen, register);
    let mut excluded = BTreeSet::new();
    let first = assign(&seen, &candidates, &excluded);
    let mut guesses = first.clone();
    while let Some(keyless) = collection_without_key(&guesses, register) {
        excluded.insert(keyless);
        guesses = assign(&seen, &candidates, &excluded);
        if guesses.is_empty() {
            guesses = first;
            break;
        }
    }
    add_address_pieces(&seen, register, &mut guesses);
    let place = |name: &String| columns.iter().position(|c| c == name);
    guesses.sort_by_key(|g| place(&g.column));
    guesses
}

/// What the sample shows of one column.
struct Seen<'a> {
    name: &'a str,
    folded: String,
    kind: Option<(FieldKind, u8)>,
    cells: Vec<&'a Cell>,
}

/// A field that a column could feed.
struct Candidate {
    column: usize,
    field: FieldRef,
    order: usize,
    confidence: u8,
    why: Text,
}

impl<'a> Seen<'a> {
    fn look(place: usize, name: &'a str, sample: &'a [RawRow]) -> Self {
        let cells = sample
            .iter()
            .filter_map(|row| row.cells.get(place))
            .filter(|c| !c.is_empty());
        Self {
            name,
            folded: fold(name),
            kind: kind_of_header(name),
            cells: cells.take(CELLS_JUDGED).collect(),
        }
    }

    fn weigh(&self, field: &Field) -> Option<(u8, Text)> {
        let by_header = header_score(self, field);
        let shown = self.shares(field);
        let weight = weight(field.kind);
        let by_values = match shown.share() {
            Some(share) if share >= 80 => weight,
            Some(share) if share >= 40 => weight * share / 100,
            _ => 0,
        };
        // Values that are plainly something else speak against the header.
        let contradicts =
            weight >= 30 && shown.judged >= 3 && shown.share().is_some_and(|s| s < 30);
        let by_header = if contradicts {
            by_header / 3
        } else {
            by_header
        };
        let doubt = (100 - by_header) * (100 - by_values) / 100;
        let confidence = (100 - doubt).min(99);
        if confidence < LEAST_CONFIDENCE {
            return None;
        }
        let kind = field.kind.title();
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        if by_values > 0 {
            let (fit, judged) = (shown.fit, shown.judged);
            zh.push(format!("{judged} 个样本中 {fit} 个符合{}格式", kind.zh));
            en.push(format!("{fit} of {judged} samples are a valid {}", kind.en));
        }
        if shown.damaged > 0 {
            zh.push(format!("{} 个样本疑似受损", shown.damaged));
            en.push(format!("{} samples look damaged", shown.damaged));
        }
        if by_header > 0 {
            zh.push(format!("列名与“{}”相符", field.title.zh));
            en.push(format!("the header matches “{}”", field.title.en));
        }
        u8::try_from(confidence)
            .ok()
            .map(|c| (c, Text::made(zh.join("；"), en.join("; "))))
    }

    fn shares(&self, field: &Field) -> Shown {
        let rules = Rules {
            values: &field.values,
            ..Rules::default()
        };
        let mut shown = Shown::default();
        for cell in &self.cells {
            let outcome = to_value(field.kind, cell, &rules);
            let refused = outcome.refusal().map(|note| note.code);
            let has_wrong_digit = outcome
                .failure
                .is_some_and(|f| f.reason == Reason::CheckDigit);
            match (&outcome.value, refused) {
                (Some(value), None) => {
                    shown.judged += 1;
                    // The value is only weighed.
                    shown.fit += usize::from(is_typical(field, value.expose()));
                }
                (None, None) => {}
                (_, Some(code)) if DAMAGE.contains(&code) || has_wrong_digit => shown.damaged += 1,
                _ => shown.judged += 1,
            }
        }
        shown
    }
}

#[derive(Default)]
struct Shown {
    judged: usize,
    fit: usize,
    damaged: usize,
}

impl Shown {
    /// The part of the undamaged cells that fit, in percent.
    fn share(&self) -> Option<usize> {
        (self.judged > 0).then(|| self.fit * 100 / self.judged)
    }
}

/// Every field that some column could feed. Weighed once: a file may have a thousand columns.
fn candidates(seen: &[Seen<'_>], register: &Register) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (order, (field, declared)) in register.fields().enumerate() {
        for (column, seen) in seen.iter().enumerate() {
            if let Some((confidence, why)) = seen.weigh(declared) {
                candidates.push(Candidate {
                    column,
                    field: field.clone(),
                    order,
                    confidence,
                    why,
                });
            }
        }
    }
    candidates
}

fn assign(seen: &[Seen<'_>], candidates: &[Candidate], excluded: &BTreeSet<String>) -> Vec<Guess> {
    let allowed = |c: &&Candidate| !excluded.contains(c.field.collection());
    let mut candidates: Vec<&Candidate> = candidates.iter().filter(allowed).collect();
    // Of two fields that fit a column equally, the one whose collection the file speaks of more.
    let mut best: BTreeMap<(&str, usize), u32> = BTreeMap::new();
    for c in &candidates {
        let entry = best.entry((c.field.collection(), c.column)).or_default();
        *entry = (*entry).max(u32::from(c.confidence));
    }
    let mut totals: BTreeMap<String, u32> = BTreeMap::new();
    for ((collection, _), confidence) in best {
        *totals.entry(collection.to_owned()).or_default() += confidence;
    }
    candidates.sort_by_key(|c| {
        let total = totals.get(c.field.collection()).copied().unwrap_or(0);
        (std::cmp::Reverse((c.confidence, total)), c.order, c.column)
    });
    let (mut columns, mut fields) = (BTreeSet::new(), BTreeSet::new());
    let mut guesses = Vec::new();
    for c in candidates {
        if columns.contains(&c.column) || fields.contains(&c.field) {
            continue;
        }
        columns.insert(c.column);
        fields.insert(c.field.clone());
        let column = seen[c.column].name.to_owned();
        guesses.push(Guess {
            column,
            field: c.field.clone(),
            confidence: c.confidence,
            why: c.why.clone(),
        });
    }
    guesses
}

/// The collection with the fewest guesses among those whose key no column feeds.
fn collection_without_key(guesses: &[Guess], register: &Register) -> Option<String> {
    let is_fed = |collection: &str, field: &String| {
        guesses
            .iter()
            .any(|g| g.field.collection() == collection && g.field.field() == field)
    };
    let fed = |collection: &str| {
        guesses
            .iter()
            .filter(|g| g.field.collection() == collection)
            .count()
    };
    let keyless = register
        .collections
        .iter()
        .filter(|c| fed(&c.name) > 0 && c.key.iter().any(|field| !is_fed(&c.name, field)));
    keyless.min_by_key(|c| fed(&c.name)).map(|c| c.name.clone())
}

/// Province, city and street in columns of their own join the address that was found.
fn add_address_pieces(seen: &[Seen<'_>], register: &Register, guesses: &mut Vec<Guess>) {
    let is_address = |g: &&Guess| {
        register
            .field(&g.field)
            .is_some_and(|f| f.kind == FieldKind::Address)
    };
    let Some(field) = guesses.iter().find(is_address).map(|g| g.field.clone()) else {
        return;
    };
    for column in seen {
        let is_free = guesses.iter().all(|g| g.column != column.name);
        if is_free && ADDRESS_PIECES.contains(&fold(column.name).as_str()) {
            guesses.push(Guess {
                column: column.name.to_owned(),
                field: field.clone(),
                confidence: 60,
                why: Text::fixed(
                    "列名是地址的一部分，将按列序拼接",
                    "the header names a piece of an address; pieces are joined",
                ),
            });
        }
    }
}

/// How well the header names the field: 0 to 95.
fn header_score(seen: &Seen<'_>, field: &Field) -> usize {
    let folded = &seen.folded;
    if folded.is_empty() {
        return 0;
    }
    let bare = |title: &str| fold(title.split(['(', '\u{ff08}']).next().unwrap_or(title));
    let names = [
        bare(&field.title.zh),
        bare(&field.title.en),
        fold(&field.name),
    ];
    if names.contains(folded) {
        return 95;
    }
    let long_enough = |t: &str| {
        if t.is_ascii() {
            t.len() >= 4
        } else {
            t.chars().count() >= 2
        }
    };
    let is_part = |name: &String| {
        (long_enough(name) && folded.contains(name.as_str()))
            || (long_enough(folded) && name.contains(folded.as_str()))
    };
    let by_title = if names.iter().any(is_part) { 70 } else { 0 };
    // The words for texts, codes, numbers and times say too little to tell one such field from another.
    let is_telling = !matches!(
        field.kind,
        FieldKind::FreeText
            | FieldKind::Code
            | FieldKind::Number
            | FieldKind::Money
            | FieldKind::Time
            | FieldKind::Enum
            | FieldKind::File
    );
    let by_kind = match seen.kind {
        Some((kind, score)) if kind == field.kind && is_telling => usize::from(score) * 8 / 10,
        Some((kind, _)) if kind != field.kind => return by_title / 2,
        _ => 0,
    };
    by_title.max(by_kind)
}

/// How much it says that a value fits the kind, in percent.
fn weight(kind: FieldKind) -> usize {
    match kind {
        FieldKind::ResidentId | FieldKind::Vin | FieldKind::Uscc => 98,
        FieldKind::Mobile
        | FieldKind::Plate
        | FieldKind::Email
        | FieldKind::Mac
        | FieldKind::Ip => 96,
        FieldKind::BankCard | FieldKind::Imei => 90,
        FieldKind::Landline => 85,
        FieldKind::Gps => 80,
        FieldKind::Enum => 75,
        FieldKind::Address => 70,
        FieldKind::Name => 60,
        FieldKind::DateOfBirth | FieldKind::Time => 40,
        FieldKind::Passport | FieldKind::Permit | FieldKind::Waybill => 35,
        FieldKind::Wechat | FieldKind::Qq | FieldKind::Money | FieldKind::Number => 15,
        FieldKind::Code | FieldKind::FreeText | FieldKind::File => 5,
    }
}

/// Whether a value that passes the kind's check also looks like most values of the kind, where the
/// check alone lets nearly anything pass.
fn is_typical(field: &Field, value: &str) -> bool {
    let is_han = !value.is_empty() && value.chars().all(surname::is_han);
    match field.kind {
        FieldKind::Name => {
            let is_surnamed = value.starts_with(|c| SURNAMES.contains(c))
                || surname::compound_surname(value).is_some();
            let is_place = value.ends_with(['省', '市', '区', '县', '州', '镇', '乡', '村']);
            is_han && !is_place && (2..=4).contains(&value.chars().count()) && is_surnamed
        }
        FieldKind::Address => {
            value.chars().count() >= 6
                && value.chars().any(surname::is_han)
                && value.contains(ADDRESS_MARKS)
        }
        FieldKind::Enum => !field.values.is_empty(),
        _ => true,
    }
}

const LEAST_CONFIDENCE: usize = 50;

const CELLS_JUDGED: usize = 200;

const DAMAGE: &[Code] = &[
    Code::ExcelScientific,
    Code::ExcelPrecision,
    Code::ExcelError,
    Code::ExcelDate,
    Code::DateAmbiguous,
    Code::Formula,
];

const ADDRESS_MARKS: [char; 10] = ['省', '市', '区', '县', '路', '街', '号', '镇', '村', '乡'];

const ADDRESS_PIECES: &[&str] = &[
    "省",
    "省份",
    "市",
    "城市",
    "区",
    "区县",
    "街道",
    "详细地址",
    "province",
    "city",
    "district",
    "street",
];

/// The surnames of about nine in ten people in China.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎\
余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧肖闫黄丘严";

#[cfg(test)]
mod tests;
