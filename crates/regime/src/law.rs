//! What the law says, as dated rows with citations.
//!
//! Source: `data/law.json`; its `as_of` is [`as_of`]. None of it is legal advice.

use std::sync::LazyLock;

use serde::Deserialize;
use shouxin_model::{Basis, ConsentForm, Regime, Sensitivity, Text};

/// The lawful bases of a regime, in the order of its article: seven items of PIPL art. 13 in eight
/// rows (item 2 is contract or human resources), six of GDPR art. 6, notice under CCPA.
pub fn bases(regime: Regime) -> impl Iterator<Item = &'static BasisRule> {
    LAW.bases.iter().filter(move |rule| rule.regime == regime)
}

/// The row that makes `basis` lawful under `regime`; `None` if the regime has no such basis, as PIPL
/// has no legitimate interests.
pub fn basis(regime: Regime, basis: Basis) -> Option<&'static BasisRule> {
    bases(regime).find(|rule| rule.basis == basis)
}

/// The class of sensitive personal information; `None` if it is ordinary or none.
pub fn sensitive_category(sensitivity: Sensitivity) -> Option<&'static SensitiveCategory> {
    LAW.sensitive_categories
        .iter()
        .find(|row| row.sensitivity == sensitivity)
}

/// The lowest level of general data for a field of this sensitivity; `None` if it says nothing about a
/// person.
pub fn level_floor(sensitivity: Sensitivity) -> Option<&'static LevelFloor> {
    let personal = sensitivity != Sensitivity::None;
    LAW.level_floors
        .iter()
        .find(|row| personal && row.sensitive == sensitivity.is_sensitive())
}

/// Every retention rule that concerns after-sales, express and service centres.
pub fn retention_rules() -> &'static [RetentionRule] {
    &LAW.retention_rules
}

/// The retention rule of this id (`cn.repair_3r`) or citation (`AUTO3R 17`).
pub fn retention_rule(rule: &str) -> Option<&'static RetentionRule> {
    LAW.retention_rules
        .iter()
        .find(|row| row.id == rule || row.citation == rule)
}

/// Every rule of consent.
pub fn consent_rules() -> &'static [ConsentRule] {
    &LAW.consent_rules
}

/// The consent rule of this id, for example `sep.sensitive`.
pub fn consent_rule(id: &str) -> Option<&'static ConsentRule> {
    LAW.consent_rules.iter().find(|row| row.id == id)
}

/// The rule that asks more than general consent for data of this sensitivity, where consent is the
/// basis: separate consent for sensitive data, a guardian's for minors under 14.
pub fn consent_needed(sensitivity: Sensitivity) -> Option<&'static ConsentRule> {
    match sensitivity {
        Sensitivity::Minor => consent_rule("minor14"),
        other if other.is_sensitive() => consent_rule("sep.sensitive"),
        _ => None,
    }
}

/// The day on which the rows were last compared with the law, as `2026-11-21`.
pub fn as_of() -> &'static str {
    &LAW.as_of
}

/// How a row is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in a primary text, an official announcement or a faithful reprint.
    Sourced,
    /// Firmly known, the text not retrieved.
    KnownUnsourced,
    /// A choice of this product: no law or standard says it.
    ProductDefault,
}

/// A basis that a regime accepts.
#[derive(Debug, Deserialize)]
pub struct BasisRule {
    /// The regime.
    pub regime: Regime,
    /// The basis.
    pub basis: Basis,
    /// What the law calls it.
    #[serde(flatten)]
    pub text: Text,
    /// The article.
    pub citation: String,
    /// How it is known.
    pub confidence: Confidence,
}

/// A class of sensitive personal information.
#[derive(Debug, Deserialize)]
pub struct SensitiveCategory {
    /// The class.
    pub sensitivity: Sensitivity,
    /// What the law calls it.
    #[serde(flatten)]
    pub text: Text,
    /// The article.
    pub citation: String,
    /// How it is known.
    pub confidence: Confidence,
}

/// The lowest level that a kind of personal information may have.
#[derive(Debug, Deserialize)]
pub struct LevelFloor {
    /// Whether the row is about sensitive personal information.
    pub sensitive: bool,
    /// The level, 1-4.
    pub level: u8,
    /// The rule in words.
    #[serde(flatten)]
    pub text: Text,
    /// The standard.
    pub citation: String,
    /// How it is known.
    pub confidence: Confidence,
}

/// How long something must or may be kept.
#[derive(Debug, Deserialize)]
pub struct RetentionRule {
    /// Its id, for example `cn.repair_3r`.
    pub id: String,
    /// The instrument's short name.
    pub regime: String,
    /// What is kept.
    #[serde(flatten)]
    pub what: Text,
    /// The least count of `unit`, if the law sets one.
    pub min: Option<u32>,
    /// The greatest count of `unit`, if the law sets one.
    pub max: Option<u32>,
    /// The unit of both counts.
    pub unit: Option<Unit>,
    /// The event it counts from, in English.
    pub start_event: String,
    /// The article.
    pub citation: String,
    /// How it is known.
    pub confidence: Confidence,
}

