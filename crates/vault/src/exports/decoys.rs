//! Rows of people who exist nowhere, and the tags by which they are known again.
//!
//! Each value of a decoy is made from a keyed digest of the export and the decoy's number, and reduced to the
//! form in which its column leaves. Kept of it is a keyed tag and how many bits of chance it stands for, so that
//! a copy is known even when columns or rows are gone, in another order, format or encoding.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shouxin_ledger::Kind;
use shouxin_model::{
    AlarmId, Caller, ExportId, FieldKind, FieldRef, Form, ImportId, Moment, Personal, Register,
    SearchMode, Suite,
};
use shouxin_seal::{BlindIndex, Digester, LastingKeys};
use shouxin_store::{Query, Row, Tx, Value, params};
use shouxin_synth::Stranger;

use super::PlannedField;
use crate::active::Active;
use crate::open::reduce;
use crate::{Vault, VaultError, zones};

/// How many decoys go among so many rows: one for each ten, three at least and eight at most, and one more
/// for each 2,000 rows. Of eight, half of which are cut away at random, none is left once in 256 times. None among so few people
/// that each would be known by sight: such a file is about them and may be meant for them.
pub(super) fn decoys_among(rows: u64) -> u64 {
    if rows < FEWEST_ROWS {
        0
    } else {
        ((rows / 10).clamp(3, 8) + rows / 2_000).min(500)
    }
}

const FEWEST_ROWS: u64 = 10;

/// Whether two decoys of such rows stand out among a million rows of a hundred exports.
pub(super) fn is_traceable(register: &Register, fields: &[PlannedField]) -> bool {
    let bits: u32 = fields
        .iter()
        .filter_map(|planned| {
            Some(most_bits(
                register.field(&planned.field)?.kind,
                planned.form(),
            ))
        })
        .sum();
    bits >= 35
}

/// One decoy.
pub(super) struct Decoy {
    number: u32,
    /// Before which row of people it stands.
    pub(super) before: u64,
    cells: Vec<DecoyCell>,
    scramble: [u8; 16],
}

enum DecoyCell {
    /// A value of its own; `always` even where the row it copies has none.
    Own {
        value: Personal<String>,
        always: bool,
        bits: u32,
    },
    /// What the row beside it has: it says nothing about anyone.
    Copied,
    /// The same with other digits: no two records share a key.
    Scrambled,
    Empty,
}

impl Decoy {
    /// The row, after the likeness of `beside`.
    pub(super) fn row(&self, beside: &[&str]) -> Vec<String> {
        let cells = self.cells.iter().enumerate().map(|(place, cell)| {
            let beside = beside.get(place).copied().unwrap_or_default();
            match cell {
                // Into the file, where it is to be found again.
                DecoyCell::Own { value, always, .. } if *always || !beside.is_empty() => {
                    value.expose().clone()
                }
                DecoyCell::Copied => beside.to_owned(),
                DecoyCell::Scrambled => scrambled(beside, &self.scramble),
                DecoyCell::Own { .. } | DecoyCell::Empty => String::new(),
            }
        });
        cells.collect()
    }

    /// Keeps the tags of its values.
    pub(super) fn keep(
        &self,
        tx: &mut Tx,
        export: ExportId,
        fields: &[PlannedField],
        tagger: &Tagger,
    ) {
        for (planned, cell) in fields.iter().zip(&self.cells) {
            let DecoyCell::Own { value, bits, .. } = cell else {
                continue;
            };
            // Into a keyed tag.
            let Some(tag) = tagger.tag(value.expose()) else {
                continue;
            };
            tx.run_exactly(
                1,
                "INSERT INTO export_decoy (export, decoy, field, tag, bits) VALUES ($1, $2, $3, $4, $5)",
                params![export, self.number, planned.field.to_string(), tag, *bits],
            );
        }
    }
}

