//! Opened values as the API shows them.

use shouxin_vault::Opened;
use shouxin_wire::reads::{Mark, Piece, RecordValue};

/// A value of one record, with the identifiers that stand in it.
pub(crate) fn record_value(opened: Opened) -> RecordValue {
    let marks = opened.marks.iter().map(|span| Mark {
        start: span.start,
        end: span.end,
        kind: span.kind.word().to_owned(),
    });
    let pieces = opened.pieces.iter().map(|piece| Piece {
        start: piece.start,
        end: piece.end,
        kind: piece.kind,
        number: piece.number,
        form: piece.form,
    });
    RecordValue {
        record: opened.record,
        marks: marks.collect(),
        pieces: pieces.collect(),
        // Into the answer, in the form that the recorded permit names.
        value: opened.value.release(),
    }
}
