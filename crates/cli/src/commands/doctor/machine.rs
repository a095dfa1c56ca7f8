//! What only the machine itself knows: files and disks.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use indicatif::HumanBytes;
use shouxin_model::Text;
use shouxin_vault::doctor::Finding;

use crate::place::{Data, Place};

/// Looks at the files of a place and the room around them.
///
/// `zones` names those that lie apart.
pub(super) fn look(place: &Place, zones: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Data::Directory(data) = &place.data {
        findings.push(private("data-mode", data));
        findings.push(room("data-room", data));
    }
    findings.push(private("keys-mode", &place.keys));
    findings.push(room("keys-room", &place.keys));
    for name in zones {
        // A zone whose place cannot be told is a fault of the opening, which follows.
        let Ok((data, keys)) = place.zone_place(name) else {
            continue;
        };
        if let Data::Directory(data) = &data {
            findings.push(private("data-mode", data));
            findings.push(room("data-room", data));
        }
        findings.push(private("keys-mode", &keys));
    }
    if let Data::Directory(data) = &place.data
        && let (Ok(data), Ok(keys)) = (fs::metadata(data), fs::metadata(&place.keys))
    {
        use std::os::unix::fs::MetadataExt;
        findings.push(if data.dev() == keys.dev() {
            Finding::heed(
                "apart",
                Text::fixed(
                    "密钥与数据在同一磁盘上",
                    "keys and data lie on one disk",
                ),
                Text::fixed(
                    "把密钥目录移到另一磁盘或卷(--keys):一块被盗的磁盘不应同时有两者",
                    "move the key folder to another disk or volume (--keys), so that one stolen disk does not hold both",
                ),
            )
        } else {
            Finding::well(
                "apart",
                "密钥与数据分开存放",
                "keys and data lie apart",
            )
        });
    }
    findings
}

/// Whether nobody but the owner can get into a folder.
fn private(check: &'static str, folder: &Path) -> Finding {
    let path = folder.display();
    let mode = match fs::metadata(folder) {
        Ok(found) => found.permissions().mode() & 0o777,
        Err(error) => {
            return Finding::fault(
                check,
                Text::made(format!("{path}:{error}"), format!("{path}: {error}")),
                Text::fixed("检查路径", "check the path"),
            );
        }
    };
    if mode & 0o077 == 0 {
        return Finding::well(
            check,
            format!("{path} 仅属主可进入"),
            format!("{path} is its owner's alone"),
        );
    }
    Finding::fault(
        check,
        Text::made(
            format!("{path} 的权限为 {mode:o},他人可进入"),
            format!("{path} has mode {mode:o}: others can get in"),
        ),
        Text::made(
            format!("运行:chmod 700 {path}"),
            format!("run: chmod 700 {path}"),
        ),
    )
}

/// Whether there is room to go on.
fn room(check: &'static str, folder: &Path) -> Finding {
    let path = folder.display();
    let Ok(found) = rustix::fs::statvfs(folder) else {
        return Finding::heed(
            check,
            Text::made(
                format!("{path} 的剩余空间未知"),
                format!("the room left at {path} is not known"),
            ),
            Text::fixed("检查路径", "check the path"),
        );
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let shown = HumanBytes(free);
    let text = Text::made(
        format!("{path} 剩余 {shown}"),
        format!("{shown} are free at {path}"),
    );
    let todo = Text::fixed(
        "腾出空间:磁盘写满时什么也读不到,因为账本不能记录",
        "make room: on a full disk nothing is read either, for the ledger cannot record it",
    );
    if free < FAULT_BYTES {
        Finding::fault(check, text, todo)
    } else if free < HEED_BYTES {
        Finding::heed(check, text, todo)
    } else {
        Finding::well(check, text.zh, text.en)
    }
}

const HEED_BYTES: u64 = 5 << 30;
const FAULT_BYTES: u64 = 256 << 20;
