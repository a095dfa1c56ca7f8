//! Rules for the shape of a case: which fields say that it is open, and whose it is.

use shouxin_model::{CaseShape, Collection, FieldKind, Text};

use super::Faults;
use crate::fault::Path;

pub(super) fn check(collection: &Collection, shape: &CaseShape, path: &Path, faults: &mut Faults) {
    facet(
        collection,
        path.key("status"),
        &shape.status,
        FieldKind::Enum,
        faults,
    );
    let parts = [
        ("assignee", &shape.assignee),
        ("site", &shape.site),
        ("region", &shape.region),
    ];
    for (key, name) in parts {
        if let Some(name) = name {
            facet(collection, path.key(key), name, FieldKind::Code, faults);
        }
    }
    states(collection, shape, path, faults);
}

/// The rules of every read ask for this field's plain value: it is a facet of the right kind.
fn facet(collection: &Collection, path: Path, name: &str, kind: FieldKind, faults: &mut Faults) {
    let fields = collection.fields.iter().map(|f| f.name.as_str());
    if !faults.known(
        path.clone(),
        "unknown-field",
        ("字段", "field"),
        name,
        fields,
    ) {
        return;
    }
    let Some(field) = collection.field(name) else {
        return;
    };
    // An assignee's or region's code may be a declared list as well.
    let fits = field.kind == kind || (kind == FieldKind::Code && field.kind == FieldKind::Enum);
    if !field.facet || field.sealed || !fits {
        faults.push(
            path,
            "case-field-no-facet",
            Text::made(
                format!("`{name}` 定义工单归属,但不是可检索的明文字段"),
                format!(
                    "`{name}` shapes the case, yet is no unsealed facet of kind {}",
                    kind.word()
                ),
            ),
            Text::made(
                format!(
                    "给字段 `{name}` 写 `kind = \"{}\"`、`facet = true`,且不加密",
                    kind.word()
                ),
                format!(
                    "give field `{name}` `kind = \"{}\"` and `facet = true`, unsealed",
                    kind.word()
                ),
            ),
        );
    }
}

fn states(collection: &Collection, shape: &CaseShape, path: &Path, faults: &mut Faults) {
    if shape.open.is_empty() {
        faults.push(
            path.key("open"),
            "case-never-open",
            Text::fixed(
                "没有写明哪些状态算未结",
                "no state is named in which the case is open",
            ),
            Text::fixed("写上 `open = [\"…\"]`", "write `open = [\"…\"]`"),
        );
    }
    if shape.open.contains(&shape.closed) {
        faults.push(
            path.key("closed"),
            "case-closed-is-open",
            Text::made(
                format!("`{}` 既算未结又算已结", shape.closed),
                format!("`{}` is both open and closed", shape.closed),
            ),
            Text::fixed("从 `open` 中删去它", "take it out of `open`"),
        );
    }
    let Some(status) = collection.field(&shape.status) else {
        return;
    };
    if status.values.is_empty() {
        return;
    }
    let values = || status.values.iter().map(String::as_str);
    let noun = ("状态", "state");
    for (i, state) in shape.open.iter().enumerate() {
        faults.known(
            path.key("open").item(i),
            "unknown-state",
            noun,
            state,
            values(),
        );
    }
    faults.known(
        path.key("closed"),
        "unknown-state",
        noun,
        &shape.closed,
        values(),
    );
}
