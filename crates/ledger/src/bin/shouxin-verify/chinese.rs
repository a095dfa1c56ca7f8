//! The library's errors in Chinese; it tells them in English itself.

use shouxin_ledger::{KeyError, NoteError, ProofError, ProofFileError, ReceiptError};

pub(crate) fn proof(error: &ProofFileError) -> String {
    match error {
        ProofFileError::Entry => "条目中有不允许出现的内容".into(),
        ProofFileError::Checkpoint(error) => note(error),
        ProofFileError::Origin => "两个检查点属于不同的账本".into(),
        ProofFileError::Proof(ProofError::Position) => "证明所指的位置在树之外".into(),
        ProofFileError::Proof(ProofError::Length) => "证明中的哈希过多或过少".into(),
        ProofFileError::Proof(ProofError::Root) => "证明得出另一个树根".into(),
    }
}

pub(crate) fn receipt(error: &ReceiptError) -> String {
    let look = |which: &str| match which {
        "event" => "表示",
        "last allowed read" => "最后一次获准查阅",
        _ => "首次被拒查阅",
    };
    match error {
        ReceiptError::Shape => "不是本程序认识的回执".into(),
        ReceiptError::Altered => "回执被改动：与签署的内容不同".into(),
        ReceiptError::Signature(error) => note(error),
        ReceiptError::Proof(which, error) => {
            format!("{}的证明有误：{}", look(which), proof(error))
        }
        ReceiptError::Event => "账本所记的表示与回执不同".into(),
        ReceiptError::Member(which) => match *which {
            "purpose" | "event_state" => format!("{which} 与账本所记不同"),
            which => format!("{}与账本所记不同", look(which)),
        },
    }
}

/// What became of a consent; a word that is none of these stands as it is written.
pub(crate) fn state(word: &str) -> &str {
    match word {
        "given" => "同意",
        "refused" => "拒绝",
        "withdrawn" => "撤回",
        "expired" => "到期",
        "spent" => "已用完",
        other => other,
    }
}

pub(crate) fn note(error: &NoteError) -> String {
    match error {
        NoteError::Shape => "不是已签名的检查点".into(),
        NoteError::Signature(name) => format!("{name} 的签名不正确"),
        NoteError::Unsigned => "没有任何给出的公钥签署".into(),
    }
}

pub(crate) const fn key(error: KeyError) -> &'static str {
    match error {
        KeyError::Shape => "公钥格式为 name+id+base64",
        KeyError::Name => "公钥名称不得为空，不得含空格或加号",
        KeyError::Algorithm => "公钥算法既非 Ed25519 也非 SM2/SM3",
        KeyError::Point => "内容不是该算法的公钥",
        KeyError::Id => "公钥编号与名称和内容不符：有字符被改动",
    }
}
