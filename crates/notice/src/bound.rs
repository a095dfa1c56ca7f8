//! A notice with what the register says of its purposes: what is shown, hashed and kept.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shouxin_model::{Basis, ConsentForm, FieldRef, Purpose, Regime, Register, Text};
use shouxin_regime::law;
use shouxin_register::{Finding, months_of_days};

use crate::lint::lint;
use crate::notice::{Notice, PurposeText, RecipientKind};

/// A notice with what the register says of each of its purposes at the moment of publication. It no longer
/// depends on the register: what people were shown stays what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Its name.
    pub name: String,
    /// Its heading.
    pub title: Text,
    /// What it is about.
    pub introduction: Option<Text>,
    /// Who answers for it.
    pub controller: BoundController,
    /// What it tells of each purpose.
    pub purposes: Vec<BoundPurpose>,
    /// Who else gets data.
    pub recipients: Vec<BoundRecipient>,
    /// What can be agreed to, each by itself.
    pub switches: Vec<BoundSwitch>,
    /// People's rights and how to use them.
    pub rights: Text,
    /// How to take consent back.
    pub withdrawal: Option<Text>,
    /// Where to complain.
    pub complaint: Text,
    /// What holds for children under 14.
    pub minors: Option<Text>,
    /// How changes will be told.
    pub changes: Option<Text>,
    /// Whatever else it says.
    pub sections: Vec<BoundSection>,
    /// For how many hours a page that shows it may stay open.
    pub snapshot_hours: u32,
}

/// Who answers for a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundController {
    /// Its name.
    pub name: Text,
    /// How to reach it.
    pub contact: Text,
    /// How to reach whoever is responsible for personal data there.
    pub officer: Option<Text>,
}

/// What a notice tells of a purpose, by the register at publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundPurpose {
    /// As the register names it.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// What the data are for.
    pub text: Text,
    /// How they are handled.
    pub way: Text,
    /// The form of consent; `None` if it rests on another basis.
    pub consent: Option<ConsentForm>,
    /// The basis under the first regime of the register that knows one.
    pub basis: Basis,
    /// The law's words for it.
    pub basis_text: Text,
    /// Whether a field of it is sensitive.
    pub sensitive: bool,
    /// Whether data go to somebody who handles them on their own behalf.
    pub share: bool,
    /// The fields told, in the register's order.
    pub fields: Vec<BoundField>,
    /// Who else gets them, by name within the notice.
    pub recipients: Vec<String>,
    /// Why sensitive data are needed.
    pub necessity: Option<Text>,
    /// What their use may do to the person.
    pub impact: Option<Text>,
    /// What follows if the person does not agree.
    pub refusal: Option<Text>,
}

/// A field told, by the register at publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundField {
    /// Its full name.
    pub field: FieldRef,
    /// What people call it.
    pub title: Text,
    /// Whether it is sensitive.
    pub sensitive: bool,
    /// How many days it is kept.
    pub days: u32,
    /// From which event of the register on.
    pub from: String,
    /// That event in words.
    pub from_text: Text,
}

/// Who else gets data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundRecipient {
    /// A name within the notice.
    pub name: String,
    /// On whose behalf it handles them.
    pub kind: RecipientKind,
    /// What people call it.
    pub title: Text,
    /// How to reach it.
    pub contact: Text,
    /// What it does with the data.
    pub text: Text,
    /// The country, if it is abroad.
    pub country: Option<Text>,
    /// How to use one's rights towards it.
    pub exercise: Option<Text>,
}

/// Something that can be agreed to by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundSwitch {
    /// A name within the notice.
    pub name: String,
    /// What stands beside it.
    pub title: Text,
    /// The purpose that it is for.
    pub purpose: String,
    /// Whether "agree to all" turns it on.
    pub in_all: bool,
}

/// Whatever else a notice says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundSection {
    /// Its heading.
    pub title: Text,
    /// Its text.
    pub text: Text,
}