/// Decoys for an export of so many rows, none of whom shares an indexed value with a real person.
pub(super) async fn make(
    vault: &Vault,
    active: &Active,
    export: ExportId,
    purpose: &str,
    fields: &[PlannedField],
    count: u64,
    rows: u64,
) -> Result<Vec<Decoy>, VaultError> {
    let mut decoys = Vec::new();
    let mut number = 0u32;
    // Nearly all are taken at once; a real person with one of the numbers passes over to the next.
    while (decoys.len() as u64) < count && u64::from(number) < count + SPARE {
        let secret = vault.token_digest(
            "export-decoy-person",
            &[export.as_bytes().as_slice(), &number.to_be_bytes()].concat(),
        );
        let (seed, rest) = secret.split_at(16);
        let stranger = Stranger::of(seed.try_into().unwrap_or_default(), vault.now());
        let (mut taken, mut apart) = (Vec::new(), Vec::new());
        let mut cells = Vec::with_capacity(fields.len());
        for planned in fields {
            let field = active
                .register
                .field(&planned.field)
                .ok_or(VaultError::Corrupt("register"))?;
            let name = planned.field.to_string();
            let own = if field.kind.is_personal() {
                stranger.value(field.kind, &name)
            } else {
                None
            };
            cells.push(match own {
                Some(value) => {
                    let zone = vault.zone_apart(&active.register, planned.field.collection())?;
                    let lasting = zone.map_or_else(|| vault.lasting(), |zone| zone.keys.lasting());
                    let asked = zone.map_or(&mut taken, |_| &mut apart);
                    asked.extend(index_rows(
                        &lasting,
                        &planned.field,
                        field.kind,
                        &value,
                        &field.search,
                    ));
                    match reduce(
                        vault,
                        active,
                        purpose,
                        &planned.field,
                        field,
                        planned.form(),
                        Personal::new(value),
                    ) {
                        Some(reduced) => {
                            let bits = bits(field.kind, planned.form(), reduced.expose());
                            DecoyCell::Own {
                                value: reduced,
                                always: false,
                                bits,
                            }
                        }
                        None => DecoyCell::Empty,
                    }
                }
                None if field.kind.is_personal() => DecoyCell::Empty,
                None if is_key(&active.register, &planned.field) => DecoyCell::Scrambled,
                None => DecoyCell::Copied,
            });
        }
        always_the_strongest(&mut cells);
        let mut met = vault.store().query_all(taken).await?;
        // At most one: the columns lie in the main database, or where the rows do.
        for zone in zones::among(
            &active.register,
            fields.iter().map(|f| f.field.collection()),
        ) {
            let queries = std::mem::take(&mut apart);
            met.extend(vault.zone(&zone)?.store.query_all(queries).await?);
        }
        if met.iter().all(Vec::is_empty) {
            let place = u64::from_be_bytes(rest[..8].try_into().unwrap_or_default());
            decoys.push(Decoy {
                number,
                before: place % rows.max(1),
                cells,
                scramble: rest.try_into().unwrap_or_default(),
            });
        }
        number += 1;
    }
    decoys.sort_by_key(|decoy| decoy.before);
    Ok(decoys)
}

const SPARE: u64 = 100;

/// The two values that stand for most chance are there even if the row beside lacks them.
fn always_the_strongest(cells: &mut [DecoyCell]) {
    let mut strength: Vec<(u32, usize)> = cells
        .iter()
        .enumerate()
        .filter_map(|(place, cell)| match cell {
            DecoyCell::Own { bits, .. } => Some((*bits, place)),
            _ => None,
        })
        .collect();
    strength.sort_unstable_by(|a, b| b.cmp(a));
    for (_, place) in strength.into_iter().take(2) {
        if let DecoyCell::Own { always, .. } = &mut cells[place] {
            *always = true;
        }
    }
}

/// The questions whether a real person has this value.
fn index_rows(
    lasting: &LastingKeys,
    name: &FieldRef,
    kind: FieldKind,
    value: &str,
    search: &[SearchMode],
) -> Vec<Query> {
    if !search.contains(&SearchMode::Exact) {
        return Vec::new();
    }
    let tags = [Suite::International, Suite::National]
        .into_iter()
        .flat_map(|suite| {
            BlindIndex::of(&lasting, name, SearchMode::Exact, suite).tags(kind, value)
        });
    tags.map(|tag| Query {
        sql: "SELECT 1 FROM blind WHERE field = $1 AND mode = 'exact' AND tag = $2 LIMIT 1",
        params: params![name.to_string(), tag],
    })
    .collect()
}

fn is_key(register: &Register, name: &FieldRef) -> bool {
    register
        .collection(name.collection())
        .is_some_and(|collection| collection.key.iter().any(|key| key == name.field()))
}

