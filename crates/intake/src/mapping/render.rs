//! The mapping file written.

use std::fmt::Write as _;

use shouxin_model::{CheckRule, Register};

use super::Mapping;
use crate::{Epoch, Guess};

impl Mapping {
    /// The mapping that follows from guesses about these columns: every guess taken, duplicates
    /// matched as the register says, the other columns ignored.
    pub fn from_guesses(columns: &[String], guesses: &[Guess], register: &Register) -> Self {
        let is_guessed = |column: &&String| guesses.iter().any(|g| g.column == **column);
        let ignore = columns.iter().filter(|c| !is_guessed(c)).cloned().collect();
        let mut mapping = Self {
            ignore,
            ..Self::default()
        };
        for guess in guesses {
            mapping
                .columns
                .push((guess.column.clone(), vec![guess.field.clone()]));
            if let Some(collection) = register.collection(guess.field.collection()) {
                mapping
                    .keys
                    .entry(collection.name.clone())
                    .or_insert_with(|| collection.key.clone());
            }
        }
        mapping
    }

    /// The mapping as a file that [`Mapping::parse`] reads back. Each guess brings its reason as a
    /// comment.
    pub fn render(&self, guesses: &[Guess]) -> String {
        let mut out = String::from(HEAD);
        if let Some(sheet) = &self.sheet {
            push(&mut out, format_args!("sheet = {}", quoted(sheet)));
        }
        if !self.ignore.is_empty() {
            out.push_str(IGNORED);
            push(&mut out, format_args!("ignore = [{}]", list(&self.ignore)));
        }
        self.render_source(&mut out);
        out.push_str("\n[columns]\n");
        for (column, fields) in &self.columns {
            for guess in guesses
                .iter()
                .filter(|g| g.column == *column && fields.contains(&g.field))
            {
                push(
                    &mut out,
                    format_args!("# {}%: {}", guess.confidence, guess.why.zh),
                );
                push(&mut out, format_args!("#      {}", guess.why.en));
            }
            let targets: Vec<String> = fields.iter().map(ToString::to_string).collect();
            match &targets[..] {
                [one] => push(
                    &mut out,
                    format_args!("{} = {}", quoted(column), quoted(one)),
                ),
                many => push(
                    &mut out,
                    format_args!("{} = [{}]", quoted(column), list(many)),
                ),
            }
        }
        self.render_rest(&mut out);
        out
    }

    fn render_source(&self, out: &mut String) {
        out.push_str("\n[source]\n");
        push(
            out,
            format_args!("third_party = {}", self.source.third_party),
        );
        let stated = [
            ("name", &self.source.name),
            ("authorisation", &self.source.authorisation),
            ("date", &self.source.date),
        ];
        for (key, value) in stated {
            match value {
                Some(value) => push(out, format_args!("{key} = {}", quoted(value))),
                None => push(out, format_args!("# {key} = \"\"")),
            }
        }
    }

    fn render_rest(&self, out: &mut String) {
        table(
            out,
            "constants",
            self.constants
                .iter()
                .map(|(f, v)| (f.to_string(), quoted(v))),
        );
        table(
            out,
            "match",
            self.keys
                .iter()
                .map(|(c, key)| (c.clone(), format!("[{}]", list(key)))),
        );
        let rule = |rule: &CheckRule| {
            if *rule == CheckRule::Keep {
                "\"keep\""
            } else {
                "\"refuse\""
            }
        };
        table(
            out,
            "on_bad",
            self.on_bad
                .iter()
                .map(|(f, r)| (f.to_string(), rule(r).to_owned())),
        );
        let order = self.order.map(|o| ("order".to_owned(), quoted(o.word())));
        let epoch = (self.epoch == Epoch::Mac1904).then(|| ("epoch".to_owned(), "1904".to_owned()));
        let orders = self
            .orders
            .iter()
            .map(|(f, o)| (f.to_string(), quoted(o.word())));
        table(out, "dates", order.into_iter().chain(epoch).chain(orders));
        table(
            out,
            "width",
            self.width
                .iter()
                .map(|(f, w)| (f.to_string(), w.to_string())),
        );
        for (field, words) in &self.translate {
            let name = format!("translate.{}", quoted(&field.to_string()));
            table(
                out,
                &name,
                words
                    .iter()
                    .map(|(word, meant)| (word.clone(), quoted(meant))),
            );
        }
    }
}

fn table(out: &mut String, name: &str, entries: impl Iterator<Item = (String, String)>) {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return;
    }
    push(out, format_args!("\n[{name}]"));
    for (key, value) in entries {
        push(out, format_args!("{} = {value}", quoted(&key)));
    }
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{line}");
}

fn list(items: &[String]) -> String {
    items
        .iter()
        .map(|item| quoted(item))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A TOML basic string on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

const HEAD: &str = "\
# 导入映射：左边是文件的列，右边是登记册的字段。请核对后使用。
# Import mapping: columns of the file on the left, fields of the register on the right. Check before use.
";

const IGNORED: &str = "\
# 不导入的列；如需导入请移到 [columns]
# Columns that are not imported; move them to [columns] to import them.
";

#[cfg(test)]
mod tests {
    use crate::Mapping;
    use crate::fixture::register;

    #[test]
    fn a_mapping_written_is_read_back_the_same() {
        let text = r#"
            sheet = "客户\t1"
            ignore = ["序号", "a\"b"]
            [source]
            third_party = true
            name = "partner"
            authorisation = "contract 7"
            date = 2026-01-31
            [columns]
            "手机" = "customer.mobile"
            "车架号" = "vehicle.vin"
            "动力" = ["vehicle.energy", "customer.note"]
            [constants]
            "customer.name" = "test"
            [on_bad]
            "customer.mobile" = "keep"
            [dates]
            order = "d/m/y"
            epoch = 1904
            "vehicle.bought" = "m/d/y"
            [width]
            "customer.postcode" = 6
            [translate."vehicle.energy"]
            "汽油" = "petrol"
        "#;
        let mapping = Mapping::parse("m.toml", text, &register()).expect("the mapping is right");
        let written = mapping.render(&[]);
        assert_eq!(
            Mapping::parse("m.toml", &written, &register()),
            Ok(mapping),
            "{written}"
        );
    }
}
