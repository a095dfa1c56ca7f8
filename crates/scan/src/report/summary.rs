//! A summary for a terminal.

use std::fmt::Write as _;

use shouxin_model::text::Language;

use super::{PlaceReport, Report, title};

/// The summary in this language. It shows no value, not even a masked one.
pub fn render(report: &Report, language: Language) -> String {
    let pick = |zh: &'static str, en: &'static str| match language {
        Language::Chinese => zh,
        Language::English => en,
    };
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "{} {} ({}) · {} {}",
        pick("来源", "Source"),
        report.name,
        report.source.word(),
        report.scanned,
        match report.source {
            super::Source::Files if report.scanned == 1 => pick("个文件", "file"),
            super::Source::Files => pick("个文件", "files"),
            _ if report.scanned == 1 => pick("张表", "table"),
            _ => pick("张表", "tables"),
        }
    );
    let kinds = report.kinds();
    if kinds.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            pick("未发现个人信息。", "No personal information was found.")
        );
    }
    for (kind, cells, places) in &kinds {
        let _ = writeln!(
            out,
            "  {:<14} {} · {cells} {} · {places} {}",
            kind.word(),
            title(*kind).get(language),
            if *cells == 1 {
                pick("处", "cell or passage")
            } else {
                pick("处", "cells or passages")
            },
            if *places == 1 {
                pick("个位置", "place")
            } else {
                pick("个位置", "places")
            },
        );
    }
    let places: Vec<&PlaceReport> = report.places().collect();
    if !places.is_empty() {
        let _ = writeln!(out, "\n{}", pick("位置：", "Places:"));
    }
    for place in places.iter().take(MOST_PLACES) {
        let _ = writeln!(out, "  {}: {}", place.shown(), shares(place));
    }
    if let Some(more) = places.len().checked_sub(MOST_PLACES).filter(|n| *n > 0) {
        let _ = writeln!(
            out,
            "  {} {more} {}",
            pick("另有", "and"),
            pick(
                "个位置：用 --format jsonl 或 html 查看",
                "more: --format jsonl or html"
            ),
        );
    }
    let problems: Vec<_> = report.problems().collect();
    if !problems.is_empty() {
        let _ = writeln!(
            out,
            "\n{}",
            pick("未能全部查看：", "Not looked into wholly:")
        );
    }
    for (document, place, problem) in problems {
        let place = if place.is_empty() {
            String::new()
        } else {
            format!(" {place}")
        };
        let _ = writeln!(out, "  {document}{place}: {}", problem.text().get(language));
    }
    out
}

const MOST_PLACES: usize = 200;

/// `PHONE 98 % (95-99 %)` of a column, `PHONE 3` of running text.
fn shares(place: &PlaceReport) -> String {
    let shares: Vec<String> = place
        .kinds
        .iter()
        .map(|share| {
            if !place.is_column || place.sampled == 0 {
                return format!("{} {}", share.kind.word(), share.cells);
            }
            let percent = |part: f64| format!("{:.0}", part * 100.0);
            let middle = percent(share.cells as f64 / place.sampled as f64);
            if place.is_whole() {
                format!("{} {middle} %", share.kind.word())
            } else {
                let (low, high) = (share.low * 100.0, share.high * 100.0);
                format!("{} {middle} % ({low:.1}-{high:.1} %)", share.kind.word())
            }
        })
        .chain(
            place
                .topics
                .iter()
                .map(|(topic, cells)| format!("{} {cells}", topic.word())),
        )
        .collect();
    shares.join(", ")
}
