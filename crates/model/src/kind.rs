//! What a field holds.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal, $en:literal;)*) => {
        /// What a field holds. Decides its checks, normal form, mask and search modes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FieldKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl FieldKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word used in the register.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The kind with this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            /// What people call it.
            pub const fn title(self) -> crate::Text {
                match self { $(Self::$name => crate::Text::fixed($zh, $en)),* }
            }
        }
    };
}

kinds! {
    /// A person's name, Chinese or foreign.
    Name = "name", "姓名", "name";
    /// A mobile phone number.
    Mobile = "mobile", "手机号", "mobile number";
    /// A landline number with area code.
    Landline = "landline", "固定电话", "landline number";
    /// A resident identity number (GB 11643).
    ResidentId = "resident_id", "居民身份证号", "resident ID number";
    /// A passport number.
    Passport = "passport", "护照号", "passport number";
    /// A travel or residence permit number (Hong Kong, Macao, Taiwan, foreign permanent residents).
    Permit = "permit", "通行证号", "travel permit number";
    /// A bank card number (ISO/IEC 7812).
    BankCard = "bank_card", "银行卡号", "bank card number";
    /// A unified social credit code (GB 32100).
    Uscc = "uscc", "统一社会信用代码", "unified social credit code";
    /// A vehicle identification number (GB 16735).
    Vin = "vin", "车辆识别代号", "vehicle identification number";
    /// A number plate (GA 36).
    Plate = "plate", "车牌号", "number plate";
    /// A postal address.
    Address = "address", "地址", "address";
    /// An e-mail address.
    Email = "email", "电子邮箱", "e-mail address";
    /// An IPv4 or IPv6 address.
    Ip = "ip", "IP 地址", "IP address";
    /// A network hardware address.
    Mac = "mac", "MAC 地址", "MAC address";
    /// A mobile device number (15 digits, Luhn).
    Imei = "imei", "IMEI", "IMEI";
    /// A WeChat id.
    Wechat = "wechat", "微信号", "WeChat id";
    /// A QQ number.
    Qq = "qq", "QQ 号", "QQ number";
    /// An express waybill number.
    Waybill = "waybill", "运单号", "waybill number";
    /// A position: latitude and longitude.
    Gps = "gps", "位置", "position";
    /// A date of birth.
    DateOfBirth = "date_of_birth", "出生日期", "date of birth";
    /// Free text: may contain anything about anyone.
    FreeText = "free_text", "自由文本", "free text";
    /// An amount of money in yuan.
    Money = "money", "金额", "amount of money";
    /// One of a declared list of values.
    Enum = "enum", "枚举", "one of a list";
    /// A number that identifies nobody by itself, such as mileage.
    Number = "number", "数值", "number";
    /// A date or time.
    Time = "time", "时间", "time";
    /// A business code that identifies nobody by itself, such as a fault code, site or order number.
    Code = "code", "业务编码", "business code";
    /// A file: its name and digest; the bytes are kept sealed.
    File = "file", "文件", "file";
}

impl FieldKind {
    /// Whether a value of this kind says something about a person, so that it must be sealed.
    pub const fn is_personal(self) -> bool {
        !matches!(
            self,
            Self::Enum | Self::Number | Self::Time | Self::Code | Self::Money
        )
    }
}
