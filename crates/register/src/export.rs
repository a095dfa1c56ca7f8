//! Tables derived from the register: what is collected, and the record of processing.

mod collection_list;
mod format;
mod processing_record;
mod titles;

use serde::Serialize;
use shouxin_model::Text;
use shouxin_model::text::Language;

pub use collection_list::collection_list;
pub use processing_record::processing_record;

/// A table in one language: columns, then rows of as many cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What people call it.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// A stable name, the same in every language.
    pub key: &'static str,
    /// What people call it.
    pub title: String,
}

/// The columns of a table: key, Chinese title, English title.
type Columns = [(&'static str, &'static str, &'static str)];

fn table(title: Text, columns: &Columns, rows: Vec<Vec<String>>, language: Language) -> Table {
    let columns = columns.iter().map(|&(key, zh, en)| Column {
        key,
        title: pick(language, zh, en).to_owned(),
    });
    Table {
        title: title.get(language).to_owned(),
        columns: columns.collect(),
        rows,
    }
}

/// Short things one after the other.
fn list<S: AsRef<str>>(items: impl IntoIterator<Item = S>, language: Language) -> String {
    joined(items, pick(language, "、", ", "))
}

/// Things that may hold commas themselves, one after the other.
fn phrases<S: AsRef<str>>(items: impl IntoIterator<Item = S>, language: Language) -> String {
    joined(items, pick(language, ";", "; "))
}

fn joined<S: AsRef<str>>(items: impl IntoIterator<Item = S>, separator: &str) -> String {
    let mut out = String::new();
    for item in items {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(item.as_ref());
    }
    out
}

const fn pick<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests;
