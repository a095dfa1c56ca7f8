//! What people call the words of the register.

use shouxin_model::text::Language;
use shouxin_model::{
    Basis, ConsentForm, Grade, Regime, Retention, RowCondition, Sensitivity, Suite, Text,
};
use shouxin_regime::law;

use super::pick;
use crate::words;

/// `PIPL contract with the person`, in the words of the law.
pub(super) fn basis(regime: Regime, basis: Basis, language: Language) -> String {
    let regime_name = words::of(&regime).to_uppercase();
    match law::basis(regime, basis) {
        Some(rule) => format!("{regime_name} {}", rule.text.get(language)),
        None => format!("{regime_name} {}", words::of(&basis)),
    }
}

/// Whether a record takes a value of a field once.
pub(super) fn write_once(once: bool, language: Language) -> &'static str {
    match (once, language) {
        (true, Language::Chinese) => "是",
        (true, Language::English) => "yes",
        (false, _) => "",
    }
}

/// The class of sensitive information in the words of the law, or `no`.
pub(super) fn sensitivity(sensitivity: Sensitivity, language: Language) -> &'static str {
    match law::sensitive_category(sensitivity) {
        Some(category) => category.text.get(language),
        None => pick(language, "否", "no"),
    }
}

pub(super) fn retention(retention: &Retention, language: Language) -> String {
    let Retention { days, from, .. } = retention;
    match (language, days) {
        (Language::Chinese, _) => format!("自 {from} 起 {days} 天"),
        (Language::English, 1) => format!("1 day from {from}"),
        (Language::English, _) => format!("{days} days from {from}"),
    }
}

pub(super) const fn suite(suite: Suite) -> Text {
    match suite {
        Suite::International => Text::fixed("AES-256-GCM", "AES-256-GCM"),
        Suite::National => Text::fixed("国密 SM4-GCM", "SM4-GCM"),
    }
}

pub(super) const fn grade(grade: Grade) -> Text {
    match grade {
        Grade::General => Text::fixed("一般数据", "general"),
        Grade::Important => Text::fixed("重要数据", "important"),
        Grade::Core => Text::fixed("核心数据", "core"),
    }
}

pub(super) const fn consent(form: ConsentForm) -> Text {
    match form {
        ConsentForm::General => Text::fixed("同意", "consent"),
        ConsentForm::Separate => Text::fixed("单独同意", "separate consent"),
        ConsentForm::Written => Text::fixed("书面同意", "written consent"),
        ConsentForm::Guardian => Text::fixed("监护人同意", "a guardian's consent"),
        ConsentForm::Once => Text::fixed("一次性同意", "consent for one time"),
    }
}

pub(super) const fn condition(condition: RowCondition) -> Text {
    match condition {
        RowCondition::None => Text::fixed("无", "none"),
        RowCondition::AssignedOpenCase => {
            Text::fixed("本人负责的未结工单", "an open case assigned to the reader")
        }
        RowCondition::SiteOpenCase => {
            Text::fixed("本网点的未结工单", "an open case at the reader's site")
        }
        RowCondition::RegionOpenCase => {
            Text::fixed("本区域的未结工单", "an open case in the reader's region")
        }
        RowCondition::OpenCase => Text::fixed("有未结工单", "an open case"),
        RowCondition::CountsOnly => Text::fixed("仅限分组计数", "counts over groups only"),
        RowCondition::OwnRecord => Text::fixed("客户本人", "the subject in person"),
    }
}
