//! What a command says when it fails.

use std::error::Error;

use shouxin_client::ClientError;
use shouxin_model::Text;
use shouxin_model::text::Language;
use shouxin_vault::keydir::KeyDirError;
use shouxin_vault::{
    ApplyError, BackupError, ErasureError, OpenVaultError, VaultError, WitnessError, ZoneError,
};
use shouxin_wire::{Code, Problem};

/// Why a command did not do what it was asked: what, where, and what to do. Never a person's value.
#[derive(Debug)]
pub(crate) struct Fault {
    text: Text,
    code: u8,
}

impl Fault {
    /// The answer is no: refused, not right, findings. Exit code 1.
    pub(crate) fn no(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            text: Text::made(zh, en),
            code: 1,
        }
    }

    /// The command could not be carried out. Exit code 2.
    pub(crate) fn unable(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            text: Text::made(zh, en),
            code: 2,
        }
    }

    /// What a scan was told to fail on is there. Exit code 3.
    pub(crate) fn found(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            text: Text::made(zh, en),
            code: 3,
        }
    }

    /// The command could not be carried out, because of this. Exit code 2.
    pub(crate) fn because(zh: &str, en: &str, error: &dyn Error) -> Self {
        let why = chain(error);
        Self::unable(format!("{zh}:{why}"), format!("{en}: {why}"))
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::unable(format!("{path}:{error}"), format!("{path}: {error}"))
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// The words.
    pub(crate) fn text(&self, language: Language) -> &str {
        self.text.get(language)
    }
}

impl From<ClientError> for Fault {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Problem(problem) => told(&problem),
            ClientError::Unreachable { server, reason } => Self::unable(
                format!(
                    "无法连接服务器 {server}({reason})。服务器是否已启动?可用 --server 指定其他地址"
                ),
                format!(
                    "{server} cannot be reached ({reason}). Is the server running? --server names another address"
                ),
            ),
            ClientError::Address(server) => Self::unable(
                format!("{server} 不是服务器地址:应以 http:// 或 https:// 开头"),
                format!("{server} is no address of a server: it begins with http:// or https://"),
            ),
            ClientError::Foreign { server, status } => Self::unable(
                format!("{server} 以状态码 {status} 作答,但不是守信服务器的应答;请检查 --server"),
                format!(
                    "{server} answered with status {status}, but not as shouxin does; check --server"
                ),
            ),
            ClientError::File { path, source } => Self::file(path.as_ref(), &source),
        }
    }
}

impl From<shouxin_scan::Problem> for Fault {
    /// Exit code 1: a scan that could not be carried out.
    fn from(problem: shouxin_scan::Problem) -> Self {
        Self {
            text: problem.text(),
            code: 1,
        }
    }
}

impl From<KeyDirError> for Fault {
    fn from(error: KeyDirError) -> Self {
        Self::because("密钥目录不可用", "the key folder cannot be used", &error)
    }
}

impl From<shouxin_store::OpenError> for Fault {
    fn from(error: shouxin_store::OpenError) -> Self {
        Self::because("数据打不开", "the data cannot be opened", &error)
    }
}

impl From<shouxin_store::StoreError> for Fault {
    fn from(error: shouxin_store::StoreError) -> Self {
        Self::because("存储出错", "the store failed", &error)
    }
}

impl From<OpenVaultError> for Fault {
    fn from(error: OpenVaultError) -> Self {
        match &error {
            OpenVaultError::ForeignKeys => Self::no(
                "密钥目录与数据不符:数据是用另一套密钥建立的。请用 --keys 指定正确的密钥目录",
                format!("{error} with --keys"),
            ),
            OpenVaultError::Zone(error) => error.into(),
            OpenVaultError::Restoring => Self::no(
                "此处的恢复尚未完成:请再次运行 shouxin restore",
                error.to_string(),
            ),
            _ => Self::because("保险库打不开", "the vault cannot be opened", &error),
        }
    }
}

impl From<&ZoneError> for Fault {
    fn from(error: &ZoneError) -> Self {
        let zh = match error {
            ZoneError::Missing(zone) => {
                format!(
                    "密钥域 {zone} 单独存放,这里却没有它:请在设置 zones.{zone} 中写明其数据库和密钥"
                )
            }
            ZoneError::ForeignKeys(zone) => {
                format!("密钥域 {zone} 打不开:其数据库是用另一套密钥建立的")
            }
            ZoneError::Foreign(zone) => {
                format!("密钥域 {zone} 的数据库属于另一个密钥域或另一套部署")
            }
            ZoneError::Lost(zone) => {
                format!("密钥域 {zone} 的数据库是空的,但本不应空:请从备份取回")
            }
            ZoneError::Restoring(zone) => {
                format!("密钥域 {zone} 的数据库恢复尚未完成:请再次运行 shouxin restore")
            }
            ZoneError::OutOfStep(zone) => {
                format!("密钥域 {zone} 的数据库与主库不是同一时刻的:请从同一份备份恢复两者")
            }
            ZoneError::Vault(error) => return Self::because("密钥域出错", "a zone failed", error),
        };
        Self::no(zh, error.to_string())
    }
}

