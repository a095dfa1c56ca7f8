//! Which character parts the cells, and whether the first row names the columns.

use csv_core::ReadRecordResult;

use crate::decode::WIDE_COMMA;
use crate::leaving::is_mark;
use crate::looks::{is_data, is_header_word};

/// The separator of the text and whether its first filled row is a header.
pub(crate) fn find(head: &str) -> (char, bool) {
    if let Some(delimiter) = hinted(head) {
        let rest = head.split_once('\n').map_or("", |(_, rest)| rest);
        return (delimiter, has_header(&table(rest, delimiter)));
    }
    // Text with full-width commas in its sentences is usual; such a comma parts cells only where
    // nothing else does.
    let best = CANDIDATES
        .iter()
        .map(|&delimiter| (delimiter, table(head, delimiter)))
        .map(|(delimiter, rows)| (score(&rows), delimiter, rows))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let (delimiter, rows) = match best {
        Some((score, delimiter, rows)) if score > 0 => (delimiter, rows),
        _ => (',', table(head, ',')),
    };
    (delimiter, has_header(&rows))
}

/// Whether the first row with several cells (or the first at all) names the columns.
pub(crate) fn has_header(rows: &[Vec<String>]) -> bool {
    let Some(first) = header_place(rows).and_then(|place| rows.get(place)) else {
        return false;
    };
    let filled: Vec<&str> = first
        .iter()
        .map(|c| c.trim())
        .filter(|c| !c.is_empty())
        .collect();
    if filled.iter().any(|cell| is_data(cell)) {
        return false;
    }
    // Names of columns differ from each other and say things that names of columns say; failing
    // that, data below them show by contrast that they are names.
    let mut distinct = filled.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let has_known_word = filled.iter().any(|cell| is_header_word(cell));
    let has_data_below = rows
        .iter()
        .skip(1)
        .flatten()
        .any(|cell| is_data(cell.trim()));
    has_known_word || (distinct.len() == filled.len() && has_data_below)
}

/// The place of the row that names the columns if any row does: titles above it fill one cell only.
pub(crate) fn header_place(rows: &[Vec<String>]) -> Option<usize> {
    let filled = |row: &Vec<String>| row.iter().filter(|c| !c.trim().is_empty()).count();
    let several = rows
        .iter()
        .take(HEADER_WITHIN_ROWS)
        .position(|row| filled(row) > 1);
    several.or(if rows.is_empty() { None } else { Some(0) })
}

/// Rows among which the header is looked for; above it may stand a title.
pub(crate) const HEADER_WITHIN_ROWS: usize = 6;

/// How well the rows agree on a width above one: per mille of rows of the commonest width, plus
/// that width. Zero if most rows have one cell.
fn score(rows: &[Vec<String>]) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    widths.sort_unstable();
    let commonest = widths
        .chunk_by(|a, b| a == b)
        .max_by_key(|same| (same.len(), same[0]));
    match commonest {
        Some(same) if same[0] > 1 => same.len() * 1000 / widths.len() + same[0].min(99),
        _ => 0,
    }
}

/// The text cut into rows and cells; the last row may be cut by the end of the head.
fn table(head: &str, delimiter: char) -> Vec<Vec<String>> {
    let replaced;
    let (text, byte) = if delimiter == WIDE_COMMA {
        replaced = head.replace(WIDE_COMMA, "\u{1f}");
        (replaced.as_str(), 0x1f)
    } else {
        (head, u8::try_from(delimiter).unwrap_or(b','))
    };
    let mut core = csv_core::ReaderBuilder::new().delimiter(byte).build();
    let mut input = text.as_bytes();
    let mut output = vec![0; text.len() + 1];
    let mut ends = vec![0; text.len() + 2];
    let mut rows = Vec::new();
    while rows.len() < ROWS_JUDGED {
        let (mut written, mut ended) = (0, 0);
        let result = loop {
            let (result, read, wrote, count) =
                core.read_record(input, &mut output[written..], &mut ends[ended..]);
            (input, written, ended) = (&input[read..], written + wrote, ended + count);
            if result != ReadRecordResult::InputEmpty {
                break result;
            }
        };
        if result != ReadRecordResult::Record {
            break;
        }
        let mut from = 0;
        let cells = ends[..ended].iter().map(|&to| {
            let cell = String::from_utf8_lossy(&output[from..to]).into_owned();
            from = to;
            cell
        });
        let cells: Vec<String> = cells.collect();
        // Who exported a file says nothing about its columns.
        if !cells.first().is_some_and(|cell| is_mark(cell)) {
            rows.push(cells);
        }
    }
    if rows.len() > 2 && input.is_empty() && !text.ends_with(['\n', '\r']) {
        rows.pop();
    }
    rows
}

/// The separator that Excel's own first line `sep=;` names.
fn hinted(head: &str) -> Option<char> {
    let line = head.lines().next()?.trim_end_matches('\r');
    let mut named = line.strip_prefix("sep=")?.chars();
    let delimiter = named.next()?;
    (named.next().is_none() && CANDIDATES.contains(&delimiter)).then_some(delimiter)
}

const CANDIDATES: [char; 5] = [',', '\t', ';', '|', WIDE_COMMA];

const ROWS_JUDGED: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_on_whose_width_rows_agree() {
        for (text, expected) in [
            ("a,b\n1,2\n", ','),
            ("a;b;c\n1,5;2;3\n2,5;3;4\n", ';'),
            ("a\tb\n1\t2\n", '\t'),
            ("a|b\n1|2\n", '|'),
            ("姓名,备注\n张伟,甲\u{ff0c}乙\n王芳,丙\u{ff0c}丁\n", ','),
            ("姓名\u{ff0c}手机\n张伟\u{ff0c}1\n", WIDE_COMMA),
            ("a,b\n\"x;y;z\",2\n\"x;y;z\",3\n", ','),
            ("only\n1\n2\n", ','),
            ("sep=;\na,b;c\n1,2;3\n", ';'),
            ("", ','),
        ] {
            assert_eq!(find(text).0, expected, "{text}");
        }
    }

    #[test]
    fn a_header_names_things_and_data_do_not() {
        for (text, expected) in [
            ("姓名,手机号\n张伟,13800138000\n", true),
            ("张伟,13800138000\n王芳,13900139000\n", false),
            ("alpha,beta\n7,2023-01-02\n", true),
            ("alpha,beta\ngamma,delta\n", false),
            ("name,phone\nx,y\n", true),
            ("客户信息表,,\n姓名,手机号,地址\n张伟,13800138000,x\n", true),
        ] {
            assert_eq!(find(text).1, expected, "{text}");
        }
    }
}