impl Notice {
    /// The notice as this register completes it.
    ///
    /// # Errors
    /// What [`lint`] finds.
    pub fn bind(&self, register: &Register) -> Result<Bound, Vec<Finding>> {
        let findings = lint(self, register);
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(self.draft(register))
    }

    /// The notice as this register completes it as far as it goes, for whoever still writes it: what is missing
    /// stands empty, and what names nothing of the register is left out. What [`lint`] finds is not asked, so that
    /// nothing of this is ever published.
    pub fn draft(&self, register: &Register) -> Bound {
        let said = |text: &Option<Text>| text.clone().unwrap_or_default();
        let purposes = self.purposes.iter();
        Bound {
            name: self.name.clone(),
            title: self.title.clone(),
            introduction: self.introduction.clone(),
            controller: BoundController {
                name: said(&self.controller.name),
                contact: said(&self.controller.contact),
                officer: self.controller.officer.clone(),
            },
            purposes: purposes
                .filter_map(|told| {
                    Some(self.purpose(told, register.purpose(&told.name)?, register))
                })
                .collect(),
            recipients: self.recipients.iter().map(recipient).collect(),
            switches: self.switches.iter().filter_map(switch).collect(),
            rights: said(&self.rights),
            withdrawal: self.withdrawal.clone(),
            complaint: said(&self.complaint),
            minors: self.minors.clone(),
            changes: self.changes.clone(),
            sections: self.sections.iter().map(section).collect(),
            snapshot_hours: self.snapshot_hours,
        }
    }

    fn purpose(&self, told: &PurposeText, purpose: &Purpose, register: &Register) -> BoundPurpose {
        let fields: Vec<BoundField> = told_fields(told, purpose)
            .filter_map(|name| self.field(name, register))
            .collect();
        let own = |name: &String| {
            let mut recipients = self.recipients.iter();
            recipients.any(|one| one.name == *name && one.kind == RecipientKind::Controller)
        };
        let (basis, basis_text) = basis(register, purpose);
        BoundPurpose {
            name: told.name.clone(),
            title: told.title.clone().unwrap_or_else(|| purpose.title.clone()),
            text: told.text.clone().unwrap_or_default(),
            way: told.way.clone().or(self.way.clone()).unwrap_or_default(),
            consent: form_of(register, purpose),
            basis,
            basis_text,
            sensitive: fields.iter().any(|field| field.sensitive),
            share: told.recipients.iter().any(own),
            fields,
            recipients: told.recipients.clone(),
            necessity: told.necessity.clone(),
            impact: told.impact.clone(),
            refusal: told.refusal.clone(),
        }
    }

    fn field(&self, name: &FieldRef, register: &Register) -> Option<BoundField> {
        let field = register.field(name)?;
        let mut events = self.events.iter();
        let event = events.find(|event| event.name == field.retention.from);
        Some(BoundField {
            field: name.clone(),
            title: field.title.clone(),
            sensitive: field.sensitivity.is_sensitive(),
            days: field.retention.days,
            from: field.retention.from.clone(),
            from_text: event.map(|event| event.title.clone()).unwrap_or_default(),
        })
    }
}

impl Bound {
    /// The one spelling of it: JSON, keys in the order of the type. What its hash is over, after a label.
    pub fn canonical(&self) -> Vec<u8> {
        // Texts, numbers and lists of them always are JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// SHA-256 over the label `shouxin notice v1`, a line feed, and [`Bound::canonical`].
    pub fn hash(&self) -> [u8; 32] {
        hash_of(&self.canonical())
    }

    /// The bound notice of [`Bound::canonical`]; `None` if these bytes are not the one spelling of one.
    pub fn of_canonical(bytes: &[u8]) -> Option<Self> {
        let bound: Self = serde_json::from_slice(bytes).ok()?;
        (bound.canonical() == bytes).then_some(bound)
    }

    /// What it tells of this purpose.
    pub fn purpose(&self, name: &str) -> Option<&BoundPurpose> {
        self.purposes.iter().find(|purpose| purpose.name == name)
    }

    /// The recipient of this name.
    pub fn recipient(&self, name: &str) -> Option<&BoundRecipient> {
        self.recipients.iter().find(|one| one.name == name)
    }
}

fn hash_of(canonical: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"shouxin notice v1\n");
    hash.update(canonical);
    hash.finalize().into()
}

