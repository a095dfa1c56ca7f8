//! The ledger as people read it.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use shouxin_wire::ledger::{LedgerEntry, Verification};

use crate::fault::Fault;
use crate::screen::{Screen, Table};

/// One entry, all of it.
pub(super) fn entry(entry: &LedgerEntry, screen: &Screen) -> String {
    let mut table = Table::new([screen.pick("项目", "what"), screen.pick("内容", "value")]);
    table.row([screen.pick("序号", "number"), &entry.index.to_string()]);
    table.row([screen.pick("时间", "when"), &entry.at.to_string()]);
    table.row([screen.pick("类型", "kind"), &entry.title]);
    table.row([screen.pick("操作者", "actor"), &entry.actor]);
    let more = [
        (
            screen.pick("主体代号", "person's pseudonym"),
            &entry.subject,
        ),
        (screen.pick("目的", "purpose"), &entry.purpose),
        (screen.pick("业务单", "case"), &entry.case),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            table.row([name, value]);
        }
    }
    for treated in &entry.fields {
        table.row([
            &format!("{} ({})", treated.form, treated.rule),
            &treated.fields.join(", "),
        ]);
    }
    let versions = format!("{}, {}", entry.register_version, entry.policy_version);
    table.row([
        screen.pick("登记册、策略版本", "register, policies"),
        &versions,
    ]);
    let factor = if entry.second_factor {
        screen.pick("有", "yes")
    } else {
        screen.pick("无", "no")
    };
    table.row([screen.pick("第二因素", "second factor"), factor]);
    for (name, value) in &entry.more {
        table.row([name, value]);
    }
    table.render()
}

/// Entries, a line each.
pub(super) fn entries(entries: &[LedgerEntry], screen: &Screen) -> String {
    if entries.is_empty() {
        return screen
            .pick("没有符合的条目。", "No entry matches.")
            .to_owned();
    }
    let mut table = Table::new(headings(screen));
    for entry in entries {
        let fields: Vec<String> = entry
            .fields
            .iter()
            .map(|treated| format!("{} {}", treated.form, treated.fields.join(",")))
            .collect();
        let purpose = entry.purpose.as_deref().unwrap_or_default();
        let (index, at) = (entry.index.to_string(), entry.at.to_string());
        table.row([
            &index,
            &at,
            &entry.title,
            &entry.actor,
            purpose,
            &fields.join("; "),
        ]);
    }
    table.render()
}

/// The headings of a list of entries.
pub(super) fn headings(screen: &Screen) -> [&str; 6] {
    [
        screen.pick("序号", "number"),
        screen.pick("时间", "when"),
        screen.pick("类型", "kind"),
        screen.pick("操作者", "actor"),
        screen.pick("目的", "purpose"),
        screen.pick("字段", "fields"),
    ]
}

/// What an examination found, and what it looked at.
pub(super) fn verification(found: &Verification, screen: &Screen) -> String {
    let mut out = String::new();
    let head = match (found.right, screen.pick("zh", "en")) {
        (true, "zh") => "正确:每条条目均与记录时一致。".to_owned(),
        (true, _) => "Right: every entry is as it was recorded.".to_owned(),
        (false, "zh") => format!(
            "有误:发现 {} 处。",
            found.findings.len() as u64 + found.more_findings
        ),
        (false, _) => format!(
            "WRONG: {} findings.",
            found.findings.len() as u64 + found.more_findings
        ),
    };
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(out, "{head}");
    for finding in &found.findings {
        let _ = writeln!(out, "  {}", finding.text);
    }
    if found.more_findings > 0 {
        let _ = writeln!(
            out,
            "  {} {}",
            screen.pick("另有", "and"),
            found.more_findings
        );
    }
    let _ = writeln!(
        out,
        "{}",
        screen.pick(
            "已核验:每条条目的哈希、哈希树与每个检查点、每个签名、数据目录之外保存的检查点。",
            "Checked: every entry's hash, the tree against every signed head, every signature, and the head kept outside the data directory.",
        )
    );
    let _ = writeln!(
        out,
        "  {} {}",
        screen.pick("条目:", "entries:"),
        found.entries
    );
    let _ = writeln!(
        out,
        "  {} {}",
        screen.pick("签名所及:", "covered by a signature:"),
        found.proven
    );
    let _ = writeln!(
        out,
        "  {} {}",
        screen.pick("检查点:", "signed heads:"),
        found.checkpoints
    );
    if let Some(root) = &found.root {
        let _ = writeln!(out, "  {} {root}", screen.pick("树根:", "root:"));
    }
    for (kind, count) in &found.kinds {
        let _ = writeln!(out, "  {kind}: {count}");
    }
    out
}

/// The exit code of an examination.
pub(super) fn outcome(right: bool) -> Result<(), Fault> {
    if right {
        Ok(())
    } else {
        Err(Fault::no("账本有误", "the ledger is not right"))
    }
}

/// Says where an export is and how to examine it.
pub(super) fn exported(
    out: &Path,
    keys_out: Option<&Path>,
    keys: &[String],
    screen: &Screen,
) -> Result<(), Fault> {
    let file = out.display();
    if let Some(path) = keys_out {
        std::fs::write(path, keys.join("\n") + "\n").map_err(|error| Fault::file(path, &error))?;
    }
    let key = match (keys_out, keys) {
        (Some(path), _) => path.display().to_string(),
        (None, [key]) => key.clone(),
        (None, _) => screen.pick("<公钥文件>", "<file of keys>").to_owned(),
    };
    screen.say(
        format!("账本已导出到 {file}。请在另一台机器上核验:\n  shouxin-verify export {file} --key {key}"),
        format!("The ledger is in {file}. Examine it, on another machine:\n  shouxin-verify export {file} --key {key}"),
    )
}

/// A proof's text.
pub(super) fn json(proof: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string_pretty(proof)
        .map(|text| text + "\n")
        .map_err(|error| Fault::because("证明不能写成 JSON", "the proof is no JSON", &error))
}

/// Writes a text to a file if one is named, otherwise to the screen.
pub(super) fn file_or_screen(text: &str, out: Option<&Path>, screen: &Screen) -> Result<(), Fault> {
    match out {
        Some(path) => {
            std::fs::write(path, text).map_err(|error| Fault::file(path, &error))?;
            let path = path.display();
            screen.say(
                format!("证明已写入 {path}。"),
                format!("The proof is in {path}."),
            )
        }
        None => screen.print(text),
    }
}
