//! The rules that a register must keep.

mod case;
mod collection;
mod field;
mod purpose;
mod retention;
mod source;
mod zone;

use std::collections::BTreeSet;

use shouxin_model::id::{is_name, is_slug};
use shouxin_model::{Register, Silo, Text};

use crate::draft::Draft;
use crate::fault::{Fault, Path};
use crate::words;

/// Every rule that the draft breaks.
pub(crate) fn check(draft: &Draft) -> Vec<Fault> {
    let register = &draft.register;
    let root = Path::default();
    let mut faults = Faults::default();
    whole(register, &mut faults);
    faults.names(
        "zone",
        register.zones.iter().map(|z| z.name.as_str()),
        is_slug,
    );
    faults.names(
        "role",
        register.roles.iter().map(|r| r.name.as_str()),
        is_slug,
    );
    faults.names(
        "purpose",
        register.purposes.iter().map(|p| p.name.as_str()),
        is_slug,
    );
    faults.names(
        "collection",
        register.collections.iter().map(|c| c.name.as_str()),
        is_name,
    );
    faults.names(
        "source",
        register.sources.iter().map(|s| s.name.as_str()),
        is_slug,
    );
    zone::check(register, &mut faults);
    source::check(register, &mut faults);
    for (i, collection) in register.collections.iter().enumerate() {
        let path = root.key("collection").item(i);
        collection::check(register, collection, &path, &mut faults);
        for (j, field) in collection.fields.iter().enumerate() {
            let name = shouxin_model::FieldRef::new(&collection.name, &field.name);
            let facts = field::Facts {
                named: draft.named.contains(&name),
                clear: !draft.unclear.contains(&(i, j)),
            };
            field::check(field, facts, &path.key("field").item(j), &mut faults);
        }
    }
    for (i, purpose) in register.purposes.iter().enumerate() {
        purpose::check(register, purpose, &root.key("purpose").item(i), &mut faults);
    }
    faults.0
}

/// The broken rules so far.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn push(&mut self, path: Path, code: &'static str, message: Text, remedy: Text) {
        self.0.push(Fault::new(path, code, message, remedy));
    }

    /// Each name of one noun is well formed and used once.
    fn names<'a>(
        &mut self,
        noun: &'static str,
        names: impl Iterator<Item = &'a str>,
        good: fn(&str) -> bool,
    ) {
        self.names_at(&Path::default().key(noun), names, good);
    }

    fn names_at<'a>(
        &mut self,
        list: &Path,
        names: impl Iterator<Item = &'a str>,
        good: fn(&str) -> bool,
    ) {
        let mut seen = BTreeSet::new();
        for (i, name) in names.enumerate() {
            let path = list.item(i).key("name");
            // An absent name is a fault of its own.
            if name.is_empty() {
                continue;
            }
            if !good(name) {
                self.push(
                    path,
                    "bad-name",
                    Text::made(format!("`{name}` 不能作名称"), format!("`{name}` cannot be a name")),
                    Text::fixed(
                        "以小写字母开头,集合与字段只用小写字母、数字和 _(不超过 40 个),其他名称还可用 - 和 .(不超过 60 个)",
                        "begin with a lower-case letter; collections and fields use a-z, 0-9 and _ (at most 40), other names also - and . (at most 60)",
                    ),
                );
            } else if !seen.insert(name) {
                self.push(
                    path,
                    "duplicate-name",
                    Text::made(
                        format!("名称 `{name}` 用了两次"),
                        format!("the name `{name}` is used twice"),
                    ),
                    Text::fixed("改名,或删去其中一个", "rename or remove one of them"),
                );
            }
        }
    }

    /// `name` is one of `known`, the names of `noun`.
    fn known<'a>(
        &mut self,
        path: Path,
        code: &'static str,
        noun: (&str, &str),
        name: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> bool {
        if name.is_empty() || known.clone().any(|k| k == name) {
            return !name.is_empty();
        }
        let all = known.clone().collect::<Vec<_>>().join(", ");
        let remedy = match words::nearest(name, known) {
            Some(near) => Text::made(
                format!("是否想写 `{near}`?已声明:{all}"),
                format!("did you mean `{near}`? Declared: {all}"),
            ),
            None => Text::made(
                format!("先声明它,或改用:{all}"),
                format!("declare it, or use one of: {all}"),
            ),
        };
        let message = Text::made(
            format!("没有名为 `{name}` 的{}", noun.0),
            format!("there is no {} `{name}`", noun.1),
        );
        self.push(path, code, message, remedy);
        false
    }
}

fn whole(register: &Register, faults: &mut Faults) {
    let root = Path::default();
    if !register.profile.is_empty() && !is_slug(&register.profile) {
        faults.push(
            root.key("profile"),
            "bad-name",
            Text::made(
                format!("`{}` 不能作名称", register.profile),
                format!("`{}` cannot be a name", register.profile),
            ),
            Text::fixed(
                "以小写字母开头,只用小写字母、数字、- _ .",
                "begin with a lower-case letter and use a-z, 0-9, - _ .",
            ),
        );
    }
    if register.regimes.is_empty() {
        faults.push(
            root.key("regimes"),
            "no-regime",
            Text::fixed("没有写明适用的法律", "no regime of law is named"),
            Text::fixed(
                "写上 `regimes = [\"pipl\"]`",
                "write `regimes = [\"pipl\"]`",
            ),
        );
    }
    let nouns = [
        ("zone", "密钥域", register.zones.is_empty()),
        ("role", "角色", register.roles.is_empty()),
        ("collection", "集合", register.collections.is_empty()),
        ("purpose", "处理目的", register.purposes.is_empty()),
    ];
    for (noun, zh, none) in nouns {
        if none {
            faults.push(
                root.key(noun),
                "nothing-declared",
                Text::made(
                    format!("没有声明任何{zh}"),
                    format!("no {noun} is declared"),
                ),
                Text::made(
                    format!("至少写一个 `[[{noun}]]`"),
                    format!("write at least one `[[{noun}]]`"),
                ),
            );
        }
    }
    silos(register, faults);
}

/// Each administration silo is one role: none missing, none split, so that no two silos can merge in
/// one pair of hands by way of a second role.
fn silos(register: &Register, faults: &mut Faults) {
    let silos = [
        (Silo::System, "系统管理", "system"),
        (Silo::Security, "安全管理", "security"),
        (Silo::Audit, "审计管理", "audit"),
    ];
    for (silo, zh, en) in silos {
        let mut held = register
            .roles
            .iter()
            .enumerate()
            .filter(|(_, role)| role.silo == Some(silo));
        if held.next().is_none() && !register.roles.is_empty() {
            faults.push(
                Path::default().key("role"),
                "silo-without-role",
                Text::made(
                    format!("没有角色负责{zh}"),
                    format!("no role holds the {en} silo"),
                ),
                Text::made(
                    format!("给一个角色写上 `silo = \"{en}\"`"),
                    format!("give one role `silo = \"{en}\"`"),
                ),
            );
        }
        for (i, role) in held {
            faults.push(
                Path::default().key("role").item(i).key("silo"),
                "silo-split",
                Text::made(
                    format!("{zh}已有角色,`{}` 是第二个", role.name),
                    format!(
                        "the {en} silo has a role already; `{}` is a second",
                        role.name
                    ),
                ),
                Text::fixed("每个管理域只设一个角色", "keep one role for each silo"),
            );
        }
    }
}
