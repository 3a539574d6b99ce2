"""Reads the exchanges that linters are compared with, in the JSON form of docs/exchange.md."""

import base64
import json
import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
RULES = TOP / "crates" / "lint" / "src" / "rules"


def unescaped(text):
    """The bytes of a raw example: its escapes are written out, and its line ends are layout."""
    text = text.replace("\n", "")
    return re.sub(r"\\(x..|.)", lambda found: escape(found[1]), text).encode("latin-1")


def escape(written):
    if written.startswith("x"):
        return chr(int(written[1:], 16))
    return {"r": "\r", "n": "\n", "t": "\t"}.get(written, written)


def message(text):
    """Start line, fields and content."""
    head, _, content = text.replace("\r\n", "\n").partition("\n\n")
    start, *rest = head.split("\n")
    fields = [[name, value.strip(" \t")] for name, _, value in (line.partition(":") for line in rest if line)]
    for field in fields:
        if field[1] == "auto":
            field[1] = str(len(content.encode()))
    return start, fields, content


def of_text(text, is_raw):
    """An exchange written as HTTP text, as rule pages have it; `None` when it needs what cannot be said so."""
    notes = []
    while text.startswith("# "):
        note, _, text = text.partition("\n")
        notes.append(note)
    if any("field" in note or "not captured" in note for note in notes):
        return None
    at = text.find("\nHTTP/") + 1
    request, response = text[:at].strip("\n"), text[at:]
    raw = unescaped(response) if is_raw else None
    if is_raw:
        response = raw.decode("latin-1")
    interim = []
    while (found := message(response))[0].split(" ")[1:2] and re.match(r"1(?!01)", found[0].split(" ")[1]):
        if not found[2].lstrip("\n").startswith("HTTP/"):
            break
        interim.append(as_response((*found[:2], "")))
        response = found[2].lstrip("\n")
    start, fields, content = message(request)
    method, target, *version = start.split(" ") if start else ("", "")
    scheme = "http" if "# scheme: http" in notes else "https"
    host = next((value for name, value in fields if name.lower() == "host"), "")
    exchange = {
        "scheme": scheme,
        "request": {
            "method": method,
            "target": f"{scheme}://{host}{target}" if target.startswith("/") else target,
            "version": version[0] if version else None,
            "headers": fields if start else None,
            "body": content.rstrip("\n"),
        },
        "interim": interim,
        "response": as_response(message(response)),
    }
    if raw:
        exchange["raw_response_b64"] = base64.b64encode(raw).decode()
    return exchange


def as_response(found):
    start, fields, content = found
    version, code, *reason = start.split(" ", 2)
    is_chunked = any(name.lower() == "transfer-encoding" for name, _ in fields)
    return {
        "version": version,
        "status": int(code) if code.isdigit() and int(code) < 65536 else 0,
        "reason": reason[0] if reason else None,
        "headers": fields,
        "body": None if is_chunked else content,
    }


def of_pages():
    """Every example of every rule's page: id, rule, kind, exchanges."""
    for file in sorted(RULES.glob("*.md")):
        for page in file.read_text().split("\n## ")[1:]:
            rule = page.split("\n", 1)[0].strip()
            flagged, _, clean = page.partition("\n### Clean")
            clean = clean.partition("\n### How to fix")[0]
            for kind, part in (("flagged", flagged), ("clean", clean)):
                for number, (fence, text) in enumerate(re.findall(r"```(http(?: raw)?)\n(.*?)\n```", part, re.S), 1):
                    if "\n===\n" not in text and (exchange := of_text(text, fence.endswith("raw"))):
                        exchange["id"] = f"{rule}/{kind}/{number}"
                        yield rule, kind, exchange


def of_har(path):
    for number, entry in enumerate(json.loads(path.read_text())["log"]["entries"], 1):
        asked, answered = entry["request"], entry["response"]
        is_empty = asked["method"] == "HEAD" or answered["status"] == 304
        content = answered["content"]
        text, coding = content.get("text"), content.get("encoding")
        response = {"version": answered["httpVersion"], "status": answered["status"],
                    "reason": answered["statusText"] or None, "headers": lines(answered)}
        if text is None or is_empty:
            response["body"] = "" if content.get("size") == 0 or is_empty else None
        elif coding == "base64":
            response["body_b64"] = text
        else:
            response["body"] = text
        yield {"id": f"{path.stem}/{number}", "at": entry["startedDateTime"],
               "request": {"method": asked["method"], "target": asked["url"], "version": asked["httpVersion"],
                           "headers": lines(asked), "body": (asked.get("postData") or {}).get("text", "")},
               "response": response}


def lines(part):
    return [[field["name"], value] for field in part["headers"] if not field["name"].startswith(":")
            for value in field["value"].split("\n")]


def of_nock(path):
    for number, entry in enumerate(json.loads(path.read_text()), 1):
        headers = entry.get("responseHeaders") or {}
        raw = entry.get("rawHeaders") or []
        fields = [list(pair) for pair in zip(raw[::2], raw[1::2])] if raw else [[k, str(v)] for k, v in headers.items()]
        body = entry["response"]
        yield {"id": f"{path.stem}/{number}",
               "request": {"method": entry["method"].upper(), "target": entry["scope"].removesuffix(":443") + entry["path"],
                           "headers": [[k, str(v)] for k, v in (entry.get("reqheaders") or {}).items()],
                           "body": json.dumps(entry["body"]) if entry.get("body") else ""},
               "response": {"status": entry["status"], "headers": fields,
                            "body": body if isinstance(body, str) else json.dumps(body)}}
