//! Servers that follow the rules that each service documents: what it demands of a request, and what it answers.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_notify::alertmanager::Alertmanager;
use statusquo_notify::discord::Discord;
use statusquo_notify::ntfy::Ntfy;
use statusquo_notify::opsgenie::Opsgenie;
use statusquo_notify::pagerduty::PagerDuty;
use statusquo_notify::slack::{Bot, Slack};
use statusquo_notify::teams::Teams;
use statusquo_notify::telegram::Telegram;
use statusquo_notify::twilio::{Account, Means, Twilio};
use statusquo_notify::{Links, Receiver};

use super::http::{Reply, Request};

pub const KEY: &str = "s3cretkey00112233445566778899aab";

/// A service: how to reach it, and its rules.
pub struct Vendor {
    pub name: &'static str,
    pub receiver: fn(&str) -> Receiver,
    pub rules: fn(&Request) -> Reply,
}

pub const ALL: [Vendor; 10] = [
    Vendor { name: "pagerduty", receiver: pagerduty, rules: pagerduty_rules },
    Vendor { name: "opsgenie", receiver: opsgenie, rules: opsgenie_rules },
    Vendor { name: "teams", receiver: teams, rules: teams_rules },
    Vendor { name: "discord", receiver: discord, rules: discord_rules },
    Vendor { name: "telegram", receiver: telegram, rules: telegram_rules },
    Vendor { name: "ntfy", receiver: ntfy, rules: ntfy_rules },
    Vendor { name: "alertmanager", receiver: alertmanager, rules: alertmanager_rules },
    Vendor { name: "sms", receiver: sms, rules: sms_rules },
    Vendor { name: "call", receiver: call, rules: call_rules },
    Vendor { name: "slack bot", receiver: slack_bot, rules: slack_bot_rules },
];

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

pub fn pagerduty(url: &str) -> Receiver {
    Receiver::PagerDuty(PagerDuty::new(&secret(url), secret(KEY)).unwrap())
}

pub fn opsgenie(url: &str) -> Receiver {
    Receiver::Opsgenie(Opsgenie::new(&secret(url), secret(KEY)).unwrap())
}

pub fn teams(url: &str) -> Receiver {
    Receiver::Teams(Teams::new(&secret(&format!("{url}/workflows/{KEY}/run?sig={KEY}"))).unwrap())
}

pub fn discord(url: &str) -> Receiver {
    Receiver::Discord(Discord::new(&secret(&format!("{url}/api/webhooks/1/{KEY}"))).unwrap())
}

pub fn telegram(url: &str) -> Receiver {
    let to = ("-1001234567890".to_owned(), Some(7));
    Receiver::Telegram(Telegram::new(&secret(url), secret(&format!("123:{KEY}")), to).unwrap())
}

pub fn ntfy(url: &str) -> Receiver {
    Receiver::Ntfy(Ntfy::new(&secret(url), secret("alerts"), Some(secret(KEY)), None).unwrap())
}

pub fn alertmanager(url: &str) -> Receiver {
    let sign_in = Some(("statusquo".to_owned(), secret(KEY)));
    Receiver::Alertmanager(Alertmanager::new(&secret(url), sign_in, None).unwrap())
}

pub fn phone(means: Means, url: &str) -> Receiver {
    let account = Account {
        sid: "AC0123456789abcdef0123456789abcdef".to_owned(),
        token: secret(KEY),
        from: "+15550001111".to_owned(),
        to: "+4312345678".to_owned(),
    };
    let public = Links::to("https://status.example/".parse().unwrap());
    Receiver::Twilio(Twilio::new(means, &secret(url), account, public.page(&["hooks", "phone"])).unwrap())
}

pub fn sms(url: &str) -> Receiver {
    phone(Means::Sms, url)
}

pub fn call(url: &str) -> Receiver {
    phone(Means::Call, url)
}

pub fn slack_bot(url: &str) -> Receiver {
    let bot = Bot { token: secret(KEY), channel: "C0123456789".to_owned() };
    Receiver::Slack(Slack::by_bot(&secret(url), bot).unwrap().with_button(secret("signing")))
}

