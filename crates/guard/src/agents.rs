//! Programs that name themselves.

use crate::Rule;

/// What this `User-Agent`, in lower case, says of its sender.
pub(crate) fn agent(lower: &str) -> Option<Rule> {
    let names = |list: &[&str]| list.iter().any(|name| lower.contains(name));
    if names(SCANNERS) {
        Some(Rule::Scanner)
    } else if names(CRAWLERS) {
        Some(Rule::Crawler)
    } else {
        None
    }
}

const SCANNERS: &[&str] = &[
    "acunetix",
    "appscan",
    "arachni",
    "burpcollaborator",
    "censysinspect",
    "commix",
    "crlfuzz",
    "dalfox",
    "dirb/",
    "dirbuster",
    "dirsearch",
    "feroxbuster",
    "fimap",
    "fuzz faster u fool",
    "gobuster",
    "havij",
    "httpx - open-source",
    "hydra",
    "internet-measurement",
    "jaeles",
    "joomscan",
    "leakix",
    "masscan",
    "metasploit",
    "nessus",
    "netsparker",
    "nikto",
    "nmap scripting engine",
    "nuclei",
    "openvas",
    "paros",
    "qualys",
    "shodan",
    "skipfish",
    "sqlmap",
    "sqlninja",
    "vega/",
    "w3af",
    "wapiti",
    "webinspect",
    "whatweb",
    "wpscan",
    "xsstrike",
    "zaproxy",
    "zgrab",
];

const CRAWLERS: &[&str] = &[
    "360spider",
    "ahrefsbot",
    "amazonbot",
    "applebot",
    "baiduspider",
    "bingbot",
    "bytespider",
    "ccbot",
    "claudebot",
    "dotbot",
    "duckduckbot",
    "facebookexternalhit",
    "googlebot",
    "gptbot",
    "mj12bot",
    "perplexitybot",
    "petalbot",
    "scrapy",
    "semrushbot",
    "sogou",
    "yandexbot",
    "yisouspider",
];