/// The text with other digits at its end.
fn scrambled(text: &str, by: &[u8; 16]) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let mut seen = 0;
    text.chars()
        .map(|sign| {
            if !sign.is_ascii_digit() {
                return sign;
            }
            seen += 1;
            // The last six tell records apart; before them often stands a date.
            let place = digits - seen;
            match by.get(place) {
                Some(byte) if place < 6 => char::from(b'0' + byte % 10),
                _ => sign,
            }
        })
        .collect()
}

/// For how many bits of chance a value in its form stands: cautious figures of how often a real person's
/// value would look the same.
fn bits(kind: FieldKind, form: Form, reduced: &str) -> u32 {
    let most = most_bits(kind, form);
    if form != Form::Masked {
        return most;
    }
    // A rule of the register's own may show less than usual: about 3 bits a letter or digit shown.
    let shown = reduced.chars().filter(|c| c.is_alphanumeric());
    most.min(shown.map(|c| if c.is_ascii() { 3 } else { 5 }).sum())
}

fn most_bits(kind: FieldKind, form: Form) -> u32 {
    use FieldKind::*;
    match form {
        Form::Withheld => 0,
        Form::Tokenised => 90,
        Form::Generalised => 2,
        // In ranges that nobody has, so that only a slip of the pen could give the same.
        Form::Clear => match kind {
            Mobile | ResidentId | BankCard | Imei | Wechat | Email => 60,
            Uscc | Vin | Waybill => 40,
            Address => 35,
            Passport | Permit => 24,
            Plate => 20,
            DateOfBirth => 13,
            Name => 10,
            _ => 0,
        },
        Form::Masked => match kind {
            Mobile | ResidentId => 24,
            Uscc => 40,
            BankCard => 20,
            Waybill => 15,
            Vin | Imei => 13,
            Address => 11,
            Passport | Permit => 9,
            Plate => 8,
            DateOfBirth => 5,
            Name | Wechat => 4,
            Email => 2,
            _ => 0,
        },
    }
}

/// Gives the tags of values, however they are written.
pub(crate) struct Tagger(Digester);

impl Tagger {
    pub(crate) fn of(vault: &Vault) -> Self {
        // One suite for all exports, so that a change of suite loses no trace.
        Self(
            vault
                .lasting()
                .look_up_digester(Suite::International, "export-decoy"),
        )
    }

    /// The tag of a value; `None` if there is too little of it.
    pub(crate) fn tag(&self, text: &str) -> Option<[u8; 8]> {
        let plain = plain(text);
        if plain.chars().count() < 2 {
            return None;
        }
        self.0.digest(plain.as_bytes())[..8].try_into().ok()
    }
}

/// The text without what changes when a file is opened, saved, pasted or sent on.
fn plain(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .map(|sign| match sign {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(sign as u32 - 0xfee0).unwrap_or(sign),
            sign => sign,
        })
        .filter(|sign| {
            let dropped = matches!(
                sign,
                '-' | '\'' | '"' | '=' | '\u{feff}' | '\u{200b}'..='\u{200f}'
            );
            !(dropped || sign.is_whitespace() || sign.is_control())
        })
        .map(|sign| sign.to_ascii_lowercase())
        .collect();
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if let Some(whole) = plain.strip_suffix(".0").filter(|whole| digits(whole)) {
        plain = whole.to_owned();
    }
    for country in ["+86", "0086", "86"] {
        if let Some(number) = plain.strip_prefix(country)
            && number.len() == 11
            && number.starts_with('1')
        {
            return number.to_owned();
        }
    }
    plain
}

/// The decoys of every export, to know them by in files.
pub(crate) struct Decoys {
    tagger: Tagger,
    /// The exports, with how many decoys each had.
    pub(crate) exports: Vec<(ExportId, u32)>,
    by_tag: HashMap<[u8; 8], Vec<Trait>>,
    fields: HashMap<String, u32>,
    last_decoy: Option<u32>,
}

#[derive(Clone, Copy)]
struct Trait {
    export: u32,
    decoy: u32,
    field: u32,
    bits: u32,
}

/// A row that looks like a decoy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Likeness {
    /// The place in [`Decoys::exports`].
    pub(crate) export: usize,
    pub(crate) decoy: u32,
    /// For how much chance it stands.
    pub(crate) bits: u32,
}

