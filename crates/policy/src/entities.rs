//! The register's words as Cedar entities.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression as Value,
};
use shouxin_model::{Field, FieldRef};

use crate::schema::grade_word;
use crate::{Action, Channel};

/// The entity of this type and name. `kind` is one of the schema's type names.
pub(crate) fn uid(kind: &'static str, name: &str) -> EntityUid {
    let kind: EntityTypeName = kind
        .parse()
        .expect("the schema's type names are identifiers");
    EntityUid::from_type_name_and_id(kind, EntityId::new(name))
}

pub(crate) fn action(action: Action) -> EntityUid {
    uid("Action", action.word())
}

pub(crate) fn field_uid(field: &FieldRef) -> EntityUid {
    uid("Field", &field.to_string())
}

/// The one caller of a plan: whoever holds exactly these roles.
pub(crate) fn caller(roles: &[&str]) -> Entity {
    let roles = roles.iter().map(|role| uid("Role", role)).collect();
    Entity::new_no_attrs(uid("Caller", "caller"), roles)
}

pub(crate) fn field(name: &FieldRef, field: &Field) -> Option<Entity> {
    let attributes = HashMap::from([
        (
            "kind".to_owned(),
            Value::new_entity_uid(uid("Kind", field.kind.word())),
        ),
        (
            "grade".to_owned(),
            Value::new_entity_uid(uid("Grade", grade_word(field.grade))),
        ),
        ("level".to_owned(), Value::new_long(field.level.into())),
        (
            "sensitive".to_owned(),
            Value::new_bool(field.sensitivity.is_sensitive()),
        ),
        ("sealed".to_owned(), Value::new_bool(field.sealed)),
        (
            "second_factor".to_owned(),
            Value::new_bool(field.second_factor),
        ),
        ("facet".to_owned(), Value::new_bool(field.facet)),
    ]);
    let parents = HashSet::from([uid("Collection", name.collection())]);
    Entity::new(field_uid(name), attributes, parents).ok()
}

pub(crate) fn context(purpose: &str, channel: Channel) -> Option<Context> {
    Context::from_pairs([
        (
            "purpose".to_owned(),
            Value::new_entity_uid(uid("Purpose", purpose)),
        ),
        (
            "channel".to_owned(),
            Value::new_entity_uid(uid("Channel", channel.word())),
        ),
    ])
    .ok()
}
