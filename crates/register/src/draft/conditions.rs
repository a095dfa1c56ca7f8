//! Conditions and emergencies as written.

use std::str::FromStr;

use shouxin_model::{Conditions, Emergency, Hours, Network, Text};

use crate::fault::{Fault, Path};
use crate::reader::{Node, Reader};

/// The table `conditions`: hours, networks, device. `docs/ops/approvals.md` shows one.
pub(super) fn conditions(r: &mut Reader, node: &Node<'_>) -> Conditions {
    let Some(node) = r.table(node, "conditions") else {
        return Conditions::default();
    };
    r.keys(&node, &["hours", "networks", "device"]);
    let hours = r
        .string(&node, "hours")
        .and_then(|text| read::<Hours>(r, node.path.key("hours"), &text));
    let networks = r.strings(&node, "networks").into_iter().enumerate();
    let networks: Vec<(usize, String)> = networks.collect();
    Conditions {
        hours,
        networks: networks
            .iter()
            .filter_map(|(i, text)| read::<Network>(r, node.path.key("networks").item(*i), text))
            .collect(),
        device: r.boolean(&node, "device").unwrap_or_default(),
    }
}

/// The table `emergency`: roles, view, minutes, review_days.
pub(super) fn emergency(r: &mut Reader, node: &Node<'_>) -> Option<Emergency> {
    let node = r.table(node, "emergency")?;
    r.keys(&node, &["roles", "view", "minutes", "review_days"]);
    Some(Emergency {
        roles: r.strings(&node, "roles"),
        view: r.need(&node, "view", Reader::string).unwrap_or_default(),
        minutes: r.need(&node, "minutes", Reader::number).unwrap_or(1),
        review_days: r.need(&node, "review_days", Reader::number).unwrap_or(1),
    })
}

fn read<T: FromStr<Err: std::fmt::Display>>(r: &mut Reader, path: Path, text: &str) -> Option<T> {
    match text.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            r.faults.push(Fault::new(
                path,
                "unreadable-condition",
                Text::made(
                    format!("`{text}` 不能识别"),
                    format!("`{text}` cannot be read"),
                ),
                Text::made(
                    "时段写作 `mon-fri 08:30-18:00`(北京时间);网络写作 `10.0.0.0/8`",
                    error.to_string(),
                ),
            ));
            None
        }
    }
}
