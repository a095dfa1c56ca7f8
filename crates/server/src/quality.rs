//! Checks of the quality of detection by people.

mod begin;
mod close;
mod list;
mod look;
mod mark;
mod show;

use data_encoding::BASE64URL_NOPAD;
use shouxin_vault::quality::Certificate;
use shouxin_vault::{Share, sha256};
use shouxin_wire::quality::{QualityCertificate, QualityCheck, QualityFigure, QualityKind};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on checks of quality.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, begin::begin))
        .routes(routes!(show::show))
        .routes(routes!(look::look))
        .routes(routes!(mark::mark))
        .routes(routes!(close::close))
}

/// A check as the API shows it.
fn shown(check: shouxin_vault::quality::QualityCheck) -> QualityCheck {
    let certified = check.certified;
    let digest = certified.as_ref().map(|text| sha256(text.as_bytes()));
    QualityCheck {
        check: check.id,
        purpose: check.purpose,
        fields: check.fields,
        detector: check.detector,
        closed: check.closed,
        created_by: check.created_by,
        created_at: check.created_at,
        texts: check.texts,
        open: check.open,
        disputed: check.disputed,
        settled: check.settled,
        skipped: check.skipped,
        mine: check.mine,
        certificate: check.certificate.map(certificate),
        digest: digest.map(|digest| BASE64URL_NOPAD.encode(&digest)),
        certified,
        entry: check.entry,
    }
}

fn certificate(of: Certificate) -> QualityCertificate {
    let measures = of.measures;
    let kinds = measures.kinds.into_iter().map(|one| QualityKind {
        kind: one.kind,
        gold: one.gold,
        found: one.found,
        right: one.right,
        f1: one.f1.map(figure),
    });
    QualityCertificate {
        register_version: of.register_version,
        closed_at: of.closed_at,
        annotator_roles: of.annotator_roles,
        annotators: of.annotators,
        agreed: of.agreed,
        settled_by_third: of.settled_by_third,
        settled_jointly: of.settled_jointly,
        texts: measures.texts,
        chars: measures.chars,
        personal_chars: measures.personal_chars,
        left: measures.left.map(figure),
        over_per_thousand: measures.over_per_thousand.map(figure),
        clean_texts: figure(measures.clean_texts),
        f1: measures.f1.map(figure),
        kinds: kinds.collect(),
        kappa: measures.kappa.map(figure),
    }
}

fn figure(share: Share) -> QualityFigure {
    QualityFigure {
        value: share.share,
        low: share.low,
        high: share.high,
    }
}
