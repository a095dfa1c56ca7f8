//! A measured row and how a table of them is printed.

use std::fmt::Write as _;

/// One measured thing against its bar.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The bar, in words.
    pub bar: String,
    /// What was found, with units; the ratio where there is one.
    pub found: String,
    /// Whether the bar was reached; `None` where the row only reports.
    pub reached: Option<bool>,
}

impl Row {
    /// A row with a verdict.
    pub fn judged(
        what: impl Into<String>,
        bar: impl Into<String>,
        found: impl Into<String>,
        reached: bool,
    ) -> Self {
        Self {
            what: what.into(),
            bar: bar.into(),
            found: found.into(),
            reached: Some(reached),
        }
    }

    /// A row without one.
    pub fn told(what: impl Into<String>, bar: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            bar: bar.into(),
            found: found.into(),
            reached: None,
        }
    }

    /// This row with a verdict, where there can be one.
    #[must_use]
    pub fn verdict(mut self, reached: Option<bool>) -> Self {
        self.reached = reached;
        self
    }
}

/// The rows as a Markdown table.
pub fn table(rows: &[Row]) -> String {
    let mut out = String::from("| what | bar | measured | |\n|---|---|---|---|\n");
    for row in rows {
        let verdict = match row.reached {
            Some(true) => "reached",
            Some(false) => "**missed**",
            None => "",
        };
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {verdict} |",
            row.what, row.bar, row.found
        );
    }
    out
}

/// The middle of some measurements; the mean of the two middle ones for an even number. 0 of none.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}

/// The value below which this part of the measurements lies; `part` from 0 to 1. 0 of none.
pub fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into a list"
    )]
    let at = (part * values.len() as f64).ceil() as usize;
    values
        .get(at.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_a_quantile_lies_where_it_says() {
        assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&mut [4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        let mut hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((quantile(&mut hundred, 0.99) - 99.0).abs() < 1e-9);
        assert!((quantile(&mut [], 0.5)).abs() < 1e-9);
    }

    #[test]
    fn a_missed_bar_stands_out() {
        let rows = [
            Row::judged("a", ">= 1", "2", true),
            Row::judged("b", ">= 1", "0.5", false),
            Row::told("c", "", "7"),
        ];
        let table = table(&rows);
        assert!(table.contains("| a | >= 1 | 2 | reached |"));
        assert!(table.contains("| b | >= 1 | 0.5 | **missed** |"));
        assert!(table.contains("| c |  | 7 |  |"));
    }
}
