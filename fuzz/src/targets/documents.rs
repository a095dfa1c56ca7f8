//! Documents of every format that a scan reads.

use std::io::{Cursor, Write};

use shouxin_detect::{Detector, Scope};
use shouxin_scan::{Settings, files};

use super::{Target, bytes};

/// Whatever a file holds, a scan ends, and tells what it found or why it could not read it.
pub(super) const DOCUMENT: Target = Target {
    name: "document",
    seeds: || {
        let mut seeds = bytes(&[PAGE, MAIL, JSON, PDF]);
        seeds.push(document());
        seeds
    },
    read: |input| {
        // Without names and addresses, which have a target of their own: the readers are meant here.
        let settings = Settings::new(Detector::with_scope(Scope::Structured));
        let report = files::scan_bytes("x", input, &settings).expect("nobody stops it");
        for finding in &report.findings {
            assert!(finding.masked.chars().count() <= 40);
        }
        let content = report
            .content
            .as_ref()
            .map_or("none", |content| content.word());
        let problems: Vec<&str> = report
            .problems
            .iter()
            .map(|(_, problem)| problem.code())
            .take(3)
            .collect();
        format!("{content} {problems:?} {}", report.places.len().min(5))
    },
};

const PAGE: &str = "<!doctype html><p>\u{7535}\u{8bdd} <b>138</b>12345678</p><table><tr><th>phone<th>note\
    <tr><td>13812345678<td>x</table><a href='mailto:a@example.com'>x</a><script>1</script><!-- y -->";

const MAIL: &str = "From: =?UTF-8?B?5byg5Lyf?= <a@example.com>\r\nTo: b@example.com\r\nSubject: x\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n13812345678\r\n--b\r\n\
    Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n\
    phone,x\r\n13812345678,y\r\n--b--\r\n";

const JSON: &str =
    "{\"a\": [{\"phone\": 13812345678, \"b\": \"\\u4e2d\"}], \"13812345678\": [[]], \"c\": 1e9}";

const PDF: &str = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\n\
    endobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n\
    4 0 obj\n<</Length 58>>\nstream\nBT /F1 12 Tf 50 700 Td (Phone: 13812345678) Tj 0 -14 Td ET\nendstream\nendobj\n\
    5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\ntrailer\n<</Root 1 0 R/Size 6>>\n";

/// A text document whose parts are not packed, so that damage gets into them.
fn document() -> Vec<u8> {
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "word/document.xml",
            "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>138</w:t></w:r><w:r><w:t>12345678</w:t></w:r></w:p>\
             <w:tbl><w:tr><w:tc><w:p><w:r><w:t>x &amp; y</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
        ),
        (
            "docProps/core.xml",
            "<c><dc:creator xmlns:dc=\"d\">Ann Lee</dc:creator></c>",
        ),
    ] {
        zip.start_file(name, options).expect("a part begins");
        zip.write_all(text.as_bytes()).expect("a part is written");
    }
    zip.finish().expect("an archive is closed").into_inner()
}
