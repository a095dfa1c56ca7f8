//! Addresses that only scanners ask for.

/// Whether this decoded path, in lower case, belongs to some other program, one with known holes. Nothing
/// of ours begins with a dot or ends like these.
pub(crate) fn is_probe(lower: &str) -> bool {
    if OURS.iter().any(|prefix| lower.starts_with(prefix)) {
        return false;
    }
    let last = lower.rsplit('/').next().unwrap_or_default();
    let ending = last.rsplit_once('.').map(|(_, ending)| ending);
    lower.contains("/.") && !lower.starts_with("/.well-known/")
        || ending.is_some_and(|ending| ENDINGS.contains(&ending))
        || lower
            .split('/')
            .any(|part| PARTS.contains(&part) || part.starts_with("wp-"))
}

/// Where our own operations are.
const OURS: [&str; 2] = ["/api/v1/", "/api/openapi.json"];

const ENDINGS: &[&str] = &[
    "7z", "action", "asp", "aspx", "axd", "bak", "cfm", "cgi", "conf", "db", "do", "env", "git",
    "gz", "ini", "jsp", "jspx", "key", "log", "mdb", "old", "pem", "php", "pl", "rar", "sh", "sql",
    "sqlite", "swp", "tar", "tgz", "yml", "yaml", "zip",
];

const PARTS: &[&str] = &[
    "_all_dbs",
    "_catalog",
    "_ignition",
    "_profiler",
    "actuator",
    "adminer",
    "autodiscover",
    "boaform",
    "cgi-bin",
    "druid",
    "ecp",
    "geoserver",
    "goform",
    "hnap1",
    "invoker",
    "jmx-console",
    "jolokia",
    "magento",
    "nacos",
    "owa",
    "phpmyadmin",
    "phpunit",
    "pma",
    "server-info",
    "server-status",
    "solr",
    "struts",
    "telescope",
    "web-inf",
    "weblogic",
    "wordpress",
    "xmlrpc",
];
