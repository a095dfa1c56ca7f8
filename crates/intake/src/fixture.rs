//! A small register for tests.

use shouxin_model::{
    CheckRule, Collection, Field, FieldKind, Grade, Regime, Register, Retention, Sensitivity,
    Suite, Text,
};

/// Customers matched by mobile number and their vehicles matched by VIN.
pub(crate) fn register() -> Register {
    let mut energy = field("energy", "动力类型", "drive", FieldKind::Enum);
    energy.values = vec!["petrol".into(), "electric".into()];
    let mut email = field("email", "电子邮箱", "e-mail address", FieldKind::Email);
    email.check = CheckRule::Keep;
    Register {
        sources: Vec::new(),
        profile: "test".into(),
        title: Text::fixed("测试", "test"),
        regimes: vec![Regime::Pipl],
        suite: Suite::International,
        zones: Vec::new(),
        collections: vec![
            collection(
                "customer",
                "客户",
                "mobile",
                vec![
                    field("name", "姓名", "name", FieldKind::Name),
                    field("mobile", "手机号", "mobile number", FieldKind::Mobile),
                    field(
                        "resident_id",
                        "居民身份证号",
                        "resident ID number",
                        FieldKind::ResidentId,
                    ),
                    field("address", "地址", "address", FieldKind::Address),
                    email,
                    field("postcode", "邮政编码", "postcode", FieldKind::Code),
                    field("birth", "出生日期", "date of birth", FieldKind::DateOfBirth),
                    field("note", "备注", "note", FieldKind::FreeText),
                ],
            ),
            collection(
                "vehicle",
                "车辆",
                "vin",
                vec![
                    field("vin", "车辆识别代号", "VIN", FieldKind::Vin),
                    field("plate", "车牌号", "number plate", FieldKind::Plate),
                    energy,
                    field("bought", "购车日期", "purchase date", FieldKind::Time),
                    field(
                        "mileage_km",
                        "里程(公里)",
                        "mileage (km)",
                        FieldKind::Number,
                    ),
                ],
            ),
        ],
        purposes: Vec::new(),
        roles: Vec::new(),
    }
}

fn collection(name: &str, zh: &str, key: &str, fields: Vec<Field>) -> Collection {
    Collection {
        name: name.into(),
        title: Text::made(zh, name),
        zone: "identity".into(),
        single: name == "customer",
        key: vec![key.into()],
        case: None,
        fields,
    }
}

fn field(name: &str, zh: &'static str, en: &'static str, kind: FieldKind) -> Field {
    Field {
        name: name.into(),
        title: Text::fixed(zh, en),
        kind,
        grade: Grade::General,
        level: 2,
        sensitivity: Sensitivity::Ordinary,
        house_level: None,
        sealed: kind.is_personal(),
        suite: None,
        search: Vec::new(),
        facet: false,
        second_factor: false,
        write_once: false,
        mask: None,
        owner: "test".into(),
        scene: Text::fixed("测试", "test"),
        retention: Retention {
            days: 30,
            from: "test".into(),
            rule: "test".into(),
        },
        check: CheckRule::Refuse,
        values: Vec::new(),
        value_titles: Vec::new(),
    }
}
