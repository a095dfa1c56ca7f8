//! Workbooks: every sheet, hidden ones too, and what stands beside the cells.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use shouxin_intake::{Format, OpenError, Rows};

use super::{ooxml, text};
use crate::Problem;
use crate::collect::{Collector, Spot, Table};

pub(super) fn read(bytes: &[u8], collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let mut archive = ooxml::open(bytes, &collector.settings.limits)?;
    let names = sheets(bytes)?;
    let limits = collector.settings.limits.of_tables();
    for name in names.iter().take(collector.settings.limits.parts) {
        let format = Format::Xlsx {
            sheet: Some(name.clone()),
        };
        match Rows::open(bytes, &format, limits) {
            Ok(rows) => {
                let shown = collector.safe_name(name);
                let table = Table::new(vec![collector.document()], Some(shown));
                text::rows_into(rows, table, collector, Spot::Cell)?;
            }
            Err(OpenError::Empty) => {}
            Err(error) => {
                let shown = collector.safe_name(name);
                collector.problem(&shown, text::problem(&error, &limits));
            }
        }
    }
    if names.len() > collector.settings.limits.parts {
        collector.problem("", Problem::TooMany);
    }
    beside(&mut archive, collector)
}

/// The sheets in their order.
fn sheets(bytes: &[u8]) -> Result<Vec<String>, Problem> {
    let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Problem::Damaged)?;
    Ok(book.sheet_names())
}

/// Comments, drawings, properties.
fn beside(
    archive: &mut ooxml::Archive<'_>,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    for name in ooxml::names(archive) {
        let (part, groups): (&str, &[&str]) = if name.starts_with("xl/comments") {
            ("comment", &["text", "author"])
        } else if name.starts_with("xl/threadedComments/") {
            ("comment", &["text"])
        } else if name.starts_with("xl/drawings/drawing") {
            ("drawing", &["p"])
        } else {
            continue;
        };
        if !name.ends_with(".xml") {
            continue;
        }
        let xml = ooxml::part(archive, &name)?;
        ooxml::passages(&xml, part, groups, &[], collector)?;
    }
    ooxml::properties(archive, collector)
}
