//! The parts of a mapping file taken one by one, each mistake noted with its place.

use std::borrow::Cow;
use std::ops::Range;

use shouxin_model::{Field, FieldRef, Register, Text};
use toml::Spanned;
use toml::de::DeValue;

use super::MappingFinding;

/// A mapping file being read.
pub(super) struct Reading<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) register: &'a Register,
    pub(super) findings: Vec<MappingFinding>,
}

/// A key and its value.
pub(super) type Entry<'t> = (&'t Spanned<Cow<'t, str>>, &'t Spanned<DeValue<'t>>);

impl<'a> Reading<'a> {
    pub(super) fn field_value(
        &mut self,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<(FieldRef, &'a Field)> {
        let text = self.string(value)?;
        self.field(text, &value.span())
    }

    pub(super) fn field_key(
        &mut self,
        key: &Spanned<Cow<'_, str>>,
    ) -> Option<(FieldRef, &'a Field)> {
        self.field(key.get_ref(), &key.span())
    }

    pub(super) fn field(
        &mut self,
        text: &str,
        span: &Range<usize>,
    ) -> Option<(FieldRef, &'a Field)> {
        let Ok(field) = text.parse::<FieldRef>() else {
            self.find(
                span,
                "field-malformed",
                Text::fixed(
                    "字段须写作 集合.字段",
                    "a field is written collection.field",
                ),
                Text::fixed(
                    "例如 \"customer.mobile\"（键须加引号）",
                    "for example \"customer.mobile\" (quoted where it is a key)",
                ),
            );
            return None;
        };
        if let Some(declared) = self.register.field(&field) {
            return Some((field, declared));
        }
        self.find(
            span,
            "field-unknown",
            Text::made(
                format!("登记册没有字段 {field}"),
                format!("the register has no field {field}"),
            ),
            known_fields(self.register, field.collection()),
        );
        None
    }

    pub(super) fn entries<'t>(&mut self, value: &'t Spanned<DeValue<'t>>) -> Vec<Entry<'t>> {
        match value.get_ref() {
            DeValue::Table(table) => {
                // In the order of the file: pieces of an address are joined in it.
                let mut entries: Vec<Entry<'t>> = table.iter().collect();
                entries.sort_by_key(|(key, _)| key.span().start);
                entries
            }
            _ => {
                self.wrong_word(value, "[table]");
                Vec::new()
            }
        }
    }

    pub(super) fn string<'t>(&mut self, value: &'t Spanned<DeValue<'_>>) -> Option<&'t str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong_word(value, "\"…\"");
        }
        text
    }

    pub(super) fn said(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        self.string(value)
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
    }

    pub(super) fn strings(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(list) => list
                .iter()
                .filter_map(|v| self.string(v).map(str::to_owned))
                .collect(),
            _ => {
                self.wrong_word(value, "[\"…\"]");
                Vec::new()
            }
        }
    }

    pub(super) fn unknown_key(&mut self, key: &Spanned<Cow<'_, str>>, known: &str) {
        self.find(
            &key.span(),
            "key-unknown",
            Text::fixed("没有该设置", "there is no such setting"),
            Text::made(format!("可用：{known}"), format!("use one of: {known}")),
        );
    }

    pub(super) fn wrong_word(&mut self, value: &Spanned<DeValue<'_>>, allowed: &str) {
        self.find(
            &value.span(),
            "value-wrong",
            Text::fixed("此处不能使用该值", "this value cannot stand here"),
            Text::made(format!("可用：{allowed}"), format!("use: {allowed}")),
        );
    }

    pub(super) fn find(
        &mut self,
        span: &Range<usize>,
        code: &'static str,
        message: Text,
        remedy: Text,
    ) {
        let (line, column) = line_and_column(self.text, span.start);
        self.findings.push(MappingFinding {
            file: self.file.to_owned(),
            line,
            column,
            code,
            message,
            remedy,
        });
    }
}

pub(super) fn known_fields(register: &Register, collection: &str) -> Text {
    let names: Vec<&str> = match register.collection(collection) {
        Some(collection) => collection.fields.iter().map(|f| f.name.as_str()).collect(),
        None => register
            .collections
            .iter()
            .map(|c| c.name.as_str())
            .collect(),
    };
    let names = names.join(", ");
    Text::made(format!("可用：{names}"), format!("use one of: {names}"))
}

pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
