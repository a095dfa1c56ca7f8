//! A field as written.

use shouxin_model::{Field, FieldKind, Retention, Sensitivity, Text};

use super::{name, title};
use crate::fault::Fault;
use crate::period::days_of_months;
use crate::reader::{Node, Reader};

/// The field, and whether its kind and sensitivity could be read.
pub(super) fn field(r: &mut Reader, node: &Node<'_>) -> (Field, bool) {
    r.keys(node, FIELD_KEYS);
    let kind: Option<FieldKind> = r.need(node, "kind", Reader::word);
    let sensitivity: Option<Sensitivity> = r.need(node, "sensitivity", Reader::word);
    let clear = kind.is_some() && sensitivity.is_some();
    let kind = kind.unwrap_or(FieldKind::FreeText);
    let level = r.need(node, "level", Reader::number);
    let field = Field {
        name: name(r, node),
        title: title(r, node),
        kind,
        grade: r.word(node, "grade").unwrap_or_default(),
        // Unreadable, it stands at the highest: that breaks no rule about floors a second time.
        level: level.map_or(4, |level| u8::try_from(level).unwrap_or(u8::MAX)),
        sensitivity: sensitivity.unwrap_or_default(),
        house_level: r.text(node, "house_level"),
        sealed: r.boolean(node, "sealed").unwrap_or(kind.is_personal()),
        suite: r.word(node, "suite"),
        search: r.words(node, "search"),
        facet: r.boolean(node, "facet").unwrap_or_default(),
        second_factor: r.boolean(node, "second_factor").unwrap_or_default(),
        write_once: r.boolean(node, "write_once").unwrap_or_default(),
        mask: r.string(node, "mask"),
        owner: r.string(node, "owner").unwrap_or_default(),
        scene: r.need(node, "scene", Reader::text).unwrap_or_default(),
        retention: retention(r, node),
        check: r.word(node, "check").unwrap_or_default(),
        values: r.strings(node, "values"),
        value_titles: r.texts(node, "value_titles"),
    };
    (field, clear)
}

const FIELD_KEYS: &[&str] = &[
    "name",
    "title",
    "kind",
    "values",
    "value_titles",
    "grade",
    "level",
    "sensitivity",
    "house_level",
    "sealed",
    "suite",
    "search",
    "facet",
    "second_factor",
    "write_once",
    "mask",
    "owner",
    "scene",
    "retention",
    "check",
];

fn retention(r: &mut Reader, node: &Node<'_>) -> Retention {
    let Some(node) = r.table(node, "retention") else {
        return Retention {
            days: 0,
            from: String::new(),
            rule: String::new(),
        };
    };
    r.keys(&node, &["days", "months", "years", "from", "rule"]);
    let spans = [
        r.number(&node, "days"),
        r.number(&node, "months").map(days_of_months),
        r.number(&node, "years")
            .map(|years| days_of_months(years.saturating_mul(12))),
    ];
    if spans.iter().flatten().count() > 1 {
        r.faults.push(Fault::new(
            node.path.clone(),
            "two-periods",
            Text::fixed(
                "保存期限写了两种单位",
                "the retention is given in two units",
            ),
            Text::fixed(
                "只保留 days、months、years 之一",
                "keep one of days, months, years",
            ),
        ));
    }
    Retention {
        days: spans.into_iter().flatten().next().unwrap_or(0),
        from: r.string(&node, "from").unwrap_or_default(),
        rule: r.string(&node, "rule").unwrap_or_default(),
    }
}
