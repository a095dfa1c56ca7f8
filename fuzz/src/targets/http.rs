//! Requests: bodies, heads, and the problems that answer them.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::FromRequestParts;
use axum::http::{HeaderValue, Request, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shouxin_model::text::Language;
use shouxin_server::http::body::parse;
use shouxin_server::http::language::preferred;
use shouxin_server::http::params::Params;
use shouxin_wire::problem::Problem;
use shouxin_wire::{
    activations, api_keys, approvals, audiences, cases, consents, counts, detections, devices,
    discoveries, downstreams, erasures, exports, grants, imports, keys, me, notices, policies,
    pseudonyms, quality, reads, records, register, searches, sessions, staff, widget,
};

use super::{Target, bytes, files};

/// The examples of the OpenAPI file, read as every shape there is.
pub(super) const JSON_BODY: Target = Target {
    name: "json-body",
    seeds: || {
        let document: Value =
            serde_json::from_str(&shouxin_server::openapi_json()).unwrap_or_default();
        let items = document["paths"].as_object().into_iter().flatten();
        let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        operations
            .map(|(_, operation)| {
                &operation["requestBody"]["content"]["application/json"]["example"]
            })
            .filter(|example| !example.is_null())
            .map(|example| example.to_string().into_bytes())
            .collect()
    },
    read: |bytes| SHAPES.iter().map(|shape| shape(bytes)).collect(),
};

/// Every type that a body is read as.
const SHAPES: &[fn(&[u8]) -> String] = &[
    body::<activations::Activation>,
    body::<api_keys::NewApiKey>,
    body::<api_keys::Rotation>,
    body::<approvals::ChangeProposal>,
    body::<approvals::DecisionRequest>,
    body::<audiences::AudienceRequest>,
    body::<cases::CaseChange>,
    body::<cases::CaseSearch>,
    body::<consents::ConsentRequest>,
    body::<consents::EvidenceLook>,
    body::<consents::RestrictionRequest>,
    body::<consents::SeveralRequest>,
    body::<counts::CountRequest>,
    body::<detections::DetectionItem>,
    body::<detections::DetectionRequest>,
    body::<devices::DeviceRequest>,
    body::<discoveries::DiscoveryAcceptance>,
    body::<discoveries::DiscoveryDecision>,
    body::<discoveries::DiscoveryScan>,
    body::<downstreams::Acknowledgement>,
    body::<downstreams::DownstreamChange>,
    body::<downstreams::NewDownstream>,
    body::<downstreams::Replay>,
    body::<downstreams::SecretRotation>,
    body::<erasures::ErasureRequest>,
    body::<exports::ExportRequest>,
    body::<grants::EmergencyRequest>,
    body::<grants::FindingRequest>,
    body::<grants::GrantRequest>,
    body::<grants::OutcomeRequest>,
    body::<imports::ImportRequest>,
    body::<keys::DestructionOrder>,
    body::<keys::DestructionProposal>,
    body::<keys::EpochRotation>,
    body::<keys::WhoseKeys>,
    body::<me::PasswordChange>,
    body::<me::TotpConfirm>,
    body::<notices::NoticeDraftRequest>,
    body::<notices::NoticeProposal>,
    body::<notices::NoticePublication>,
    body::<notices::NoticeText>,
    body::<policies::PolicyPlanRequest>,
    body::<quality::NewQualityCheck>,
    body::<quality::QualityLook>,
    body::<quality::QualityMarks>,
    body::<reads::BatchReadRequest>,
    body::<reads::ReadRequest>,
    body::<pseudonyms::PseudonymRequest>,
    body::<records::RecordWrite>,
    body::<register::ApplyRequest>,
    body::<register::PlanRequest>,
    body::<searches::SearchRequest>,
    body::<sessions::SignIn>,
    body::<sessions::StepUp>,
    body::<staff::NewStaff>,
    body::<staff::RoleChange>,
    body::<staff::StaffChange>,
    body::<widget::ChoiceRequest>,
    body::<widget::CounterRequest>,
    body::<widget::SessionRequest>,
];

fn body<T: DeserializeOwned>(bytes: &[u8]) -> String {
    match parse::<T>(bytes, Language::English) {
        Ok(_) => "+".to_owned(),
        Err(refusal) => {
            let problem = refusal.problem();
            let depth = problem
                .places
                .first()
                .map_or(0, |place| place.at.len().min(9));
            format!("{}{depth}", problem.code.get(..2).unwrap_or_default())
        }
    }
}

/// What the request guard looks at: a path with its query, and headers.
pub(super) const GUARD: Target = Target {
    name: "guard",
    seeds: || {
        let mut seeds: Vec<Vec<u8>> = Vec::new();
        for text in files("corpus/guard", &["txt"]) {
            let lines = text.split(|b| *b == b'\n').step_by(5);
            seeds.extend(lines.map(<[u8]>::to_vec));
        }
        seeds
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (path, query) = text.split_once('?').unwrap_or((&text, ""));
        let request = shouxin_guard::Head {
            path,
            query: Some(query),
        };
        let names = [
            "user-agent",
            "host",
            "content-length",
            "content-disposition",
        ];
        let found = shouxin_guard::head(request, names.iter().map(|name| (*name, bytes)));
        let rule = found.map(|found| found.rule);
        format!("{:?} {rule:?}", shouxin_guard::text(&text))
    },
};

/// The query on the first line and `Accept-Language` on the second, as every operation reads them.
pub(super) const HEAD: Target = Target {
    name: "head",
    seeds: || {
        bytes(&[
            "limit=50&after=abc\nzh-CN,zh;q=0.9,en;q=0.8",
            "limit=07&q=%E6%B5%8B\nen;q=NaN,zh;q=-1",
            "limit=1&limit=2\nfr, en;q=0.5",
        ])
    },
    read: |bytes| {
        let mut lines = bytes.splitn(2, |b| *b == b'\n');
        let query = String::from_utf8_lossy(lines.next().unwrap_or_default());
        let mut request = Request::builder().uri(format!("/?{query}"));
        if let Ok(value) = HeaderValue::from_bytes(lines.next().unwrap_or_default()) {
            request = request.header(header::ACCEPT_LANGUAGE, value);
        }
        let Ok(request) = request.body(()) else {
            return "no request".to_owned();
        };
        let (mut parts, ()) = request.into_parts();
        let language = preferred(&parts.headers);
        let read = pin!(Params::from_request_parts(&mut parts, &()));
        let Poll::Ready(read) = read.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("a query was waited for");
        };
        let taken = read.and_then(|mut params| {
            let taken = params.take::<u64>("limit")?.is_some();
            params.end().map(|()| taken)
        });
        let said = taken.map_err(|refusal| refusal.problem().places.len());
        format!("{language:?} {said:?}")
    },
};

/// What a client takes for the answer of a server.
pub(super) const PROBLEM: Target = Target {
    name: "problem",
    seeds: || {
        bytes(&[
            r#"{"type":"urn:shouxin:problem:read-refused","title":"此次查阅被拒绝","status":403,"code":"read-refused","detail":"x","places":[{"at":"fields[0]","text":"y"}],"because":[{"rule":"consent","layer":"consent","text":"z","changed_by":"w"}],"entry":7}"#,
            r#"{"type":"about:blank","title":"","status":65535,"code":""}"#,
        ])
    },
    read: |bytes| match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => {
            let again = serde_json::to_vec(&problem).expect("a problem can be written");
            let again: Problem = serde_json::from_slice(&again).expect("what was written is read");
            assert_eq!(again.code, problem.code, "a problem was written as another");
            format!(
                "{} {}",
                problem.places.len().min(3),
                problem.because.len().min(3)
            )
        }
        Err(error) => format!("{:?}", error.classify()),
    },
};
