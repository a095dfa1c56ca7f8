//! What can be said about a file, a row or a value: stable codes with text in both languages.
//!
//! A note names its code and how grave it is, never the value it is about.

use shouxin_model::Text;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal, $en:literal;)*) => {
        /// What was found. The words are stable: outcome files and documentation use them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable word, for example `excel-scientific`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What happened and what to do about it.
            pub const fn text(self) -> Text {
                match self { $(Self::$name => Text::fixed($zh, $en)),* }
            }
        }
    };
}

codes! {
    /// Bytes that the encoding does not know.
    BrokenBytes = "broken-bytes", "该单元格含有无法按此编码解读的字节；请核对文件编码", "the cell holds bytes that the encoding does not know; check the encoding of the file";
    /// The file already holds U+FFFD.
    LostCharacters = "lost-characters", "该单元格含有替换符“�”，原字在保存前已丢失；请从来源系统重新导出", "the cell holds the replacement character: letters were lost before the file was saved; export it again";
    /// A quotation mark never closes.
    UnclosedQuote = "unclosed-quote", "引号未闭合；该行未读入，从下一行继续", "a quotation mark never closes; this line was not read, reading goes on with the next";
    /// The row is longer than the limit.
    RowTooLong = "row-too-long", "该行超过长度上限", "the row is longer than the limit";
    /// A cell is longer than the limit.
    CellTooLong = "cell-too-long", "单元格超过长度上限", "a cell is longer than the limit";
    /// More cells than the header.
    TooManyCells = "too-many-cells", "该行的列数多于表头，可能有未加引号的分隔符", "the row has more cells than the header; perhaps a separator without quotation marks";
    /// More columns than the limit.
    TooManyColumns = "too-many-columns", "列数超过上限", "there are more columns than the limit";
    /// A line that is no JSON.
    JsonSyntax = "json-syntax", "该行不是有效的 JSON", "the line is not valid JSON";
    /// A key twice in one object.
    JsonDuplicateKey = "json-duplicate-key", "同一对象中键重复", "a key stands twice in one object";
    /// Objects nested too deeply.
    JsonTooDeep = "json-too-deep", "JSON 嵌套过深", "the JSON is nested too deeply";
    /// A line that is no object.
    JsonNotObject = "json-not-object", "每行须为一个 JSON 对象", "each line must be one JSON object";
    /// The reader failed.
    Unreadable = "unreadable", "读取文件时中断", "reading the file failed";
    /// Scientific notation with digits missing.
    ExcelScientific = "excel-scientific", "Excel 已将号码改写为科学计数法，末尾数字丢失；请在原文件中把该列设为文本后重新导出", "Excel rewrote the number in scientific notation and its last digits are lost; set the column to text in the source and export again";
    /// Scientific notation with every digit still there.
    ExcelScientificRecovered = "excel-scientific-recovered", "号码以科学计数法保存，全部数字仍在，已还原", "the number was in scientific notation with every digit still there, and was restored";
    /// A measured number in scientific notation may have been rounded.
    ExcelRounded = "excel-rounded", "数值以科学计数法保存，可能已被舍入", "the number was in scientific notation and may have been rounded";
    /// More than 15 digits went through Excel's numbers.
    ExcelPrecision = "excel-precision", "Excel 只保留 15 位有效数字，末尾数字已变为 0；请从来源系统以文本重新导出", "Excel keeps 15 digits only and turned the last ones into zeros; export the column as text again";
    /// Trailing zeros that may be Excel's.
    ExcelPrecisionSuspected = "excel-precision-suspected", "号码末尾的多个 0 可能由 Excel 造成，请核对", "the zeros at the end may be Excel's doing; please check";
    /// `#N/A`, `#REF!` and the like.
    ExcelError = "excel-error", "单元格是 Excel 错误值（如 #N/A）", "the cell is an Excel error such as #N/A";
    /// A serial number became a date.
    ExcelSerial = "excel-serial", "日期以 Excel 序列号保存，已还原为日期", "the date was kept as an Excel serial number and was restored";
    /// The serial number 60: 29 February 1900, which never was.
    ExcelLeapDay = "excel-leap-day", "Excel 序列号 60 表示并不存在的 1900-02-29", "Excel's serial number 60 means 1900-02-29, a day that never was";
    /// A number or code that Excel turned into a date.
    ExcelDate = "excel-date", "Excel 已将该内容改写为日期，原值丢失", "Excel turned the content into a date and the original is lost";
    /// A text that looks like a code turned into a date.
    ExcelDateSuspected = "excel-date-suspected", "内容形似被 Excel 改写的日期，请核对", "the content looks like a date made by Excel; please check";
    /// `="00123"`.
    ExcelTextFormula = "excel-text-formula", "已去除 =\"…\" 外壳", "the wrapping =\"…\" was removed";
    /// A leading apostrophe.
    Apostrophe = "apostrophe", "已去除开头的撇号", "the leading apostrophe was removed";
    /// A leading zero was put back.
    LostZero = "lost-zero", "开头的 0 已丢失，校验后补回", "a leading zero was lost and was put back after a check";
    /// A leading zero may be missing.
    LostZeroSuspected = "lost-zero-suspected", "开头的 0 可能已丢失，请核对", "a leading zero may be missing; please check";
    /// Full-width letters, digits or spaces.
    FullWidth = "full-width", "全角字符已转为半角", "full-width characters were made half-width";
    /// Invisible characters.
    Invisible = "invisible", "已去除不可见字符", "invisible characters were removed";
    /// Thousands separators.
    Thousands = "thousands", "已去除千位分隔符", "thousands separators were removed";
    /// A number with `.0` at its end.
    DecimalTail = "decimal-tail", "已去除末尾的 .0", "the .0 at the end was removed";
    /// A word that stands for nothing.
    Placeholder = "placeholder", "占位内容（如 无、N/A）按空值处理", "a placeholder such as N/A was read as empty";
    /// A year of two digits.
    TwoDigitYear = "two-digit-year", "两位年份已按 Excel 规则补全（00-29 为 20xx）", "a year of two digits was completed by Excel's rule (00-29 is 20xx)";
    /// Day and month could be either way round.
    DateAmbiguous = "date-ambiguous", "无法判断日与月的先后；请在映射文件 [dates] 中声明顺序", "day and month could be either way round; declare the order in [dates] of the mapping";
    /// A date without day or month.
    DateIncomplete = "date-incomplete", "日期不完整", "the date is incomplete";
    /// No date at all.
    DateUnknown = "date-unknown", "不是可识别的日期", "this is no date that is recognised";
    /// A day that does not exist.
    DateImpossible = "date-impossible", "该日期不存在", "there is no such day";
    /// The time of day was left out.
    TimeDropped = "time-dropped", "已去除日期中的时刻", "the time of day was left out";
    /// No number.
    NumberUnknown = "number-unknown", "不是可识别的数值", "this is no number that is recognised";
    /// `12.000`: twelve, or twelve thousand as some countries write it.
    NumberAmbiguous = "number-ambiguous", "小数点后恰为三位，可能是千位分隔符，请核对", "a point before exactly three digits may part thousands; please check";
    /// More than two decimals in money.
    MoneyDecimals = "money-decimals", "金额多于两位小数", "the amount has more than two decimals";
    /// A value that an enum does not declare.
    EnumUnknown = "enum-unknown", "不在登记册声明的取值之内；可在映射文件 [translate] 中声明译法", "the value is not declared in the register; declare a translation in [translate] of the mapping";
    /// The kind's check failed.
    CheckFailed = "check-failed", "格式或校验位不符", "the format or the check digit is wrong";
    /// A cell that a spreadsheet would run.
    Formula = "formula", "内容以公式开头，可能被电子表格执行", "the content starts as a formula that a spreadsheet may run";
    /// A free text that started as a formula.
    FormulaNeutralised = "formula-neutralised", "文本以公式开头，已在前面加撇号", "the text starts as a formula; an apostrophe was put before it";
    /// A row that one of our own exports carried as a decoy.
    DecoyReturned = "decoy-returned", "该行是某次导出文件里的诱饵记录：有人把导出的数据送了回来；已报警，未导入", "the row is a decoy of one of our own exports: somebody feeds exported data back; an alarm was raised and the row was not imported";
    /// Another value of a field that takes one once.
    WrittenOnce = "written-once", "该字段只写一次，记录中已有另一个值；该行未导入", "the field takes a value once, and the record has another one; the row was not imported";
    /// A record without its key.
    KeyMissing = "key-missing", "缺少用于查重的关键字段", "a field that duplicates are matched by is missing";
    /// Nothing in the row feeds the register.
    NothingMapped = "nothing-mapped", "该行没有任何已映射的内容", "nothing in the row is mapped";
    /// A column that the mapping does not know.
    ColumnUnmapped = "column-unmapped", "该列既未映射也未忽略，其内容未导入", "the column is neither mapped nor ignored; its content was not imported";
}

/// How grave a note is, from a courtesy to a refused row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The value was brought to its normal form with certainty.
    Repaired,
    /// The value was kept although something about it is doubtful or wrong.
    Kept,
    /// The value could not be had and its field stays empty; the row goes on.
    Dropped,
    /// The row is refused.
    Refused,
}

/// Something found about one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// What was found.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
}

impl Note {
    /// What happened and what to do about it.
    pub const fn text(&self) -> Text {
        self.code.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_word_and_both_languages() {
        let mut words: Vec<_> = Code::ALL.iter().map(|c| c.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            let text = code.text();
            assert!(!text.zh.is_ascii() && text.en.len() > 8, "{}", code.word());
        }
    }
}