impl Decoys {
    fn none(vault: &Vault) -> Self {
        Self {
            tagger: Tagger::of(vault),
            exports: Vec::new(),
            by_tag: HashMap::new(),
            fields: HashMap::new(),
            last_decoy: None,
        }
    }

    /// Takes up rows of `select_decoys`, in the order of their keys.
    fn take_up<'r>(&mut self, rows: impl Iterator<Item = &'r Row>) -> Result<(), VaultError> {
        for row in rows {
            let export = row.id(0, ExportId::from_slice)?;
            let decoy = u32::try_from(row.int(1)?).unwrap_or(u32::MAX);
            if self.exports.last().is_none_or(|(last, _)| *last != export) {
                self.exports.push((export, 0));
                self.last_decoy = None;
            }
            if self.last_decoy != Some(decoy) {
                self.last_decoy = Some(decoy);
                if let Some((_, count)) = self.exports.last_mut() {
                    *count += 1;
                }
            }
            let known = self.fields.len() as u32;
            let field = *self.fields.entry(row.text(2)?.to_owned()).or_insert(known);
            let tag = row.bytes(3)?.try_into().map_err(|_| super::CORRUPT)?;
            self.by_tag.entry(tag).or_default().push(Trait {
                export: (self.exports.len() - 1) as u32,
                decoy,
                field,
                bits: u32::try_from(row.int(4)?).unwrap_or(0),
            });
        }
        Ok(())
    }

    /// What a row with these cells looks like.
    pub(crate) fn look<'t>(&self, cells: impl Iterator<Item = &'t str>) -> Vec<Likeness> {
        let mut met: BTreeMap<(u32, u32), BTreeMap<u32, u32>> = BTreeMap::new();
        for text in cells.flat_map(texts) {
            let traits = self.tagger.tag(text).and_then(|tag| self.by_tag.get(&tag));
            for one in traits.into_iter().flatten() {
                met.entry((one.export, one.decoy))
                    .or_default()
                    .insert(one.field, one.bits);
            }
        }
        met.into_iter()
            .map(|((export, decoy), fields)| Likeness {
                export: export as usize,
                decoy,
                bits: fields.values().sum(),
            })
            .collect()
    }

    /// The exports of which a row with these cells is a decoy, and no mere likeness of one.
    pub(crate) fn of<'t>(&self, cells: impl Iterator<Item = &'t str>) -> Vec<ExportId> {
        let looks = self.look(cells).into_iter();
        let mut exports: Vec<ExportId> = looks
            .filter(|likeness| likeness.bits >= DECOY_BITS)
            .map(|likeness| self.exports[likeness.export].0)
            .collect();
        exports.dedup();
        exports
    }
}

/// From this many bits on a row is a decoy and no likeness.
const DECOY_BITS: u32 = 40;

/// A cell, and its words where it has several: columns may have been joined, and a line of plain text is
/// one cell.
fn texts(cell: &str) -> impl Iterator<Item = &str> {
    let parted = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | ';' | '|' | '\t' | '，' | '；' | '、' | '"' | ':' | '：'
            )
    };
    let words = || cell.split(parted).filter(|word| !word.is_empty());
    let several = words().nth(1).is_some();
    std::iter::once(cell).chain(words().filter(move |_| several))
}

macro_rules! select_decoys {
    ($rest:literal) => {
        concat!(
            "SELECT export, decoy, field, tag, bits FROM export_decoy ",
            $rest
        )
    };
}

impl Vault {
    /// The decoys of every export; `None` if there are none.
    pub(crate) async fn decoys(&self) -> Result<Option<Decoys>, VaultError> {
        let mut decoys = Decoys::none(self);
        let mut after = params![[0u8; 16], -1i64, ""];
        loop {
            let sql = select_decoys!(
                "WHERE (export, decoy, field) > ($1, $2, $3) ORDER BY export, decoy, field LIMIT 5000"
            );
            let rows = self.store().query(sql, after).await?;
            let Some(end) = rows.last() else { break };
            after = params![end.bytes(0)?, end.int(1)?, end.text(2)?];
            decoys.take_up(rows.iter())?;
        }
        Ok((!decoys.exports.is_empty()).then_some(decoys))
    }

