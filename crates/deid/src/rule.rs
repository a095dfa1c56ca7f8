//! Rules of masking, by name, kind and profile.

use shouxin_model::{FieldKind, Text};

use crate::address::{Through, address};
use crate::ends::{Ends, all_digits, compact, half_width, stars, whole};
use crate::goods::goods_class;
use crate::name::name;
use crate::online::{email, ip, mac, position};
use crate::phone::{Keep, landline, mobile};

/// Masks `value` as this kind is shown in this profile.
///
/// Any text is taken; an empty one stays empty, one that does not look like its kind is hidden whole.
/// Kinds that say nothing about a person (lists, codes, numbers, times) stay as they are unless strict.
pub fn mask(kind: FieldKind, profile: MaskProfile, value: &str) -> String {
    rule_for(kind, profile).apply(value)
}

/// Where a masked value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum MaskProfile {
    /// On a screen of staff.
    #[default]
    Screen,
    /// Printed on a parcel, for every eye along its way (GB/T 41833-2022).
    Waybill,
    /// As little as can be of use: exports, partners, the wrong side of a counter.
    Strict,
}

impl MaskProfile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Screen, Self::Waybill, Self::Strict];

    /// The word used in settings and test vectors.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Waybill => "waybill",
            Self::Strict => "strict",
        }
    }
}

/// The rule of this name, as the register's `mask` setting gives it; [`Rule::ALL`] lists them.
///
/// The register refuses a rule that was not made for the field's kind: `plain` and `uscc` on another
/// kind would show it.
pub fn rule_by_name(name: &str) -> Option<Rule> {
    Rule::ALL.iter().copied().find(|rule| rule.name() == name)
}

macro_rules! rules {
    ($($name:ident = $word:literal, $hides:literal, $zh:literal, $en:literal;)*) => {
        /// One way of masking.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = concat!("Shows: ", $en, ".")] $name,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name used in the register.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What it shows, in words.
            pub const fn title(self) -> Text {
                match self { $(Self::$name => Text::fixed($zh, $en)),* }
            }

            /// The fewest letters and digits that it hides of any value; a value with fewer is hidden
            /// whole. Zero for a rule that may show all.
            pub const fn min_hidden(self) -> usize {
                match self { $(Self::$name => $hides),* }
            }
        }
    };
}

rules! {
    Mobile = "mobile", 4, "前 3 后 4 位", "first 3 and last 4 digits";
    MobileWaybill = "mobile_waybill", 6, "前 1 后 4 位", "first and last 4 digits";
    MobileStrict = "mobile_strict", 9, "后 2 位", "last 2 digits";
    Landline = "landline", 5, "前 4 后 2 位", "first 4 and last 2 digits";
    LandlineWaybill = "landline_waybill", 6, "区号和末位", "area code and at most 2 last digits";
    Name = "name", 1, "姓", "surname, or first letter";
    Address = "address", 1, "到街道", "down to street office or town";
    AddressWaybill = "address_waybill", 1, "到楼栋", "down to the building";
    AddressStrict = "address_strict", 1, "到区县", "down to the district";
    ResidentId = "resident_id", 8, "前 6 后 4 位", "first 6 and last 4 characters";
    ResidentIdStrict = "resident_id_strict", 16, "前 1 后 1 位", "first and last character";
    Passport = "passport", 4, "前 1 后 3 位", "first and last 3 characters";
    Plate = "plate", 3, "前 2 后 2 位", "first 2 and last 2 characters";
    PlateStrict = "plate_strict", 6, "省份", "province";
    Vin = "vin", 10, "前 3 后 4 位", "first 3 and last 4 characters";
    VinStrict = "vin_strict", 14, "制造厂", "maker";
    EngineNo = "engine_no", 4, "后 4 位", "last 4 characters";
    BankCard = "bank_card", 5, "前 6 后 4 位", "first 6 and last 4 digits";
    BankCardStrict = "bank_card_strict", 11, "后 4 位", "last 4 digits";
    Email = "email", 1, "首字母和域名", "first letter and domain";
    Uscc = "uscc", 0, "公开标识,不脱敏", "public identifier, shown";
    UsccStrict = "uscc_strict", 14, "前 2 后 2 位", "first 2 and last 2 characters";
    Ip = "ip", 1, "网段", "network: IPv4 /24, IPv6 /48";
    IpStrict = "ip_strict", 1, "大网段", "network: IPv4 /16, IPv6 /32";
    Mac = "mac", 6, "制造商", "maker's half";
    Imei = "imei", 11, "后 4 位", "last 4 digits";
    Wechat = "wechat", 4, "首尾各 1 位", "first and last character";
    Qq = "qq", 3, "前 1 后 2 位", "first and last 2 digits";
    WaybillNo = "waybill_no", 4, "前 4 后 4 位", "first 4 and last 4 characters";
    Gps = "gps", 1, "约 1 公里", "two decimals, about 1 km";
    GpsStrict = "gps_strict", 1, "约 10 公里", "one decimal, about 10 km";
    DateOfBirth = "date_of_birth", 2, "年", "year";
    Goods = "goods", 0, "品类", "class of goods";
    FreeText = "free_text", 1, "仅长短", "short, medium or long, nothing else";
    File = "file", 1, "扩展名", "extension";
    Secret = "secret", 1, "全部隐藏", "nothing, not even the length";
    Plain = "plain", 0, "不涉及个人,不脱敏", "shown: says nothing about a person";
}

