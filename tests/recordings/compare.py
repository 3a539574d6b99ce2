"""Holds Statusquo's judge, httplint and lint-http against the same exchanges, and writes docs/lint-comparison.md.

    cargo build -p statusquo
    cargo build --manifest-path tests/recordings/lint-http/Cargo.toml
    tests/recordings/venv/bin/python tests/recordings/compare.py [FOLDER of nock fixtures]

The exchanges: the examples of all rule pages, the recordings in har/, and the fixtures of GitHub's API that the
project `octokit/fixtures` publishes, from the folder that is named.
"""

import base64
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

from httplint import HttpRequestLinter, HttpResponseLinter
from httplint.note import levels

import exchanges
from verdicts import BEYOND, FINDINGS, HEAD, PEERS, TAIL

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
STATUSQUO = os.environ.get("STATUSQUO", str(TOP / "target" / "debug" / "statusquo"))
LINT_HTTP = os.environ.get("LINT_HTTP", str(HERE / "lint-http" / "target" / "debug" / "lint-http-lines"))


def content_of(message):
    if message.get("body_b64"):
        return base64.b64decode(message["body_b64"])
    return None if message.get("body") is None else message["body"].encode()


def by_us(group):
    """Rules by exchange: what the standards say, so the profile `rfc`, at `must` and `should`."""
    text = "".join(json.dumps(exchange) + "\n" for exchange in group)
    ran = subprocess.run([STATUSQUO, "lint", "--profile", "rfc", "-o", "jsonl", "-"], input=text, text=True,
                         capture_output=True, check=False)
    found = {}
    for line in ran.stdout.splitlines():
        entry = json.loads(line)
        found[entry["id"]] = [(f["rule"], f["level"]) for f in entry["findings"] if f["level"] != "advice"]
    return found


def by_httplint(exchange):
    """Notes that are bad or a warning."""
    asked, answered = exchange["request"], exchange["response"]
    version = (answered.get("version") or "HTTP/1.1").split("/")[-1]
    body = content_of(answered)
    linter = HttpResponseLinter(no_content=body is None)
    if asked.get("method"):
        request = HttpRequestLinter(no_content=True)
        path = urlsplit(asked["target"])
        target = path.path + (f"?{path.query}" if path.query else "") or asked["target"]
        request.process_request_topline(asked["method"].encode(), target.encode(), b"1.1")
        request.process_headers([(n.encode(), v.encode()) for n, v in asked.get("headers") or []])
        request.finish_content(True)
        linter.request = request
    linter.process_response_topline(version.encode(), str(answered["status"]).encode(), (answered["reason"] or "").encode() if "reason" in answered else b"")
    linter.process_headers([(n.encode("latin-1", "replace"), v.encode("latin-1", "replace")) for n, v in answered["headers"]])
    coded = any(n.lower() == "content-encoding" for n, _ in answered["headers"])
    if body and not coded:
        linter.feed_content(body)
    linter.finish_content(True)
    # The recordings are of the past.
    return [(type(note).__name__, "must" if note.level == levels.BAD else "should") for note in linter.notes
            if note.level in (levels.BAD, levels.WARN) and type(note).__name__ != "DATE_INCORRECT"]


def by_lint_http(group):
    """Defects that are errors or warnings, in responses."""
    text = "".join(json.dumps(transaction(exchange)) + "\n" for exchange in group)
    ran = subprocess.run([LINT_HTTP], input=text, text=True, capture_output=True, check=True)
    found = {}
    for exchange, line in zip(group, ran.stdout.splitlines()):
        found[exchange["id"]] = [
            (f["violation"] or f["rule"], "must" if f["severity"] == "error" else "should")
            for f in json.loads(line)["findings"] if f["severity"] in ("error", "warn", "warning")]
    return found


def transaction(exchange):
    version = {"HTTP/2": "HTTP/2.0", "HTTP/3": "HTTP/3.0", "h2": "HTTP/2.0"}
    one = {"id": "00000000-0000-0000-0000-000000000001", "timestamp": "2026-11-23T10:00:00Z",
           "client": {"ip": "127.0.0.1", "user_agent": "a"}, "timing": {"duration_ms": 1}, "violations": []}
    for part in ("request", "response"):
        message = exchange[part]
        label = message.get("version") or "HTTP/1.1"
        body = content_of(message)
        one[part] = {"version": version.get(label, label), "headers": message.get("headers") or [],
                     "body_length": None if body is None else len(body)}
        if body is not None:
            one[part]["body"] = base64.b64encode(body).decode()
    one["request"] |= {"method": exchange["request"].get("method") or "GET", "uri": exchange["request"]["target"] or "https://a.example/"}
    one["response"]["status"] = exchange["response"]["status"]
    return one


def judged(group):
    """What each linter finds in each exchange of a group."""
    ours, theirs = by_us(group), by_lint_http(group)
    return {e["id"]: {"ours": ours.get(e["id"], []), "httplint": by_httplint(e), "lint-http": theirs.get(e["id"], [])}
            for e in group}


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def pages():
    """Which rules' flagged examples a peer tells from the clean ones, and what it says of the clean ones."""
    examples = list(exchanges.of_pages())
    found = judged([exchange for _, _, exchange in examples])
    kinds = defaultdict(lambda: defaultdict(list))
    for rule, kind, exchange in examples:
        kinds[rule][kind].append(found[exchange["id"]])
    sees, clean = {}, {"httplint": Counter(), "lint-http": Counter()}
    for rule, by_kind in kinds.items():
        sees[rule] = {}
        for who in ("httplint", "lint-http"):
            allowed = {name for one in by_kind["clean"] for name, _ in one[who]}
            said = [{name for name, _ in one[who]} - allowed for one in by_kind["flagged"]]
            sees[rule][who] = bool(said) and any(said)
            for one in by_kind["clean"]:
                clean[who].update({name for name, _ in one[who]})
    return sees, clean, len(examples)