    /// The exports of which a record with these values is a decoy. Asks for its values alone, as few
    /// records come at a time; of a text of very many words it looks at the first [`MOST_TAGS`].
    pub(crate) async fn decoy_of(&self, values: &[&str]) -> Result<Vec<ExportId>, VaultError> {
        let mut decoys = Decoys::none(self);
        let texts = values.iter().copied().flat_map(texts);
        let tags: BTreeSet<[u8; 8]> = texts
            .filter_map(|text| decoys.tagger.tag(text))
            .take(MOST_TAGS)
            .collect();
        let tags: Vec<[u8; 8]> = tags.into_iter().collect();
        let queries = tags.chunks(TAGS_A_QUERY).map(|some| {
            // One text for any number of tags, so that the engine knows it already.
            let filled = some.iter().chain(std::iter::repeat(&some[0]));
            let tags = filled.take(TAGS_A_QUERY).map(|tag| Value::from(*tag));
            Query {
                sql: select_decoys!("WHERE tag IN ($1, $2, $3, $4, $5, $6, $7, $8)"),
                params: tags.collect(),
            }
        });
        let answers = self.store().query_all(queries.collect()).await?;
        let mut rows = Vec::new();
        for row in answers.into_iter().flatten() {
            let key = (row.bytes(0)?.to_vec(), row.int(1)?, row.text(2)?.to_owned());
            rows.push((key, row));
        }
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        decoys.take_up(rows.iter().map(|(_, row)| row))?;
        Ok(decoys.of(values.iter().copied()))
    }

    /// Puts one entry and one alarm into the transaction for each export whose decoys came back, with how
    /// many did; `by` says through which door.
    pub(crate) fn alarm_of_decoys(
        &self,
        tx: &mut Tx,
        active: &Active,
        caller: &Caller,
        now: Moment,
        by: &Door,
        met: &BTreeMap<ExportId, u32>,
    ) -> Result<(), VaultError> {
        for (export, rows) in met {
            let mut entry = match by {
                Door::Import(import) => {
                    let mut entry = self.begin(now, Kind::Import, caller, active);
                    entry.extra.push(("import".to_owned(), import.to_string()));
                    entry
                }
                Door::Record => self.begin(now, Kind::RecordWrite, caller, active),
            };
            entry.extra.extend([
                ("did".to_owned(), "decoy-returned".to_owned()),
                ("export".to_owned(), export.to_string()),
                ("rows".to_owned(), rows.to_string()),
            ]);
            tx.append(self.bytes(&entry)?);
            tx.run_exactly(
                1,
                "INSERT INTO alarm (id, kind, actor, about, at) VALUES ($1, 'decoy-returned', $2, $3, $4)",
                params![
                    AlarmId::make(now, &mut self.dice()),
                    caller.actor(),
                    export.to_string(),
                    now
                ],
            );
        }
        Ok(())
    }
}

/// The way by which a decoy came back.
pub(crate) enum Door {
    /// In a file.
    Import(ImportId),
    /// As a record that was written by itself.
    Record,
}

const TAGS_A_QUERY: usize = 8;

/// How many values and words of a record are compared with decoys.
const MOST_TAGS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_however_it_is_written() {
        for text in [
            "15412345678",
            " 154-1234-5678 ",
            "'+8615412345678",
            "１５４１２３４５６７８",
            "15412345678.0",
            "=\"15412345678\"",
        ] {
            assert_eq!(plain(text), "15412345678", "{text}");
        }
        assert_eq!(plain("154****5678"), "154****5678");
        assert_eq!(plain("LZZ 8"), plain("lzz8"));
    }

    #[test]
    fn a_key_gets_other_digits_and_keeps_its_shape() {
        let key = scrambled("WO20261121000123", &[7; 16]);
        assert_eq!(key, "WO20261121777777");
        assert_eq!(scrambled("", &[7; 16]), "");
    }

    #[test]
    fn a_file_about_a_few_people_has_no_decoys() {
        assert_eq!(
            [9, 10, 60, 2_000, 1_000_000].map(decoys_among),
            [0, 3, 6, 9, 500]
        );
    }

    #[test]
    fn what_is_hidden_more_stands_for_less() {
        let masked = |text| bits(FieldKind::Mobile, Form::Masked, text);
        assert_eq!(masked("154****5678"), 21);
        assert_eq!(masked("*********78"), 6);
        assert_eq!(bits(FieldKind::Mobile, Form::Clear, "15412345678"), 60);
    }
}