/// The rule for a kind in a profile.
pub fn rule_for(kind: FieldKind, profile: MaskProfile) -> Rule {
    use MaskProfile::{Screen, Strict, Waybill};
    let [screen, waybill, strict] = match kind {
        FieldKind::Name => [Rule::Name, Rule::Name, Rule::Secret],
        FieldKind::Mobile => [Rule::Mobile, Rule::MobileWaybill, Rule::MobileStrict],
        FieldKind::Landline => [Rule::Landline, Rule::LandlineWaybill, Rule::Secret],
        FieldKind::ResidentId => [
            Rule::ResidentId,
            Rule::ResidentIdStrict,
            Rule::ResidentIdStrict,
        ],
        FieldKind::Passport | FieldKind::Permit => [Rule::Passport, Rule::Passport, Rule::Secret],
        FieldKind::BankCard => [Rule::BankCard, Rule::BankCardStrict, Rule::BankCardStrict],
        FieldKind::Uscc => [Rule::Uscc, Rule::Uscc, Rule::UsccStrict],
        FieldKind::Vin => [Rule::Vin, Rule::Vin, Rule::VinStrict],
        FieldKind::Plate => [Rule::Plate, Rule::Plate, Rule::PlateStrict],
        FieldKind::Address => [Rule::Address, Rule::AddressWaybill, Rule::AddressStrict],
        FieldKind::Email => [Rule::Email, Rule::Email, Rule::Secret],
        FieldKind::Ip => [Rule::Ip, Rule::Ip, Rule::IpStrict],
        FieldKind::Mac => [Rule::Mac, Rule::Mac, Rule::Secret],
        FieldKind::Imei => [Rule::Imei, Rule::Imei, Rule::Secret],
        FieldKind::Wechat => [Rule::Wechat, Rule::Wechat, Rule::Secret],
        FieldKind::Qq => [Rule::Qq, Rule::Qq, Rule::Secret],
        FieldKind::Waybill => [Rule::WaybillNo; 3],
        FieldKind::Gps => [Rule::Gps, Rule::Gps, Rule::GpsStrict],
        FieldKind::DateOfBirth => [Rule::DateOfBirth, Rule::DateOfBirth, Rule::Secret],
        FieldKind::FreeText => [Rule::FreeText; 3],
        FieldKind::File => [Rule::File, Rule::File, Rule::Secret],
        FieldKind::Money => [Rule::Secret; 3],
        FieldKind::Enum | FieldKind::Number | FieldKind::Time | FieldKind::Code => {
            [Rule::Plain, Rule::Plain, Rule::Secret]
        }
    };
    match profile {
        Screen => screen,
        Waybill => waybill,
        Strict => strict,
    }
}

