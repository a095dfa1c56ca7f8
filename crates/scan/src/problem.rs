//! What could not be read, in words.

use shouxin_model::Text;

/// Why something was not looked at, or not wholly. It names no value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Problem {
    /// Reading failed, for this reason of the system.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// No format that is read.
    #[error("no format that is looked into: not scanned")]
    Unsupported,
    /// Beyond the limit of bytes.
    #[error("larger than {0} MiB: not scanned; split it, or save tables as CSV")]
    TooLarge(u64),
    /// An archive or stream that unpacks to far more than it is.
    #[error("unpacks to far more than such a file would: not opened")]
    Bomb,
    /// It needs a password.
    #[error("protected by a password: not scanned; save a copy without one")]
    Encrypted,
    /// Damaged, or not what its first bytes say.
    #[error("damaged or incomplete: scanned up to where that shows")]
    Damaged,
    /// Nested more deeply than the limit.
    #[error("nested more deeply than the limit: what lies deeper was not scanned")]
    TooDeep,
    /// More entries than the limit.
    #[error("more entries than the limit: the rest was not scanned")]
    TooMany,
    /// A symbolic link, which is not followed.
    #[error("a symbolic link or special file: not followed")]
    Link,
    /// Pages that hold pictures and no text.
    #[error("{0} pages hold no text (scanned pictures?): pictures are not looked into")]
    NoText(u32),
    /// Rows that could not be read.
    #[error("{0} rows could not be read")]
    Rows(u64),
    /// Columns of bytes.
    #[error("a column of bytes: not looked into")]
    Binary,
    /// The database refused or failed, for this reason.
    #[error("the database: {0}")]
    Database(String),
    /// No connection without encryption to another machine.
    #[error(
        "the connection would not be encrypted: take sslmode=disable out of the address, or add --unencrypted within a network that is yours alone"
    )]
    Unencrypted,
    /// The server cannot encrypt.
    #[error(
        "the server offers no encryption: have it turned on there, open a tunnel (ssh -L) and name 127.0.0.1, or add --unencrypted within a network that is yours alone"
    )]
    NoTls,
    /// The server's certificate is none to trust.
    #[error("the server's certificate is not trusted: {}", .0.en())]
    Certificate(Distrust),
    /// The file that should hold certificate authorities holds none.
    #[error("the file of --ca cannot be read as certificates in PEM")]
    Authorities,
    /// An address of a database that cannot be read, or holds a password.
    #[error("no address of a database: {0}")]
    Address(&'static str),
    /// Nothing to write a copy of, for this reason.
    #[error("no copy is written: {en}")]
    NotRewritten {
        /// In Chinese.
        zh: &'static str,
        /// In English.
        en: &'static str,
    },
    /// A line that is no document.
    #[error("line {0} is no JSON object with a `text`")]
    Line(u64),
    /// No text, though text is asked for.
    #[error("no text: `shouxin scan` looks into office files, PDFs, mails and databases")]
    NotText,
    /// The person stopped it.
    #[error("stopped before the end")]
    Stopped,
    /// Whoever read what is written has left.
    #[error("nobody reads what is written any more")]
    ReaderLeft,
}