impl From<BackupError> for Fault {
    fn from(error: BackupError) -> Self {
        let text = error.to_string();
        match error {
            BackupError::NotARepository(path) => {
                let path = path.display();
                Self::no(
                    format!("{path} 不是备份仓库:请指定空目录或正确的仓库"),
                    text,
                )
            }
            BackupError::OtherKeys { path, .. } => {
                let path = path.display();
                Self::no(format!("{path} 是另一套部署的备份,与这里的密钥不符"), text)
            }
            BackupError::Busy(path) => {
                let path = path.display();
                Self::unable(format!("另一进程正在使用 {path},请稍后再试"), text)
            }
            BackupError::Damaged { file, .. } => {
                let file = file.display();
                Self::no(format!("{file} 已损坏({text})"), text)
            }
            BackupError::NoBackup(number) => Self::no(format!("没有第 {number} 号备份"), text),
            BackupError::Empty => Self::no("还没有备份", text),
            BackupError::ZoneNotNamed(zone) => Self::no(
                format!(
                    "备份中有单独存放的密钥域 {zone}:请在设置 zones.{zone} 中写明其密钥与恢复位置"
                ),
                text,
            ),
            BackupError::OutOfStep(zone) => Self::unable(
                format!("主库与密钥域 {zone} 的库每次都不在同一时刻:请重试"),
                text,
            ),
            BackupError::NotEmpty => Self::no("恢复目标不是空的:请换一个空目录或空数据库", text),
            BackupError::Newer(_) => Self::no("备份来自较新的程序版本,请用新版本恢复", text),
            BackupError::Differs(why) => Self::no(format!("恢复出的内容与备份不符:{why}"), text),
            BackupError::Open(error) => error.into(),
            BackupError::OpenVault(error) => error.into(),
            BackupError::Witness(error) => error.into(),
            BackupError::Erasure(error) => error.into(),
            BackupError::Vault(error) => error.into(),
            BackupError::Io { path, source } => Self::file(&path, &source),
        }
    }
}

impl From<ErasureError> for Fault {
    fn from(error: ErasureError) -> Self {
        Self::because("删除记录(墓碑)不可用", "tombstones cannot be used", &error)
    }
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        Self::because("保险库出错", "the vault failed", &error)
    }
}

impl From<WitnessError> for Fault {
    fn from(error: WitnessError) -> Self {
        match &error {
            WitnessError::Older { size, witnessed } => Self::no(
                format!(
                    "账本有 {size} 条,而已签署过 {witnessed} 条:这是较早的数据目录。若确要用它、放弃其后的内容,\
                     请运行 shouxin ledger accept-older --data DIR"
                ),
                error.to_string(),
            ),
            WitnessError::Forked { witnessed } => Self::no(
                format!("账本的前 {witnessed} 条与已签署的不同:账本被改动或调换"),
                error.to_string(),
            ),
            WitnessError::NotOlder => Self::no(
                "账本包含所有已签署的内容,没有什么需要接受",
                error.to_string(),
            ),
            WitnessError::NotOurs(path) => Self::no(
                format!("{} 不是由本账本的密钥签署的检查点", path.display()),
                error.to_string(),
            ),
            WitnessError::Io { .. } | WitnessError::Vault(_) => Self::because(
                "见证检查点不可用",
                "the witnessed checkpoint cannot be used",
                &error,
            ),
        }
    }
}

