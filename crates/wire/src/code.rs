//! Stable error codes: what a program may switch on, with the status and the words for people.

use shouxin_model::Text;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:literal, $zh:literal, $en:literal;)*) => {
        /// A stable error code. Codes are never renamed or given another meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word in `code` and at the end of `type`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// What it means and what to do, for people.
            pub const fn title(self) -> Text {
                match self { $(Self::$name => Text::fixed($zh, $en)),* }
            }

            /// The code with this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

codes! {
    /// The body is no JSON.
    InvalidJson = "invalid-json", 400, "请求体不是有效的 JSON", "the body is not valid JSON";
    /// A key that the operation does not know.
    UnknownField = "unknown-field", 400, "请求体含有不认识的字段", "the body has a field that this operation does not know";
    /// One key twice in one object.
    DuplicateKey = "duplicate-key", 400, "同一对象中键重复", "a key occurs twice in one object";
    /// Nested deeper than any operation needs.
    TooDeep = "too-deep", 400, "JSON 嵌套过深", "the JSON is nested too deeply";
    /// Bytes that are no UTF-8, or text with control characters.
    BrokenUnicode = "broken-unicode", 400, "文本不是有效的 UTF-8", "the text is not valid UTF-8";
    /// A value of the wrong type or form.
    InvalidValue = "invalid-value", 422, "字段的值不合要求", "a field has a value that cannot be accepted";
    /// A query or path part that cannot be read.
    InvalidParameter = "invalid-parameter", 400, "路径或查询参数不合要求", "a path or query parameter cannot be accepted";
    /// Longer than the operation takes.
    TooLarge = "too-large", 413, "请求体过大", "the body is too large";
    /// Not `application/json`, or what the operation asks for.
    UnsupportedMediaType = "unsupported-media-type", 415, "不支持此内容类型", "this content type is not supported";
    /// The guard holds the request for an attack. `detail` names its rule.
    RequestBlocked = "request-blocked", 403, "请求含有疑似攻击内容,已拦截", "the request looks like an attack and was blocked";
    /// The guard holds the request for no HTTP that one could rely on. `detail` names its rule.
    MalformedRequest = "malformed-request", 400, "请求格式不合规范,已拒绝", "the request is malformed";
    /// No such path.
    NotFound = "not-found", 404, "没有这个地址或对象", "there is nothing at this address";
    /// The path exists, the method does not.
    MethodNotAllowed = "method-not-allowed", 405, "此地址不支持该方法", "this address does not take that method";
    /// No session or key, or one that ended.
    SignInRequired = "sign-in-required", 401, "请先登录", "sign in first";
    /// Login, password or code are not right; never says which.
    CredentialsRefused = "credentials-refused", 401, "账号、密码或验证码不正确", "the login, password or code is not right";
    /// The login and password are right, but the account's second factor was not given.
    CodeRequired = "code-required", 401, "请再提供动态口令或恢复码", "also give the code of your second factor, or a recovery code";
    /// A session and an API key, or two of one kind, in one request.
    SeveralCredentials = "several-credentials", 401, "一次请求只能使用一种登录凭据", "a request shows one session or one API key, not several";
    /// The activation code is unknown, used or too old; never says which.
    ActivationRefused = "activation-refused", 401, "激活码无效、已使用或已过期", "the activation code is unknown, used or too old";
    /// The account must enrol a second factor before anything else.
    EnrolmentRequired = "enrolment-required", 403, "请先绑定动态口令", "enrol a second factor first";
    /// The operation needs a second factor shown within ten minutes.
    SecondFactorRequired = "second-factor-required", 403, "需要在十分钟内验证过第二因素", "a second factor shown within the last ten minutes is needed";
    /// The API key may not be used from this address.
    AddressNotPermitted = "address-not-permitted", 403, "此接口密钥不能从该地址使用", "this API key may not be used from this address";
    /// The cross-site check failed.
    CsrfRefused = "csrf-refused", 403, "跨站请求校验未通过", "the cross-site request check failed";
    /// The caller's roles do not include this operation.
    OperationNotPermitted = "operation-not-permitted", 403, "您的角色不能执行此操作", "your roles do not include this operation";
    /// Policy refused the read, search or count as a whole.
    ReadRefused = "read-refused", 403, "此次查阅被拒绝", "this read is refused";
    /// Nobody changes their own rights or account state.
    OwnRights = "own-rights", 403, "不能更改自己的权限", "nobody changes their own rights";
    /// Somebody else must approve the act first.
    ApprovalRequired = "approval-required", 403, "此操作须先经他人批准", "somebody else must approve this first";
    /// A purpose takes in personal fields whose need was not reviewed.
    NeedUnweighed = "need-unweighed", 422, "新增个人信息字段须先评审收集必要性", "the need for these personal fields must be reviewed first";
    /// Nobody decides about what they asked for, nor does their own silo of administration.
    OwnApproval = "own-approval", 403, "不能审批自己或本管理条线提出的申请", "nobody decides about what they, or administrators of their own kind, asked for";
    /// What was approved or seen is not what is to happen.
    ApprovalMismatch = "approval-mismatch", 409, "与批准的内容不一致", "this is not what was proposed or approved";
    /// An earlier emergency was not reviewed in time.
    ReviewOverdue = "review-overdue", 403, "此前的紧急调阅逾期未复核", "an earlier emergency is overdue for review";
    /// The approval was withdrawn, rejected or used, its time is over, or it awaits a decision.
    ApprovalState = "approval-state", 409, "该审批当前的状态不允许此操作", "the approval does not stand as this needs";
    /// The change would join two administration silos in one account.
    SilosCombined = "silos-combined", 409, "一个账号不能同时拥有两类管理员角色", "no account may combine two administration silos";
    /// The last administrator of a silo cannot be removed.
    LastAdministrator = "last-administrator", 409, "不能停用最后一名管理员", "the last administrator of a silo cannot be removed";
    /// No such subject.
    SubjectNotFound = "subject-not-found", 404, "没有这个个人信息主体", "there is no such subject";
    /// No such field in the register.
    UnknownFieldName = "unknown-field-name", 422, "登记册中没有这个字段", "the register has no such field";
    /// No such purpose in the register.
    UnknownPurpose = "unknown-purpose", 422, "登记册中没有这个目的", "the register has no such purpose";
    /// No such role in the register.
    UnknownRole = "unknown-role", 422, "登记册中没有这个角色", "the register has no such role";
    /// Something with this name or key exists.
    AlreadyExists = "already-exists", 409, "已存在同名对象", "it exists already";
    /// The subject was erased before.
    AlreadyErased = "already-erased", 409, "该主体已被删除", "the subject was erased before";
    /// A backup or a drill is under way.
    BackupUnderWay = "backup-under-way", 409, "正在备份或演练,请稍后再试", "a backup or a drill is under way; try again later";
    /// The operator has not set where backups go.
    NoRepository = "no-repository", 409, "未设置备份位置(server.backups.repository)", "no place for backups is set (server.backups.repository)";
    /// The thing changed in the meantime.
    Conflict = "conflict", 409, "对象已被他人更改,请重新读取后再试", "it changed in the meantime; read it again and retry";
    /// `If-Match` names another version.
    PreconditionFailed = "precondition-failed", 412, "版本不符(If-Match)", "the version in If-Match is not the current one";
    /// One `Idempotency-Key` with two bodies.
    IdempotencyKeyReused = "idempotency-key-reused", 422, "同一幂等键用于不同的请求", "this idempotency key was used with another body";
    /// The password is too short or known from breaches.
    WeakPassword = "weak-password", 422, "密码过短或曾出现在泄露名单中", "the password is too short or known from breaches";
    /// The register or policies have findings.
    RegisterRefused = "register-refused", 422, "登记册或策略未通过检查", "the register or policies did not pass the check";
    /// The notice has findings, or does not fit what is published.
    NoticeRefused = "notice-refused", 422, "告知文本不能发布", "the notice cannot be published";
    /// Consent needs the notice that was shown, in the version in force.
    NoticeNotShown = "notice-not-shown", 422, "同意须附上所展示的现行告知文本:请先展示,再提交其 snapshot", "consent names the notice in force that was shown: show it, then hand back its snapshot";
    /// The file cannot be read as a table or the mapping does not fit.
    ImportRefused = "import-refused", 422, "文件或映射不可用", "the file or its mapping cannot be used";
    /// What was asked for cannot leave so: too much, nothing, or columns that do not go together.
    ExportRefused = "export-refused", 422, "不能这样导出", "this cannot leave so";
    /// What would leave is no longer what was approved.
    ExportChanged = "export-changed", 409, "与审批时的内容不同,请重新申请", "what would leave is no longer what was approved; ask anew";
    /// It holds personal information that the register does not allow the recipient.
    LeakStopped = "leak-stopped", 422, "含有登记册不允许提供的个人信息,已停止", "it holds personal information that the register does not allow; it was stopped";
    /// The record is a decoy of one of our own exports.
    DecoyReturned = "decoy-returned", 422, "该记录是某次导出文件里的诱饵记录:有人把导出的数据送了回来;已报警,未写入", "the record is a decoy of one of our own exports: somebody feeds exported data back; an alarm was raised and nothing was written";
    /// Another value of a field that takes one once.
    WrittenOnce = "written-once", 409, "该字段只写一次,记录中已有另一个值;请新建记录", "this field takes a value once, and the record has another one; make a new record";
    /// Another connection feeds this import.
    ImportBeingFed = "import-being-fed", 409, "另一处正在传送此导入,请稍后再试", "this import is being fed from elsewhere; try again in a moment";
    /// The day's quota of the purpose is spent.
    QuotaSpent = "quota-spent", 429, "今日该目的的额度已用完", "today's quota of this purpose is spent";
    /// Too many requests from this caller or address.
    TooManyRequests = "too-many-requests", 429, "请求过于频繁", "too many requests";
    /// The caller asked for many ids that do not exist.
    Walking = "walking", 429, "疑似遍历编号,已暂停访问", "many ids that do not exist were asked for; access is paused";
    /// The ledger could not record the act, so nothing was answered.
    LedgerUnavailable = "ledger-unavailable", 503, "账本暂不可写,未返回任何数据", "the ledger cannot be written; no data was given";
    /// The keys cannot be opened: their root is wrong, withdrawn, or older than the data.
    CannotUnseal = "cannot-unseal", 503, "密钥无法启封,未返回任何数据", "cannot unseal: the keys cannot be opened, no data was given";
    /// The key of this subject was destroyed with its epoch.
    KeyDestroyed = "key-destroyed", 409, "封存此人数据的密钥已销毁", "the key that sealed this subject's data was destroyed";
    /// Keys still hang on what is to be destroyed, or are being changed already.
    KeysInUse = "keys-in-use", 409, "密钥仍在使用或正在更换", "keys are still in use, or being changed already";
    /// The store could not be reached.
    StoreUnavailable = "store-unavailable", 503, "存储暂不可用", "the store cannot be reached";
    /// Others changed the same facts again and again.
    Busy = "busy", 503, "繁忙,请稍后重试", "too busy; try again in a moment";
    /// The operation took longer than it may. What it had committed stays.
    TimedOut = "timed-out", 503, "处理超时,请重试", "it took too long; try again";
    /// A fault of ours.
    Internal = "internal", 500, "内部错误", "an internal error";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_word_and_an_error_status() {
        for code in Code::ALL {
            assert_eq!(Code::from_word(code.word()), Some(*code));
            assert!((400..600).contains(&code.status()));
        }
    }
}
