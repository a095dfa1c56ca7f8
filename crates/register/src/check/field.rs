//! Rules for fields: who answers for it, how it is classed, sealed and searched.

use std::collections::BTreeSet;

use shouxin_model::{Field, FieldKind, Sensitivity, Text};
use shouxin_regime::law;

use super::{Faults, retention};
use crate::fault::Path;
use crate::{kinds, words};

/// What the register around a field says about it.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    /// A purpose names it.
    pub(super) named: bool,
    /// Its kind and sensitivity could be read.
    pub(super) clear: bool,
}

pub(super) fn check(field: &Field, facts: Facts, path: &Path, faults: &mut Faults) {
    needed(field, facts, path, faults);
    retention::check(&field.retention, &path.key("retention"), faults);
    if facts.clear {
        class(field, path, faults);
        sealing(field, path, faults);
        search(field, path, faults);
        values(field, path, faults);
        value_titles(field, path, faults);
    }
}

fn needed(field: &Field, facts: Facts, path: &Path, faults: &mut Faults) {
    if !facts.named {
        faults.push(
            path.clone(),
            "field-without-purpose",
            Text::fixed(
                "没有处理目的需要这个字段(通配符不算)",
                "no purpose needs this field (a wildcard does not count)",
            ),
            Text::fixed(
                "在需要它的处理目的的 `fields` 中写出它;若没有,就不要收集",
                "name it in the `fields` of the purpose that needs it; if none does, do not collect it",
            ),
        );
    }
    if field.owner.is_empty() {
        faults.push(
            path.key("owner"),
            "field-without-owner",
            Text::fixed("没有责任部门", "no unit answers for this field"),
            Text::fixed("写上 `owner = \"部门\"`", "write `owner = \"the unit\"`"),
        );
    }
}

fn class(field: &Field, path: &Path, faults: &mut Faults) {
    let rule = law::level_floor(field.sensitivity);
    let floor = rule.map_or(1, |rule| rule.level);
    if !(1..=4).contains(&field.level) {
        faults.push(
            path.key("level"),
            "level-out-of-range",
            Text::fixed("分级只有 1 到 4", "levels go from 1 to 4"),
            Text::made(format!("写 {floor} 到 4"), format!("write {floor} to 4")),
        );
    } else if let Some(rule) = rule.filter(|rule| field.level < rule.level) {
        let (level, citation) = (field.level, &rule.citation);
        faults.push(
            path.key("level"),
            "level-too-low",
            Text::made(
                format!("{level} 级过低:{}({citation})", rule.text.zh),
                format!("level {level} is too low: {} ({citation})", rule.text.en),
            ),
            Text::made(
                format!("写 `level = {floor}` 或更高"),
                format!("write `level = {floor}` or higher"),
            ),
        );
    }
    if field.sensitivity == Sensitivity::None && field.kind.is_personal() {
        faults.push(
            path.key("sensitivity"),
            "personal-kind-not-classed",
            Text::made(
                format!("{}是个人信息", field.kind.title().zh),
                format!("a {} is personal information", field.kind.title().en),
            ),
            Text::fixed(
                "写 `sensitivity = \"ordinary\"`,敏感的写其类别",
                "write `sensitivity = \"ordinary\"`, or its class if it is sensitive",
            ),
        );
    }
    if field.kind == FieldKind::Gps && !field.sensitivity.is_sensitive() {
        faults.push(
            path.key("sensitivity"),
            "position-not-sensitive",
            Text::fixed(
                "精确位置是敏感个人信息(GB/T 45574 附录 A)",
                "a precise position is sensitive personal information (GB/T 45574 annex A)",
            ),
            Text::fixed(
                "写 `sensitivity = \"whereabouts\"` 或 \"other\",`level = 4`",
                "write `sensitivity = \"whereabouts\"` or \"other\", and `level = 4`",
            ),
        );
    }
}

fn sealing(field: &Field, path: &Path, faults: &mut Faults) {
    let must = field.kind.is_personal() || field.sensitivity.is_sensitive();
    if must && !field.sealed {
        faults.push(
            path.key("sealed"),
            "personal-not-sealed",
            Text::fixed(
                "个人信息类字段必须加密",
                "a field that says something about a person is always sealed",
            ),
            Text::fixed(
                "删去 `sealed = false`",
                "write `sealed = true`, or leave it out for a personal kind",
            ),
        );
    }
    if field.sealed && field.facet {
        faults.push(
            path.key("facet"),
            "facet-on-sealed",
            Text::fixed(
                "加密字段不能有明文索引",
                "a sealed field cannot have an index of plain values",
            ),
            Text::fixed(
                "删去 `facet`;要检索加密字段,用 `search`",
                "remove `facet`; to search a sealed field use `search`",
            ),
        );
    }
    if !field.sealed && field.suite.is_some() {
        faults.push(
            path.key("suite"),
            "suite-on-unsealed",
            Text::fixed("未加密的字段没有密码套件", "an unsealed field has no suite"),
            Text::fixed(
                "删去 `suite`,或写 `sealed = true`",
                "remove `suite`, or write `sealed = true`",
            ),
        );
    }
    if kinds::needs_second_factor(field.kind) && !field.second_factor {
        faults.push(
            path.key("second_factor"),
            "no-second-factor",
            Text::made(
                format!("明文查看{}须二次验证", field.kind.title().zh),
                format!(
                    "a clear read of a {} takes a second factor",
                    field.kind.title().en
                ),
            ),
            Text::fixed("写 `second_factor = true`", "write `second_factor = true`"),
        );
    }
    mask(field, path, faults);
}

