//! A row to the records it makes, by a mapping.

use std::collections::BTreeMap;

use shouxin_model::{CheckRule, Field, FieldKind, FieldRef, Personal, Register, Text};

use crate::mapping::Mapping;
use crate::note::{Code, Severity};
use crate::row::position;
use crate::{Cell, DateOrder, Epoch, RawRow, Rules, to_value, words};

/// A mapping made ready for the columns of one file.
#[derive(Debug)]
pub struct RowPlan {
    parts: Vec<Part>,
    epoch: Epoch,
    known_columns: usize,
}

/// What one row says about one record.
#[derive(Debug)]
pub struct RecordDraft {
    /// The collection.
    pub collection: String,
    /// Field names and values in normal form, in the register's order. Empty cells are left out.
    pub values: Vec<(String, Personal<String>)>,
    /// The values among them by which duplicates are matched; empty: the record is always new.
    pub key: Vec<(String, Personal<String>)>,
}

/// What a row gave.
#[derive(Debug)]
pub struct Drafted {
    /// One record a collection, in the register's order; at least one.
    pub drafts: Vec<RecordDraft>,
    /// What was repaired, kept in doubt or dropped.
    pub notes: Vec<FieldNote>,
}

/// Why a row gives no record.
#[derive(Debug)]
pub struct RowRefusal {
    /// Every reason; at least one.
    pub reasons: Vec<FieldNote>,
}

/// Something found about one field of one row; never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldNote {
    /// The stable word, for example `excel-scientific` or `check-failed`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The field, if it is about one.
    pub field: Option<FieldRef>,
    /// What happened and what to do about it.
    pub text: Text,
}

/// Why a mapping does not fit a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFinding {
    /// `column-missing` or `column-undecided`.
    pub code: &'static str,
    /// The column's name.
    pub column: String,
    /// What is wrong.
    pub message: Text,
    /// What would put it right.
    pub remedy: Text,
}

