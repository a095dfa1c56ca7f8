//! Words that name columns, in Chinese and English.

use shouxin_model::{Field, FieldKind};

/// Brings a header to the form in which words are compared: lower case, no blanks, no marks.
pub(crate) fn fold(header: &str) -> String {
    let half = header.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    });
    half.filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The kind that the words of a column's name point to, in Chinese or English, and how well: 90 for the
/// word itself, 60 for a word within a longer name.
pub fn kind_of_header(header: &str) -> Option<(FieldKind, u8)> {
    let folded = fold(header);
    let words = || {
        let by_kind = WORDS.iter();
        by_kind.flat_map(|(kind, words)| words.split(' ').map(move |word| (*kind, word)))
    };
    if let Some((kind, _)) = words().find(|(_, word)| *word == folded) {
        return Some((kind, 90));
    }
    // The word that ends last wins, and of those the longest: 身份证地址 is an address, since a noun's
    // head stands at its end.
    let is_telling = |word: &str| word.chars().count() > 1 && !(word.is_ascii() && word.len() < 3);
    let within = words()
        .filter(|(_, word)| is_telling(word))
        .filter_map(|(kind, word)| {
            folded
                .rfind(word)
                .map(|at| (at + word.len(), word.len(), kind))
        });
    within
        .max_by_key(|(end, length, _)| (*end, *length))
        .map(|(_, _, kind)| (kind, 60))
}

/// Whether the field holds Chinese postcodes, by its title or name.
pub(crate) fn is_postcode(field: &Field) -> bool {
    let names = [
        fold(&field.title.zh),
        fold(&field.title.en),
        fold(&field.name),
    ];
    field.kind == FieldKind::Code
        && names
            .iter()
            .any(|n| POSTCODES.iter().any(|word| n.contains(word)))
}

const POSTCODES: &[&str] = &["邮编", "邮政编码", "postcode", "postalcode", "zipcode"];

/// The words for each kind, parted by blanks, in the form that `fold` gives.
const WORDS: &[(FieldKind, &str)] = &[
    (
        FieldKind::Mobile,
        "手机 手机号 手机号码 移动电话 联系方式 联系电话 电话 电话号码 联系手机 \
         mobile mobilephone mobileno mobilenumber phone phoneno phonenumber cell \
         cellphone tel telephone contact contactnumber",
    ),
    (
        FieldKind::Landline,
        "座机 固话 固定电话 办公电话 家庭电话 宅电 landline officephone homephone",
    ),
    (
        FieldKind::Name,
        "姓名 名字 客户 客户姓名 客户名称 车主 车主姓名 联系人 收件人 寄件人 收货人 \
         name fullname customername customer owner ownername contactname recipient \
         sender",
    ),
    (
        FieldKind::ResidentId,
        "身份证 身份证号 身份证号码 公民身份号码 证件号 证件号码 idcard idnumber idno \
         residentid nationalid identitycard",
    ),
    (
        FieldKind::Passport,
        "护照 护照号 护照号码 passport passportno passportnumber",
    ),
    (
        FieldKind::Permit,
        "通行证 通行证号 居住证号 permit permitno travelpermit",
    ),
    (
        FieldKind::BankCard,
        "银行卡 银行卡号 卡号 银行账号 bankcard cardno cardnumber bankaccount",
    ),
    (
        FieldKind::Uscc,
        "统一社会信用代码 社会信用代码 信用代码 税号 纳税人识别号 uscc creditcode \
         taxno taxid",
    ),
    (
        FieldKind::Vin,
        "车架号 车架号码 车辆识别代号 车辆识别代码 车辆识别码 底盘号 vin vincode \
         vinno chassis chassisno framenumber",
    ),
    (
        FieldKind::Plate,
        "车牌 车牌号 车牌号码 号牌 号牌号码 牌照 牌照号 plate plateno platenumber \
         licenseplate licenceplate registrationnumber",
    ),
    (
        FieldKind::Address,
        "地址 住址 家庭住址 联系地址 通讯地址 收货地址 详细地址 省 市 区 省市区 街道 \
         address addr homeaddress street city province district",
    ),
    (
        FieldKind::Email,
        "邮箱 电子邮箱 电子邮件 邮件 email mail emailaddress",
    ),
    (FieldKind::Ip, "ip ip地址 ipaddress 登录ip"),
    (FieldKind::Mac, "mac mac地址 macaddress"),
    (FieldKind::Imei, "imei 设备号 imei号"),
    (FieldKind::Wechat, "微信 微信号 wechat wechatid weixin"),
    (FieldKind::Qq, "qq qq号 qq号码"),
    (
        FieldKind::Waybill,
        "运单 运单号 快递单号 物流单号 面单号 waybill waybillno trackingno \
         trackingnumber",
    ),
    (
        FieldKind::Gps,
        "经纬度 坐标 gps location coordinates latlng",
    ),
    (
        FieldKind::DateOfBirth,
        "出生日期 生日 出生年月 出生年月日 出生时间 诞辰 生辰 birthday birthdate dateofbirth dob born bornon birthdt",
    ),
    (
        FieldKind::FreeText,
        "备注 说明 描述 留言 意见 remark remarks note notes comment comments memo \
         description",
    ),
    (
        FieldKind::Money,
        "金额 费用 价格 合计 总价 工时费 amount price fee total cost sum",
    ),
    (
        FieldKind::Number,
        "里程 公里数 行驶里程 数量 重量 年龄 mileage quantity weight age",
    ),
    (
        FieldKind::Time,
        "日期 时间 购车日期 购买日期 登记日期 创建时间 date time datetime createdat \
         purchasedate",
    ),
    (
        FieldKind::Enum,
        "类型 状态 等级 级别 性别 type status level gender sex",
    ),
    (
        FieldKind::Code,
        "编号 代码 编码 单号 工单号 订单号 门店 code orderno orderid",
    ),
    (FieldKind::File, "附件 文件 attachment file"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_point_to_kinds_in_both_languages() {
        for (header, kind) in [
            ("手机", FieldKind::Mobile),
            ("联系方式", FieldKind::Mobile),
            ("Tel.", FieldKind::Mobile),
            ("Mobile Phone", FieldKind::Mobile),
            ("车架号(VIN)", FieldKind::Vin),
            ("车牌号码", FieldKind::Plate),
            ("客户身份证", FieldKind::ResidentId),
            ("身份证地址", FieldKind::Address),
            ("车主联系电话", FieldKind::Mobile),
            ("ＶＩＮ", FieldKind::Vin),
            ("E-mail", FieldKind::Email),
            ("出生日期", FieldKind::DateOfBirth),
            ("购车日期", FieldKind::Time),
            ("维修工单号", FieldKind::Code),
        ] {
            assert_eq!(kind_of_header(header).map(|k| k.0), Some(kind), "{header}");
        }
        assert_eq!(kind_of_header("张伟"), None);
        assert_eq!(kind_of_header("Qx"), None);
    }

    #[test]
    fn every_word_is_in_the_form_that_is_compared() {
        for word in WORDS.iter().flat_map(|(_, words)| words.split(' ')) {
            assert_eq!(fold(word), word);
        }
    }
}
