//! Rules for purposes: basis, consent, fields, roles, row condition.

use shouxin_model::{
    Basis, ConsentForm, Purpose, Regime, Register, RowCondition, Sensitivity, Text,
};
use shouxin_regime::{calendar, law};

use super::Faults;
use crate::fault::Path;
use crate::words;

pub(super) fn check(register: &Register, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    basis(register, purpose, path, faults);
    consent(register, purpose, path, faults);
    roles(register, purpose, path, faults);
    condition(register, purpose, path, faults);
    emergency(register, purpose, path, faults);
    need(purpose, path, faults);
}

/// A review weighs fields of its purpose, and says when.
fn need(purpose: &Purpose, path: &Path, faults: &mut Faults) {
    let Some(need) = &purpose.need else {
        return;
    };
    let path = path.key("need");
    if let Some(other) = need
        .fields
        .iter()
        .find(|field| !purpose.fields.contains(field))
    {
        faults.push(
            path.key("fields"),
            "need-fields",
            Text::made(
                format!("这个用途没有字段 {other}"),
                format!("the purpose has no field {other}"),
            ),
            Text::fixed("只写这个用途的字段", "name fields of this purpose alone"),
        );
    }
    if calendar::read(&need.on).is_none() {
        faults.push(
            path.key("on"),
            "need-day",
            Text::fixed("不是一个日期", "it is no day"),
            Text::fixed("写作 `on = \"2026-11-22\"`", "write `on = \"2026-11-22\"`"),
        );
    }
}

/// Whoever may break the glass is a role of the register that administers nothing; what they then see is
/// what a role of the purpose sees; and it is short and soon reviewed.
fn emergency(register: &Register, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    let Some(emergency) = &purpose.emergency else {
        return;
    };
    let path = path.key("emergency");
    let remedy = Text::fixed(
        "写作 `emergency = { roles = [\"…\"], view = \"…\", minutes = 15, review_days = 3 }`",
        "write `emergency = { roles = [\"…\"], view = \"…\", minutes = 15, review_days = 3 }`",
    );
    let mut fault = |key, code, zh: &str, en: &str| {
        let what = Text::made(zh, en);
        faults.push(path.key(key), code, what, remedy.clone());
    };
    let business = |name: &String| register.role(name).is_some_and(|role| role.silo.is_none());
    if emergency.roles.is_empty() || !emergency.roles.iter().all(business) {
        fault(
            "roles",
            "emergency-roles",
            "须为登记册中的角色,且不属于任何管理条线",
            "they must be roles of the register that belong to no silo of administration",
        );
    }
    if !purpose.roles.contains(&emergency.view) {
        fault(
            "view",
            "emergency-view",
            "须为这个用途的角色之一",
            "it must be one of the roles of the purpose",
        );
    }
    if matches!(
        purpose.condition,
        RowCondition::CountsOnly | RowCondition::OwnRecord
    ) {
        fault(
            "roles",
            "emergency-counts",
            "只提供统计、或只供客户本人的用途不能紧急调阅",
            "a purpose of counts, or for the subject alone, opens nobody in an emergency",
        );
    }
    if !(1..=MOST_MINUTES).contains(&emergency.minutes) {
        fault(
            "minutes",
            "emergency-minutes",
            "应为 1 到 60 分钟",
            "it is from 1 to 60 minutes",
        );
    }
    if !(1..=MOST_DAYS).contains(&emergency.review_days) {
        fault(
            "review_days",
            "emergency-review",
            "应为 1 到 10 个工作日",
            "it is from 1 to 10 working days",
        );
    }
}

const MOST_MINUTES: u32 = 60;
const MOST_DAYS: u32 = 10;

fn basis(register: &Register, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    let path = path.key("basis");
    for regime in &register.regimes {
        let key = key(*regime);
        let choices = choices(*regime);
        match purpose.basis.get(regime) {
            None => faults.push(
                path.key(key),
                "purpose-without-basis",
                Text::made(
                    format!("在 {} 下没有合法性基础", name(*regime)),
                    format!("it has no lawful basis under {}", name(*regime)),
                ),
                Text::made(
                    format!("在 `basis` 中写 `{key} = …`,可选:{choices}"),
                    format!("write `{key} = …` in `basis`, one of: {choices}"),
                ),
            ),
            Some(Basis::LegitimateInterests) if *regime == Regime::Pipl => faults.push(
                path.key(key),
                "legitimate-interests-under-pipl",
                Text::fixed(
                    "个人信息保护法第十三条没有“合法利益”这一基础",
                    "PIPL art. 13 has no \"legitimate interests\"",
                ),
                Text::made(
                    format!("改用:{choices};都不合适就取得同意"),
                    format!("use one of: {choices}; if none fits, ask for consent"),
                ),
            ),
            Some(basis) if law::basis(*regime, *basis).is_none() => faults.push(
                path.key(key),
                "basis-not-lawful",
                Text::made(
                    format!("{} 不承认这一合法性基础", name(*regime)),
                    format!("{} knows no such basis", name(*regime)),
                ),
                Text::made(format!("改用:{choices}"), format!("use one of: {choices}")),
            ),
            Some(_) => {}
        }
    }
    if register.regimes.is_empty() {
        // Every basis would repeat the one thing that is wrong.
        return;
    }
    for regime in purpose
        .basis
        .keys()
        .filter(|regime| !register.regimes.contains(regime))
    {
        let key = key(*regime);
        faults.push(
            path.key(key),
            "basis-of-absent-regime",
            Text::made(
                format!("登记册没有声明适用 {}", name(*regime)),
                format!("the register does not declare {}", name(*regime)),
            ),
            Text::made(
                format!("在 `regimes` 中加上 \"{key}\",或删去这一项"),
                format!("add \"{key}\" to `regimes`, or remove this basis"),
            ),
        );
    }
}

