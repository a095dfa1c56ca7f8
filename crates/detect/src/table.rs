//! Tables in text: which cell stands under which heading.

use std::ops::Range;

/// A cell of a table's body, in bytes without the blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) place: Range<usize>,
    /// The heading of its column.
    pub(crate) heading: Range<usize>,
}

/// The cells of all tables in `text`: lines parted alike by tabs, bars or commas, the first of which
/// holds headings. Linear in the text's length.
pub(crate) fn cells(text: &str) -> Vec<Cell> {
    let mut found = Vec::new();
    if !text.contains('\n') {
        return found;
    }
    let mut headings: Vec<Range<usize>> = Vec::new();
    let mut mark = b'\t';
    for line in lines(text) {
        let bytes = text.as_bytes().get(line.clone()).unwrap_or_default();
        if headings.is_empty() || !bytes.contains(&mark) {
            (headings, mark) = headings_of(text, line);
            continue;
        }
        let own = parts(text, line.clone(), mark);
        if own.len() != headings.len() {
            (headings, mark) = headings_of(text, line);
            continue;
        }
        for (place, heading) in own.into_iter().zip(&headings) {
            if !place.is_empty() && !heading.is_empty() {
                found.push(Cell {
                    place,
                    heading: heading.clone(),
                });
            }
        }
    }
    found
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.len()
    })
}

/// The headings of a line that may begin a table, and the mark that parts them; none if it begins none.
fn headings_of(text: &str, line: Range<usize>) -> (Vec<Range<usize>>, u8) {
    let bytes = text.as_bytes().get(line.clone()).unwrap_or_default();
    for (mark, least) in [(b'\t', 1), (b'|', 2), (b',', 2)] {
        let count = bytes.iter().filter(|b| **b == mark).count();
        if count >= least && count <= MOST_COLUMNS {
            let found = parts(text, line, mark);
            let are_words = found.iter().all(|part| {
                let part = text.get(part.clone()).unwrap_or_default();
                part.len() <= LONGEST_HEADING && part.bytes().filter(u8::is_ascii_digit).count() < 3
            });
            return if are_words {
                (found, mark)
            } else {
                (Vec::new(), mark)
            };
        }
    }
    (Vec::new(), b'\t')
}

const MOST_COLUMNS: usize = 40;
/// In bytes.
const LONGEST_HEADING: usize = 36;

/// The parts of a line between marks, without blanks and quotation marks around them.
fn parts(text: &str, line: Range<usize>, mark: u8) -> Vec<Range<usize>> {
    let whole = text.get(line.clone()).unwrap_or_default();
    let mut at = line.start;
    whole
        .split(char::from(mark))
        .map(|part| {
            let start = at;
            at += part.len() + 1;
            let outer = |c: char| c.is_whitespace() || c == '"';
            let left = part.len() - part.trim_start_matches(outer).len();
            let inner = part.trim_matches(outer).len();
            start + left..start + left + inner
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::cells;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> = cells(text)
            .into_iter()
            .map(|cell| (&text[cell.heading], &text[cell.place]))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn cells_stand_under_their_headings() {
        check(
            "姓名\t生日\n王伟\t1990-02-14\n李娜\t-",
            &[
                ("姓名", "王伟"),
                ("生日", "1990-02-14"),
                ("姓名", "李娜"),
                ("生日", "-"),
            ],
        );
        check(
            "| 姓名 | QQ |\n| 王伟 | 12345678 |",
            &[("姓名", "王伟"), ("QQ", "12345678")],
        );
        check(
            "id,\"name\",birthday\n1,\"王伟\",1990-02-14",
            &[("id", "1"), ("name", "王伟"), ("birthday", "1990-02-14")],
        );
    }

    #[test]
    fn text_in_lines_is_no_table() {
        check("你好，在吗\n在的，请讲", &[]);
        check("10021,王伟,1990-02-14\n10022,李娜,1991-02-14", &[]);
        check("", &[]);
    }
}
