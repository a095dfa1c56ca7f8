//! Rules for how long a field is kept.

use shouxin_model::{Retention, Text};
use shouxin_regime::law::{self, RetentionRule, Unit};

use super::Faults;
use crate::fault::Path;
use crate::period::days_of_months;

pub(super) fn check(retention: &Retention, path: &Path, faults: &mut Faults) {
    let remedy = Text::fixed(
        "写上 `retention = { days = 30, from = \"事件\", rule = \"依据\" }`(也可用 months、years)",
        "write `retention = { days = 30, from = \"the event\", rule = \"the rule\" }` (or months, years)",
    );
    if retention.days == 0 && retention.from.is_empty() && retention.rule.is_empty() {
        let message = Text::fixed("没有保存期限", "it is not said how long this field is kept");
        return faults.push(path.clone(), "field-without-retention", message, remedy);
    }
    if retention.from.is_empty() || retention.rule.is_empty() {
        let message = Text::fixed(
            "保存期限没有写明起算事件或依据",
            "the retention does not say from which event it counts, or by which rule",
        );
        faults.push(
            path.clone(),
            "retention-without-reason",
            message,
            remedy.clone(),
        );
    }
    if retention.days == 0 {
        let message = Text::fixed(
            "保存期限是 0 天或没有写",
            "the retention is 0 days or not given",
        );
        return faults.push(path.key("days"), "retention-of-no-days", message, remedy);
    }
    if retention.days > LONGEST_DAYS {
        let message = Text::fixed(
            "保存期限超过一百年,等于没有期限",
            "the retention is over a hundred years: that is no period",
        );
        faults.push(path.clone(), "retention-without-end", message, remedy);
    }
    least(retention, path, faults);
}

/// The longest retention that is still a period: a hundred years.
const LONGEST_DAYS: u32 = 36_525;

/// A rule of law that is named must be kept. The rule is named by what stands before the first colon.
fn least(retention: &Retention, path: &Path, faults: &mut Faults) {
    let named = retention
        .rule
        .split([':', ':'])
        .next()
        .unwrap_or_default()
        .trim();
    let rules = law::retention_rules()
        .iter()
        .filter(|rule| names(named, rule));
    let Some((least, rule)) = rules
        .filter_map(|rule| Some((least_days(rule)?, rule)))
        .max_by_key(|(days, _)| *days)
    else {
        return;
    };
    if retention.days < least {
        let (days, citation) = (retention.days, &rule.citation);
        faults.push(
            path.clone(),
            "retention-below-law",
            Text::made(
                format!("{days} 天短于所引依据:{}至少 {least} 天({citation})", rule.what.zh),
                format!("{days} days is less than the rule it names: {}, at least {least} days ({citation})", rule.what.en),
            ),
            Text::made(
                format!("写 `days = {least}` 或更长;这一依据不适用,就改写 `rule`"),
                format!("write `days = {least}` or longer; if this rule does not apply, name another"),
            ),
        );
    }
}

/// Whether `named` is the rule's id or citation, or its citation up to a remark.
fn names(named: &str, rule: &RetentionRule) -> bool {
    let cited = rule.citation.strip_prefix(named);
    !named.is_empty()
        && (rule.id == named || cited.is_some_and(|rest| rest.is_empty() || rest.starts_with(" (")))
}

fn least_days(rule: &RetentionRule) -> Option<u32> {
    let count = rule.min?;
    match rule.unit? {
        Unit::CalendarDay => Some(count),
        Unit::Month => Some(days_of_months(count)),
        Unit::Year => Some(days_of_months(count.saturating_mul(12))),
        // No minimum is counted in working days.
        Unit::WorkingDay => None,
    }
}
