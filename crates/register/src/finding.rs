//! What is wrong with a register, said so that a person can put it right.

use std::fmt::Write as _;

use serde::Serialize;
use shouxin_model::Text;
use shouxin_model::text::Language;

/// One thing that keeps a register from being used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file's name, as given to [`crate::parse`].
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What it is about, for example `collection customer, field mobile`.
    pub place: Text,
    /// A stable slug that names the rule, for example `field-without-owner`.
    pub code: &'static str,
    /// What is wrong.
    pub message: Text,
    /// What would put it right.
    pub remedy: Text,
}

impl Finding {
    /// Two lines: `file:line:column: place: what is wrong [code]`, then the remedy, indented.
    pub fn render(&self, language: Language) -> String {
        let Self {
            file,
            line,
            column,
            code,
            ..
        } = self;
        let (place, message) = (self.place.get(language), self.message.get(language));
        let (colon, remedy) = match language {
            Language::Chinese => (":", "处理办法:"),
            Language::English => (": ", "remedy: "),
        };
        let mut out = format!("{file}:{line}:{column}: {place}{colon}{message} [{code}]\n");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "    {remedy}{}", self.remedy.get(language));
        out
    }
}