fn consent(register: &Register, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    let path = path.key("consent");
    let asks = purpose.basis.values().any(|basis| *basis == Basis::Consent);
    let Some(form) = purpose.consent else {
        if asks {
            faults.push(
                path,
                "consent-without-form",
                Text::fixed(
                    "以同意为基础,却没有写明同意的形式",
                    "its basis is consent, yet the form of consent is not said",
                ),
                Text::fixed(
                    "写上 `consent = \"general\"`;涉及敏感个人信息写 \"separate\"",
                    "write `consent = \"general\"`, or \"separate\" if a field is sensitive",
                ),
            );
        }
        return;
    };
    if !asks {
        faults.push(
            path,
            "consent-without-basis",
            Text::fixed(
                "写了同意的形式,却不以同意为基础",
                "it states a form of consent, yet consent is not its basis",
            ),
            Text::fixed(
                "删去 `consent`,或把 `basis` 写成 consent",
                "remove `consent`, or make consent the basis",
            ),
        );
        return;
    }
    for name in &purpose.fields {
        let Some(field) = register.field(name) else {
            continue;
        };
        let Some(rule) = law::consent_needed(field.sensitivity) else {
            continue;
        };
        if is_enough(form, field.sensitivity) {
            continue;
        }
        let citation = &rule.citation;
        let needed = rule.form.map(|form| words::of(&form)).unwrap_or_default();
        return faults.push(
            path,
            "sensitive-without-separate-consent",
            Text::made(
                format!("`{name}` 是敏感个人信息,这种同意不够({citation})"),
                format!("`{name}` is sensitive: this form of consent is not enough ({citation})"),
            ),
            Text::made(
                format!("写 `consent = \"{needed}\"`,或不用这个字段"),
                format!("write `consent = \"{needed}\"`, or do without the field"),
            ),
        );
    }
}

/// Whether consent of this form covers a field of this class: a guardian's or written consent is given
/// for one thing, as separate consent is; for a child only the guardian's counts (PIPL 29, 31).
const fn is_enough(form: ConsentForm, sensitivity: Sensitivity) -> bool {
    match form {
        ConsentForm::Guardian => true,
        ConsentForm::Separate | ConsentForm::Written => !matches!(sensitivity, Sensitivity::Minor),
        ConsentForm::General | ConsentForm::Once => false,
    }
}

fn roles(register: &Register, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    let path = path.key("roles");
    if purpose.roles.is_empty() {
        faults.push(
            path.clone(),
            "purpose-without-roles",
            Text::fixed("没有角色可以使用它", "no role may use it"),
            Text::fixed("写上 `roles = [\"…\"]`", "write `roles = [\"…\"]`"),
        );
    }
    for (i, name) in purpose.roles.iter().enumerate() {
        let known = register.roles.iter().map(|r| r.name.as_str());
        faults.known(path.item(i), "unknown-role", ("角色", "role"), name, known);
        if register.role(name).is_some_and(|role| role.silo.is_some()) {
            faults.push(
                path.item(i),
                "administrator-reads",
                Text::made(
                    format!("`{name}` 是管理员角色,不得查阅个人信息"),
                    format!("`{name}` administers; it does not read people's data"),
                ),
                Text::fixed("改用业务角色", "use a role without a silo"),
            );
        }
    }
}

/// A condition that no case can ever meet would refuse every read, and nobody would know why.
fn condition(register: &Register, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    let shapes = || register.collections.iter().filter_map(|c| c.case.as_ref());
    let (met, needs) = match purpose.condition {
        RowCondition::None | RowCondition::OwnRecord => return,
        RowCondition::CountsOnly => return counts(register, purpose, path, faults),
        RowCondition::OpenCase => (shapes().count() > 0, "status"),
        RowCondition::AssignedOpenCase => (shapes().any(|s| s.assignee.is_some()), "assignee"),
        RowCondition::SiteOpenCase => (shapes().any(|s| s.site.is_some()), "site"),
        RowCondition::RegionOpenCase => (shapes().any(|s| s.region.is_some()), "region"),
    };
    if !met {
        faults.push(
            path.key("condition"),
            "condition-never-met",
            Text::made(
                format!("没有集合的 `case` 写明 `{needs}`,这个条件永远不成立"),
                format!("no collection has a `case` with `{needs}`: the condition is never met"),
            ),
            Text::made(
                format!("给工单集合写 `[collection.case]`,含 `{needs}`"),
                format!("give the collection of cases a `[collection.case]` with `{needs}`"),
            ),
        );
    }
}

/// Groups are formed over plain facets; a sealed field cannot be counted without opening people.
fn counts(register: &Register, purpose: &Purpose, path: &Path, faults: &mut Faults) {
    let sealed = purpose
        .fields
        .iter()
        .find(|field| register.field(field).is_some_and(|f| !f.facet));
    if let Some(field) = sealed {
        faults.push(
            path.key("fields"),
            "counts-need-facets",
            Text::made(
                format!("只做计数的目的不能用 `{field}`:它没有明文索引"),
                format!("a purpose that only counts cannot use `{field}`: it is no facet"),
            ),
            Text::fixed(
                "只列 `facet = true` 的字段",
                "list only fields with `facet = true`",
            ),
        );
    }
}

const fn key(regime: Regime) -> &'static str {
    match regime {
        Regime::Pipl => "pipl",
        Regime::Gdpr => "gdpr",
        Regime::Ccpa => "ccpa",
    }
}

fn choices(regime: Regime) -> String {
    law::bases(regime)
        .map(|rule| words::of(&rule.basis))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What people call a regime: its abbreviation.
fn name(regime: Regime) -> String {
    words::of(&regime).to_uppercase()
}
