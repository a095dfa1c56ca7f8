//! Rules for collections: zone, fields, key, case.

use shouxin_model::id::is_name;
use shouxin_model::{Collection, Field, Register, SearchMode, Text};

use super::{Faults, case};
use crate::fault::Path;

pub(super) fn check(
    register: &Register,
    collection: &Collection,
    path: &Path,
    faults: &mut Faults,
) {
    let zones = register.zones.iter().map(|z| z.name.as_str());
    faults.known(
        path.key("zone"),
        "unknown-zone",
        ("密钥域", "zone"),
        &collection.zone,
        zones,
    );
    if collection.fields.is_empty() {
        faults.push(
            path.key("field"),
            "no-field",
            Text::fixed("集合没有字段", "the collection has no field"),
            Text::fixed(
                "至少写一个 `[[collection.field]]`",
                "write at least one `[[collection.field]]`",
            ),
        );
    }
    faults.names_at(
        &path.key("field"),
        collection.fields.iter().map(|f| f.name.as_str()),
        is_name,
    );
    key(collection, path, faults);
    write_once(collection, path, faults);
    if let Some(shape) = &collection.case {
        case::check(collection, shape, &path.key("case"), faults);
    }
}

/// A second value can be told from a new record only where records are matched; and what a case is shaped by
/// changes.
fn write_once(collection: &Collection, path: &Path, faults: &mut Faults) {
    let matched = collection.single || !collection.key.is_empty();
    let shapes = |name: &str| {
        collection.case.as_ref().is_some_and(|case| {
            let shape = [&case.assignee, &case.site, &case.region];
            case.status == name || shape.into_iter().flatten().any(|one| one == name)
        })
    };
    for (i, field) in collection.fields.iter().enumerate() {
        if field.write_once && (!matched || shapes(&field.name)) {
            faults.push(
                path.key("field").item(i).key("write_once"),
                "write-once-without-key",
                Text::fixed(
                    "集合没有键,或该字段随业务单变化,无法只写一次",
                    "the collection has no key, or a case is shaped by this field: it cannot be written once",
                ),
                Text::fixed(
                    "给集合写 `key`,或删去 `write_once`",
                    "give the collection a `key`, or remove `write_once`",
                ),
            );
        }
    }
}

/// Imports match records on their key, so each of its fields must be findable by its whole value.
fn key(collection: &Collection, path: &Path, faults: &mut Faults) {
    for (i, name) in collection.key.iter().enumerate() {
        let path = path.key("key").item(i);
        let fields = collection.fields.iter().map(|f| f.name.as_str());
        if !faults.known(
            path.clone(),
            "unknown-field",
            ("字段", "field"),
            name,
            fields,
        ) {
            continue;
        }
        if collection
            .field(name)
            .is_some_and(|field| !is_findable(field))
        {
            faults.push(
                path,
                "key-not-findable",
                Text::made(
                    format!("`{name}` 是键,却不能按整个值查找"),
                    format!("`{name}` is part of the key, yet cannot be found by its whole value"),
                ),
                Text::fixed(
                    "加密字段写 `search = [\"exact\"]`(姓名写 \"name\"),未加密字段写 `facet = true`",
                    "give a sealed field `search = [\"exact\"]` (a name: \"name\"), an unsealed one `facet = true`",
                ),
            );
        }
    }
}

fn is_findable(field: &Field) -> bool {
    field.facet
        || field
            .search
            .iter()
            .any(|mode| matches!(mode, SearchMode::Exact | SearchMode::Name))
}
