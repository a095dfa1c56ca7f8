//! A purpose as written.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{Basis, Collection, FieldRef, Need, Purpose, Quota, Regime, Text};

use super::{conditions, name, title};
use crate::fault::{Fault, Path};
use crate::reader::{Node, Reader};
use crate::words;

pub(super) fn purpose(
    r: &mut Reader,
    node: &Node<'_>,
    collections: &[Collection],
    named: &mut BTreeSet<FieldRef>,
) -> Purpose {
    r.keys(
        node,
        &[
            "name",
            "title",
            "basis",
            "consent",
            "fields",
            "roles",
            "condition",
            "quota",
            "conditions",
            "emergency",
            "need",
        ],
    );
    Purpose {
        name: name(r, node),
        title: title(r, node),
        basis: r
            .table(node, "basis")
            .map(|node| basis(r, &node))
            .unwrap_or_default(),
        consent: r.word(node, "consent"),
        fields: fields(r, node, collections, named),
        roles: r.strings(node, "roles"),
        condition: r.need(node, "condition", Reader::word).unwrap_or_default(),
        quota: r
            .table(node, "quota")
            .map(|node| quota(r, &node))
            .unwrap_or_default(),
        conditions: conditions::conditions(r, node),
        emergency: conditions::emergency(r, node),
        need: need(r, node, collections),
    }
}

/// The table `need`: fields, task, least, otherwise, by, on. `docs/ops/register.md` shows one.
fn need(r: &mut Reader, node: &Node<'_>, collections: &[Collection]) -> Option<Need> {
    let node = r.table(node, "need")?;
    r.keys(&node, &["fields", "task", "least", "otherwise", "by", "on"]);
    let mut answer = |key| r.need(&node, key, Reader::text).unwrap_or_default();
    let (task, least, otherwise) = (answer("task"), answer("least"), answer("otherwise"));
    let mut word = |key| r.need(&node, key, Reader::string).unwrap_or_default();
    let (by, on) = (word("by"), word("on"));
    let written = r.strings(&node, "fields");
    if let Some(i) = written.iter().position(|word| word.ends_with(".*")) {
        r.faults.push(Fault::new(
            node.path.key("fields").item(i),
            "need-wildcard",
            Text::fixed(
                "通配会把以后新增的字段也算作已评审",
                "a wildcard would take what comes later for weighed",
            ),
            Text::fixed("逐个写出字段", "name the fields one by one"),
        ));
    }
    Some(Need {
        // What is weighed is justified by the purpose's own fields, not by being weighed.
        fields: fields(r, &node, collections, &mut BTreeSet::new()),
        task,
        least,
        otherwise,
        by,
        on,
    })
}

fn basis(r: &mut Reader, node: &Node<'_>) -> BTreeMap<Regime, Basis> {
    let regimes = words::all::<Regime>();
    r.keys(node, regimes);
    let mut basis = BTreeMap::new();
    for word in regimes {
        if let (Some(found), Ok(regime)) = (r.word(node, word), words::read(word)) {
            basis.insert(regime, found);
        }
    }
    basis
}

fn quota(r: &mut Reader, node: &Node<'_>) -> Quota {
    r.keys(
        node,
        &["subjects_per_day", "clear_per_day", "searches_per_day"],
    );
    Quota {
        subjects_per_day: r.number(node, "subjects_per_day"),
        clear_per_day: r.number(node, "clear_per_day"),
        searches_per_day: r.number(node, "searches_per_day"),
    }
}

/// The fields of a purpose, wildcards spelled out, each once.
fn fields(
    r: &mut Reader,
    node: &Node<'_>,
    collections: &[Collection],
    named: &mut BTreeSet<FieldRef>,
) -> Vec<FieldRef> {
    let path = node.path.key("fields");
    let mut fields = Vec::new();
    let written = r.strings(node, "fields");
    if written.is_empty() {
        r.faults.push(Fault::new(
            path.clone(),
            "purpose-without-fields",
            Text::fixed("没有写明需要哪些字段", "it names no field that it needs"),
            Text::fixed(
                "写上 `fields = [\"集合.字段\"]`",
                "write `fields = [\"collection.field\"]`",
            ),
        ));
    }
    for (i, word) in written.into_iter().enumerate() {
        let found: Vec<FieldRef> = collections
            .iter()
            .flat_map(|c| c.fields.iter().map(|f| FieldRef::new(&c.name, &f.name)))
            .filter(|field| match word.strip_suffix(".*") {
                Some(collection) => field.collection() == collection,
                None => field.to_string() == word,
            })
            .collect();
        if found.is_empty() {
            r.faults
                .push(no_such_field(path.item(i), &word, collections));
        }
        if !word.ends_with(".*") {
            named.extend(found.iter().cloned());
        }
        let new: Vec<FieldRef> = found
            .into_iter()
            .filter(|field| !fields.contains(field))
            .collect();
        fields.extend(new);
    }
    fields
}

fn no_such_field(path: Path, word: &str, collections: &[Collection]) -> Fault {
    let mut known: Vec<String> = collections
        .iter()
        .map(|c| format!("{}.*", c.name))
        .collect();
    known.extend(
        collections
            .iter()
            .flat_map(|c| c.fields.iter().map(|f| format!("{}.{}", c.name, f.name))),
    );
    let remedy = match words::nearest(word, known.iter().map(String::as_str)) {
        Some(near) => Text::made(
            format!("是否想写 `{near}`?"),
            format!("did you mean `{near}`?"),
        ),
        None => Text::fixed(
            "写 `集合.字段`,或写 `集合.*` 表示其全部字段",
            "write `collection.field`, or `collection.*` for all its fields",
        ),
    };
    Fault::new(
        path,
        "unknown-field",
        Text::made(
            format!("没有字段 `{word}`"),
            format!("there is no field `{word}`"),
        ),
        remedy,
    )
}