/// The form of consent that a purpose needs; `None` if it rests on another basis.
pub(crate) fn form_of(register: &Register, purpose: &Purpose) -> Option<ConsentForm> {
    let needed = register.needs_consent(purpose);
    needed.then(|| purpose.consent.unwrap_or(ConsentForm::General))
}

/// The fields of a purpose that a notice tells.
pub(crate) fn told_fields<'a>(
    told: &'a PurposeText,
    purpose: &'a Purpose,
) -> impl Iterator<Item = &'a FieldRef> {
    let fields = purpose.fields.iter();
    fields.filter(|field| {
        let mut patterns = told.fields.iter();
        told.fields.is_empty() || patterns.any(|pattern| names(pattern, field))
    })
}

/// Whether `collection.field` or `collection.*` names a field.
pub(crate) fn names(pattern: &str, field: &FieldRef) -> bool {
    pattern == field.as_str() || pattern.strip_suffix(".*") == Some(field.collection())
}

fn basis(register: &Register, purpose: &Purpose) -> (Basis, Text) {
    let known = |regime: &&Regime| purpose.basis.contains_key(regime);
    // Consent outweighs: it is needed if any law that applies rests the purpose on it.
    let by_consent = |regime: &&Regime| purpose.basis.get(regime) == Some(&Basis::Consent);
    let mut regimes = register.regimes.iter();
    let regime = regimes
        .find(by_consent)
        .or_else(|| register.regimes.iter().find(known));
    let found = regime.and_then(|regime| Some((*regime, *purpose.basis.get(regime)?)));
    let Some((regime, basis)) = found else {
        return (Basis::OtherLaw, Text::default());
    };
    let text = law::basis(regime, basis).map(|rule| rule.text.clone());
    (basis, text.unwrap_or_default())
}

fn recipient(one: &crate::Recipient) -> BoundRecipient {
    BoundRecipient {
        name: one.name.clone(),
        kind: one.kind,
        title: one.title.clone().unwrap_or_default(),
        contact: one.contact.clone().unwrap_or_default(),
        text: one.text.clone().unwrap_or_default(),
        country: one.country.clone(),
        exercise: one.exercise.clone(),
    }
}

fn switch(one: &crate::Switch) -> Option<BoundSwitch> {
    Some(BoundSwitch {
        name: one.name.clone(),
        title: one.title.clone(),
        purpose: one.purposes.first()?.clone(),
        in_all: one.in_all,
    })
}

fn section(one: &crate::Section) -> BoundSection {
    BoundSection {
        title: one.title.clone(),
        text: one.text.clone(),
    }
}

/// A keeping period for people: `3 年`, `3 years`.
pub(crate) fn period(days: u32) -> Text {
    let plural = |n: u32, noun: &str| match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    };
    match months_of_days(days) {
        Some(months) if months % 12 == 0 => {
            let years = months / 12;
            Text::made(format!("{years} 年"), plural(years, "year"))
        }
        Some(months) => Text::made(format!("{months} 个月"), plural(months, "month")),
        None => Text::made(format!("{days} 天"), plural(days, "day")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_told_in_the_unit_in_which_it_was_declared() {
        let said = |days| {
            let text = period(days);
            format!("{} / {}", text.zh, text.en)
        };
        assert_eq!(said(1096), "3 年 / 3 years");
        assert_eq!(said(366), "1 年 / 1 year");
        assert_eq!(said(184), "6 个月 / 6 months");
        assert_eq!(said(30), "30 天 / 30 days");
        assert_eq!(said(1), "1 天 / 1 day");
    }
}
