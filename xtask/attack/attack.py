"""Attacks a running server of ours with tools that others wrote.

Called by `cargo xtask attack`, see xtask/src/attack.rs. Speaks to 127.0.0.1 alone. Needs nothing
beside the standard library and the tool in the same virtual environment.

    attack.py schemathesis URL PERSONAS OPENAPI
    attack.py sqlmap URL PERSONAS OPENAPI
"""

import base64
import hmac
import http.server
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOOLS = Path(sys.executable).parent

# Operations that may end what the other requests of a caller rest on: they come last.
ENDING = {
    "change-password",
    "change-roles",
    "change-staff",
    "confirm-totp",
    "end-all-sessions",
    "end-session",
    "end-staff-sessions",
    "reset-staff",
    "sign-out",
    "start-totp",
}


def call(url, method, path, body=None, headers=None):
    """Status, headers and JSON of one request."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data=data, method=method)
    request.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text, status, found = answer.read(), answer.status, answer.headers
    except urllib.error.HTTPError as error:
        text, status, found = error.read(), error.code, error.headers
    try:
        return status, found, json.loads(text or b"null")
    except ValueError:
        return status, found, None


def one_time_code(secret):
    """The six digits of now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in(url, persona):
    """The headers of a fresh session of this persona."""
    code = one_time_code(persona["totp"])
    body = {"login": persona["login"], "password": persona["password"], "code": code}
    status, headers, answer = call(url, "POST", "/api/v1/sessions", body)
    if status != 201:
        raise SystemExit(f"{persona['login']} could not sign in: {status} {answer}")
    cookie = headers["Set-Cookie"].split(";")[0]
    return {"Cookie": cookie, "X-CSRF-Token": answer["csrf"]}


def make_key(url, security_admin, role):
    """The headers of an API key with the rights of this role."""
    _, _, declared = call(url, "GET", "/api/v1/register", headers=security_admin)
    register = declared["register"]
    named = lambda list_: [item["name"] for item in list_]
    body = {
        "name": "attack",
        "roles": [role],
        "purposes": named(register["purposes"]),
        "fields": [f"{name}.*" for name in named(register["collections"])],
        "rate_per_minute": 60_000,
        "addresses": ["127.0.0.1/32"],
        "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200)),
    }
    status, _, answer = call(url, "POST", "/api/v1/api-keys", body, security_admin)
    if status != 201:
        raise SystemExit(f"no API key: {status} {answer}")
    return {"Authorization": "Bearer " + answer["secret"]}


def callers(url, personas):
    """Who attacks: nobody, each persona, a service. Headers by name."""
    found = {"anonymous": {}}
    for persona in personas:
        found[persona["login"]] = sign_in(url, persona)
    role = personas[0]["roles"][0]
    found["api-key"] = make_key(url, found["secadmin"], role)
    return found


def ids(url, found, first):
    """Ids that exist, so that not every request asks for somebody unknown."""
    front = found[first]
    real = {}
    for purpose in ("repair-service", "delivery", "service"):
        status, _, cases = call(url, "GET", f"/api/v1/cases?purpose={purpose}", headers=front)
        if status == 200 and cases["cases"]:
            case = cases["cases"][0]
            real |= {"subject": case["subject"], "case": case.get("case") or case.get("record"), "purpose": purpose}
            break
    _, _, staff = call(url, "GET", "/api/v1/staff", headers=found["sysadmin"])
    real["staff"] = staff["staff"][0]["staff"]
    _, _, keys = call(url, "GET", "/api/v1/api-keys", headers=found["secadmin"])
    real["key"] = keys["keys"][0]["key"]
    real["index"], real["read"] = "1", "rd_1"
    real["path"] = "0/000"
    return {name: value for name, value in real.items() if value}