fn mask(field: &Field, path: &Path, faults: &mut Faults) {
    let fitting = kinds::masks(field.kind);
    let Some(mask) = field.mask.as_deref().filter(|mask| !fitting.contains(mask)) else {
        return;
    };
    let all = fitting.join(", ");
    let near = words::nearest(mask, fitting.iter().copied()).unwrap_or(fitting[0]);
    faults.push(
        path.key("mask"),
        "mask-does-not-fit",
        Text::made(
            format!("`{mask}` 不是{}的脱敏规则", field.kind.title().zh),
            format!("`{mask}` is no mask rule for a {}", field.kind.title().en),
        ),
        Text::made(
            format!("写 `mask = \"{near}\"`;可选:{all}"),
            format!("write `mask = \"{near}\"`; one of: {all}"),
        ),
    );
}

fn search(field: &Field, path: &Path, faults: &mut Faults) {
    let path = path.key("search");
    if !field.sealed && !field.search.is_empty() {
        return faults.push(
            path,
            "search-on-unsealed",
            Text::fixed("`search` 只用于加密字段", "`search` is for sealed fields"),
            Text::fixed(
                "未加密字段用 `facet = true`",
                "for an unsealed field use `facet = true`",
            ),
        );
    }
    let fitting = kinds::searches(field.kind);
    let mut seen = BTreeSet::new();
    for (i, mode) in field.search.iter().enumerate() {
        if !fitting.contains(mode) {
            let all = fitting
                .iter()
                .map(|m| m.word())
                .collect::<Vec<_>>()
                .join(", ");
            let remedy = if fitting.is_empty() {
                Text::fixed(
                    "此类字段不能检索,删去 `search`",
                    "this kind offers no search: remove `search`",
                )
            } else {
                Text::made(format!("改用:{all}"), format!("use one of: {all}"))
            };
            let (mode, kind) = (mode.word(), field.kind.title());
            faults.push(
                path.item(i),
                "search-does-not-fit",
                Text::made(
                    format!("{}不能按 `{mode}` 检索", kind.zh),
                    format!("a {} cannot be searched by `{mode}`", kind.en),
                ),
                remedy,
            );
        } else if !seen.insert(mode) {
            faults.push(
                path.item(i),
                "duplicate-search",
                Text::made(
                    format!("`{}` 写了两次", mode.word()),
                    format!("`{}` is listed twice", mode.word()),
                ),
                Text::fixed("只留一个", "keep one"),
            );
        }
    }
}

/// A list of another length would put a title beside the wrong value.
fn value_titles(field: &Field, path: &Path, faults: &mut Faults) {
    let (titles, values) = (field.value_titles.len(), field.values.len());
    if titles != 0 && titles != values {
        faults.push(
            path.key("value_titles"),
            "value-titles-do-not-match",
            Text::made(
                format!("列出了 {values} 个可取的值,却有 {titles} 个叫法"),
                format!("there are {values} allowed values and {titles} titles"),
            ),
            Text::fixed(
                "按 `values` 的顺序为每个值写一个叫法,或删去 `value_titles`",
                "write one title for each value, in the order of `values`, or remove `value_titles`",
            ),
        );
    }
}

fn values(field: &Field, path: &Path, faults: &mut Faults) {
    let path = path.key("values");
    let is_enum = field.kind == FieldKind::Enum;
    if is_enum && field.values.is_empty() {
        faults.push(
            path.clone(),
            "enum-without-values",
            Text::fixed(
                "枚举没有列出可取的值",
                "the list of allowed values is empty",
            ),
            Text::fixed("写上 `values = [\"…\"]`", "write `values = [\"…\"]`"),
        );
    }
    if !is_enum && !field.values.is_empty() {
        faults.push(
            path.clone(),
            "values-without-enum",
            Text::made(
                format!("`values` 只用于枚举,这里是{}", field.kind.title().zh),
                format!("`values` is for enums; this is a {}", field.kind.title().en),
            ),
            Text::fixed(
                "删去 `values`,或写 `kind = \"enum\"`",
                "remove `values`, or write `kind = \"enum\"`",
            ),
        );
    }
    let mut seen = BTreeSet::new();
    for (i, value) in field.values.iter().enumerate() {
        if value.is_empty() || !seen.insert(value) {
            faults.push(
                path.item(i),
                "bad-value",
                Text::fixed(
                    "可取的值有空的或重复的",
                    "an allowed value is empty or listed twice",
                ),
                Text::fixed("每个值写一次,且不为空", "list each value once, none empty"),
            );
        }
    }
}
