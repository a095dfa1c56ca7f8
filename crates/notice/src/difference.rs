//! What a new version of a notice changes.

use shouxin_model::{Basis, ConsentForm, Text};

use crate::bound::{Bound, BoundField, BoundPurpose, BoundRecipient, period};

/// What a new version changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Each change, purposes first, in the order of the new version.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it means for those who agreed before.
    pub kind: ChangeKind,
    /// The purpose that it concerns; `None`: the notice as a whole.
    pub purpose: Option<String>,
    /// What it is.
    pub text: Text,
}

/// What a change means for those who agreed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The same is told in other words.
    Wording,
    /// Less is done than they agreed to.
    Narrowing,
    /// More is done than they agreed to: they must be asked again.
    Widening,
}

impl ChangeKind {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wording => "wording",
            Self::Narrowing => "narrowing",
            Self::Widening => "widening",
        }
    }
}

impl Difference {
    /// Whether people must be asked again about anything.
    pub fn widens(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| change.kind == ChangeKind::Widening)
    }

    /// Whether people must be asked again about this purpose.
    pub fn widens_purpose(&self, purpose: &str) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| {
            change.kind == ChangeKind::Widening && change.purpose.as_deref() == Some(purpose)
        })
    }

    /// A first version: everything is new.
    pub fn first(new: &Bound) -> Self {
        let purposes = new.purposes.iter();
        Self {
            changes: purposes.map(added).collect(),
        }
    }

    fn add(&mut self, kind: ChangeKind, purpose: Option<&str>, zh: String, en: String) {
        self.changes.push(Change {
            kind,
            purpose: purpose.map(str::to_owned),
            text: Text::made(zh, en),
        });
    }

    fn wording(&mut self, same: bool, purpose: Option<&str>, zh: &str, en: &str) {
        if !same {
            let (zh, en) = (
                format!("{zh}的写法有变"),
                format!("{en}: told in other words"),
            );
            self.add(ChangeKind::Wording, purpose, zh, en);
        }
    }
}

/// What `new` changes against `old`, an earlier version of the same notice.
pub fn difference(old: &Bound, new: &Bound) -> Difference {
    let mut found = Difference::default();
    for purpose in &new.purposes {
        match old.purpose(&purpose.name) {
            None => found.changes.push(added(purpose)),
            Some(before) => of_purpose((old, before), (new, purpose), &mut found),
        }
    }
    for purpose in &old.purposes {
        if new.purpose(&purpose.name).is_none() {
            let title = &purpose.title;
            found.add(
                ChangeKind::Narrowing,
                Some(&purpose.name),
                format!("不再包括处理目的“{}”", title.zh),
                format!("no longer names the purpose \"{}\"", title.en),
            );
        }
    }
    switches(old, new, &mut found);
    whole(old, new, &mut found);
    found
}

fn added(purpose: &BoundPurpose) -> Change {
    let title = &purpose.title;
    Change {
        kind: ChangeKind::Widening,
        purpose: Some(purpose.name.clone()),
        text: Text::made(
            format!("新的处理目的“{}”", title.zh),
            format!("a new purpose: \"{}\"", title.en),
        ),
    }
}

fn of_purpose(old: (&Bound, &BoundPurpose), new: (&Bound, &BoundPurpose), found: &mut Difference) {
    let ((_, before), (_, after)) = (old, new);
    let name = Some(after.name.as_str());
    let (zh, en) = (&after.title.zh, &after.title.en);
    for field in &after.fields {
        let earlier = before.fields.iter().find(|one| one.field == field.field);
        of_field(earlier, field, after, found);
    }
    for field in &before.fields {
        if !after.fields.iter().any(|one| one.field == field.field) {
            found.add(
                ChangeKind::Narrowing,
                name,
                format!("“{zh}”不再使用{}", field.title.zh),
                format!("\"{en}\" no longer uses: {}", field.title.en),
            );
        }
    }
    recipients(old, new, found);
    form(before, after, found);
    let texts = [
        ("名称", "title", Some(&before.title) == Some(&after.title)),
        ("目的说明", "text", before.text == after.text),
        ("处理方式", "way", before.way == after.way),
        ("必要性", "necessity", before.necessity == after.necessity),
        ("影响", "impact", before.impact == after.impact),
        ("不同意的后果", "refusal", before.refusal == after.refusal),
    ];
    for (what_zh, what_en, same) in texts {
        found.wording(
            same,
            name,
            &format!("“{zh}”{what_zh}"),
            &format!("\"{en}\", {what_en}"),
        );
    }
}

