//! Rules for systems and folders where declared data also lie.

use shouxin_model::{Register, Source, Text};

use super::Faults;
use crate::fault::Path;

pub(super) fn check(register: &Register, faults: &mut Faults) {
    for (i, source) in register.sources.iter().enumerate() {
        let path = Path::default().key("source").item(i);
        if source.owner.is_empty() {
            faults.push(
                path.key("owner"),
                "no-owner",
                Text::fixed("没有写明责任部门", "no unit is named that answers for it"),
                Text::fixed(
                    "写上 `owner = \"部门\"`:发现问题时要问它",
                    "write `owner = \"unit\"`: it is asked about what is found there",
                ),
            );
        }
        places(register, source, &path, faults);
    }
}

fn places(register: &Register, source: &Source, path: &Path, faults: &mut Faults) {
    let fields: Vec<String> = register
        .fields()
        .map(|(name, _)| name.to_string())
        .collect();
    let known = fields.iter().map(String::as_str);
    for (j, place) in source.places.iter().enumerate() {
        let at = path.key("place").item(j);
        let is_path = (1..=LONGEST_PATH).contains(&place.path.len())
            && place.path.iter().all(|part| !part.is_empty());
        if !is_path {
            faults.push(
                at.key("path"),
                "bad-path",
                Text::fixed(
                    "位置须为 1 到 8 段,且每段不为空",
                    "a path has one to eight parts, none of them empty",
                ),
                Text::fixed(
                    "例如 `path = [\"public\", \"customer\", \"mobile\"]`;`*` 代表任意一段",
                    "for example `path = [\"public\", \"customer\", \"mobile\"]`; `*` stands for any one part",
                ),
            );
        }
        faults.known(
            at.key("field"),
            "unknown-field",
            ("字段", "field"),
            place.field.as_str(),
            known.clone(),
        );
    }
}

/// Schema, table and column are three; a file in nested folders has more.
const LONGEST_PATH: usize = 8;