pub fn answer(status: u16, content: &Value) -> Reply {
    let content = content.to_string();
    Reply::text(&format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{content}", content.len()))
}

/// The text of a member is there, and has at most so many characters.
fn fits(json: &Value, pointer: &str, most: usize) -> bool {
    json.pointer(pointer)
        .and_then(Value::as_str)
        .is_some_and(|text| (1..=most).contains(&text.chars().count()))
}

fn is_json(request: &Request) -> Option<Value> {
    let kind = request.field("content-type")?;
    kind.starts_with("application/json").then(|| serde_json::from_str(&request.content).ok()).flatten()
}

/// developer.pagerduty.com, "PD-CEF" and "Send an event".
fn pagerduty_rules(request: &Request) -> Reply {
    let bad = |why: &str| {
        answer(
            400,
            &json!({ "status": "invalid event", "message": "Event object is invalid", "errors": [why] }),
        )
    };
    if request.line != "POST /v2/enqueue HTTP/1.1" || request.content.len() > 512 * 1024 {
        return bad("wrong place");
    }
    let Some(json) = is_json(request) else { return bad("not JSON") };
    if json["routing_key"] != KEY || !fits(&json, "/dedup_key", 255) {
        return bad("'routing_key' is missing or invalid");
    }
    let severity = json["payload"]["severity"].as_str().unwrap_or_default();
    let is_good = match json["event_action"].as_str() {
        Some("trigger") => {
            fits(&json, "/payload/summary", 1024)
                && fits(&json, "/payload/source", 1024)
                && ["critical", "error", "warning", "info"].contains(&severity)
                && json["payload"]["timestamp"]
                    .as_str()
                    .is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok())
                && json["links"].as_array().unwrap().iter().all(|link| fits(link, "/href", 2048))
        }
        Some("acknowledge" | "resolve") => true,
        _ => false,
    };
    if !is_good {
        return bad("'payload' is missing or invalid");
    }
    answer(202, &json!({ "status": "success", "message": "Event processed", "dedup_key": json["dedup_key"] }))
}

/// docs.opsgenie.com, "Alert API".
fn opsgenie_rules(request: &Request) -> Reply {
    if request.field("authorization") != Some(&format!("GenieKey {KEY}")) {
        return answer(401, &json!({ "message": "Key format is not valid!", "took": 0.0, "requestId": "1" }));
    }
    let path = request.line.split(' ').nth(1).unwrap();
    let bad = |why: &str| answer(422, &json!({ "message": why, "took": 0.0, "requestId": "1" }));
    let Some(json) = is_json(request) else { return bad("Request body is not processable.") };
    let is_good = if path == "/v2/alerts" {
        fits(&json, "/message", 130)
            && fits(&json, "/alias", 512)
            && fits(&json, "/description", 15_000)
            && fits(&json, "/entity", 512)
            && fits(&json, "/source", 100)
            && ["P1", "P2", "P3", "P4", "P5"].iter().any(|priority| json["priority"] == *priority)
            && json["tags"].as_array().unwrap().iter().all(|tag| fits(tag, "", 50))
            && json["details"].as_object().unwrap().values().all(Value::is_string)
    } else {
        let act = path.strip_prefix("/v2/alerts/statusquo%2D").and_then(|rest| rest.split_once('/'));
        matches!(act, Some((_, "close?identifierType=alias" | "acknowledge?identifierType=alias")))
            && fits(&json, "/note", 25_000)
    };
    if !is_good {
        return bad("a field is too long or missing");
    }
    answer(202, &json!({ "result": "Request will be processed", "took": 0.1, "requestId": "43a29c5c" }))
}

/// learn.microsoft.com: one card, at most 28 KB, version 1.4.
fn teams_rules(request: &Request) -> Reply {
    let bad = || answer(400, &json!({ "error": { "code": "TriggerInputSchemaMismatch", "message": "…" } }));
    if request.line != format!("POST /workflows/{KEY}/run?sig={KEY} HTTP/1.1") {
        return answer(401, &json!({ "error": { "code": "DirectApiAuthorizationRequired" } }));
    }
    let Some(json) = is_json(request) else { return bad() };
    let attachment = &json["attachments"][0];
    let card = &attachment["content"];
    let blocks = card["body"].as_array().unwrap();
    let is_good = request.content.len() <= 28 * 1024
        && json["type"] == "message"
        && attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        && card["type"] == "AdaptiveCard"
        && card["version"] == "1.4"
        && blocks.iter().all(|block| block["type"] == "TextBlock" && fits(block, "/text", 4096))
        && card["actions"].as_array().unwrap().iter().all(|action| action["type"] == "Action.OpenUrl");
    if is_good { Reply::text("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n") } else { bad() }
}

