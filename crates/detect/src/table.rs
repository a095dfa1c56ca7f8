//! Tables in text: which cell stands under which heading.

use std::ops::Range;

/// A cell of a table's body, in bytes without the blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) place: Range<usize>,
    /// The heading of its column.
    pub(crate) heading: Range<usize>,
}

/// The cells of all tables in `text` whose headings are `wanted`: lines parted alike by tabs, bars,
/// commas, semicolons or blanks, the first of which holds headings. Linear in the text's length.
pub(crate) fn cells(text: &str, wanted: impl Fn(&Range<usize>) -> bool) -> Vec<Cell> {
    let mut found = Vec::new();
    if !text.contains('\n') {
        return found;
    }
    let mut table = Table::default();
    for line in lines(text) {
        let bytes = text.as_bytes().get(line.clone()).unwrap_or_default();
        let columns = 1 + count(bytes, table.mark);
        if table.columns == 0 || columns == 1 || columns != table.columns {
            table = Table::begin(text, line, &wanted);
            continue;
        }
        // Rows under headings that nobody asks about are counted and not read.
        if table.headings.iter().all(Option::is_none) {
            continue;
        }
        for (place, heading) in parts(text, line, table.mark).zip(&table.headings) {
            if let Some(heading) = heading.clone().filter(|_| !place.is_empty()) {
                found.push(Cell { place, heading });
            }
        }
    }
    found
}

/// The table that a line stands in.
struct Table {
    /// The mark that parts its cells.
    mark: u8,
    /// How many it has; none if the line before holds no headings.
    columns: usize,
    /// Those that are wanted.
    headings: Vec<Option<Range<usize>>>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            mark: b'\t',
            columns: 0,
            headings: Vec::new(),
        }
    }
}

impl Table {
    /// The table that this line may begin; none if it holds no headings.
    fn begin(text: &str, line: Range<usize>, wanted: impl Fn(&Range<usize>) -> bool) -> Self {
        let bytes = text.as_bytes().get(line.clone()).unwrap_or_default();
        let fits = MARKS.into_iter().find_map(|(mark, least)| {
            if mark == b' ' && !may_be_parted_by_blanks(bytes) {
                return None;
            }
            let count = count(bytes, mark);
            (least..=MOST_COLUMNS)
                .contains(&count)
                .then_some((mark, count + 1))
        });
        let Some((mark, columns)) = fits else {
            return Self::default();
        };
        if !parts(text, line.clone(), mark).all(|part| is_heading(text, part, mark)) {
            return Self::default();
        }
        let headings = parts(text, line, mark)
            .map(|part| Some(part).filter(|part| !part.is_empty() && wanted(part)))
            .collect();
        Self {
            mark,
            columns,
            headings,
        }
    }
}

fn is_heading(text: &str, part: Range<usize>, mark: u8) -> bool {
    let part = text.get(part).unwrap_or_default();
    let fits = part.len() <= LONGEST_HEADING && part.bytes().filter(u8::is_ascii_digit).count() < 3;
    let is_short = || (2..=6).contains(&part.chars().count());
    let is_word = || part.chars().all(char::is_alphabetic);
    fits && (mark != b' ' || is_word() && is_short())
}

/// Blanks part the words of any sentence: only Chinese words are headings then, and few of them.
fn may_be_parted_by_blanks(line: &[u8]) -> bool {
    line.len() <= LONGEST_BLANK && line.iter().all(|b| !b.is_ascii() || *b == b' ')
}

fn count(bytes: &[u8], mark: u8) -> usize {
    // Sums of single bytes: the processor adds many at once.
    let stretches = bytes.chunks(255);
    let sums = stretches.map(|part| part.iter().map(|b| u8::from(*b == mark)).sum::<u8>());
    sums.map(usize::from).sum()
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.len()
    })
}

/// What parts columns, and how many of it a line of headings has at least.
const MARKS: [(u8, usize); 5] = [(b'\t', 1), (b'|', 2), (b';', 2), (b',', 2), (b' ', 2)];
const MOST_COLUMNS: usize = 40;
/// The longest line of headings that blanks part, in bytes.
const LONGEST_BLANK: usize = 120;
/// In bytes.
const LONGEST_HEADING: usize = 48;

/// The parts of a line between marks, without blanks and quotation marks around them.
fn parts(text: &str, line: Range<usize>, mark: u8) -> impl Iterator<Item = Range<usize>> {
    let whole = text.get(line.clone()).unwrap_or_default();
    let mut at = line.start;
    whole.split(char::from(mark)).map(move |part| {
        let start = at;
        at += part.len() + 1;
        let outer = |c: char| c.is_whitespace() || c == '"';
        let left = part.len() - part.trim_start_matches(outer).len();
        let inner = part.trim_matches(outer).len();
        start + left..start + left + inner
    })
}

#[cfg(test)]
mod tests {
    use super::cells;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> = cells(text, |_| true)
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