impl RowPlan {
    /// Fits a mapping to the columns of a file. `are_final` says that no further columns can come,
    /// as in CSV and XLSX; in NDJSON a name may first stand in a later line.
    ///
    /// # Errors
    /// Mapped columns that the file does not have, and columns neither mapped nor ignored.
    pub fn new(
        mapping: &Mapping,
        register: &Register,
        columns: &[String],
        are_final: bool,
    ) -> Result<Self, Vec<PlanFinding>> {
        let mapped = || mapping.columns.iter().map(|(name, _)| name);
        let mut findings = Vec::new();
        for name in mapped().filter(|name| are_final && position(columns, name).is_none()) {
            findings.push(finding(
                "column-missing",
                name,
                Text::fixed("文件没有该列", "the file has no such column"),
                Text::fixed(
                    "改正 [columns] 中的列名，或删去该行",
                    "correct the name in [columns] or remove the line",
                ),
            ));
        }
        let decided: Vec<usize> = mapped()
            .chain(&mapping.ignore)
            .filter_map(|name| position(columns, name))
            .collect();
        for (place, name) in columns
            .iter()
            .enumerate()
            .filter(|(place, _)| !decided.contains(place))
        {
            // A nameless column holds nothing that anyone wanted to name.
            if *name != format!("#{}", place + 1) {
                findings.push(finding(
                    "column-undecided",
                    name,
                    Text::fixed(
                        "该列既未映射也未忽略",
                        "the column is neither mapped nor ignored",
                    ),
                    Text::fixed(
                        "在 [columns] 中映射它，或列入 ignore",
                        "map it in [columns] or list it in ignore",
                    ),
                ));
            }
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let parts = register.collections.iter().filter_map(|c| {
            let slots: Vec<Slot> = c
                .fields
                .iter()
                .filter_map(|f| Slot::new(mapping, &c.name, f))
                .collect();
            let is_fed = slots.iter().any(|slot| slot.constant.is_none());
            let key = mapping.keys.get(&c.name).cloned().unwrap_or_default();
            is_fed.then(|| Part {
                collection: c.name.clone(),
                is_person: c.single,
                slots,
                key,
            })
        });
        Ok(Self {
            parts: parts.collect(),
            epoch: mapping.epoch,
            known_columns: columns.len(),
        })
    }

    /// The records that a row makes. Parts of the row whose cells are all empty make none. A record
    /// without its key is left out and noted; if it is the person's own, the row is refused.
    ///
    /// # Errors
    /// Every reason for which the row is refused: values, missing keys, nothing to import.
    pub fn draft(&self, row: &RawRow) -> Result<Drafted, RowRefusal> {
        let (mut drafts, mut notes) = (Vec::new(), Vec::new());
        for part in &self.parts {
            drafts.extend(part.draft(row, self.epoch, &mut notes));
        }
        let unknown = row
            .cells
            .iter()
            .skip(self.known_columns)
            .filter(|cell| !cell.is_empty());
        notes
            .extend(unknown.map(|_| FieldNote::new(Code::ColumnUnmapped, Severity::Dropped, None)));
        let refused: Vec<_> = notes
            .iter()
            .filter(|n| n.severity == Severity::Refused)
            .cloned()
            .collect();
        if !refused.is_empty() {
            return Err(RowRefusal { reasons: refused });
        }
        if drafts.is_empty() {
            let missing = notes
                .into_iter()
                .filter(|n| n.code == Code::KeyMissing.word());
            let mut reasons: Vec<_> = missing
                .map(|note| FieldNote {
                    severity: Severity::Refused,
                    ..note
                })
                .collect();
            if reasons.is_empty() {
                reasons.push(FieldNote::new(Code::NothingMapped, Severity::Refused, None));
            }
            return Err(RowRefusal { reasons });
        }
        Ok(Drafted { drafts, notes })
    }
}

impl FieldNote {
    fn new(code: Code, severity: Severity, field: Option<FieldRef>) -> Self {
        Self {
            code: code.word(),
            severity,
            field,
            text: code.text(),
        }
    }
}

/// The fields of one collection that the file feeds.
#[derive(Debug)]
struct Part {
    collection: String,
    /// A collection of which a person has one record stands for the person.
    is_person: bool,
    slots: Vec<Slot>,
    key: Vec<String>,
}

impl Part {
    fn draft(&self, row: &RawRow, epoch: Epoch, notes: &mut Vec<FieldNote>) -> Option<RecordDraft> {
        let mut values = Vec::new();
        let mut is_filled = false;
        for slot in &self.slots {
            if let Some(constant) = &slot.constant {
                values.push((slot.field.field().to_owned(), constant.clone()));
                continue;
            }
            let Some(cell) = slot.cell(row) else { continue };
            let outcome = to_value(slot.kind, &cell, &slot.rules(epoch));
            notes.extend(outcome.notes.iter().map(|note| FieldNote {
                code: note.code.word(),
                severity: note.severity,
                field: Some(slot.field.clone()),
                text: outcome.text(note),
            }));
            is_filled |= outcome.value.is_some() || outcome.refusal().is_some();
            values.extend(
                outcome
                    .value
                    .map(|value| (slot.field.field().to_owned(), value)),
            );
        }
        if !is_filled {
            return None;
        }
        let mut key = Vec::new();
        for name in &self.key {
            if let Some(found) = values.iter().find(|(field, _)| field == name) {
                key.push(found.clone());
                continue;
            }
            let field = FieldRef::new(&self.collection, name);
            let is_refused = notes
                .iter()
                .any(|n| n.severity == Severity::Refused && n.field.as_ref() == Some(&field));
            if !is_refused {
                // Without the person the row is nobody's; without one of several things that belong
                // to them it still says the rest.
                let severity = if self.is_person {
                    Severity::Refused
                } else {
                    Severity::Dropped
                };
                notes.push(FieldNote::new(Code::KeyMissing, severity, Some(field)));
            }
            return None;
        }
        Some(RecordDraft {
            collection: self.collection.clone(),
            values,
            key,
        })
    }
}

/// One field and what feeds it.
#[derive(Debug)]
struct Slot {
    field: FieldRef,
    kind: FieldKind,
    columns: Vec<String>,
    constant: Option<Personal<String>>,
    check: CheckRule,
    values: Vec<String>,
    translate: Option<BTreeMap<String, String>>,
    order: Option<DateOrder>,
    width: Option<usize>,
}

impl Slot {
    fn new(mapping: &Mapping, collection: &str, declared: &Field) -> Option<Self> {
        let field = FieldRef::new(collection, &declared.name);
        let feeding = mapping
            .columns
            .iter()
            .filter(|(_, fields)| fields.contains(&field));
        let columns: Vec<String> = feeding.map(|(name, _)| name.clone()).collect();
        let constant = mapping.constants.get(&field).cloned().map(Personal::new);
        if columns.is_empty() && constant.is_none() {
            return None;
        }
        let postcode = words::is_postcode(declared).then_some(CHINESE_POSTCODE_DIGITS);
        Some(Self {
            kind: declared.kind,
            columns,
            constant,
            check: mapping
                .on_bad
                .get(&field)
                .copied()
                .unwrap_or(declared.check),
            values: declared.values.clone(),
            translate: mapping.translate.get(&field).cloned(),
            order: mapping.orders.get(&field).copied().or(mapping.order),
            width: mapping.width.get(&field).copied().or(postcode),
            field,
        })
    }

    fn rules(&self, epoch: Epoch) -> Rules<'_> {
        Rules {
            check: self.check,
            values: &self.values,
            translate: self.translate.as_ref(),
            order: self.order,
            epoch,
            width: self.width,
        }
    }

    /// The cell that feeds the field; several are joined in the order of the mapping.
    fn cell(&self, row: &RawRow) -> Option<Cell> {
        let mut filled = self
            .columns
            .iter()
            .filter_map(|c| row.cell(c))
            .filter(|c| !c.is_empty());
        let first = filled.next()?.clone();
        let rest: Vec<&Cell> = filled.collect();
        if rest.is_empty() {
            return Some(first);
        }
        let glue = if self.kind == FieldKind::Address {
            ""
        } else {
            "; "
        };
        // The pieces go into one cell, which is personal as they were.
        let mut text = first.expose().trim().to_owned();
        for piece in rest {
            text.push_str(glue);
            text.push_str(piece.expose().trim());
        }
        Some(Cell::text_cell(text))
    }
}

fn finding(code: &'static str, column: &str, message: Text, remedy: Text) -> PlanFinding {
    PlanFinding {
        code,
        column: column.to_owned(),
        message,
        remedy,
    }
}

const CHINESE_POSTCODE_DIGITS: usize = 6;

#[cfg(test)]
mod tests;