/// discord.com/developers: embed limits, 6000 characters in all.
fn discord_rules(request: &Request) -> Reply {
    let bad = || answer(400, &json!({ "message": "Invalid Form Body", "code": 50035, "errors": {} }));
    if request.line != format!("POST /api/webhooks/1/{KEY} HTTP/1.1") {
        return answer(404, &json!({ "message": "Unknown Webhook", "code": 10015 }));
    }
    let Some(json) = is_json(request) else { return bad() };
    let embed = &json["embeds"][0];
    let length =
        |pointer: &str| embed.pointer(pointer).and_then(Value::as_str).map_or(0, |text| text.chars().count());
    let sum = length("/title") + length("/description") + length("/footer/text");
    let is_good = fits(&json, "/content", 2000)
        && fits(embed, "/title", 256)
        && length("/description") <= 4096
        && length("/footer/text") <= 2048
        && sum <= 6000
        && embed["color"].as_u64().is_some_and(|colour| colour <= 0xff_ff_ff)
        && json["allowed_mentions"] == json!({ "parse": [] });
    if is_good { Reply::text("HTTP/1.1 204 No Content\r\n\r\n") } else { bad() }
}

/// core.telegram.org/bots/api: 4096 characters; of HTML only some tags, each of them closed.
fn telegram_rules(request: &Request) -> Reply {
    let bad = |why: &str| answer(400, &json!({ "ok": false, "error_code": 400, "description": why }));
    if request.line != format!("POST /bot123:{KEY}/sendMessage HTTP/1.1") {
        return answer(404, &json!({ "ok": false, "error_code": 404, "description": "Not Found" }));
    }
    let Some(json) = is_json(request) else { return bad("Bad Request: message text is empty") };
    let text = json["text"].as_str().unwrap_or_default();
    let marks: Vec<&str> = text.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0)).collect();
    let is_known = |mark: &&str| matches!(*mark, "b" | "/b" | "/a") || mark.starts_with("a href=\"http");
    let balanced = marks.iter().filter(|mark| mark.starts_with('/')).count() * 2 == marks.len();
    let has_bare = text
        .split('&')
        .skip(1)
        .any(|rest| !["amp;", "lt;", "gt;", "quot;"].iter().any(|entity| rest.starts_with(entity)));
    if !fits(&json, "/text", 4096) {
        return bad("Bad Request: message is too long");
    }
    if json["parse_mode"] == "HTML" && !(marks.iter().all(is_known) && balanced && !has_bare) {
        return bad("Bad Request: can't parse entities");
    }
    if json["chat_id"] != "-1001234567890" || json["message_thread_id"] != 7 {
        return bad("Bad Request: chat not found");
    }
    answer(200, &json!({ "ok": true, "result": { "message_id": 1 } }))
}

/// docs.ntfy.sh: JSON to the root, 4096 bytes, three actions.
fn ntfy_rules(request: &Request) -> Reply {
    let bad = |why: &str| answer(400, &json!({ "code": 40024, "http": 400, "error": why }));
    if request.field("authorization") != Some(&format!("Bearer {KEY}")) {
        return answer(403, &json!({ "code": 40301, "http": 403, "error": "forbidden" }));
    }
    if request.line != "POST / HTTP/1.1" {
        return answer(404, &json!({ "code": 40401, "http": 404, "error": "page not found" }));
    }
    let Some(json) = is_json(request) else {
        return bad("invalid request: request body must be message JSON");
    };
    let is_good = json["topic"] == "alerts"
        && fits(&json, "/title", 1024)
        && json["message"].as_str().is_some_and(|text| text.len() <= 4096)
        && json["priority"].as_u64().is_some_and(|priority| (1..=5).contains(&priority))
        && json["actions"].as_array().unwrap().len() <= 3;
    if is_good { answer(200, &json!({ "id": "x", "event": "message" })) } else { bad("invalid request") }
}