impl Rule {
    /// Masks `value`. Any text is taken; an empty one stays empty.
    pub fn apply(self, value: &str) -> String {
        if value.trim().is_empty() {
            return String::new();
        }
        let digit: fn(char) -> bool = |c| c.is_ascii_digit();
        let ends = |head, tail, least, most, belongs| {
            Ends {
                head,
                tail,
                length: (least, most),
                belongs,
            }
            .apply(value)
        };
        match self {
            Self::Mobile => mobile(
                value,
                &Keep {
                    head: 3,
                    tail: 4,
                    min_hidden: 4,
                },
            ),
            Self::MobileWaybill => mobile(
                value,
                &Keep {
                    head: 1,
                    tail: 4,
                    min_hidden: 6,
                },
            ),
            Self::MobileStrict => mobile(
                value,
                &Keep {
                    head: 0,
                    tail: 2,
                    min_hidden: 9,
                },
            ),
            Self::Landline => landline(value, false),
            Self::LandlineWaybill => landline(value, true),
            Self::Name => name(value),
            Self::Address => address(value, Through::Street),
            Self::AddressWaybill => address(value, Through::House),
            Self::AddressStrict => address(value, Through::District),
            Self::ResidentId => ends(6, 4, 18, 18, is_code),
            Self::ResidentIdStrict => ends(1, 1, 18, 18, is_code),
            Self::Passport => ends(1, 3, 8, 18, is_code),
            Self::Plate => ends(2, 2, 7, 8, is_plate),
            Self::PlateStrict => ends(1, 0, 7, 8, is_plate),
            Self::Vin => ends(3, 4, 17, 17, is_code),
            Self::VinStrict => ends(3, 0, 17, 17, is_code),
            Self::EngineNo => ends(0, 4, 8, 20, is_code),
            Self::BankCard => ends(6, 4, 15, 19, digit),
            Self::BankCardStrict => ends(0, 4, 15, 19, digit),
            Self::Email => email(value),
            Self::Uscc => uscc(value),
            Self::UsccStrict => ends(2, 2, 18, 18, is_code),
            Self::Ip => ip(value, false),
            Self::IpStrict => ip(value, true),
            Self::Mac => mac(value),
            Self::Imei => ends(0, 4, 15, 15, digit),
            Self::Wechat => ends(1, 1, 6, 20, |c| c.is_ascii_alphanumeric() || c == '_'),
            Self::Qq => ends(1, 2, 6, 11, digit),
            Self::WaybillNo => ends(4, 4, 12, 20, is_code),
            Self::Gps => position(value, 2).unwrap_or_else(|| whole(value)),
            Self::GpsStrict => position(value, 1).unwrap_or_else(|| whole(value)),
            Self::DateOfBirth => date_of_birth(value),
            Self::Goods => {
                goods_class(value).map_or_else(|| "其他".to_owned(), |class| class.zh.into_owned())
            }
            Self::FreeText => free_text(value),
            Self::File => file(value),
            Self::Secret => stars(8),
            Self::Plain => value.to_owned(),
        }
    }
}

fn is_code(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// Letters, digits and the Chinese characters that stand on plates.
fn is_plate(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼挂学警港澳使领"
            .contains(c)
}

/// Shown, unless it could as well be a resident ID number in the wrong column.
fn uscc(value: &str) -> String {
    let text = compact(value);
    let looks_like_birth = text.get(6..14).is_some_and(|day| {
        let (year, rest) = day.split_at(4);
        ("1850"..="2100").contains(&year) && ("0101"..="1231").contains(&rest) && all_digits(day)
    });
    let citizen = text.get(..17).is_some_and(all_digits) && looks_like_birth;
    if citizen {
        whole(value)
    } else {
        Ends {
            head: 18,
            tail: 0,
            length: (18, 18),
            belongs: is_code,
        }
        .apply(value)
    }
}

/// `1990-**-**`
fn date_of_birth(value: &str) -> String {
    let text = half_width(value);
    let groups: Vec<&str> = text
        .split(['-', '/', '.', '年', '月', '日', '号'])
        .filter(|g| !g.is_empty())
        .collect();
    let year = match groups[..] {
        [day] if day.len() == 8 && all_digits(day) => &day[..4],
        [year, month, day]
            if year.len() == 4
                && month.len() <= 2
                && day.len() <= 2
                && groups.iter().all(|g| all_digits(g)) =>
        {
            year
        }
        _ => return whole(value),
    };
    format!("{year}-**-**")
}

/// Four stars for a few words, eight for a few sentences, twelve for more.
fn free_text(value: &str) -> String {
    stars(match value.chars().count() {
        0..20 => 4,
        20..200 => 8,
        _ => 12,
    })
}

/// `****.pdf`
fn file(value: &str) -> String {
    let is_extension = |text: &str| {
        (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    match value.trim().rsplit_once('.') {
        Some((stem, extension))
            if stem.contains(char::is_alphanumeric) && is_extension(extension) =>
        {
            format!("****.{extension}")
        }
        _ => "****".to_owned(),
    }
}
