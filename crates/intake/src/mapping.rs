//! Which column feeds which field: the mapping file, written by the guesser and finished by people.
//!
//! ```toml
//! ignore = ["内部序号"]            # columns that are left out on purpose
//!
//! [source]                        # who gave the data (S20)
//! third_party = true
//! name = "…"
//! authorisation = "contract 2026-17, consent clause 4"
//! date = 2026-01-31
//!
//! [columns]                       # "column" = "collection.field", or a list of fields
//! "手机" = "customer.mobile"
//! "#3" = "vehicle.vin"            # the third column, whatever its name
//!
//! [constants]                     # the same value in every row
//! "customer.source" = "store"
//!
//! [match]                         # duplicates are found by these; [] never matches
//! customer = ["mobile"]
//!
//! [on_bad]                        # refuse the row, or keep and report
//! "customer.email" = "keep"
//!
//! [translate."vehicle.energy"]    # words of the file = values of the register
//! "汽油" = "petrol"
//!
//! [dates]
//! order = "d/m/y"                 # or per field: "vehicle.purchased_on" = "m/d/y"
//! epoch = 1904                    # what serial numbers count from; 1900 without it
//!
//! [width]                         # digits of codes whose leading zeros a spreadsheet drops
//! "customer.postcode" = 6
//! ```

mod parse;
mod reading;
mod render;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use shouxin_model::text::Language;
use shouxin_model::{CheckRule, FieldRef, Text};

use crate::{DateOrder, Epoch};

/// A checked mapping file. The module's documentation shows the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The worksheet to read; without one, the first that holds anything.
    pub sheet: Option<String>,
    /// Columns and the fields that each feeds, in the order of the file.
    pub columns: Vec<(String, Vec<FieldRef>)>,
    /// Columns left out on purpose.
    pub ignore: Vec<String>,
    /// Fields with the same value in every row, in normal form.
    pub constants: BTreeMap<FieldRef, String>,
    /// Per collection fed: the fields that duplicates are matched by; empty: every row is new.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Who gave the data.
    pub source: SourceStatement,
    /// What becomes of bad values, where it is not as the register says.
    pub on_bad: BTreeMap<FieldRef, CheckRule>,
    /// Words of the file and the values they mean.
    pub translate: BTreeMap<FieldRef, BTreeMap<String, String>>,
    /// The order of day and month.
    pub order: Option<DateOrder>,
    /// The order of day and month in single fields.
    pub orders: BTreeMap<FieldRef, DateOrder>,
    /// What serial numbers of dates count from.
    pub epoch: Epoch,
    /// The number of digits of codes.
    pub width: BTreeMap<FieldRef, usize>,
}

/// Who gave the data, and by what right (S20). Goes into the ledger with the import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceStatement {
    /// Whether the data come from someone other than the persons themselves.
    pub third_party: bool,
    /// Who gave them.
    pub name: Option<String>,
    /// The contract, consent or other authorisation that allows it.
    pub authorisation: Option<String>,
    /// When they were given, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// What is wrong with a mapping file, said so that a person can put it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingFinding {
    /// The file's name as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// A stable word, for example `field-unknown`.
    pub code: &'static str,
    /// What is wrong.
    pub message: Text,
    /// What would put it right.
    pub remedy: Text,
}

impl MappingFinding {
    /// Two lines: `file:line:column: what is wrong [code]`, then the remedy, indented.
    pub fn render(&self, language: Language) -> String {
        let Self {
            file,
            line,
            column,
            code,
            ..
        } = self;
        let (message, remedy) = (self.message.get(language), self.remedy.get(language));
        let mut out = format!("{file}:{line}:{column}: {message} [{code}]\n");
        let lead = match language {
            Language::Chinese => "处理办法：",
            Language::English => "remedy: ",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "    {lead}{remedy}");
        out
    }
}

#[cfg(test)]
mod tests;