def levels_of_rules():
    ran = {}
    for file in sorted(exchanges.RULES.glob("*.md")):
        for page in file.read_text().split("\n## ")[1:]:
            rule = page.split("\n", 1)[0].strip()
            level = next(line for line in page.split("\n") if line.startswith("- Level: "))[9:]
            ran[rule] = (file.stem, level.split(" ")[0], next(line for line in page.split("\n") if line.startswith("- Source: "))[10:])
    return ran


def recordings(nock):
    groups = {path.stem: list(exchanges.of_har(path)) for path in sorted((HERE / "har").glob("*.har"))}
    groups = {name: [e for e in group if e["response"]["status"] > 0] for name, group in groups.items()}
    if nock:
        groups["GitHub"] = [e for path in sorted(Path(nock).glob("*.json")) for e in exchanges.of_nock(path)]
    return {name: (len(group), judged(group), {e["id"]: e for e in group}) for name, group in groups.items()}


def main():
    sees, clean, count = pages()
    rules = levels_of_rules()
    recorded = recordings(sys.argv[1] if len(sys.argv) > 1 else None)
    parts = [HEAD.format(examples=count, recorded=sum(n for n, _, _ in recorded.values()))]
    parts += ["## Examples of the rule pages", by_theme(sees, rules), BEYOND, only_we(sees, rules)]
    parts += ["## What peers say of clean examples", of_clean(clean)]
    parts += ["## Real recordings", overview(recorded), "### Every `must` finding, checked by hand", musts(recorded, rules)]
    parts += ["### Every `should` finding", shoulds(recorded, rules), "### What peers find there and we do not", beyond(recorded), TAIL]
    (TOP / "docs" / "lint-comparison.md").write_text("\n\n".join(part.strip() for part in parts if part) + "\n")


def by_theme(sees, rules):
    rows = []
    for theme in dict.fromkeys(theme for theme, _, _ in rules.values()):
        mine = [r for r in sees if rules[r][0] == theme and rules[r][1] in ("must", "should")]
        if mine:
            rows.append((theme.replace("_", "-"), len(mine), *(sum(sees[r][who] for r in mine) for who in ("httplint", "lint-http"))))
    rows.append(("**all**", *(sum(row[n] for row in rows) for n in (1, 2, 3))))
    return table(["theme", "rules at `must` or `should`", "httplint", "lint-http"], rows)


def only_we(sees, rules):
    alone = [f"`{r}`" for r in sees if rules[r][1] == "must" and not any(sees[r].values())]
    return f"Rules at `must` that neither of the two sees ({len(alone)}): " + ", ".join(alone) + "."


def of_clean(clean):
    rows = []
    for who, notes in clean.items():
        for name, n in notes.most_common():
            if n > 1 or name in PEERS:
                rows.append((who, f"`{name}`", n, PEERS.get(name, "")))
    return table(["linter", "what it says", "examples", "who is right, and by which sentence"], rows)


def overview(recorded):
    rows = []
    for name, (count, found, _) in recorded.items():
        total = Counter((who, level) for one in found.values() for who, notes in one.items() for _, level in set(notes))
        rows.append((name, count, *(f"{total[who, 'must']} / {total[who, 'should']}" for who in ("ours", "httplint", "lint-http"))))
    return table(["recording", "exchanges", "Statusquo `must` / `should`", "httplint bad / warning", "lint-http error / warning"], rows)


def of_level(recorded, level):
    found = defaultdict(list)
    for name, (_, judged_, all_) in recorded.items():
        for id_, one in judged_.items():
            for rule in {rule for rule, its in one["ours"] if its == level}:
                found[name, rule].append(all_[id_])
    return found


def shown(group):
    first = group[0]
    path = urlsplit(first["request"]["target"]).path
    path = path if len(path) < 48 else path[:45] + "..."
    return f"`{first['request']['method']} {path}` {first['response']['status']}" + (f" and {len(group) - 1} more" if len(group) > 1 else "")


def musts(recorded, rules):
    rows = [(name, f"`{rule}`", shown(group), FINDINGS.get((name, rule)) or FINDINGS.get(rule, rules[rule][2]))
            for (name, rule), group in of_level(recorded, "must").items()]
    return table(["recording", "rule", "exchange", "what is there, and the sentence that forbids it"], rows)


def shoulds(recorded, rules):
    by_rule = defaultdict(list)
    for (name, rule), group in of_level(recorded, "should").items():
        by_rule[rule].append(f"{name} ({len(group)})")
    rows = [(f"`{rule}`", ", ".join(where), FINDINGS.get(rule, rules[rule][2])) for rule, where in by_rule.items()]
    return table(["rule", "recordings", "the sentence"], rows)


def beyond(recorded):
    rows = []
    for who in ("httplint", "lint-http"):
        notes = Counter(name for _, found, _ in recorded.values() for one in found.values() for name in {name for name, _ in one[who]})
        rows += [(who, f"`{name}`", n, PEERS.get(name, "")) for name, n in notes.most_common()]
    return table(["linter", "what it says", "exchanges", "who is right, and by which sentence"], rows)


main()
