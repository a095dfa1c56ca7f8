//! The record of processing activities.

use std::collections::BTreeSet;

use shouxin_model::text::Language;
use shouxin_model::{Collection, Field, FieldRef, Purpose, Register, Text};

use super::{Columns, Table, list, phrases, pick, table, titles};

/// The record of processing activities (GDPR art. 30(1); what PIPL art. 56 asks to keep): a row for each
/// purpose. What the register does not declare - contacts, processors, transfers - is not in it.
pub fn processing_record(register: &Register, language: Language) -> Table {
    let rows = register
        .purposes
        .iter()
        .map(|purpose| row(register, purpose, language));
    let title = Text::fixed("个人信息处理活动记录", "Record of processing activities");
    table(title, COLUMNS, rows.collect(), language)
}

const COLUMNS: &Columns = &[
    ("purpose", "名称", "name"),
    ("title", "处理目的", "purpose"),
    ("basis", "合法性基础", "lawful basis"),
    ("consent", "同意形式", "form of consent"),
    ("categories", "个人信息种类", "categories of data"),
    ("sensitive", "敏感个人信息", "sensitive data"),
    ("recipients", "内部接收角色", "roles that receive it"),
    ("condition", "查阅条件", "row condition"),
    ("retention", "最长保存期限", "longest retention"),
    ("measures", "安全措施", "security measures"),
];

fn row(register: &Register, purpose: &Purpose, language: Language) -> Vec<String> {
    let fields: Vec<&Field> = purpose
        .fields
        .iter()
        .filter_map(|name| register.field(name))
        .collect();
    let bases = purpose
        .basis
        .iter()
        .map(|(regime, basis)| titles::basis(*regime, *basis, language));
    let sensitive = fields.iter().filter(|f| f.sensitivity.is_sensitive());
    let roles = purpose.roles.iter().filter_map(|name| register.role(name));
    let consent = purpose
        .consent
        .map(|form| titles::consent(form).get(language).to_owned());
    let longest = fields.iter().max_by_key(|f| f.retention.days);
    let longest = longest.map(|field| titles::retention(&field.retention, language));
    vec![
        purpose.name.clone(),
        purpose.title.get(language).to_owned(),
        phrases(bases, language),
        consent.unwrap_or_default(),
        categories(register, purpose, language),
        list(sensitive.map(|f| f.title.get(language)), language),
        list(roles.map(|role| role.title.get(language)), language),
        titles::condition(purpose.condition)
            .get(language)
            .to_owned(),
        longest.unwrap_or_default(),
        measures(register, &fields, language),
    ]
}

/// `customer: name, mobile number; vehicle: VIN`.
fn categories(register: &Register, purpose: &Purpose, language: Language) -> String {
    let of = |collection: &Collection| {
        let needed = |f: &&Field| {
            let name = FieldRef::new(&collection.name, &f.name);
            purpose.fields.contains(&name)
        };
        let fields = collection.fields.iter().filter(needed);
        let fields = list(fields.map(|f| f.title.get(language)), language);
        let colon = pick(language, ":", ": ");
        (!fields.is_empty()).then(|| format!("{}{colon}{fields}", collection.title.get(language)))
    };
    phrases(register.collections.iter().filter_map(of), language)
}

fn measures(register: &Register, fields: &[&Field], language: Language) -> String {
    let suites: BTreeSet<String> = fields
        .iter()
        .filter(|f| f.sealed)
        .map(|f| titles::suite(register.suite_of(f)).get(language).to_owned())
        .collect();
    let mut measures: Vec<String> = suites
        .iter()
        .map(|suite| {
            format!(
                "{}{suite}",
                pick(language, "字段加密:", "fields sealed with ")
            )
        })
        .collect();
    if fields.iter().any(|f| f.second_factor) {
        let factor = pick(
            language,
            "明文查看须二次验证",
            "second factor for clear reads",
        );
        measures.push(factor.to_owned());
    }
    phrases(measures, language)
}
