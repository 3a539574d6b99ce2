//! What is drawn: one sentence, the codes, the endpoints.

use statusquo_catalogue::StatusCode;
use statusquo_serve::wire::{TopCode, TopEndpoint};

use super::feed::Shown;
use super::look::Look;
use crate::cli::screen::{bars, columns, count, pad, printable};
use crate::cli::{Screen, Tone};

/// Codes that are shown when there is not room for all.
const MOST_CODES: usize = 8;
/// Sentences about what is out of the usual.
const MOST_TROUBLES: usize = 3;

const HELP: [&str; 7] = [
    "q        quit",
    "/        show only endpoints with these words; Enter ends, Esc clears",
    "↑ ↓      choose an endpoint",
    "Enter    its latest failing requests (of a server)",
    "space    stand still",
    "Esc      close, clear the filter",
    "?        this",
];

/// Everything, without keys: for pipes and files.
pub(super) fn text(screen: &Screen, shown: &Shown) -> String {
    let mut lines = head(screen, shown, &Look::default());
    lines.extend(codes(screen, &shown.top.codes, usize::MAX));
    lines.push(String::new());
    let endpoints: Vec<&TopEndpoint> = shown.top.endpoints.iter().collect();
    lines.extend(table(screen, &endpoints, None));
    lines.join("\n")
}

/// What a terminal of so many lines shows.
pub(super) fn frame(screen: &Screen, shown: &Shown, look: &Look, rows: usize) -> String {
    let mut lines = head(screen, shown, look);
    if look.is_helping {
        lines.extend(HELP.map(str::to_owned));
    } else if let Some(endpoint) = &look.opened {
        lines.push(
            screen.paint(Tone::Strong, &format!("the latest failing requests of {}", printable(endpoint))),
        );
        lines.extend(look.requests.iter().map(|line| printable(line)));
    } else {
        lines.extend(codes(screen, &shown.top.codes, MOST_CODES));
        lines.push(String::new());
        let endpoints = look.endpoints(&shown.top);
        let room = rows.saturating_sub(lines.len() + 3).max(1);
        // What is chosen stays in sight.
        let skipped = (look.chosen + 1).saturating_sub(room);
        let seen: Vec<&TopEndpoint> = endpoints.iter().copied().skip(skipped).take(room).collect();
        lines.extend(table(screen, &seen, Some(look.chosen - skipped)));
        if seen.is_empty() && !look.filter.is_empty() {
            lines.push(format!("no endpoint has `{}`; Esc clears the filter", printable(&look.filter)));
        }
    }
    lines.truncate(rows.saturating_sub(1));
    lines.resize(rows.saturating_sub(1), String::new());
    lines.push(foot(screen, look));
    lines.iter().map(|line| cut(line, screen.width)).collect::<Vec<_>>().join("\n")
}

