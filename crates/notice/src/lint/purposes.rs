//! What a notice must tell of each purpose, and what the register says of it.

use std::collections::BTreeSet;

use shouxin_model::{ConsentForm, FieldRef, Purpose, Register, Text};
use shouxin_register::reading::{Path, nearest};

use super::Faults;
use crate::bound::{form_of, names, told_fields};
use crate::notice::{Notice, PurposeText, RecipientKind};

pub(super) fn check(notice: &Notice, register: &Register, faults: &mut Faults) {
    for (i, told) in notice.purposes.iter().enumerate() {
        let path = Path::default().key("purpose").item(i);
        let Some(purpose) = register.purpose(&told.name) else {
            unknown(&told.name, register, path.key("name"), faults);
            continue;
        };
        items(notice, told, &path, faults);
        fields(told, purpose, &path, faults);
        sensitive(told, purpose, register, &path, faults);
        recipients(notice, told, form_of(register, purpose), &path, faults);
        if register.needs_consent(purpose) {
            faults.need(
                told.refusal.as_ref(),
                path.key("refusal"),
                "missing-refusal",
                ("不同意会怎样", "what follows if one does not agree", "16"),
            );
        }
    }
    events(notice, register, faults);
}

pub(super) fn unknown(name: &str, register: &Register, path: Path, faults: &mut Faults) {
    let declared = register
        .purposes
        .iter()
        .map(|purpose| purpose.name.as_str());
    let remedy = match nearest(name, declared) {
        Some(near) => Text::made(
            format!("是否想写 `{near}`?"),
            format!("did you mean `{near}`?"),
        ),
        None => Text::fixed("改为登记册中的处理目的", "name a purpose of the register"),
    };
    faults.push(
        path,
        "unknown-purpose",
        Text::made(
            format!("登记册没有名为 `{name}` 的处理目的"),
            format!("the register has no purpose `{name}`"),
        ),
        remedy,
    );
}

fn items(notice: &Notice, told: &PurposeText, path: &Path, faults: &mut Faults) {
    faults.need(
        told.text.as_ref(),
        path.key("text"),
        "missing-purpose",
        ("处理目的", "what the data are for", "17"),
    );
    faults.need(
        told.way.as_ref().or(notice.way.as_ref()),
        path.key("way"),
        "missing-way",
        ("处理方式", "how the data are handled", "17"),
    );
}

/// What is told must be declared, and what is declared must be told.
fn fields(told: &PurposeText, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    for (i, pattern) in told.fields.iter().enumerate() {
        if !purpose.fields.iter().any(|field| names(pattern, field)) {
            faults.push(
                path.key("fields").item(i),
                "field-not-declared",
                Text::made(
                    format!("登记册没有为此目的声明 `{pattern}`"),
                    format!("the register declares no `{pattern}` for this purpose"),
                ),
                Text::fixed(
                    "删去它,或先在登记册中声明",
                    "remove it, or declare it in the register first",
                ),
            );
        }
    }
    let told: BTreeSet<&FieldRef> = told_fields(told, purpose).collect();
    let untold: Vec<&str> = purpose
        .fields
        .iter()
        .filter(|field| !told.contains(field))
        .map(FieldRef::as_str)
        .collect();
    if !untold.is_empty() {
        let all = untold.join(", ");
        faults.push(
            path.key("fields"),
            "field-not-told",
            Text::made(
                format!("登记册为此目的声明了 {all},但没有告知(《个人信息保护法》第17条)"),
                format!("the register declares {all} for this purpose, and it is not told (PIPL art. 17)"),
            ),
            Text::fixed(
                "补上这些字段,或从登记册的处理目的中删去",
                "add these fields, or remove them from the purpose in the register",
            ),
        );
    }
}

fn sensitive(
    told: &PurposeText,
    purpose: &Purpose,
    register: &Register,
    path: &Path,
    faults: &mut Faults,
) {
    let is_sensitive = |name: &FieldRef| {
        let field = register.field(name);
        field.is_some_and(|field| field.sensitivity.is_sensitive())
    };
    if !told_fields(told, purpose).any(is_sensitive) {
        return;
    }
    faults.need(
        told.necessity.as_ref(),
        path.key("necessity"),
        "missing-necessity",
        (
            "处理敏感个人信息的必要性",
            "why sensitive data are needed",
            "30",
        ),
    );
    faults.need(
        told.impact.as_ref(),
        path.key("impact"),
        "missing-impact",
        (
            "处理敏感个人信息对个人权益的影响",
            "what the use of sensitive data means for the person",
            "30",
        ),
    );
}

fn recipients(
    notice: &Notice,
    told: &PurposeText,
    form: Option<ConsentForm>,
    path: &Path,
    faults: &mut Faults,
) {
    for (i, name) in told.recipients.iter().enumerate() {
        let path = path.key("recipients").item(i);
        let Some(recipient) = notice.recipients.iter().find(|one| one.name == *name) else {
            faults.push(
                path,
                "unknown-recipient",
                Text::made(
                    format!("没有名为 `{name}` 的接收方"),
                    format!("there is no recipient `{name}`"),
                ),
                Text::fixed(
                    "写一个 `[[recipient]]`,告知其名称、联系方式和处理方式",
                    "write a `[[recipient]]` with its name, contact, and what it does",
                ),
            );
            continue;
        };
        let (zh, en) = match (recipient.kind, &recipient.country) {
            (_, Some(_)) => ("向境外提供(第39条)", "giving data abroad (art. 39)"),
            (RecipientKind::Controller, None) => (
                "向他人提供(第23条)",
                "giving data to another controller (art. 23)",
            ),
            (RecipientKind::Processor, None) => continue,
        };
        if form == Some(ConsentForm::General) {
            faults.push(
                path,
                "share-not-separate",
                Text::made(
                    format!("{zh}需要单独同意,而登记册对此目的只要求一般同意"),
                    format!("{en} needs separate consent, and the register asks for general consent to this purpose"),
                ),
                Text::fixed(
                    "在登记册中把此目的的同意改为 `consent = \"separate\"`,或不再提供",
                    "let the purpose ask for `consent = \"separate\"` in the register, or stop giving the data",
                ),
            );
        }
    }
}

/// Each event that a keeping period counts from has words of its own.
fn events(notice: &Notice, register: &Register, faults: &mut Faults) {
    let mut needed = BTreeSet::new();
    for told in &notice.purposes {
        let Some(purpose) = register.purpose(&told.name) else {
            continue;
        };
        for name in told_fields(told, purpose) {
            needed.extend(
                register
                    .field(name)
                    .map(|field| field.retention.from.as_str()),
            );
        }
    }
    for event in &notice.events {
        needed.remove(event.name.as_str());
    }
    for event in needed {
        faults.push(
            Path::default().key("event"),
            "missing-retention",
            Text::made(
                format!("保存期限从 `{event}` 起算,但没有告知那是什么时候(《个人信息保护法》第17条)"),
                format!("keeping periods count from `{event}`, and it is not told when that is (PIPL art. 17)"),
            ),
            Text::made(
                format!("写上 `[[event]]`、`name = \"{event}\"` 和 `title`"),
                format!("write an `[[event]]` with `name = \"{event}\"` and a `title`"),
            ),
        );
    }
}
