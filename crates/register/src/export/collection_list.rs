//! The list of what is collected.

use std::collections::BTreeSet;

use shouxin_model::text::Language;
use shouxin_model::{Field, FieldRef, Purpose, Register, Text};

use super::{Columns, Table, list, phrases, table, titles};

/// The collection list (个人信息收集清单): a row for each field with what is collected, where and why,
/// on which basis, how it is classed and sealed, how long it is kept, who answers for it.
pub fn collection_list(register: &Register, language: Language) -> Table {
    let rows = register
        .fields()
        .map(|(name, field)| row(register, &name, field, language));
    let title = Text::fixed("个人信息收集清单", "Collection list");
    table(title, COLUMNS, rows.collect(), language)
}

const COLUMNS: &Columns = &[
    ("collection", "集合", "collection"),
    ("field", "字段", "field"),
    ("item", "收集项目", "item"),
    ("scene", "收集场景", "scene"),
    ("purposes", "处理目的", "purposes"),
    ("basis", "合法性基础", "lawful basis"),
    ("sensitive", "敏感个人信息", "sensitive"),
    ("grade", "数据级别", "grade"),
    ("level", "分级", "level"),
    ("house_level", "内部级别", "house level"),
    ("sealed", "加密套件", "sealed with"),
    ("write_once", "只写一次", "written once"),
    ("retention", "保存期限", "retention"),
    ("rule", "期限依据", "retention rule"),
    ("owner", "责任部门", "owner"),
];

fn row(register: &Register, name: &FieldRef, field: &Field, language: Language) -> Vec<String> {
    let purposes: Vec<&Purpose> = register
        .purposes
        .iter()
        .filter(|p| p.fields.contains(name))
        .collect();
    let bases: BTreeSet<_> = purposes.iter().flat_map(|p| &p.basis).collect();
    let bases = bases
        .into_iter()
        .map(|(regime, basis)| titles::basis(*regime, *basis, language));
    let collection = register.collection(name.collection()).map(|c| &c.title);
    let suite = field
        .sealed
        .then(|| titles::suite(register.suite_of(field)));
    let or_empty = |text: Option<&str>| text.unwrap_or_default().to_owned();
    vec![
        or_empty(collection.map(|title| title.get(language))),
        name.to_string(),
        field.title.get(language).to_owned(),
        field.scene.get(language).to_owned(),
        list(purposes.iter().map(|p| p.title.get(language)), language),
        phrases(bases, language),
        titles::sensitivity(field.sensitivity, language).to_owned(),
        titles::grade(field.grade).get(language).to_owned(),
        field.level.to_string(),
        or_empty(field.house_level.as_ref().map(|level| level.get(language))),
        or_empty(suite.as_ref().map(|suite| suite.get(language))),
        titles::write_once(field.write_once, language).to_owned(),
        titles::retention(&field.retention, language),
        field.retention.rule.clone(),
        field.owner.clone(),
    ]
}