impl Problem {
    /// The stable word, such as `encrypted`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Unsupported => "unsupported",
            Self::TooLarge(_) => "too-large",
            Self::Bomb => "bomb",
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::Line(_) => "line",
            Self::TooDeep => "too-deep",
            Self::TooMany => "too-many",
            Self::Link => "link",
            Self::NoText(_) => "no-text",
            Self::Rows(_) => "rows",
            Self::Binary => "binary",
            Self::Database(_) => "database",
            Self::Unencrypted => "unencrypted",
            Self::NoTls => "no-tls",
            Self::Certificate(_) => "certificate",
            Self::Authorities => "authorities",
            Self::Address(_) => "address",
            Self::NotRewritten { .. } => "not-rewritten",
            Self::NotText => "not-text",
            Self::Stopped => "stopped",
            Self::ReaderLeft => "reader-left",
        }
    }

    /// Whether something that is looked into otherwise was not, or not wholly: what stood there may stand there yet.
    /// Links, bytes and formats that no scan ever looks into are no such thing.
    pub const fn hides(&self) -> bool {
        !matches!(self, Self::Link | Self::Binary | Self::Unsupported)
    }

    /// Whether it ends the whole scan, and not one document alone.
    pub const fn ends(&self) -> bool {
        matches!(self, Self::Stopped | Self::ReaderLeft)
    }

    /// What happened and what to do about it.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Unreadable(why) => format!("无法读取：{why}"),
            Self::Unsupported => "不是可查看的格式，未扫描".into(),
            Self::TooLarge(most) => format!("超过 {most} MiB，未扫描；请拆分，或将表格另存为 CSV"),
            Self::Bomb => "展开后远大于正常文件，已拒绝打开".into(),
            Self::Encrypted => "有密码保护，未扫描；请另存一份不带密码的".into(),
            Self::Damaged => "已损坏或不完整，只扫描到损坏之处".into(),
            Self::Line(number) => format!("第 {number} 行不是带 text 的 JSON 对象"),
            Self::TooDeep => "嵌套层数超过上限，更深处未扫描".into(),
            Self::TooMany => "条目数超过上限，其余未扫描".into(),
            Self::Link => "符号链接或特殊文件，未跟随".into(),
            Self::NoText(pages) => {
                format!("有 {pages} 页没有文字（可能是扫描图片），图片未查看")
            }
            Self::Rows(rows) => format!("有 {rows} 行无法读取"),
            Self::Binary => "二进制列，未查看".into(),
            Self::Database(why) => format!("数据库：{why}"),
            Self::Unencrypted => {
                "连接将不加密：请从地址中去掉 sslmode=disable，或在自有网络内加 --unencrypted".into()
            }
            Self::NoTls => {
                "服务器不支持加密：请在服务器上开启，或用隧道（ssh -L）并写 127.0.0.1，或在自有网络内加 --unencrypted"
                    .into()
            }
            Self::Certificate(why) => format!("服务器证书不可信：{}", why.zh()),
            Self::Authorities => "--ca 的文件不是 PEM 格式的证书".into(),
            Self::Address(why) => format!("不是数据库地址：{why}"),
            Self::NotRewritten { zh, .. } => format!("未写出副本：{zh}"),
            Self::NotText => "不是文本：办公文件、PDF、邮件和数据库请用 shouxin scan".into(),
            Self::Stopped => "未完成即被停止".into(),
            Self::ReaderLeft => "读取方已离开".into(),
        };
        Text::made(zh, self.to_string())
    }
}

/// Why a server's certificate is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Distrust {
    /// Nobody who is trusted issued it.
    Issuer,
    /// It is for another name.
    Name,
    /// Its time is over, or has not come.
    Time,
    /// Anything else.
    Other,
}

impl Distrust {
    const fn en(self) -> &'static str {
        match self {
            Self::Issuer => {
                "none of the authorities of this machine issued it; name its authority by --ca"
            }
            Self::Name => "it is for another name than the address has",
            Self::Time => "it has expired, or is not valid yet",
            Self::Other => "it cannot be checked",
        }
    }

    const fn zh(self) -> &'static str {
        match self {
            Self::Issuer => "签发机构不在本机信任之列；请用 --ca 指明签发机构",
            Self::Name => "证书上的名称与地址不符",
            Self::Time => "证书已过期或尚未生效",
            Self::Other => "证书无法验证",
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::ReaderLeft;
        }
        // The system's own words name no content; a decoder's might.
        match error.raw_os_error() {
            Some(_) => Self::Unreadable(error.to_string()),
            None => Self::Damaged,
        }
    }
}
