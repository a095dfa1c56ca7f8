//! The mapping file read and checked against the register.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{CheckRule, Field, FieldKind, FieldRef, Register, Text};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reading::{Reading, known_fields, line_and_column};
use super::{Mapping, MappingFinding, SourceStatement};
use crate::{Cell, DateOrder, Epoch, Rules, to_value};

impl Mapping {
    /// Reads a mapping file and checks it against the register. `file` is only named in findings.
    ///
    /// # Errors
    /// Everything that keeps the mapping from being used, in the order of the file.
    pub fn parse(file: &str, text: &str, register: &Register) -> Result<Self, Vec<MappingFinding>> {
        let mut reading = Reading {
            file,
            text,
            register,
            findings: Vec::new(),
        };
        let mapping = reading.read();
        let mut findings = reading.findings;
        findings.sort_by_key(|f| (f.line, f.column));
        if findings.is_empty() {
            Ok(mapping)
        } else {
            Err(findings)
        }
    }
}

impl<'a> Reading<'a> {
    fn read(&mut self) -> Mapping {
        let mut mapping = Mapping::default();
        let root = match DeTable::parse(self.text) {
            Ok(root) => root,
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                // The parser's message names what it expected, not what stands there.
                self.find(
                    &span,
                    "toml",
                    Text::made("不是有效的 TOML", error.message()),
                    Text::fixed("按 TOML 语法改正该处", "correct the TOML at this place"),
                );
                return mapping;
            }
        };
        for entry in root.get_ref() {
            let (key, value) = entry;
            match key.get_ref().as_ref() {
                "sheet" => mapping.sheet = self.string(value).map(str::to_owned),
                "ignore" => mapping.ignore = self.strings(value),
                "source" => mapping.source = self.source(key, value),
                "columns" => self.columns(value, &mut mapping),
                "constants" => self.constants(value, &mut mapping),
                "match" => self.keys(value, &mut mapping),
                "on_bad" => self.on_bad(value, &mut mapping),
                "translate" => self.translate(value, &mut mapping),
                "dates" => self.dates(value, &mut mapping),
                "width" => self.width(value, &mut mapping),
                _ => self.unknown_key(key, SECTIONS),
            }
        }
        self.check_whole(&root, &mut mapping);
        mapping
    }

    fn columns(&mut self, value: &Spanned<DeValue<'_>>, mapping: &mut Mapping) {
        for (column, target) in self.entries(value) {
            let targets = match target.get_ref() {
                DeValue::Array(list) => list.iter().collect(),
                _ => vec![target],
            };
            let mut fields = Vec::new();
            for target in targets {
                let Some((field, declared)) = self.field_value(target) else {
                    continue;
                };
                let is_fed = mapping
                    .columns
                    .iter()
                    .flat_map(|c| &c.1)
                    .any(|f| *f == field);
                // An address may come in pieces, a text in several columns; a number may not.
                if is_fed && !is_joined(declared.kind) {
                    self.find(
                        &target.span(),
                        "field-twice",
                        Text::made(
                            format!("字段 {field} 由多列填写"),
                            format!("the field {field} is fed by more than one column"),
                        ),
                        Text::fixed(
                            "只保留一列，其余列入 ignore",
                            "keep one column and list the others in ignore",
                        ),
                    );
                    continue;
                }
                fields.push(field);
            }
            mapping.columns.push((column.get_ref().to_string(), fields));
        }
    }

    fn constants(&mut self, value: &Spanned<DeValue<'_>>, mapping: &mut Mapping) {
        for (key, value) in self.entries(value) {
            let Some((field, declared)) = self.field_key(key) else {
                continue;
            };
            let Some(text) = self.string(value) else {
                continue;
            };
            let rules = Rules {
                values: &declared.values,
                ..Rules::default()
            };
            let outcome = to_value(declared.kind, &Cell::text_cell(text), &rules);
            match outcome.value {
                // A constant is the mapping's own word, not yet a person's value.
                Some(normal) => {
                    mapping.constants.insert(field, normal.expose().clone());
                }
                None => self.find(
                    &value.span(),
                    "constant-invalid",
                    Text::made(
                        format!("该常量不是有效的{}", declared.kind.title().zh),
                        format!("the constant is no valid {}", declared.kind.title().en),
                    ),
                    allowed_values(declared),
                ),
            }
        }
    }

    fn keys(&mut self, value: &Spanned<DeValue<'_>>, mapping: &mut Mapping) {
        for (name, list) in self.entries(value) {
            let Some(collection) = self.register.collection(name.get_ref()) else {
                let known = self.register.collections.iter().map(|c| c.name.as_str());
                let known = known.collect::<Vec<_>>().join(", ");
                self.find(
                    &name.span(),
                    "collection-unknown",
                    Text::fixed("登记册没有该集合", "the register has no such collection"),
                    Text::made(format!("可用：{known}"), format!("use one of: {known}")),
                );
                continue;
            };
            let fields = self.strings(list);
            for field in &fields {
                if collection.field(field).is_none() {
                    self.find(
                        &list.span(),
                        "field-unknown",
                        Text::made(
                            format!("集合 {} 没有字段 {field}", collection.name),
                            format!("the collection {} has no field {field}", collection.name),
                        ),
                        known_fields(self.register, &collection.name),
                    );
                }
            }
            mapping.keys.insert(collection.name.clone(), fields);
        }
    }

    fn on_bad(&mut self, value: &Spanned<DeValue<'_>>, mapping: &mut Mapping) {
        for (key, value) in self.entries(value) {
            let Some((field, _)) = self.field_key(key) else {
                continue;
            };
            let Some(word) = self.string(value) else {
                continue;
            };
            match word {
                "keep" => mapping.on_bad.insert(field, CheckRule::Keep),
                "refuse" => mapping.on_bad.insert(field, CheckRule::Refuse),
                _ => {
                    self.wrong_word(value, "keep, refuse");
                    None
                }
            };
        }
    }

    fn translate(&mut self, value: &Spanned<DeValue<'_>>, mapping: &mut Mapping) {
        for (key, table) in self.entries(value) {
            let Some((field, declared)) = self.field_key(key) else {
                continue;
            };
            let mut words = BTreeMap::new();
            for (word, meant) in self.entries(table) {
                let Some(text) = self.string(meant) else {
                    continue;
                };
                let is_open = declared.kind != FieldKind::Enum || declared.values.is_empty();
                if is_open || declared.values.iter().any(|v| v == text) {
                    words.insert(word.get_ref().to_string(), text.to_owned());
                } else {
                    self.find(
                        &meant.span(),
                        "translation-invalid",
                        Text::made(
                            format!("字段 {field} 没有声明该取值"),
                            format!("the field {field} does not declare this value"),
                        ),
                        allowed_values(declared),
                    );
                }
            }
            mapping.translate.insert(field, words);
        }
    }

    fn dates(&mut self, value: &Spanned<DeValue<'_>>, mapping: &mut Mapping) {
        for (key, value) in self.entries(value) {
            match key.get_ref().as_ref() {
                "order" => mapping.order = self.order(value),
                "epoch" => match value.get_ref().as_integer().map(|i| i.as_str()) {
                    Some("1900") => mapping.epoch = Epoch::Windows1900,
                    Some("1904") => mapping.epoch = Epoch::Mac1904,
                    _ => self.wrong_word(value, "1900, 1904"),
                },
                _ => {
                    let Some((field, _)) = self.field_key(key) else {
                        continue;
                    };
                    if let Some(order) = self.order(value) {
                        mapping.orders.insert(field, order);
                    }
                }
            }
        }
    }

    fn order(&mut self, value: &Spanned<DeValue<'_>>) -> Option<DateOrder> {
        let order = DateOrder::from_word(self.string(value)?);
        if order.is_none() {
            self.wrong_word(value, "y/m/d, d/m/y, m/d/y");
        }
        order
    }

    fn width(&mut self, value: &Spanned<DeValue<'_>>, mapping: &mut Mapping) {
        for (key, value) in self.entries(value) {
            let Some((field, _)) = self.field_key(key) else {
                continue;
            };
            let width = value
                .get_ref()
                .as_integer()
                .and_then(|i| i.as_str().parse().ok());
            match width {
                Some(width @ 1..=40) => {
                    mapping.width.insert(field, width);
                }
                _ => self.wrong_word(value, "1 … 40"),
            }
        }
    }

    fn source(
        &mut self,
        key: &Spanned<Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> SourceStatement {
        let mut source = SourceStatement::default();
        for (key, value) in self.entries(value) {
            match key.get_ref().as_ref() {
                "third_party" => match value.get_ref().as_bool() {
                    Some(truth) => source.third_party = truth,
                    None => self.wrong_word(value, "true, false"),
                },
                "name" => source.name = self.said(value),
                "authorisation" => source.authorisation = self.said(value),
                "date" => {
                    let text = match value.get_ref() {
                        DeValue::Datetime(date) => Some(date.to_string()),
                        _ => self.said(value),
                    };
                    let is_date = |t: &String| {
                        t.parse::<jiff::civil::Date>()
                            .is_ok_and(|d| d.to_string() == *t)
                    };
                    if text.as_ref().is_some_and(|t| !is_date(t)) {
                        self.wrong_word(value, "YYYY-MM-DD");
                    }
                    source.date = text;
                }
                _ => self.unknown_key(key, "third_party, name, authorisation, date"),
            }
        }
        let is_stated =
            source.name.is_some() && source.authorisation.is_some() && source.date.is_some();
        if source.third_party && !is_stated {
            self.find(
                &key.span(),
                "source-unstated",
                Text::fixed(
                    "第三方提供的数据须说明来源(S20)",
                    "data from a third party need a statement of their source (S20)",
                ),
                Text::fixed(
                    "在 [source] 中填写 name、authorisation 和 date",
                    "state name, authorisation and date in [source]",
                ),
            );
        }
        source
    }

    /// What only the whole file shows: that something is fed, once, with its keys.
    fn check_whole(&mut self, root: &Spanned<DeTable<'_>>, mapping: &mut Mapping) {
        let at = |section: &str| {
            let found = root
                .get_ref()
                .iter()
                .find(|(key, _)| key.get_ref() == section);
            found.map_or(0..0, |(key, _)| key.span())
        };
        let by_column: BTreeSet<FieldRef> =
            mapping.columns.iter().flat_map(|c| c.1.clone()).collect();
        if by_column.is_empty() && self.findings.is_empty() {
            self.find(
                &at("columns"),
                "nothing-mapped",
                Text::fixed("没有映射任何列", "no column is mapped"),
                Text::fixed(
                    "在 [columns] 中写明列与字段的对应",
                    "name columns and their fields in [columns]",
                ),
            );
        }
        for field in mapping.constants.keys().filter(|f| by_column.contains(f)) {
            self.find(
                &at("constants"),
                "field-twice",
                Text::made(
                    format!("字段 {field} 既由列填写又是常量"),
                    format!("the field {field} is both fed by a column and a constant"),
                ),
                Text::fixed("删去其中之一", "remove one of the two"),
            );
        }
        let fed: BTreeSet<&FieldRef> = by_column.iter().chain(mapping.constants.keys()).collect();
        let collections: BTreeSet<String> = by_column
            .iter()
            .map(|f| f.collection().to_owned())
            .collect();
        for name in collections {
            let Some(collection) = self.register.collection(&name) else {
                continue;
            };
            let key = mapping
                .keys
                .entry(name.clone())
                .or_insert_with(|| collection.key.clone());
            for field in key
                .iter()
                .filter(|f| !fed.contains(&FieldRef::new(&name, f.as_str())))
            {
                let span = at(if root.get_ref().contains_key("match") {
                    "match"
                } else {
                    "columns"
                });
                let (line, column) = line_and_column(self.text, span.start);
                self.findings.push(MappingFinding {
                    file: self.file.to_owned(),
                    line,
                    column,
                    code: "key-not-fed",
                    message: Text::made(
                        format!("集合 {name} 按字段 {field} 查重，但没有列填写它"),
                        format!("duplicates of {name} are matched by {field}, which no column feeds"),
                    ),
                    remedy: Text::made(
                        format!("映射一列到 {name}.{field}，或在 [match] 中为 {name} 另选字段（[] 表示不查重）"),
                        format!("map a column to {name}.{field}, or choose other fields for {name} in [match] ([] never matches)"),
                    ),
                });
            }
        }
    }
}

/// Whether several columns may be joined into one value of this kind.
pub(crate) fn is_joined(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Address | FieldKind::FreeText)
}

fn allowed_values(field: &Field) -> Text {
    if field.values.is_empty() {
        return Text::fixed("改为该类型的有效值", "use a valid value of this kind");
    }
    let values = field.values.join(", ");
    Text::made(format!("可用：{values}"), format!("use one of: {values}"))
}

const SECTIONS: &str = "sheet, ignore, [source], [columns], [constants], [match], [on_bad], [translate], [dates], [width]";