/// prometheus/alertmanager, `postAlerts`: labels are text and not empty, an end is not before the start.
fn alertmanager_rules(request: &Request) -> Reply {
    let basic = BASE64_STANDARD.encode(format!("statusquo:{KEY}"));
    if request.field("authorization") != Some(&format!("Basic {basic}")) {
        return Reply::text("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    }
    let Some(json) = is_json(request) else {
        return answer(400, &json!("parsing alerts body from \"\" failed"));
    };
    let time =
        |alert: &Value, member: &str| alert[member].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let is_good = request.line == "POST /api/v2/alerts HTTP/1.1"
        && json.as_array().unwrap().iter().all(|alert| {
            let labels = alert["labels"].as_object().unwrap();
            labels.contains_key("alertname")
                && labels.values().all(|value| value.as_str().is_some_and(|text| !text.is_empty()))
                && alert["annotations"].as_object().unwrap().values().all(Value::is_string)
                && time(alert, "startsAt") < time(alert, "endsAt")
        });
    if is_good {
        Reply::text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    } else {
        answer(400, &json!("bad"))
    }
}

/// What Twilio demands of all requests; then the form.
fn twilio_form(request: &Request, what: &str) -> Result<Vec<(String, String)>, Reply> {
    let sid = "AC0123456789abcdef0123456789abcdef";
    let basic = BASE64_STANDARD.encode(format!("{sid}:{KEY}"));
    if request.field("authorization") != Some(&format!("Basic {basic}")) {
        return Err(answer(401, &json!({ "code": 20003, "message": "Authenticate", "status": 401 })));
    }
    if request.line != format!("POST /2010-04-01/Accounts/{sid}/{what}.json HTTP/1.1") {
        return Err(answer(
            404,
            &json!({ "code": 20404, "message": "The requested resource was not found" }),
        ));
    }
    assert_eq!(request.field("content-type"), Some("application/x-www-form-urlencoded"));
    Ok(url::form_urlencoded::parse(request.content.as_bytes()).into_owned().collect())
}

pub fn value(form: &[(String, String)], name: &str) -> String {
    form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// twilio.com/docs/messaging: numbers in E.164, at most 1600 characters; ours keeps to one part.
fn sms_rules(request: &Request) -> Reply {
    let form = match twilio_form(request, "Messages") {
        Ok(form) => form,
        Err(reply) => return reply,
    };
    let bad = |code: u32, why: &str| answer(400, &json!({ "code": code, "message": why, "status": 400 }));
    if value(&form, "To") != "+4312345678" {
        return bad(21211, "The 'To' number is not a valid phone number.");
    }
    let septets = statusquo_notify::twilio::septets(&value(&form, "Body"));
    if septets.is_none_or(|septets| septets == 0 || septets > 160) {
        return bad(21617, "The concatenated message body exceeds one part.");
    }
    answer(201, &json!({ "sid": "SM1", "status": "queued", "num_segments": "1" }))
}

/// twilio.com/docs/voice: inline TwiML of at most 4000 characters, well-formed.
fn call_rules(request: &Request) -> Reply {
    let form = match twilio_form(request, "Calls") {
        Ok(form) => form,
        Err(reply) => return reply,
    };
    let twiml = value(&form, "Twiml");
    let is_good = twiml.chars().count() <= 4000 && is_balanced(&twiml);
    if !is_good {
        return answer(400, &json!({ "code": 21205, "message": "Twiml is not valid", "status": 400 }));
    }
    answer(201, &json!({ "sid": "CA1", "status": "queued" }))
}

/// Each element ends where it should, and nothing but the five entities stands in text.
pub fn is_balanced(xml: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some((text, after)) = rest.split_once('<') {
        let entities = text.split('&').skip(1);
        if text.contains('>') || entities.into_iter().any(|entity| !entity.contains(';')) {
            return false;
        }
        let Some((tag, after)) = after.split_once('>') else { return false };
        rest = after;
        let name = tag.trim_matches('/').split(' ').next().unwrap();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.is_empty() && rest.is_empty()
}

/// api.slack.com/methods/chat.postMessage: 200 for all that is understood; `ok` decides.
fn slack_bot_rules(request: &Request) -> Reply {
    let bad = |word: &str| answer(200, &json!({ "ok": false, "error": word }));
    if request.line != "POST /api/chat.postMessage HTTP/1.1" {
        return answer(404, &json!({}));
    }
    if request.field("authorization") != Some(&format!("Bearer {KEY}")) {
        return bad("invalid_auth");
    }
    let Some(json) = is_json(request) else { return bad("invalid_json") };
    if json["channel"] != "C0123456789" {
        return bad("channel_not_found");
    }
    let blocks = json["blocks"].as_array().unwrap();
    let is_good = |block: &Value| match block["type"].as_str() {
        Some("header") => fits(block, "/text/text", 150),
        Some("section") => fits(block, "/text/text", 3000),
        Some("actions") => {
            let button = &block["elements"][0];
            fits(button, "/text/text", 75) && fits(button, "/value", 2000) && fits(button, "/action_id", 255)
        }
        Some("context") => block["elements"].as_array().unwrap().len() <= 10,
        _ => false,
    };
    if !fits(&json, "/text", 40_000) || blocks.len() > 50 || !blocks.iter().all(is_good) {
        return bad("invalid_blocks");
    }
    answer(200, &json!({ "ok": true, "channel": "C0123456789", "ts": "1503435956.000247" }))
}