fn of_field(
    before: Option<&BoundField>,
    after: &BoundField,
    purpose: &BoundPurpose,
    found: &mut Difference,
) {
    let name = Some(purpose.name.as_str());
    let (zh, en) = (&purpose.title.zh, &purpose.title.en);
    let field = &after.title;
    let Some(before) = before else {
        return found.add(
            ChangeKind::Widening,
            name,
            format!("“{zh}”新增使用{}", field.zh),
            format!("\"{en}\" also uses: {}", field.en),
        );
    };
    if before.from != after.from {
        // Which of two events comes later cannot be told.
        found.add(
            ChangeKind::Widening,
            name,
            format!(
                "“{zh}”中{}的保存期限改为自{}起",
                field.zh, after.from_text.zh
            ),
            format!(
                "\"{en}\": {} is now kept from {}",
                field.en, after.from_text.en
            ),
        );
    } else if before.days != after.days {
        let (was, is) = (period(before.days), period(after.days));
        let kind = if after.days > before.days {
            ChangeKind::Widening
        } else {
            ChangeKind::Narrowing
        };
        found.add(
            kind,
            name,
            format!("“{zh}”中{}的保存期限由 {} 改为 {}", field.zh, was.zh, is.zh),
            format!(
                "\"{en}\": {} is kept for {} instead of {}",
                field.en, is.en, was.en
            ),
        );
    }
    if before.sensitive != after.sensitive {
        let (kind, zh_is, en_is) = if after.sensitive {
            (ChangeKind::Widening, "现为敏感个人信息", "is now sensitive")
        } else {
            (
                ChangeKind::Wording,
                "不再是敏感个人信息",
                "is no longer sensitive",
            )
        };
        found.add(
            kind,
            name,
            format!("“{zh}”中{}{zh_is}", field.zh),
            format!("\"{en}\": {} {en_is}", field.en),
        );
    }
    found.wording(
        before.title == after.title
            && (before.from != after.from || before.from_text == after.from_text),
        name,
        &format!("“{zh}”中{}", field.zh),
        &format!("\"{en}\", {}", field.en),
    );
}

/// Who gets data for a purpose. A recipient is who it is by its title: under another one, it is another.
fn recipients(
    (old, before): (&Bound, &BoundPurpose),
    (new, after): (&Bound, &BoundPurpose),
    found: &mut Difference,
) {
    let name = Some(after.name.as_str());
    let (zh, en) = (&after.title.zh, &after.title.en);
    let of = |bound: &'_ Bound, purpose: &BoundPurpose| -> Vec<BoundRecipient> {
        let names = purpose.recipients.iter();
        names
            .filter_map(|name| bound.recipient(name).cloned())
            .collect()
    };
    let (earlier, later) = (of(old, before), of(new, after));
    for one in &later {
        let was = earlier.iter().find(|was| was.title == one.title);
        let abroad = one.country.as_ref();
        match was {
            None => found.add(
                ChangeKind::Widening,
                name,
                format!("“{zh}”的信息新增提供给{}", one.title.zh),
                format!("data for \"{en}\" also go to {}", one.title.en),
            ),
            Some(was) => {
                if was.country != one.country
                    && let Some(country) = abroad
                {
                    found.add(
                        ChangeKind::Widening,
                        name,
                        format!("“{zh}”的信息由{}转到{}", one.title.zh, country.zh),
                        format!("data for \"{en}\" go to {} in {}", one.title.en, country.en),
                    );
                }
                if was.kind != one.kind {
                    found.add(
                        ChangeKind::Widening,
                        name,
                        format!("{}在“{zh}”中的身份有变", one.title.zh),
                        format!("the role of {} in \"{en}\" changed", one.title.en),
                    );
                }
                found.wording(
                    was.text == one.text
                        && was.contact == one.contact
                        && was.exercise == one.exercise,
                    name,
                    &format!("接收方{}", one.title.zh),
                    &format!("recipient {}", one.title.en),
                );
            }
        }
    }
    for was in &earlier {
        if !later.iter().any(|one| one.title == was.title) {
            found.add(
                ChangeKind::Narrowing,
                name,
                format!("“{zh}”的信息不再提供给{}", was.title.zh),
                format!("data for \"{en}\" no longer go to {}", was.title.en),
            );
        }
    }
}

