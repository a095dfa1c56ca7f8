//! A table as CSV, JSON or Markdown.

use super::Table;

impl Table {
    /// CSV (RFC 4180) with a byte-order mark, so that Excel reads it as UTF-8. A cell that a spreadsheet
    /// would take for a formula is led by an apostrophe.
    pub fn to_csv(&self) -> String {
        let mut out = String::from("\u{feff}");
        let titles: Vec<&str> = self.columns.iter().map(|c| c.title.as_str()).collect();
        csv_line(&mut out, &titles);
        for row in &self.rows {
            csv_line(&mut out, row);
        }
        out
    }

    /// A JSON array of one object a row, under the columns' keys.
    pub fn to_json(&self) -> String {
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = self
            .rows
            .iter()
            .map(|row| {
                let cells = row
                    .iter()
                    .map(|cell| serde_json::Value::from(cell.as_str()));
                self.columns
                    .iter()
                    .map(|c| c.key.to_owned())
                    .zip(cells)
                    .collect()
            })
            .collect();
        // Strings under string keys always serialise; Display of a Value cannot fail.
        let mut out = format!("{:#}", serde_json::json!(rows));
        out.push('\n');
        out
    }

    /// A Markdown heading and table.
    pub fn to_markdown(&self) -> String {
        let mut out = format!("# {}\n\n", self.title);
        let titles: Vec<&str> = self.columns.iter().map(|c| c.title.as_str()).collect();
        markdown_line(&mut out, &titles);
        markdown_line(&mut out, &vec!["---"; titles.len()]);
        for row in &self.rows {
            markdown_line(&mut out, row);
        }
        out
    }
}

fn csv_line<S: AsRef<str>>(out: &mut String, cells: &[S]) {
    for (i, cell) in cells.iter().enumerate() {
        let cell = cell.as_ref();
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let quoted = formula || cell.contains([',', '"', '\n', '\r']);
        if i > 0 {
            out.push(',');
        }
        if quoted {
            out.push('"');
            if formula {
                out.push('\'');
            }
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

fn markdown_line<S: AsRef<str>>(out: &mut String, cells: &[S]) {
    out.push('|');
    for cell in cells {
        let cell = cell
            .as_ref()
            .replace('\\', "\\\\")
            .replace('|', "\\|")
            .replace(['\n', '\r'], " ");
        out.push_str(&format!(" {cell} |"));
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::Column;
    use super::*;

    fn one_cell(cell: &str) -> Table {
        let column = Column {
            key: "item",
            title: "item".to_owned(),
        };
        Table {
            title: "T".to_owned(),
            columns: vec![column],
            rows: vec![vec![cell.to_owned()]],
        }
    }

    #[test]
    fn a_cell_that_looks_like_a_formula_reaches_the_spreadsheet_as_text() {
        for (cell, csv) in [
            ("=1+1", "\"'=1+1\""),
            ("+86", "\"'+86\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("姓名", "姓名"),
        ] {
            assert_eq!(
                one_cell(cell).to_csv(),
                format!("\u{feff}item\r\n{csv}\r\n")
            );
        }
    }

    #[test]
    fn json_names_its_cells_and_markdown_keeps_bars_inside_theirs() {
        assert_eq!(
            one_cell("a\"b").to_json(),
            "[\n  {\n    \"item\": \"a\\\"b\"\n  }\n]\n"
        );
        assert_eq!(
            one_cell("a|b\nc").to_markdown(),
            "# T\n\n| item |\n| --- |\n| a\\|b c |\n"
        );
    }
}
