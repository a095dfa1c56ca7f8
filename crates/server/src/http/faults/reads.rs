//! Reads, searches and counts.

use shouxin_model::Text;
use shouxin_vault::{CountError, PseudonymError, ReadError, SearchError, VaultError};
use shouxin_wire::Code;

use super::{Fault, at, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ReadError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownPurpose => at(signed, Code::UnknownPurpose, "purpose"),
            Self::UnknownField(_) => at(signed, Code::UnknownFieldName, "fields"),
            Self::ClearNotAsked(_) => {
                let why = Text::fixed(
                    "要明文查看的字段须同时列于 fields",
                    "a field to be opened stands in fields too",
                );
                invalid(signed, "clear", &why)
            }
            // The text names the list first, for example `fields names a field twice`.
            Self::Shape(text) => {
                let list = text.split(' ').next().unwrap_or("body");
                let why = Text::made(format!("{list} 不能为空、过长或重复"), text);
                invalid(signed, list, &why)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for SearchError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownPurpose => at(signed, Code::UnknownPurpose, "purpose"),
            Self::UnknownField(_) => at(signed, Code::UnknownFieldName, "field"),
            Self::Empty(_) => {
                let why = Text::fixed(
                    "此检索方式无法由该内容得出检索词",
                    "the text gives nothing to look for in this mode",
                );
                invalid(signed, "value", &why)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for PseudonymError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::Count => {
                let why = Text::fixed("应有 1 到 1000 个值", "has 1 to 1,000 values");
                invalid(signed, "values", &why)
            }
            Self::Value(place) => {
                let why = Text::fixed(
                    "空值、过长的值、文本、文件以及与个人无关的值没有假名",
                    "an empty or long value, a text, a file, and what says nothing about a person have no pseudonym",
                );
                invalid(signed, format!("values[{place}]"), &why)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for CountError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownPurpose => at(signed, Code::UnknownPurpose, "purpose"),
            Self::UnknownField(_) => at(signed, Code::UnknownFieldName, "group_by"),
            Self::Shape => {
                let why = Text::fixed(
                    "应为一个或两个不同的字段",
                    "names one or two different fields",
                );
                invalid(signed, "group_by", &why)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}
