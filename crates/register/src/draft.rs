//! A register as written: every value read, no rule checked yet.

mod conditions;
mod field;
mod purpose;

use std::collections::BTreeSet;

use shouxin_model::{
    CaseShape, Collection, FieldRef, Register, Role, Source, SourcePlace, Text, Zone,
};
use toml::de::DeTable;

use crate::fault::{Fault, Path};
use crate::reader::{Node, Reader};

/// A register whose values could be read, with what the register itself does not keep.
pub(crate) struct Draft {
    pub(crate) register: Register,
    /// Fields (collection, field; counted from 0) whose kind or sensitivity could not be read: rules
    /// that follow from these would only repeat that.
    pub(crate) unclear: BTreeSet<(usize, usize)>,
    /// Fields that a purpose names. A wildcard names none: it takes in what other purposes need.
    pub(crate) named: BTreeSet<FieldRef>,
}

/// Reads what there is; what is missing or unreadable is a fault and stands empty in the draft.
pub(crate) fn read(document: &DeTable<'_>) -> (Draft, Vec<Fault>) {
    let mut reader = Reader::default();
    let root = Node {
        table: document,
        path: Path::default(),
    };
    let r = &mut reader;
    r.keys(
        &root,
        &[
            "profile",
            "title",
            "regimes",
            "suite",
            "zone",
            "role",
            "collection",
            "purpose",
            "source",
        ],
    );
    let mut unclear = BTreeSet::new();
    let mut named = BTreeSet::new();
    let collections: Vec<Collection> = r
        .tables(&root, "collection")
        .iter()
        .enumerate()
        .map(|(i, node)| collection(r, node, i, &mut unclear))
        .collect();
    let purposes = r
        .tables(&root, "purpose")
        .iter()
        .map(|node| purpose::purpose(r, node, &collections, &mut named))
        .collect();
    let register = Register {
        profile: r.need(&root, "profile", Reader::string).unwrap_or_default(),
        title: title(r, &root),
        regimes: r.words(&root, "regimes"),
        suite: r.word(&root, "suite").unwrap_or_default(),
        zones: r
            .tables(&root, "zone")
            .iter()
            .map(|node| zone(r, node))
            .collect(),
        roles: r
            .tables(&root, "role")
            .iter()
            .map(|node| role(r, node))
            .collect(),
        collections,
        purposes,
        sources: r
            .tables(&root, "source")
            .iter()
            .map(|node| source(r, node))
            .collect(),
    };
    (
        Draft {
            register,
            unclear,
            named,
        },
        reader.faults,
    )
}

fn zone(r: &mut Reader, node: &Node<'_>) -> Zone {
    r.keys(node, &["name", "title", "apart"]);
    Zone {
        name: name(r, node),
        title: title(r, node),
        apart: r.boolean(node, "apart").unwrap_or_default(),
    }
}

fn role(r: &mut Reader, node: &Node<'_>) -> Role {
    r.keys(node, &["name", "title", "silo", "zones", "conditions"]);
    Role {
        name: name(r, node),
        title: title(r, node),
        silo: r.word(node, "silo"),
        zones: r.strings(node, "zones"),
        conditions: conditions::conditions(r, node),
    }
}

fn source(r: &mut Reader, node: &Node<'_>) -> Source {
    r.keys(node, &["name", "title", "owner", "place"]);
    Source {
        name: name(r, node),
        title: title(r, node),
        owner: r.need(node, "owner", Reader::string).unwrap_or_default(),
        places: r
            .tables(node, "place")
            .iter()
            .filter_map(|node| source_place(r, node))
            .collect(),
    }
}

/// A place without a readable field is a fault already; it would only be repeated by the rules.
fn source_place(r: &mut Reader, node: &Node<'_>) -> Option<SourcePlace> {
    r.keys(node, &["path", "field"]);
    let path = r.need(node, "path", |r, node, key| Some(r.strings(node, key)));
    let field = r.need(node, "field", Reader::string)?;
    match field.parse() {
        Ok(field) => Some(SourcePlace {
            path: path.unwrap_or_default(),
            field,
        }),
        Err(_) => {
            r.faults.push(Fault::new(
                node.path.key("field"),
                "bad-field",
                Text::made(
                    format!("`{field}` 不是字段的全名"),
                    format!("`{field}` is no full name of a field"),
                ),
                Text::fixed("写成 `集合.字段`", "write `collection.field`"),
            ));
            None
        }
    }
}

fn collection(
    r: &mut Reader,
    node: &Node<'_>,
    index: usize,
    unclear: &mut BTreeSet<(usize, usize)>,
) -> Collection {
    r.keys(
        node,
        &["name", "title", "zone", "single", "key", "case", "field"],
    );
    let fields = r
        .tables(node, "field")
        .iter()
        .enumerate()
        .map(|(i, node)| {
            let (field, clear) = field::field(r, node);
            if !clear {
                unclear.insert((index, i));
            }
            field
        })
        .collect();
    Collection {
        name: name(r, node),
        title: title(r, node),
        zone: r.need(node, "zone", Reader::string).unwrap_or_default(),
        single: r.boolean(node, "single").unwrap_or_default(),
        key: r.strings(node, "key"),
        case: r.table(node, "case").map(|node| case(r, &node)),
        fields,
    }
}

fn case(r: &mut Reader, node: &Node<'_>) -> CaseShape {
    r.keys(
        node,
        &["status", "open", "closed", "assignee", "site", "region"],
    );
    CaseShape {
        status: r.need(node, "status", Reader::string).unwrap_or_default(),
        open: r.strings(node, "open"),
        closed: r.need(node, "closed", Reader::string).unwrap_or_default(),
        assignee: r.string(node, "assignee"),
        site: r.string(node, "site"),
        region: r.string(node, "region"),
    }
}

fn name(r: &mut Reader, node: &Node<'_>) -> String {
    r.need(node, "name", Reader::string).unwrap_or_default()
}

fn title(r: &mut Reader, node: &Node<'_>) -> Text {
    r.need(node, "title", Reader::text).unwrap_or_default()
}