fn head(screen: &Screen, shown: &Shown, look: &Look) -> Vec<String> {
    let top = &shown.top;
    let at = top.at.to_zoned(screen.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let name = top.service.as_deref().unwrap_or("no traffic yet");
    let state = match (look.is_paused, shown.is_past) {
        (true, _) => "paused",
        (false, true) => "the end of the log",
        (false, false) => "live",
    };
    let title = screen.paint(Tone::Strong, &printable(name));
    let mut lines = vec![format!("{title}  {at}  {state}  {} requests/s", rate(top.requests_per_second))];
    lines.extend(shown.notes.iter().map(|note| screen.paint(Tone::Warning, &printable(note))));
    let mark = screen.paint(Tone::Bad, "■");
    for trouble in top.troubles.iter().take(MOST_TROUBLES) {
        let since = trouble.since.to_zoned(screen.zone.clone()).strftime("%H:%M").to_string();
        lines.push(format!("{mark} {} {}, since {since}", printable(&trouble.endpoint), trouble.what));
    }
    if top.troubles.len() > MOST_TROUBLES {
        lines.push(format!("  and {} more endpoints", top.troubles.len() - MOST_TROUBLES));
    }
    if top.troubles.is_empty() && !top.codes.is_empty() {
        lines.push(format!("{} nothing is out of the usual", screen.paint(Tone::Good, "●")));
    }
    lines.push(String::new());
    lines
}

fn codes(screen: &Screen, codes: &[TopCode], most: usize) -> Vec<String> {
    let mut lines: Vec<String> = codes.iter().take(most).map(|code| self::code(screen, code)).collect();
    if codes.len() > most {
        lines.push(format!("  and {}", count(codes.len() - most, "rarer answer")));
    }
    lines
}

/// `■ 503 Service Unavailable         4.2/s  ▁▁▁▅▅  unusual`
fn code(screen: &Screen, code: &TopCode) -> String {
    let (mark, name) = match code.code.map(StatusCode::new) {
        Some(status) => (screen.mark(status), format!("{status} {}", status.phrase())),
        None => (screen.no_answer(), code.answer.replace('_', " ")),
    };
    let unusual = if code.is_unusual { screen.paint(Tone::Bad, "  unusual") } else { String::new() };
    let rate = format!("{}/s", rate(code.per_second));
    let most = code.recent.iter().max().copied().unwrap_or(0);
    format!("{mark} {}  {rate:>9}  {}{unusual}", pad(&name, 30), bars(&code.recent, most))
}

fn table(screen: &Screen, endpoints: &[&TopEndpoint], chosen: Option<usize>) -> Vec<String> {
    if endpoints.is_empty() {
        return Vec::new();
    }
    let rows = endpoints.iter().enumerate().map(|(at, endpoint)| {
        let pointer = if chosen == Some(at) { "→" } else { " " };
        vec![
            format!("{pointer} {} {}", endpoint.method, printable(&shortened(&endpoint.route))),
            rate(endpoint.per_second),
            share(endpoint.client_error_ratio),
            match endpoint.server_error_ratio {
                ratio if ratio > 0.0 => screen.paint(Tone::Bad, &share(ratio)),
                ratio => share(ratio),
            },
            endpoint.main_error.clone().unwrap_or_default().replace('_', " "),
            endpoint.p95_ms.map_or(String::new(), milliseconds),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let head = ["  endpoint", "/s", "▲ 4xx", "■ 5xx", "main error", "p95"];
    screen.table(&head, &rows).lines().map(str::to_owned).collect()
}

fn foot(screen: &Screen, look: &Look) -> String {
    if look.is_typing {
        return format!("/{}_", printable(&look.filter));
    }
    let enter = if look.has_requests { " · Enter failing requests" } else { "" };
    let filter =
        if look.filter.is_empty() { String::new() } else { format!(" ({})", printable(&look.filter)) };
    screen.paint(Tone::Quiet, &format!("q quit · / filter{filter} · ↑↓ choose{enter} · space pause · ? help"))
}

fn rate(per_second: f64) -> String {
    match per_second {
        rate if rate >= 10.0 => format!("{rate:.0}"),
        rate if rate >= 0.1 || rate == 0.0 => format!("{rate:.1}"),
        rate => format!("{rate:.2}"),
    }
}

fn share(ratio: f64) -> String {
    match ratio * 100.0 {
        share if share <= 0.0 => "-".to_owned(),
        share if share >= 10.0 => format!("{share:.0} %"),
        share => format!("{share:.1} %"),
    }
}

fn milliseconds(ms: f64) -> String {
    if ms >= 10_000.0 { format!("{:.0} s", ms / 1000.0) } else { format!("{ms:.0} ms") }
}

fn shortened(route: &str) -> String {
    const MOST: usize = 48;
    if columns(route) <= MOST {
        return route.to_owned();
    }
    let start: String = route.chars().take(MOST - 1).collect();
    format!("{start}…")
}

/// A line that is longer than the terminal is wide would push the others away.
fn cut(line: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| columns(line) > *width) else { return line.to_owned() };
    let mut shown = String::new();
    let mut left = width;
    let mut in_style = false;
    for c in line.chars() {
        match (in_style, c) {
            (false, '\u{1b}') => in_style = true,
            (true, 'm') => in_style = false,
            (true, _) => {}
            (false, _) if left == 0 => continue,
            (false, _) => left -= 1,
        }
        shown.push(c);
    }
    shown
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use statusquo_serve::wire::{Top, TopTrouble};

    use super::*;

    fn shown() -> Shown {
        let at: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let code = |code: Option<u16>, answer: &str, per_second: f64, last: u64| TopCode {
            code,
            answer: answer.to_owned(),
            per_second,
            recent: (0..20).map(|column| if column > 15 { last } else { last / 9 }).collect(),
            is_unusual: code == Some(503),
        };
        let endpoint = |method: &str, route: &str, per_second: f64, server: f64| TopEndpoint {
            method: method.to_owned(),
            route: route.to_owned(),
            slug: String::new(),
            per_second,
            client_error_ratio: 0.031,
            server_error_ratio: server,
            main_error: (server > 0.0).then(|| "503".to_owned()),
            p95_ms: Some(843.4),
        };
        let top = Top {
            service: Some("Acme API".to_owned()),
            at,
            requests_per_second: 1160.0,
            troubles: vec![TopTrouble {
                endpoint: "POST /v1/orders".to_owned(),
                what: "answers 503 to 1 request in 14".to_owned(),
                since: "2026-11-23T14:02:00Z".parse().unwrap(),
            }],
            codes: vec![
                code(Some(200), "200", 903.0, 27_000),
                code(Some(304), "304", 113.0, 3_400),
                code(Some(503), "503", 4.2, 120),
                code(None, "connection_closed", 0.02, 1),
            ],
            endpoints: vec![
                endpoint("POST", "/v1/orders", 61.0, 0.07),
                endpoint("GET", "/v1/inventory/{sku}\u{1b}[2J", 240.0, 0.0),
            ],
        };
        Shown { top, notes: Vec::new(), is_past: false }
    }

    fn screen(width: Option<usize>) -> Screen {
        Screen { colour: false, ascii: false, width, zone: TimeZone::UTC }
    }

    #[test]
    fn everything_stands_there_as_text() {
        expect![[r#"
            Acme API  2026-11-23 14:41:20  live  1160 requests/s
            ■ POST /v1/orders answers 503 to 1 request in 14, since 14:02

            ● 200 OK                              903/s  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂████
            ◆ 304 Not Modified                    113/s  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂████
            ■ 503 Service Unavailable             4.2/s  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂████  unusual
            ✕ connection closed                  0.02/s  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁████

              endpoint                     /s   ▲ 4xx  ■ 5xx  main error  p95
              POST /v1/orders              61   3.1 %  7.0 %  503         843 ms
              GET /v1/inventory/{sku}�[2J  240  3.1 %  -                  843 ms"#]]
        .assert_eq(&text(&screen(None), &shown()));
    }

    #[test]
    fn a_terminal_is_never_overrun() {
        let mut look = Look::new(true);
        look.chosen = 1;
        for (rows, width) in [(24, 80), (12, 40), (3, 10)] {
            let frame = frame(&screen(Some(width)), &shown(), &look, rows);
            let lines: Vec<&str> = frame.lines().collect();
            assert_eq!(lines.len(), rows, "{frame}");
            assert!(lines.iter().all(|line| columns(line) <= width), "{frame}");
            assert!(!frame.contains('\u{1b}'), "what strangers wrote moves the cursor");
        }
        expect![[r#"
            Acme API  2026-11-23 14:41:20  live  1160 requests/s
            ■ POST /v1/orders answers 503 to 1 request in 14, since 14:02

            ● 200 OK                              903/s  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂████
            ◆ 304 Not Modified                    113/s  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂████
            ■ 503 Service Unavailable             4.2/s  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂████  unusual
            ✕ connection closed                  0.02/s  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁████

              endpoint                     /s   ▲ 4xx  ■ 5xx  main error  p95
              POST /v1/orders              61   3.1 %  7.0 %  503         843 ms
            → GET /v1/inventory/{sku}�[2J  240  3.1 %  -                  843 ms




            q quit · / filter · ↑↓ choose · Enter failing requests · space pause · ? help"#]]
        .assert_eq(&frame(&screen(Some(80)), &shown(), &look, 16));
    }

    #[test]
    fn keys_are_explained_and_a_filter_that_finds_nothing_says_so() {
        let mut look = Look::new(false);
        look.is_helping = true;
        assert!(frame(&screen(None), &shown(), &look, 24).contains("stand still"));
        look = Look { filter: "nothing".to_owned(), ..Look::new(false) };
        assert!(frame(&screen(None), &shown(), &look, 24).contains("no endpoint has `nothing`"));
    }
}
