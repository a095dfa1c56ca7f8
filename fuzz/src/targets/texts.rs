//! What people and administrators write: mappings, registers, policies, ids, values.

use std::fmt::Display;
use std::str::FromStr;

use shouxin_intake::Mapping;
use shouxin_model::{
    FieldKind, FieldRef, Hours, Moment, Network, Personal, RecordId, StaffId, SubjectId,
};

use super::{REGISTER, Target, bytes, file, kind};

pub(super) const MAPPING: Target = Target {
    name: "mapping",
    seeds: || {
        bytes(&[
            "[columns]\n\"客户姓名\" = \"customer.name\"\n\"手机\" = { field = \"customer.mobile\", on_bad = \"keep\" }\n",
            "date_order = \"ymd\"\n[columns]\n\"#1\" = \"customer.name\"\n[constants]\n\"customer.source\" = \"import\"\n[source]\nstatement = \"x\"\n",
        ])
    },
    read: |bytes| match Mapping::parse("map.toml", &String::from_utf8_lossy(bytes), &REGISTER) {
        Ok(_) => "mapping".to_owned(),
        Err(findings) => format!("{} {}", findings.len().min(20), kind(&findings.first())),
    },
};

pub(super) const REGISTER_TEXT: Target = Target {
    name: "register",
    seeds: || {
        let mut seeds: Vec<_> = ["after-sales", "express", "service-centre"]
            .map(|name| file(&format!("profiles/{name}/register.toml")))
            .into();
        seeds.extend(bytes(&["[[collections]]\nname = \"a\"\n", "version = 1\n"]));
        seeds
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match shouxin_register::parse("register.toml", &text) {
            Ok(register) => {
                let plan = shouxin_register::plan(Some(&REGISTER), &register);
                format!("register {}", plan.loosens())
            }
            Err(findings) => {
                let said: Vec<&str> = findings.iter().take(3).map(|f| f.code).collect();
                format!("{} {said:?}", findings.len().min(20))
            }
        }
    },
};

pub(super) const POLICIES: Target = Target {
    name: "policies",
    seeds: || {
        let whole = file("profiles/after-sales/policies.cedar");
        let text = String::from_utf8_lossy(&whole);
        text.split("\n\n")
            .map(|part| part.as_bytes().to_vec())
            .collect()
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match shouxin_policy::Policies::compile(&REGISTER, &text) {
            Ok(_) => "policies".to_owned(),
            Err(findings) => format!("{} {}", findings.len().min(9), kind(&findings.first())),
        }
    },
};

/// Ids, moments, names, networks: what has one spelling keeps it.
pub(super) const WORDS: Target = Target {
    name: "words",
    seeds: || {
        bytes(&[
            "sub_06fs8k0000000000000000000g",
            "rec_06fs8k0000000000000000000g",
            "stf_06fs8k0000000000000000000g",
            "customer.mobile",
            "2026-11-21T03:04:05.678Z",
            "2026-11-21T11:04:05+08:00",
            "10.0.0.0/8",
            "2001:db8::/32",
            "mon-fri 08:30-18:00",
            "li.xiaoyan",
        ])
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let moment = Moment::parse_rfc3339(&text);
        if let Ok(moment) = moment {
            // Written to the millisecond.
            let written = moment.rfc3339();
            let again = Moment::parse_rfc3339(&written).map(Moment::rfc3339);
            assert_eq!(again.ok(), Some(written), "a moment was written as another");
        }
        let taken = [
            one_spelling::<SubjectId>(&text),
            one_spelling::<RecordId>(&text),
            one_spelling::<StaffId>(&text),
            one_spelling::<FieldRef>(&text),
            again_the_same::<Network>(&text),
            again_the_same::<Hours>(&text),
            moment.is_ok(),
        ];
        format!("{taken:?}")
    },
};

/// Whether the text is taken; panics if what it is taken for is written otherwise.
fn one_spelling<T: FromStr + Display>(text: &str) -> bool {
    let taken = text.parse::<T>().ok();
    if let Some(taken) = &taken {
        assert_eq!(taken.to_string(), text, "another spelling was taken");
    }
    taken.is_some()
}

/// Whether the text is taken; panics if what is written for it is taken for something else.
fn again_the_same<T: FromStr + Display>(text: &str) -> bool {
    let taken = text.parse::<T>().ok();
    if let Some(taken) = &taken {
        let written = taken.to_string();
        let again = written.parse::<T>().ok().map(|again| again.to_string());
        assert_eq!(again, Some(written), "what was written is read as another");
    }
    taken.is_some()
}

/// Formats, normal forms and search terms of values of every kind.
pub(super) const VALUES: Target = Target {
    name: "values",
    seeds: || {
        bytes(&[
            "13800000000",
            "010-12345678",
            "11010519491231002X",
            "LSVAU2180E2100001",
            "沪A12345",
            "zhangsan@example.com",
            "上海市浦东新区张江路 188 弄 3 号楼 502 室",
            "欧阳明",
            "2026-11-21",
            "91310000MA1FL0000X",
            "SF1234567890123",
            "6222000000000000000",
        ])
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut shape = String::new();
        for kind in FieldKind::ALL {
            let normal = shouxin_regime::normalise(*kind, &text);
            let again = shouxin_regime::normalise(*kind, &normal).into_owned();
            assert_eq!(again, *normal, "{kind:?}: a normal form has another");
            let is_right = shouxin_regime::check(*kind, &normal).is_ok();
            shape.push(if is_right { 'y' } else { 'n' });
            let _ = shouxin_model::address::split(&normal);
            let _ = shouxin_model::surname::split(&normal);
            let _ = Personal::new(normal.into_owned());
        }
        shape
    },
};
