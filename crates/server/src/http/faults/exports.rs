//! Exports and traces.

use shouxin_model::Text;
use shouxin_vault::{ExportError, VaultError};
use shouxin_wire::Code;

use super::{Fault, at, because, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ExportError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let language = signed.language;
        let refused = |place: &str, why: Text| {
            signed
                .refuse(Code::ExportRefused)
                .at(place, why.get(language))
        };
        Ok(match self {
            Self::UnknownPurpose => at(signed, Code::UnknownPurpose, "purpose"),
            Self::UnknownCollection => {
                let why = Text::fixed(
                    "登记册中没有这个集合",
                    "the register has no such collection",
                );
                invalid(signed, "collection", &why)
            }
            Self::UnknownField(field) => {
                at(signed, Code::UnknownFieldName, format!("fields: {field}"))
            }
            // The text names the list first, for example `fields names a field twice`.
            Self::Shape(text) => {
                let list = text.split(' ').next().unwrap_or("body");
                let why = Text::made(format!("{list} 不能为空、过长或重复"), text);
                invalid(signed, list, &why)
            }
            Self::Several(field) => refused(
                "fields",
                Text::made(
                    format!("{field} 不能放在这一行:一人可能有多条该类记录,请单独导出该集合"),
                    format!(
                        "{field} does not fit into a row: a person may have several of its records; export that collection by itself"
                    ),
                ),
            ),
            Self::NoFacet(field) => refused(
                "where",
                Text::made(
                    format!("不能按 {field} 选取:它不是可统计字段"),
                    format!("{field} cannot choose records: it is no facet"),
                ),
            ),
            Self::Field {
                field,
                because: reason,
                entry,
            } => {
                let code = match reason.rule.as_ref() {
                    "second-factor" => Code::SecondFactorRequired,
                    _ => Code::ReadRefused,
                };
                let why = because(&reason, language);
                signed
                    .refuse(code)
                    .at(format!("fields: {field}"), why.text.clone())
                    .because([why])
                    .entry(entry)
            }
            Self::Nothing => refused(
                "where",
                Text::fixed("没有符合条件的记录", "no record matches"),
            ),
            Self::TooMany {
                what,
                found,
                most,
                limit,
            } => {
                let zh = match what {
                    "rows" => "行",
                    "people" => "人",
                    _ => "个明文值",
                };
                let title = limit.title();
                refused(
                    "most_rows",
                    Text::made(
                        format!("共 {found} {zh},最多可导出 {most} {zh}({})", title.zh),
                        format!(
                            "{found} {what} match, at most {most} may leave ({})",
                            title.en
                        ),
                    ),
                )
            }
            Self::NotFound(_) => signed.refuse(Code::NotFound),
            Self::Ran(_) => signed.refuse(Code::Conflict).detail(
                Text::fixed(
                    "该导出已执行过:一次审批只能下载一次,请重新申请",
                    "this export has run already: one approval is one download, ask anew",
                )
                .get(language),
            ),
            Self::Changed(why) => signed
                .refuse(Code::ExportChanged)
                .detail(why.get(language).to_owned()),
            Self::Leak { leaks, entry } => signed
                .refuse(Code::LeakStopped)
                .detail(leaks.reason().get(language).to_owned())
                .entry(entry),
            Self::File(error) => refused("file", error.text()),
            Self::Approval(error) => return error.told(signed),
            Self::Vault(error) => return Err(error),
        })
    }
}
