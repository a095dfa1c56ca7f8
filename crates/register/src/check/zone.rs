//! Rules for zones that lie apart, and for who may join zones.

use shouxin_model::{Register, Text};

use super::Faults;
use crate::fault::Path;

pub(super) fn check(register: &Register, faults: &mut Faults) {
    let root = Path::default();
    if !register.zones.is_empty() && register.zones.iter().all(|zone| zone.apart) {
        faults.push(
            root.key("zone").item(0).key("apart"),
            "all-zones-apart",
            Text::fixed("所有密钥域都单独存放", "every zone lies apart"),
            Text::fixed(
                "至少留一个密钥域不写 `apart = true`:客户本身记在主库中",
                "leave at least one zone without `apart = true`: the people themselves are kept in the main database",
            ),
        );
    }
    for (i, collection) in register.collections.iter().enumerate() {
        if register.apart(&collection.name).is_none() {
            continue;
        }
        let path = root.key("collection").item(i);
        // Cases tie staff to people, and a record that a person has one of says who they are: both are
        // asked for at every read, and belong where people are known.
        if collection.case.is_some() {
            faults.push(
                path.key("case"),
                "case-apart",
                Text::made(
                    format!("`{}` 的业务单不能放在单独存放的密钥域", collection.name),
                    format!(
                        "the cases of `{}` cannot lie in a zone apart",
                        collection.name
                    ),
                ),
                Text::fixed(
                    "把业务单放在主库的密钥域,或删去 `[collection.case]`",
                    "keep cases in a zone of the main database, or remove `[collection.case]`",
                ),
            );
        }
        if collection.single {
            faults.push(
                path.key("single"),
                "single-apart",
                Text::made(
                    format!("`{}` 每人一条,不能放在单独存放的密钥域", collection.name),
                    format!(
                        "`{}`, of which a person has one, cannot lie in a zone apart",
                        collection.name
                    ),
                ),
                Text::fixed(
                    "删去 `single = true`,或换到主库的密钥域",
                    "remove `single = true`, or choose a zone of the main database",
                ),
            );
        }
    }
    let known = register.zones.iter().map(|zone| zone.name.as_str());
    for (i, role) in register.roles.iter().enumerate() {
        for (j, zone) in role.zones.iter().enumerate() {
            let path = root.key("role").item(i).key("zones").item(j);
            faults.known(
                path,
                "unknown-zone",
                ("密钥域", "zone"),
                zone,
                known.clone(),
            );
        }
    }
}
