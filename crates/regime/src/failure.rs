//! Why a value is none of its kind.

use shouxin_model::{FieldKind, Text};

/// Why a value is none of its kind. Names the kind and the reason, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", kind.word(), reason.code())]
pub struct CheckFailure {
    /// The kind that was asked for.
    pub kind: FieldKind,
    /// What is wrong.
    pub reason: Reason,
}

impl CheckFailure {
    /// How bad it is: see [`Severity`].
    pub fn severity(self) -> Severity {
        match (self.kind, self.reason) {
            // Old domestic cards and European imports carry no valid check digit; some early
            // organisation codes break theirs; local landlines are written without area code.
            (FieldKind::BankCard | FieldKind::Vin, Reason::CheckDigit)
            | (FieldKind::Uscc, Reason::OrganisationCode)
            | (FieldKind::Landline, Reason::AreaCodeMissing) => Severity::Warn,
            _ => Severity::Refuse,
        }
    }

    /// What to tell people, in both languages.
    pub fn text(self) -> Text {
        let (kind, reason) = (self.kind.title(), self.reason.text());
        Text::made(
            format!("{}：{}", kind.zh, reason.zh),
            format!("{}: {}", kind.en, reason.en),
        )
    }
}

/// How sure a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Real values are known that fail in this way: keep the value and report it.
    Warn,
    /// The value cannot be of its kind.
    Refuse,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal, $en:literal;)*) => {
        /// What is wrong with a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// A stable code for outcome files and programs.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// What to tell people.
            pub const fn text(self) -> Text {
                match self { $(Self::$name => Text::fixed($zh, $en)),* }
            }
        }
    };
}

reasons! {
    /// Nothing but blanks.
    Empty = "empty", "内容为空", "empty";
    /// Too short or too long.
    Length = "length", "长度不符", "wrong length";
    /// A character that the format does not have.
    Characters = "characters", "含有不允许的字符", "a character that does not belong";
    /// The right characters in an order the format does not have.
    Shape = "shape", "格式不符", "wrong format";
    /// A mobile block that no operator gives to people.
    Segment = "segment", "号段未启用", "number block not in use";
    /// A landline area code that does not exist.
    AreaCode = "area-code", "区号不存在", "no such area code";
    /// A landline without area code.
    AreaCodeMissing = "area-code-missing", "缺少区号", "area code missing";
    /// A province, region or nationality code that does not exist.
    Region = "region", "地区代码不存在", "no such region code";
    /// A day that is not in the calendar, or outside 1850-2100.
    Date = "date", "日期不存在", "no such date";
    /// A number outside its range.
    Range = "range", "超出取值范围", "out of range";
    /// The check digit does not fit the rest.
    CheckDigit = "check-digit", "校验码不符", "wrong check digit";
    /// The organisation code inside a social credit code has a wrong check digit.
    OrganisationCode = "organisation-code", "组织机构代码校验码不符", "wrong organisation code check digit";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_speaks_both_languages_and_names_no_value() {
        let failure = CheckFailure {
            kind: FieldKind::ResidentId,
            reason: Reason::CheckDigit,
        };
        assert_eq!(failure.to_string(), "resident_id: check-digit");
        assert_eq!(failure.text().zh, "居民身份证号：校验码不符");
        assert_eq!(failure.text().en, "resident ID number: wrong check digit");
    }

    #[test]
    fn codes_are_distinct() {
        let mut codes: Vec<_> = Reason::ALL.iter().map(|r| r.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Reason::ALL.len());
    }
}
