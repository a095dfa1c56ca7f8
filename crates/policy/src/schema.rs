//! The Cedar schema that a register implies.

use std::fmt::Write;

use shouxin_model::{FieldKind, Grade, Register, Text};

use crate::{Action, Channel};

/// The Cedar schema of this register, as text: what a policy may speak about.
///
/// Roles, purposes, collections and kinds are *enumerated* entity types, so that a policy that names
/// one which the register lacks fails validation instead of silently never applying. Fields carry
/// attributes and therefore cannot be enumerated; [`Policies::compile`](crate::Policies::compile)
/// checks their names itself.
pub fn schema(register: &Register) -> String {
    let mut text = String::from(HEAD);
    enumerate(
        &mut text,
        "Role",
        register
            .roles
            .iter()
            .map(|r| (r.name.as_str(), Some(&r.title))),
    );
    enumerate(
        &mut text,
        "Purpose",
        register
            .purposes
            .iter()
            .map(|p| (p.name.as_str(), Some(&p.title))),
    );
    enumerate(
        &mut text,
        "Collection",
        register
            .collections
            .iter()
            .map(|c| (c.name.as_str(), Some(&c.title))),
    );
    let kinds: Vec<_> = FieldKind::ALL
        .iter()
        .map(|kind| (kind.word(), kind.title()))
        .collect();
    enumerate(
        &mut text,
        "Kind",
        kinds.iter().map(|(word, title)| (*word, Some(title))),
    );
    enumerate(
        &mut text,
        "Grade",
        GRADES.iter().map(|grade| (grade_word(*grade), None)),
    );
    enumerate(
        &mut text,
        "Channel",
        Channel::ALL.iter().map(|channel| (channel.word(), None)),
    );
    text.push_str(SHAPES);
    let actions: Vec<_> = Action::ALL
        .iter()
        .map(|action| quoted(action.word()))
        .collect();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "action {} appliesTo {APPLIES};", actions.join(", "));
    text
}

/// The word of a grade in schema and policies.
pub(crate) const fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::General => "general",
        Grade::Important => "important",
        Grade::Core => "core",
    }
}

fn enumerate<'a>(
    text: &mut String,
    entity: &str,
    names: impl Iterator<Item = (&'a str, Option<&'a Text>)>,
) {
    let _ = writeln!(text, "entity {entity} enum [");
    let lines: Vec<_> = names.collect();
    for (i, (name, title)) in lines.iter().enumerate() {
        let comma = if i + 1 < lines.len() { "," } else { "" };
        let title = title.map_or(String::new(), |t| format!(" // {} · {}", t.zh, t.en));
        let _ = writeln!(
            text,
            "  {}{comma}{}",
            quoted(name),
            title.replace(['\n', '\r'], " ")
        );
    }
    text.push_str("];\n\n");
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.escape_default())
}

const GRADES: [Grade; 3] = [Grade::General, Grade::Important, Grade::Core];

const HEAD: &str = "\
// 由登记册生成,请勿手改 · generated from the register; do not edit
// 调用者 Caller 以角色 Role 身份,为某一目的 Purpose,以某种形式(动作)查阅字段 Field。
// A Caller, in a Role, for a Purpose, asks for a Field in a form (the action).

";

const SHAPES: &str = "\
entity Caller in [Role];

// level 1-4; sensitive: 敏感个人信息; second_factor: 明文需第二因素; facet: 可计数
entity Field in [Collection] {
  kind: Kind,
  grade: Grade,
  level: Long,
  sensitive: Bool,
  sealed: Bool,
  second_factor: Bool,
  facet: Bool,
};

";

const APPLIES: &str = "{
  principal: Caller,
  resource: Field,
  context: { purpose: Purpose, channel: Channel },
}";
