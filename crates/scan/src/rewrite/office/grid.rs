//! Tables of a text document some of whose cells are told whole: a column 品名, or a field 品名 with its value
//! to the right. Text that stands elsewhere is left to the passages.

use std::collections::HashMap;
use std::io::Cursor;
use std::ops::Range;

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use shouxin_detect::Replace;
use shouxin_intake::kind_of_header;

use crate::Problem;
use crate::read::ooxml;

/// The part with those cells replaced, and how many they are; `None` if there are none.
pub(super) fn told_whole(xml: &str, by: &dyn Replace) -> Result<Option<(String, u64)>, Problem> {
    let tables = tables(xml)?;
    let mut texts = HashMap::new();
    let mut cells = 0;
    // An inner table ends before the one around it, whose cells count for more.
    for table in &tables {
        for (cell, whole) in replaced(table, by) {
            cells += 1;
            let shown = cell.texts.iter().find(|text| !text.is_deleted);
            let first = shown.or(cell.texts.first()).map(|text| text.number);
            for text in &cell.texts {
                let is_first = Some(text.number) == first;
                let told = if is_first { &whole } else { "" };
                texts.insert(text.number, told.to_owned());
            }
        }
    }
    if cells == 0 {
        return Ok(None);
    }
    Ok(Some((with_texts(xml, &texts)?, cells)))
}

/// An element of text within a part, counted from its beginning.
struct TextElement {
    number: usize,
    /// Deleted under tracking, and still there.
    is_deleted: bool,
}

#[derive(Default)]
struct Cell {
    /// The columns that it spans.
    columns: Range<usize>,
    shown: String,
    deleted: String,
    texts: Vec<TextElement>,
}

impl Cell {
    /// What stands in it, or stood.
    fn text(&self) -> &str {
        let shown = self.shown.trim();
        if shown.is_empty() {
            self.deleted.trim()
        } else {
            shown
        }
    }

    /// The name of a field or a column, if it is one.
    fn name(&self) -> &str {
        self.text().trim_end_matches([':', '：']).trim_end()
    }
}

type Row = Vec<Cell>;
type Table = Vec<Row>;

/// The tables of a part, inner ones before those around them.
fn tables(xml: &str) -> Result<Vec<Table>, Problem> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<Table> = Vec::new();
    let mut closed = Vec::new();
    let mut count = 0;
    let mut text: Option<TextElement> = None;
    loop {
        let event = reader.read_event().map_err(|_| Problem::Damaged)?;
        match &event {
            Event::Start(element) => match element.local_name().into_inner() {
                "tbl" if open.len() >= MOST_DEPTH => return Err(Problem::TooDeep),
                "tbl" => open.push(Table::new()),
                "tr" => innermost(&mut open, |table| table.push(Row::new())),
                "tc" => innermost(&mut open, begin_cell),
                local @ ("t" | "delText") => {
                    text = Some(TextElement {
                        number: count,
                        is_deleted: local == "delText",
                    });
                    count += 1;
                }
                _ => {}
            },
            Event::Empty(element) => innermost(&mut open, |table| span(table, element)),
            Event::End(element) => match element.local_name().into_inner() {
                "tbl" => closed.extend(open.pop()),
                "t" | "delText" => {
                    if let Some(text) = text.take() {
                        for cell in open.iter_mut().filter_map(last_cell) {
                            cell.texts.push(TextElement { ..text });
                        }
                    }
                }
                "p" => open
                    .iter_mut()
                    .filter_map(last_cell)
                    .for_each(|cell| cell.shown.push('\n')),
                _ => {}
            },
            Event::Text(piece) => add(&mut open, text.as_ref(), &ooxml::unescaped(piece)),
            Event::CData(piece) => add(&mut open, text.as_ref(), piece),
            Event::GeneralRef(reference) => {
                add(&mut open, text.as_ref(), &ooxml::resolved(reference));
            }
            Event::Eof => return Ok(closed),
            _ => {}
        }
    }
}

/// Tables within tables.
const MOST_DEPTH: usize = 64;

/// Does something to the innermost table that is open.
fn innermost(open: &mut [Table], act: impl FnOnce(&mut Table)) {
    if let Some(table) = open.last_mut() {
        act(table);
    }
}

fn last_cell(table: &mut Table) -> Option<&mut Cell> {
    table.last_mut()?.last_mut()
}

fn begin_cell(table: &mut Table) {
    if let Some(row) = table.last_mut() {
        let start = row.last().map_or(0, |cell| cell.columns.end);
        row.push(Cell {
            columns: start..start + 1,
            ..Cell::default()
        });
    }
}

/// Widens the cell that is open by what its properties say; passes over columns that a row leaves out.
fn span(table: &mut Table, element: &BytesStart<'_>) {
    let local = element.local_name().into_inner();
    if !matches!(local, "gridSpan" | "gridBefore") {
        return;
    }
    let width = ooxml::attribute(element, "val").and_then(|width| width.parse::<u16>().ok());
    if local == "gridBefore" {
        begin_cell(table);
    }
    if let (Some(width), Some(cell)) = (width, last_cell(table)) {
        cell.columns.end = cell.columns.start + usize::from(width.max(1));
    }
}

