//! What kinds of things happen.

use std::fmt;
use std::str::FromStr;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal;)*) => {
        /// What happened. The words are part of the ledger's format: they are added to, never
        /// changed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in the entry.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The word in Chinese, for people.
            pub const fn chinese(self) -> &'static str {
                match self {
                    $(Self::$name => $zh,)*
                }
            }
        }
    };
}

kinds! {
    /// Fields were read; none of them in clear.
    Read = "read", "查阅";
    /// Fields were read, at least one of them in clear.
    Reveal = "reveal", "明文查看";
    /// A read, search or change was refused.
    Refusal = "refusal", "拒绝";
    /// Subjects were searched for.
    Search = "search", "检索";
    /// What a read would answer was asked (a dry run).
    Explain = "explain", "试算";
    /// Subjects were counted.
    Count = "count", "计数";
    /// Rows of a file were imported.
    Import = "import", "导入";
    /// Data left in a file, or a file was traced to the export it came from.
    Export = "export", "导出";
    /// A record was created or changed.
    RecordWrite = "record-write", "写入";
    /// Someone signed in.
    SignIn = "sign-in", "登录";
    /// Someone failed to sign in.
    SignInRefused = "sign-in-refused", "登录被拒";
    /// Someone signed out, or was.
    SignOut = "sign-out", "退出";
    /// A second factor was given.
    StepUp = "step-up", "二次验证";
    /// An account of staff was changed.
    Staff = "staff", "人员";
    /// An API key was made, changed or revoked.
    ApiKey = "api-key", "接口密钥";
    /// The register was changed.
    Register = "register", "登记册";
    /// The policies were changed.
    Policy = "policy", "策略";
    /// An encryption or signing key was made, turned or destroyed.
    Key = "key", "密钥";
    /// Consent was given, changed or withdrawn.
    Consent = "consent", "同意";
    /// A privacy notice was published or came into force.
    Notice = "notice", "告知文本";
    /// A case, such as a work order, was opened, changed or closed.
    Case = "case", "业务单";
    /// The request guard refused what a signed-in caller sent.
    Attack = "attack", "疑似攻击";
    /// The ledger itself: exported, or an older one accepted.
    Ledger = "ledger", "账本";
    /// A person was erased: their keys destroyed, their rows removed.
    Erasure = "erasure", "删除";
    /// A backup was taken, restored or tried.
    Backup = "backup", "备份";
    /// Something that two people must agree on was proposed, approved, rejected or withdrawn.
    Approval = "approval", "审批";
    /// Access beyond a person's roles began or ended.
    Grant = "grant", "授权";
    /// Somebody broke the glass: opened at once what nobody had approved.
    Emergency = "emergency", "紧急调阅";
    /// An act that had opened at once was reviewed.
    Review = "review", "复核";
    /// A system that is told of changes was added, changed or told again, or a service read what changed.
    Downstream = "downstream", "下游系统";
    /// Pseudonyms were given for values that the caller brought.
    Pseudonyms = "pseudonyms", "假名";
    /// Texts of a caller's own were looked through for personal information.
    Detection = "detection", "识别";
    /// Personal information was about to leave, or left, for whom the register does not allow it.
    Leak = "leak", "外泄";
    /// A scan of other systems was taken in and held against the register, or what it found was decided about.
    Discovery = "discovery", "数据发现";
    /// The quality of detection was checked by people.
    Quality = "quality", "质量抽检";
    /// The service: initialised, started, migrated.
    System = "system", "系统";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The word names no kind that this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of entry in this version")]
pub struct KindError;

impl FromStr for Kind {
    type Err = KindError;

    fn from_str(word: &str) -> Result<Self, KindError> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.word() == word)
            .ok_or(KindError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_names_one_kind() {
        for kind in Kind::ALL {
            assert_eq!(kind.word().parse(), Ok(*kind));
        }
        assert_eq!("Read".parse::<Kind>(), Err(KindError));
    }
}