fn form(before: &BoundPurpose, after: &BoundPurpose, found: &mut Difference) {
    let name = Some(after.name.as_str());
    let (zh, en) = (&after.title.zh, &after.title.en);
    match (before.consent, after.consent) {
        (None, None) if before.basis == after.basis => {}
        (None, None) => {
            let kind = match after.basis {
                Basis::LegalObligation => ChangeKind::Wording,
                _ => ChangeKind::Widening,
            };
            found.add(
                kind,
                name,
                format!("“{zh}”的依据改为{}", after.basis_text.zh),
                format!("\"{en}\" now rests on: {}", after.basis_text.en),
            );
        }
        (Some(was), Some(is)) if was == is => {}
        (Some(_), None) => found.add(
            ChangeKind::Widening,
            name,
            format!("“{zh}”不再需要同意"),
            format!("\"{en}\" no longer asks for consent"),
        ),
        (None, Some(_)) => found.add(
            ChangeKind::Narrowing,
            name,
            format!("“{zh}”现在需要同意"),
            format!("\"{en}\" now asks for consent"),
        ),
        (Some(was), Some(is)) => {
            let kind = if is_stronger(is, was) {
                ChangeKind::Narrowing
            } else {
                ChangeKind::Widening
            };
            found.add(
                kind,
                name,
                format!("“{zh}”的同意形式有变"),
                format!("\"{en}\" asks for consent in another form"),
            );
        }
    }
}

/// Whether one form of consent asks for all that another does and more.
const fn is_stronger(is: ConsentForm, was: ConsentForm) -> bool {
    matches!(
        (was, is),
        (ConsentForm::General, _)
            | (
                ConsentForm::Separate,
                ConsentForm::Written | ConsentForm::Guardian | ConsentForm::Once
            )
    )
}

fn switches(old: &Bound, new: &Bound, found: &mut Difference) {
    for switch in &new.switches {
        let mut earlier = old.switches.iter();
        let Some(was) = earlier.find(|was| was.purpose == switch.purpose) else {
            continue;
        };
        let name = Some(switch.purpose.as_str());
        if switch.in_all && !was.in_all {
            found.add(
                ChangeKind::Widening,
                name,
                format!("“全部同意”现在包括“{}”", switch.title.zh),
                format!("\"agree to all\" now takes in \"{}\"", switch.title.en),
            );
        }
        found.wording(
            was.title == switch.title && was.name == switch.name && was.in_all <= switch.in_all,
            name,
            &format!("开关“{}”", switch.title.zh),
            &format!("switch \"{}\"", switch.title.en),
        );
    }
}

fn whole(old: &Bound, new: &Bound, found: &mut Difference) {
    if old.controller.name != new.controller.name {
        let name = &new.controller.name;
        // Somebody else handles the data: nobody agreed to that (PIPL art. 22 and 23).
        for purpose in &new.purposes {
            found.add(
                ChangeKind::Widening,
                Some(&purpose.name),
                format!("个人信息处理者改为{}", name.zh),
                format!("the controller is now {}", name.en),
            );
        }
    }
    let texts = [
        ("标题", "title", old.title == new.title),
        ("引言", "introduction", old.introduction == new.introduction),
        (
            "联系方式",
            "contact",
            old.controller.contact == new.controller.contact
                && old.controller.officer == new.controller.officer,
        ),
        ("权利", "rights", old.rights == new.rights),
        ("撤回同意", "withdrawal", old.withdrawal == new.withdrawal),
        ("投诉", "complaint", old.complaint == new.complaint),
        ("未成年人", "minors", old.minors == new.minors),
        ("变更告知", "changes", old.changes == new.changes),
        ("其他段落", "sections", old.sections == new.sections),
        (
            "页面有效时间",
            "how long a page may stay open",
            old.snapshot_hours == new.snapshot_hours,
        ),
    ];
    for (zh, en, same) in texts {
        found.wording(same, None, zh, en);
    }
}

#[cfg(test)]
mod tests;