def schemathesis(url, personas, openapi):
    """No 5xx, no status, header or shape of an answer that the OpenAPI file does not tell."""
    found = callers(url, personas)
    real = ids(url, found, personas[0]["login"])
    seconds = int(os.environ.get("SHOUXIN_ATTACK_SECONDS", "200")) // (len(found) + 3)
    endings = [personas[0]["login"], "secadmin", "sysadmin"]
    rounds = [(name, "exclude") for name in found] + [(name, "include") for name in endings]
    failures = 0
    for name, verb in rounds:
        headers = found[name]
        with tempfile.TemporaryDirectory() as folder:
            settings = Path(folder) / "schemathesis.toml"
            lines = ["[parameters]"] + [f'"path.{key}" = "{value}"' for key, value in real.items()]
            settings.write_text("\n".join(lines) + "\n")
            command = [str(TOOLS / "schemathesis"), "--config-file", str(settings), "run", openapi]
            command += ["--url", url, "--no-color", "--warnings", "off", "--seed", "1", "--workers", "1"]
            command += ["--phases", "examples,coverage,fuzzing", "--max-examples", "15"]
            command += ["--max-time", str(seconds), "--generation-database", "none", "--no-shrink"]
            command += ["--suppress-health-check", "all", "--request-timeout", "35", "--continue-on-failure"]
            command += ["--checks", CHECKS]
            for header, value in headers.items():
                command += ["--header", f"{header}: {value}"]
            if headers:
                for operation in sorted(ENDING):
                    command += [f"--{verb}-operation-id", operation]
            started = time.monotonic()
            ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120)
            took = time.monotonic() - started
            verdict = "passed" if ran.returncode == 0 else "FAILED"
            what = f"{name}, what ends sessions" if verb == "include" else name
            print(f"schemathesis as {what}: {verdict} in {took:.0f} s; {summary(ran.stdout)}", flush=True)
            if ran.returncode != 0:
                failures += 1
                text = ran.stdout + ran.stderr
                for value in headers.values():
                    text = text.replace(value, "...")
                lines = [line[:300] for line in text.splitlines()]
                print("\n".join(lines[-200:]), flush=True)
    return failures


CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "unsupported_method",
        "allow_header_conformance",
    ]
)


def summary(text):
    """How many operations and requests there were."""
    wanted = re.findall(r"^ *(Tested: *\d+|\d+ generated, .*)$", text, re.M)
    return ", ".join(line.strip() for line in wanted)