impl From<ApplyError> for Fault {
    fn from(error: ApplyError) -> Self {
        let lines = |findings: Vec<String>| findings.concat();
        match &error {
            ApplyError::Register(findings) => Self::no(
                lines(
                    findings
                        .iter()
                        .map(|f| format!("\n{}", f.render(Language::Chinese)))
                        .collect(),
                ),
                lines(
                    findings
                        .iter()
                        .map(|f| format!("\n{}", f.render(Language::English)))
                        .collect(),
                ),
            ),
            ApplyError::Policies(findings) => {
                let all = lines(
                    findings
                        .iter()
                        .map(|f| format!("\npolicies.cedar:{f}"))
                        .collect(),
                );
                Self::no(all.clone(), all)
            }
            ApplyError::Cases(failed) => {
                let line = failed.first().map_or(0, |outcome| outcome.case.line);
                let count = failed.len();
                Self::no(
                    format!("策略的 {count} 个测试用例不成立,第一个在第 {line} 行"),
                    format!(
                        "{count} test cases of the policies do not hold, the first on line {line}"
                    ),
                )
            }
            ApplyError::StoredData(text) => Self::no(
                format!("已有数据,不能如此变更:{}", text.zh),
                format!("refused while there are stored values: {}", text.en),
            ),
            ApplyError::Unweighed(text) => Self::no(&*text.zh, &*text.en),
            ApplyError::Nothing => Self::no(
                "与现行内容没有差别",
                "nothing differs from what is in force",
            ),
            ApplyError::Zone(error) => error.into(),
            ApplyError::NeedsApproval => Self::no(
                "此变更放宽了登记册或策略,须先经他人批准",
                "the change loosens register or policies: somebody else must approve it first",
            ),
            ApplyError::Tighter | ApplyError::Approval(_) => {
                Self::because("不能如此变更", "the change was refused", &error)
            }
            ApplyError::Vault(error) => Self::because("保险库出错", "the vault failed", error),
        }
    }
}

/// An error with its causes, each once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}

/// A problem of the server, which speaks the caller's language already, and what to do about it here.
fn told(problem: &Problem) -> Fault {
    let mut zh = format!("{} [{}]", problem.title, problem.code);
    if let Some(detail) = &problem.detail {
        zh.push_str("\n  ");
        zh.push_str(detail);
    }
    for place in &problem.places {
        zh.push_str(&format!("\n  {}: {}", place.at, place.message));
    }
    let mut en = zh.clone();
    for because in &problem.because {
        zh.push_str(&format!(
            "\n  {}({};可由以下人员变更:{})",
            because.text, because.rule, because.changed_by
        ));
        en.push_str(&format!(
            "\n  {} ({}; could be changed by: {})",
            because.text, because.rule, because.changed_by
        ));
    }
    if let Some(entry) = problem.entry {
        zh.push_str(&format!("\n  已记入账本第 {entry} 条"));
        en.push_str(&format!("\n  recorded as ledger entry {entry}"));
    }
    let by_rule = problem
        .because
        .iter()
        .find_map(|because| remedy(&because.rule));
    let step = || Code::from_word(&problem.code).and_then(next_step);
    if let Some((command, what_zh, what_en)) = by_rule.or_else(step) {
        zh.push_str(&format!("\n  {what_zh}:{command}"));
        en.push_str(&format!("\n  {what_en}: {command}"));
    }
    Fault::no(zh, en)
}

fn next_step(code: Code) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match code {
        Code::SignInRequired | Code::EnrolmentRequired => {
            ("shouxin sign-in", "请先运行", "first run")
        }
        Code::SecondFactorRequired => ("shouxin step-up", "请先运行", "first run"),
        Code::ApprovalRequired => ("shouxin register propose", "可提出申请", "propose it with"),
        _ => return None,
    })
}

/// What to run about a refusal by this rule.
fn remedy(rule: &str) -> Option<(&'static str, &'static str, &'static str)> {
    (rule == "unknown-device").then_some((
        "shouxin devices name NAME",
        "可登记本机,由安全管理员批准",
        "register this machine, for a security administrator to approve",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shouxin_wire::Because;

    #[test]
    fn a_refusal_tells_its_reason_its_entry_and_who_could_change_it() {
        let mut problem = Problem::new(Code::ReadRefused, Language::English);
        problem.because.push(Because {
            layer: "relation".into(),
            rule: "no-open-case".into(),
            text: "no open case ties you to this person".into(),
            changed_by: "whoever assigns cases".into(),
        });
        problem.entry = Some(7);
        let fault = Fault::from(ClientError::Problem(Box::new(problem)));
        assert_eq!(
            fault.text(Language::English),
            "this read is refused [read-refused]\n  no open case ties you to this person (no-open-case; could be \
             changed by: whoever assigns cases)\n  recorded as ledger entry 7"
        );
        assert_eq!(fault.code(), 1);
    }

    #[test]
    fn a_missing_second_factor_names_the_command_that_shows_one() {
        let problem = Problem::new(Code::SecondFactorRequired, Language::English);
        let fault = Fault::from(ClientError::Problem(Box::new(problem)));
        assert!(
            fault
                .text(Language::English)
                .ends_with("first run: shouxin step-up")
        );
    }
}