impl RetentionRule {
    /// The least number of days that always covers the minimum, leap years included: 6 years are
    /// 2,192 days. `None` if the law sets no minimum.
    pub fn min_days(&self) -> Option<u32> {
        let count = self.min?;
        Some(match self.unit? {
            Unit::Year => count * 365 + count.div_ceil(4),
            Unit::Month => count * 31,
            Unit::CalendarDay => count,
            // Only a calendar of holidays could tell; no minimum of today counts so.
            Unit::WorkingDay => return None,
        })
    }
}

/// A unit of time in a legal period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days of the calendar.
    CalendarDay,
    /// Days on which China works.
    WorkingDay,
    /// Months of the calendar.
    Month,
    /// Years of the calendar.
    Year,
}

/// A rule of consent.
#[derive(Debug, Deserialize)]
pub struct ConsentRule {
    /// Its id, for example `sep.sensitive`.
    pub id: String,
    /// The form that consent must take; `None` for bans and limits.
    pub form: Option<ConsentForm>,
    /// When it applies.
    #[serde(flatten)]
    pub case: Text,
    /// The article.
    pub citation: String,
    /// How it is known.
    pub confidence: Confidence,
}

#[derive(Deserialize)]
struct Law {
    as_of: String,
    bases: Vec<BasisRule>,
    sensitive_categories: Vec<SensitiveCategory>,
    level_floors: Vec<LevelFloor>,
    retention_rules: Vec<RetentionRule>,
    consent_rules: Vec<ConsentRule>,
}

static LAW: LazyLock<Law> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/law.json"))
        .expect("the file is built in, and every test of this module reads it")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipl_has_seven_items_and_no_legitimate_interests() {
        let items: std::collections::BTreeSet<_> = bases(Regime::Pipl)
            .map(|rule| rule.citation.split(',').next().unwrap())
            .collect();
        assert_eq!(items.len(), 7);
        assert!(basis(Regime::Pipl, Basis::LegitimateInterests).is_none());
        assert!(basis(Regime::Pipl, Basis::PublicTask).is_none());
        assert_eq!(
            basis(Regime::Pipl, Basis::Contract).unwrap().citation,
            "PIPL 13(1)(2)"
        );
    }

    #[test]
    fn gdpr_has_six_bases_and_ccpa_has_notice() {
        let of = |regime| bases(regime).map(|rule| rule.basis).collect::<Vec<_>>();
        use Basis::*;
        assert_eq!(
            of(Regime::Gdpr),
            [
                Consent,
                Contract,
                LegalObligation,
                VitalInterests,
                PublicTask,
                LegitimateInterests
            ]
        );
        assert_eq!(of(Regime::Ccpa), [Notice]);
    }

    #[test]
    fn sensitive_data_has_a_class_a_level_of_four_and_a_form_of_consent() {
        use Sensitivity::*;
        for sensitive in [
            Biometric,
            Religion,
            Identity,
            Health,
            Finance,
            Whereabouts,
            Minor,
            Other,
        ] {
            assert!(sensitive_category(sensitive).is_some(), "{sensitive:?}");
            assert_eq!(level_floor(sensitive).unwrap().level, 4);
        }
        assert_eq!(level_floor(Ordinary).unwrap().level, 2);
        assert!(level_floor(None).is_none() && sensitive_category(Ordinary).is_none());
        assert_eq!(
            consent_needed(Finance).unwrap().form,
            Some(ConsentForm::Separate)
        );
        assert_eq!(
            consent_needed(Minor).unwrap().form,
            Some(ConsentForm::Guardian)
        );
        assert!(consent_needed(Ordinary).is_none());
    }

    #[test]
    fn retention_minima_are_found_by_id_or_article() {
        assert_eq!(retention_rule("AUTO3R 17").unwrap().min_days(), Some(2192));
        assert_eq!(
            retention_rule("cn.ewaybill_archive").unwrap().min_days(),
            Some(731)
        );
        assert_eq!(
            retention_rule("PIPL 19, 47").unwrap().min_days(),
            Option::None
        );
        assert!(retention_rule("AUTO3R 18").is_none());
    }

    #[test]
    fn every_row_speaks_both_languages_and_cites() {
        let texts = LAW.bases.iter().map(|r| (&r.text, &r.citation));
        let texts = texts.chain(
            LAW.sensitive_categories
                .iter()
                .map(|r| (&r.text, &r.citation)),
        );
        let texts = texts.chain(LAW.level_floors.iter().map(|r| (&r.text, &r.citation)));
        let texts = texts.chain(LAW.retention_rules.iter().map(|r| (&r.what, &r.citation)));
        let texts = texts.chain(LAW.consent_rules.iter().map(|r| (&r.case, &r.citation)));
        for (text, citation) in texts {
            assert!(
                !text.zh.is_empty() && !text.en.is_empty() && !citation.is_empty(),
                "{text:?}"
            );
        }
        assert_eq!(as_of(), "2026-11-21");
    }
}
