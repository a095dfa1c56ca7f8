//! Running text in which personal information is looked for.

use shouxin_detect::{Detector, Operator, Stream, redact, topics};

use super::{Target, file};

/// Chats, forms, logs, or nothing that is text at all.
pub(super) const DETECT: Target = Target {
    name: "detect",
    seeds: || {
        let mut seeds = Vec::new();
        for path in [
            "zh.txt",
            "obfuscated.txt",
            "en.txt",
            "names-and-addresses.txt",
        ] {
            let cases = file(&format!("corpus/detect/{path}"));
            seeds.extend(cases.chunks(2000).map(<[u8]>::to_vec));
        }
        seeds
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let detector = Detector::new();
        let hits = detector.detect(&text);
        let mut end = 0;
        for hit in &hits {
            assert!(hit.bytes.start >= end, "hits overlap");
            let value = text.get(hit.bytes.clone()).expect("borders of characters");
            assert_eq!(value.chars().count(), hit.chars.len());
            end = hit.bytes.end;
        }
        let masked = redact(&text, &hits, Operator::Mask);
        assert_eq!(masked.chars().count(), text.chars().count());
        let passages = topics(&text);
        for passage in &passages {
            let sentence = text.get(passage.bytes.clone());
            let sentence = sentence.expect("borders of characters");
            assert_eq!(sentence.chars().count(), passage.chars.len());
        }
        let mut stream = Stream::new(&detector);
        let mut pieces = stream.push(&text);
        pieces.push(stream.finish());
        let streamed: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(streamed, text, "a stream loses or adds text");
        let mut kinds: Vec<&str> = hits.iter().map(|hit| hit.kind.word()).collect();
        kinds.dedup();
        kinds.truncate(6);
        format!("{kinds:?} {}", passages.len().min(3))
    },
};