/// Text belongs to the cell it stands in, and to those around that one.
fn add(open: &mut [Table], within: Option<&TextElement>, text: &str) {
    let Some(within) = within else {
        return;
    };
    for cell in open.iter_mut().filter_map(last_cell) {
        let to = if within.is_deleted {
            &mut cell.deleted
        } else {
            &mut cell.shown
        };
        to.push_str(text);
    }
}

/// The cells that are told whole, with what stands for each.
fn replaced<'t>(table: &'t Table, by: &dyn Replace) -> Vec<(&'t Cell, String)> {
    let mut replaced = Vec::new();
    // What names the columns below, the last that was said.
    let mut headings: Vec<&Cell> = Vec::new();
    for (number, row) in table.iter().enumerate() {
        let below = table.get(number + 1);
        for (at, cell) in row.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| row.get(before));
            let named = |name: &Cell| by.cell(name.name(), cell.text());
            let field = before.filter(|name| is_field(name, row, below, by));
            let above = || headings.iter().rev().find(|name| is_under(name, cell));
            if is_name(cell, by) {
                continue;
            }
            let whole = match field {
                Some(name) => named(name),
                None => above().and_then(|name| named(name)),
            };
            replaced.extend(whole.map(|whole| (cell, whole)));
        }
        let names = row.iter().filter(|cell| names_whole(cell, by));
        headings.extend(names.filter(|name| !is_field(name, row, below, by)));
    }
    replaced
}

/// Whether the cell lies wholly in the columns of this heading.
fn is_under(heading: &Cell, cell: &Cell) -> bool {
    heading.columns.start <= cell.columns.start && cell.columns.end <= heading.columns.end
}

/// Whether the name of a kind of values stands in it that are told whole.
fn names_whole(cell: &Cell, by: &dyn Replace) -> bool {
    by.cell(cell.name(), "x").is_some()
}

/// Whether a name of some field or column stands in it. What may be goods themselves (手机, 护照) is none.
fn is_name(cell: &Cell, by: &dyn Replace) -> bool {
    let name = cell.name();
    let small = name.to_lowercase();
    let is_in = |words: &str| words.split_whitespace().any(|word| word == small);
    let is_usual = kind_of_header(name).is_some_and(|(_, score)| score >= 90) && !is_in(GOODS_TOO);
    name.len() < cell.text().len() || is_usual || is_in(BESIDE_GOODS) || names_whole(cell, by)
}

/// What columns are called that stand beside goods and hold nothing personal.
const BESIDE_GOODS: &str = "名称 单价 规格 型号 单位 序号 颜色 尺寸 尺码 件数 个数 品牌 产地 体积 价值 保价 小计 总计 \
     qty unit spec size colour color brand origin value volume subtotal no no. #";

/// Names of columns that are goods, too.
const GOODS_TOO: &str = "手机 移动电话 电话 座机 护照 通行证 身份证 银行卡 邮件 文件 附件 mobile phone mobilephone \
     cellphone telephone passport permit mail file";

/// Whether this cell of the row names the one to its right, and not the column below it: a value stands there,
/// and names and values take turns, or another name goes on below.
fn is_field(name: &Cell, row: &Row, below: Option<&Row>, by: &dyn Replace) -> bool {
    let at = row.iter().position(|cell| cell.columns == name.columns);
    let value = at.and_then(|at| row.get(at + 1));
    let has_value = value.is_some_and(|cell| !cell.text().is_empty() && !is_name(cell, by));
    let has_mark = name.name().len() < name.text().len();
    let takes_turns = row.len() > 3
        && row.chunks(2).all(|pair| match pair {
            [name, value] => is_name(name, by) && !is_name(value, by),
            _ => false,
        });
    let starts = |cell: &&Cell| cell.columns.start == name.columns.start;
    let under = below.and_then(|row| row.iter().find(starts));
    let goes_on = has_mark || takes_turns || under.is_none_or(|cell| is_name(cell, by));
    names_whole(name, by) && has_value && goes_on
}

/// The part with other texts in these elements, by their numbers.
fn with_texts(xml: &str, texts: &HashMap<usize, String>) -> Result<String, Problem> {
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer::new(Cursor::new(Vec::with_capacity(xml.len())));
    let (mut count, mut is_replaced) = (0, false);
    loop {
        let event = reader.read_event().map_err(|_| Problem::Damaged)?;
        let is_text = |local: &str| matches!(local, "t" | "delText");
        match &event {
            Event::Eof => break,
            Event::Start(element) if is_text(element.local_name().into_inner()) => {
                let text = texts.get(&count);
                count += 1;
                is_replaced = text.is_some();
                writer.write_event(event)?;
                if let Some(text) = text {
                    writer.write_event(Event::Text(BytesText::new(text)))?;
                }
                continue;
            }
            Event::End(element) if is_text(element.local_name().into_inner()) => {
                is_replaced = false;
            }
            _ if is_replaced => continue,
            _ => {}
        }
        writer.write_event(event)?;
    }
    String::from_utf8(writer.into_inner().into_inner()).map_err(|_| Problem::Damaged)
}
