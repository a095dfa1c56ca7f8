//! Sample files to import: one as messy as real ones are, the others clean.

use shouxin_model::Moment;

use crate::{generator::Generator, profile::Profile, staffing::Staffing};

mod damaged;

/// The customer file of the after-sales profile, as people really send them: CSV in GB18030 with
/// Chinese headers, about 40 rows, a few of them duplicates in other writing, many damaged by
/// Excel and by hand. What is wrong with which row stands in the `README.md` beside the file.
pub fn damaged_sample(seed: u64) -> Vec<u8> {
    encoding_rs::GB18030
        .encode(&damaged::text(seed))
        .0
        .into_owned()
}

/// A clean customer file of this profile: CSV in UTF-8 with Chinese headers and 20 rows.
pub fn clean_sample(profile: Profile, seed: u64) -> Vec<u8> {
    let (collection, columns) = columns(profile);
    let staff = Staffing::new(profile, Vec::new());
    let mut text = String::new();
    row(&mut text, columns.iter().map(|(header, _)| *header));
    for subject in Generator::new(profile, seed, 20, SAMPLE_TIME, &staff) {
        let record = subject
            .iter()
            .find(|record| record.collection == collection);
        row(
            &mut text,
            columns
                .iter()
                .map(|(_, field)| record.and_then(|r| r.get(field)).unwrap_or_default()),
        );
    }
    text.into_bytes()
}

/// The collection a clean file feeds, and its columns: header and field.
fn columns(profile: Profile) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match profile {
        Profile::AfterSales => (
            "customer",
            &[
                ("姓名", "name"),
                ("手机号", "mobile"),
                ("固定电话", "landline"),
                ("居民身份证号", "resident_id"),
                ("地址", "address"),
                ("电子邮箱", "email"),
                ("微信号", "wechat"),
                ("出生日期", "date_of_birth"),
                ("会员等级", "member_level"),
            ],
        ),
        Profile::Express => (
            "customer",
            &[
                ("姓名", "name"),
                ("手机号", "mobile"),
                ("固定电话", "landline"),
                ("居民身份证号", "resident_id"),
                ("通行证号", "permit"),
                ("常用地址", "address"),
                ("统一社会信用代码", "company_code"),
                ("账户类型", "account_type"),
                ("实名状态", "real_name_state"),
                ("会员等级", "member_level"),
            ],
        ),
        Profile::ServiceCentre => (
            "basic",
            &[
                ("姓名", "name"),
                ("手机号", "mobile"),
                ("固定电话", "landline"),
                ("电子邮箱", "email"),
                ("微信号", "wechat"),
                ("QQ号", "qq"),
                ("地址", "address"),
                ("出生日期", "date_of_birth"),
                ("会员等级", "member_level"),
                ("服务语言", "language"),
            ],
        ),
    }
}

/// Adds one CSV row with the line end that Excel writes.
fn row<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

/// When the samples were "exported": noon of 2026-11-21 in China.
const SAMPLE_TIME: Moment = Moment::from_seconds(20_778 * 86_400 + 4 * 3600);
