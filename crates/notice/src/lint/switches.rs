//! How a notice asks for consent.

use std::collections::BTreeSet;

use shouxin_model::{Register, Text};
use shouxin_register::reading::Path;

use super::Faults;
use super::purposes::unknown;
use crate::bound::{form_of, told_fields};
use crate::notice::{Notice, Switch};

pub(super) fn check(notice: &Notice, register: &Register, faults: &mut Faults) {
    let mut asked = BTreeSet::new();
    for (i, switch) in notice.switches.iter().enumerate() {
        let path = Path::default().key("switch").item(i);
        shape(switch, &path, faults);
        for (j, name) in switch.purposes.iter().enumerate() {
            let path = path.key("purposes").item(j);
            if !asked.insert(name) {
                faults.push(
                    path,
                    "asked-twice",
                    Text::made(
                        format!("处理目的 `{name}` 有两个开关"),
                        format!("the purpose `{name}` has two switches"),
                    ),
                    Text::fixed("只留一个开关", "keep one switch"),
                );
            } else {
                one_purpose(notice, register, name, path, faults);
            }
        }
        if switch.in_all
            && switch
                .purposes
                .iter()
                .any(|name| is_close(notice, register, name))
        {
            faults.push(
                path.key("in_all"),
                "sensitive-in-all",
                Text::fixed(
                    "“全部同意”不能包括敏感个人信息或者需要单独同意的目的(《个人信息保护法》第29条)",
                    "\"agree to all\" may not take in sensitive data or what needs separate consent (PIPL art. 29)",
                ),
                Text::fixed("写 `in_all = false`", "write `in_all = false`"),
            );
        }
    }
    unasked(notice, register, &asked, faults);
}

fn shape(switch: &Switch, path: &Path, faults: &mut Faults) {
    if switch.on {
        faults.push(
            path.key("on"),
            "pre-ticked",
            Text::fixed(
                "开关不能默认打开:同意必须由个人自愿、明确作出(《个人信息保护法》第14条)",
                "a switch may not be on before anybody touched it: consent is a person's own act (PIPL art. 14)",
            ),
            Text::fixed("写 `on = false`,或删去这一行", "write `on = false`, or remove the line"),
        );
    }
    match switch.purposes.len() {
        0 => faults.push(
            path.key("purposes"),
            "switch-for-nothing",
            Text::fixed("开关没有写明处理目的", "the switch names no purpose"),
            Text::fixed("写上 `purposes = [\"…\"]`", "write `purposes = [\"…\"]`"),
        ),
        1 => {}
        many => faults.push(
            path.key("purposes"),
            "bundled",
            Text::made(
                format!("一个开关捆绑了 {many} 个处理目的(《个人信息保护法》第14条、第16条)"),
                format!("one switch bundles {many} purposes (PIPL art. 14 and 16)"),
            ),
            Text::fixed(
                "每个处理目的各设一个开关",
                "give each purpose a switch of its own",
            ),
        ),
    }
}

fn one_purpose(notice: &Notice, register: &Register, name: &str, path: Path, faults: &mut Faults) {
    let Some(purpose) = register.purpose(name) else {
        return unknown(name, register, path, faults);
    };
    if form_of(register, purpose).is_none() {
        faults.push(
            path,
            "consent-not-needed",
            Text::made(
                format!("`{name}` 不以同意为依据,不能要求同意:拒绝也不会停止处理(《个人信息保护法》第13条、第16条)"),
                format!("`{name}` does not rest on consent, so none is asked: refusing would stop nothing (PIPL art. 13 and 16)"),
            ),
            Text::fixed(
                "删去这个开关,只作告知",
                "remove the switch and only tell of the purpose",
            ),
        );
    } else if !notice.purposes.iter().any(|told| told.name == name) {
        faults.push(
            path,
            "asked-not-told",
            Text::made(
                format!("要求同意 `{name}`,却没有告知它(《个人信息保护法》第14条、第17条)"),
                format!(
                    "it asks for consent to `{name}` and does not tell of it (PIPL art. 14 and 17)"
                ),
            ),
            Text::made(
                format!("写上 `[[purpose]]` 和 `name = \"{name}\"`"),
                format!("write a `[[purpose]]` with `name = \"{name}\"`"),
            ),
        );
    }
}

/// Whether a purpose is held too closely for "agree to all".
fn is_close(notice: &Notice, register: &Register, name: &str) -> bool {
    let Some(purpose) = register.purpose(name) else {
        return false;
    };
    let separate =
        form_of(register, purpose).is_some_and(|form| form != shouxin_model::ConsentForm::General);
    let told = notice.purposes.iter().find(|told| told.name == name);
    let sensitive = told.is_some_and(|told| {
        told_fields(told, purpose).any(|field| {
            let field = register.field(field);
            field.is_some_and(|field| field.sensitivity.is_sensitive())
        })
    });
    separate || sensitive
}

/// What is told and rests on consent must be asked for.
fn unasked(notice: &Notice, register: &Register, asked: &BTreeSet<&String>, faults: &mut Faults) {
    for (i, told) in notice.purposes.iter().enumerate() {
        let purpose = register.purpose(&told.name);
        let needed = purpose.is_some_and(|purpose| register.needs_consent(purpose));
        if needed && !asked.contains(&told.name) {
            faults.push(
                Path::default().key("purpose").item(i).key("name"),
                "consent-not-asked",
                Text::made(
                    format!("`{}` 以同意为依据,却没有开关", told.name),
                    format!("`{}` rests on consent and has no switch", told.name),
                ),
                Text::made(
                    format!("写上 `[[switch]]` 和 `purposes = [\"{}\"]`", told.name),
                    format!("write a `[[switch]]` with `purposes = [\"{}\"]`", told.name),
                ),
            );
        }
    }
}
