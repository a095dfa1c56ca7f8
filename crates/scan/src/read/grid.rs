//! Tables of documents: with a row of headings they are columns, without one each row is a passage.

use shouxin_intake::kind_of_header;

use crate::collect::{Collector, Spot, Table};
use crate::{Place, Problem};

/// A table as it is read.
#[derive(Default)]
pub(super) struct Grid {
    rows: Vec<Vec<(Place, String)>>,
}

/// No table of a document is kept larger than this; what comes then is a table of its own.
const MOST_ROWS: usize = 10_000;

impl Grid {
    pub(super) fn row(&mut self) {
        if self.rows.last().is_none_or(|row| !row.is_empty()) {
            self.rows.push(Vec::new());
        }
    }

    pub(super) fn cell(&mut self, place: Place, text: String) {
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        if let Some(row) = self.rows.last_mut() {
            row.push((place, text));
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows.len() > MOST_ROWS
    }

    /// What the table holds goes to the collector.
    pub(super) fn close(self, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
        let mut rows = self
            .rows
            .into_iter()
            .filter(|row| !row.is_empty())
            .peekable();
        let has_header = rows.peek().is_some_and(|row| is_header(row));
        if !has_header {
            return rows.try_for_each(|row| passage(&row, collector));
        }
        let header = rows.next().unwrap_or_default();
        // Each by itself: 姓名 | 品名 announces no name.
        for (place, name) in &header {
            collector.passage(name, |_| place.clone())?;
        }
        let mut table = Table::new(vec![collector.document()], None);
        let columns: Vec<Option<usize>> = header
            .iter()
            .map(|(_, name)| table.column(collector, name.trim(), None))
            .collect();
        for row in rows {
            for (at, (place, text)) in row.into_iter().enumerate() {
                match columns.get(at) {
                    Some(Some(column)) => {
                        table.cell(collector, *column, Spot::At(Box::new(place)), &text)?;
                    }
                    _ => collector.passage(&text, |_| place.clone())?,
                }
            }
        }
        table.close(collector, None, None)
    }
}

/// Half of its cells at least are words that name columns, and there is more than one.
fn is_header(row: &[(Place, String)]) -> bool {
    let filled = row.iter().filter(|(_, text)| !text.trim().is_empty());
    let (all, known) = filled.fold((0, 0), |(all, known), (_, text)| {
        (all + 1, known + usize::from(kind_of_header(text).is_some()))
    });
    all > 1 && known * 2 >= all && known > 1
        // 姓名 | 张伟 | 电话 | 138…: a form, of which every second cell is a name of a field.
        && !(row.len() > 3 && alternates(row))
}

fn alternates(row: &[(Place, String)]) -> bool {
    row.chunks(2).all(|pair| match pair {
        [(_, name), (_, value)] => {
            kind_of_header(name).is_some() && kind_of_header(value).is_none()
        }
        _ => true,
    })
}

/// The cells of a row, told as one passage, so that 姓名 | 张伟 announces a name.
fn passage(row: &[(Place, String)], collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let mut text = String::new();
    let mut starts = Vec::new();
    let mut names_next = false;
    for (_, cell) in row {
        if !text.is_empty() {
            text.push_str(if names_next { "：" } else { "\t" });
        }
        starts.push(text.len());
        text.push_str(cell.trim());
        let has_mark = cell.trim().ends_with([':', '：']);
        names_next = !has_mark && kind_of_header(cell).is_some();
    }
    collector.passage(&text, |at| {
        let cell = starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1);
        row.get(cell)
            .map(|(place, _)| place.clone())
            .unwrap_or_default()
    })
}