def marked(value):
    """The same JSON with a mark for sqlmap behind each text and number."""
    if isinstance(value, dict):
        return {key: marked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("*", "") + "*"
    return value if isinstance(value, bool) or value is None else f"{value}*"


def requests(url, found, personas, openapi):
    """One request for each operation that takes anything, by a caller who may call it, every parameter of path,
    query, headers and body marked; then requests with every header and cookie that is read before any
    operation. Gives what it is and the request as text."""
    real = ids(url, found, personas[0]["login"])
    document = json.loads(Path(openapi).read_text())
    may = {}
    for name, headers in found.items():
        if headers:
            _, _, me = call(url, "GET", "/api/v1/me", headers=headers)
            for operation in me["operations"]:
                may.setdefault((operation["method"].lower(), operation["path"].replace("{*", "{")), headers)
    host = url.removeprefix("http://")
    for path, item in document["paths"].items():
        for method, operation in item.items():
            target, query, own = path, [], []
            for parameter in operation.get("parameters", []):
                name = parameter["name"]
                value = real.get(name) or parameter.get("example") or "1"
                if parameter["in"] == "path":
                    target = target.replace("{" + name + "}", f"{value}*")
                elif parameter["in"] == "query":
                    query.append(f"{name}={value}*")
                elif parameter["in"] == "header":
                    own.append(f"{name}: {value}*")
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            body = marked(content["example"]) if "example" in content else None
            if target == path and not query and not own and body is None:
                continue
            lines = [f"{method.upper()} {target}{'?' + '&'.join(query) if query else ''} HTTP/1.1", f"Host: {host}"]
            headers = may.get((method, path), {})
            lines += [f"{header}: {value}" for header, value in headers.items()] + own
            if body is not None:
                lines.append("Content-Type: application/json")
            text = json.dumps(body, ensure_ascii=False) if body is not None else ""
            yield operation["operationId"], "\n".join(lines) + "\n\n" + text
    yield from heads(host, found, personas[0]["login"])


def heads(host, found, front):
    """Requests whose headers and cookies are marked: of nobody, of a session, of a service. A session stays one
    only while its own cookie is not what is tried, which sqlmap does one at a time."""
    common = ["User-Agent: curl/8.5.0*", "Accept-Language: zh-CN*", "X-Forwarded-For: 127.0.0.1*"]
    common += ["Referer: http://127.0.0.1/a*", "Origin: http://127.0.0.1*", "X-Request-Id: 17*"]
    session = [f"{name}: {value}*" for name, value in found[front].items()]
    session[0] += "; __Host-shouxin-device=abc*"
    service = [f"{name}: {value}*" for name, value in found["api-key"].items()]
    body = "Content-Type: application/json*\nIdempotency-Key: a1*\nIf-Match: 1*\n"
    sign_in = json.dumps({"login": "nobody", "password": "x", "code": "000000"})
    search = json.dumps({"field": "customer.mobile", "mode": "exact", "value": "1", "purpose": "repair-service"})
    for name, verb, caller, tail in [
        ("heads of nobody", "POST /api/v1/sessions", [], body + "\n" + sign_in),
        ("heads of a session, reading", "GET /api/v1/me", session, "\n"),
        ("heads of a session, writing", "POST /api/v1/searches", session, body + "\n" + search),
        ("heads of a service", "GET /api/v1/me", service, "\n"),
    ]:
        yield name, "\n".join([f"{verb} HTTP/1.1", f"Host: {host}", *common, *caller]) + "\n" + tail


class Weak(http.server.BaseHTTPRequestHandler):
    """A server that puts what it gets into a statement: what sqlmap must find, or its silence tells nothing."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        store = sqlite3.connect(":memory:")
        store.execute("CREATE TABLE customer (name TEXT)")
        store.executemany("INSERT INTO customer VALUES (?)", [("a",), ("b",)])
        try:
            rows = store.execute(f"SELECT name FROM customer WHERE name = '{asked['name']}'").fetchall()
            status, text = 200, json.dumps(rows)
        except sqlite3.Error:
            status, text = 500, "no"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def finds_what_is_weak():
    """Whether sqlmap, called as it is called for ours, finds a hole that is there."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Weak) as weak:
        threading.Thread(target=weak.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{weak.server_port}"
        request = f'POST /a HTTP/1.1\nHost: {host}\nContent-Type: application/json\n\n{{"name": "a*", "other": "b*"}}'
        text, _ = run_sqlmap(request, "SQLite", 120)
        weak.shutdown()
    return INJECTABLE in text


INJECTABLE = "identified the following injection point"
CLEAN = "do not appear to be injectable"


def run_sqlmap(request, engine, seconds):
    """What sqlmap said of this request, and whether it was cut off."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "request"
        file.write_text(request)
        command = [str(TOOLS / "sqlmap"), "-r", str(file), "--batch", "--disable-coloring"]
        command += ["--output-dir", folder, "--flush-session", "--dbms", engine, "--threads", "4"]
        command += ["--level", "1", "--risk", "1", "--time-sec", "2", "--ignore-code", "*"]
        command += ["--skip-waf", "--timeout", "10", "--retries", "0", "--parse-errors"]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired as late:
            return (late.stdout or b"").decode(errors="replace"), True
        return ran.stdout + ran.stderr, False


def sqlmap(url, personas, openapi):
    """Nothing that sqlmap can inject into, in any parameter of any operation. The server's guard only
    reports meanwhile: what is tested is what stands behind it."""
    engine = os.environ.get("SHOUXIN_ATTACK_ENGINE", "SQLite")
    if not finds_what_is_weak():
        raise SystemExit("sqlmap does not find a hole that is there: what it says of ours is worth nothing")
    print("sqlmap finds a hole that is there", flush=True)
    found = callers(url, personas)
    end = time.monotonic() + int(os.environ.get("SHOUXIN_ATTACK_SECONDS", "300"))
    tested, failures, unfinished = 0, [], []

    def one(job):
        what, request = job
        if (left := end - time.monotonic()) < 5:
            return what, 0, "", True
        return what, request.count("*"), *run_sqlmap(request, engine, left)

    with ThreadPoolExecutor(max_workers=4) as pool:
        for what, places, text, late in pool.map(one, requests(url, found, personas, openapi)):
            injectable, ended = INJECTABLE in text, CLEAN in text
            verdict = "INJECTABLE" if injectable else "not injectable" if ended else "NOT TESTED"
            if injectable or not ended:
                (unfinished if late and not injectable else failures).append(what)
                print(text[-2000:])
            tested += places if ended else 0
            print(f"sqlmap {what}: {places} parameters, {verdict}{' (time is up)' if late else ''}", flush=True)
    print(f"sqlmap on {engine}: {tested} parameters tested; injectable or not tested: {failures or 'none'}; cut off by time: {unfinished or 'none'}")
    # What time did not suffice for is not known to be safe.
    return len(failures) + len(unfinished)


def main():
    what, url, personas, openapi = sys.argv[1:]
    if not re.fullmatch(r"http://127\.0\.0\.1:\d+", url):
        raise SystemExit("only a server on this machine is attacked")
    personas = json.loads(Path(personas).read_text())["personas"]
    attack = {"schemathesis": schemathesis, "sqlmap": sqlmap}[what]
    failures = attack(url, personas, openapi)
    if failures:
        raise SystemExit(f"{what}: {failures} of the attacks found something")


if __name__ == "__main__":
    main()
