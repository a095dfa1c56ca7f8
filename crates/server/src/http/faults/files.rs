//! Imports of files.

use shouxin_model::Text;
use shouxin_vault::{ImportError, VaultError};
use shouxin_wire::Code;

use super::Fault;
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ImportError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let language = signed.language;
        let refusal = signed.refuse(Code::ImportRefused);
        let conflict = |why: Text| signed.refuse(Code::Conflict).detail(why.get(language));
        Ok(match self {
            Self::Mapping(findings) => {
                findings
                    .iter()
                    .take(SHOWN)
                    .fold(refusal, |refusal, finding| {
                        let [message, remedy] =
                            [&finding.message, &finding.remedy].map(|text| text.get(language));
                        let place = format!("mapping:{}:{}", finding.line, finding.column);
                        refusal.at(place, format!("{message} [{}] {remedy}", finding.code))
                    })
            }
            Self::Columns(findings) => {
                let mut refusal = refusal;
                for finding in findings
                    .iter()
                    .filter(|finding| finding.code == MISSING)
                    .take(SHOWN)
                {
                    // The name stands in the mapping, which a person wrote.
                    let [message, remedy] =
                        [&finding.message, &finding.remedy].map(|text| text.get(language));
                    refusal = refusal.at(
                        "mapping",
                        format!("{}: {message}; {remedy}", finding.column),
                    );
                }
                // A heading that nobody decided about comes from the file: in a file without headings
                // it is somebody's value, so it is counted and not repeated.
                match findings
                    .iter()
                    .filter(|finding| finding.code != MISSING)
                    .count()
                {
                    0 => refusal,
                    count => {
                        let text = Text::made(
                            format!("文件有 {count} 列既未映射也未忽略"),
                            format!("{count} columns of the file are neither mapped nor ignored"),
                        );
                        refusal.at("file", text.get(language))
                    }
                }
            }
            Self::File(error) => refusal.at("file", error.text().get(language)),
            Self::Key(field) => {
                let code = Code::OperationNotPermitted;
                let why = code.title();
                signed
                    .refuse(code)
                    .at(format!("mapping: {field}"), why.get(language))
            }
            Self::NotFound(_) => signed.refuse(Code::NotFound),
            Self::Done(_) => conflict(Text::fixed("该导入已结束", "this import has ended already")),
            Self::OtherFile(rows) => conflict(Text::made(
                format!("不是同一文件:前 {rows} 行与已导入的不符"),
                format!(
                    "this is another file: its first {rows} rows are not those already imported"
                ),
            )),
            Self::Contended(_) => signed.refuse(Code::ImportBeingFed),
            Self::Vault(error) => return Err(error),
        })
    }
}

const MISSING: &str = "column-missing";

/// Findings in one answer.
const SHOWN: usize = 100;
