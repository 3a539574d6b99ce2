//! One monitor: how it is, how it was, what it answered.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use statusquo_alert::{Incident, State as Shown};
use statusquo_exchange::{Content, Exchange, Fields};
use statusquo_problem::Problem;
use statusquo_slo::Sample;
use statusquo_store::Role;

use super::{Here, Look, Page, Part, csv, incidents, monitors, parts, said, text_table};
use crate::auth::Caller;
use crate::board::{MonitorView, RECENT};
use crate::charts;
use crate::context::App;
use crate::history::{History, Range};
use crate::negotiate::Form;
use crate::{wire, words};

/// Kept exchanges that are shown.
const EXCHANGES: usize = 5;
/// So much of a content is shown.
const SHOWN_BYTES: usize = 2000;
/// Probes older than this are not looked for.
const OLDEST: SignedDuration = SignedDuration::from_hours(24);

/// What the store knows of a monitor.
struct Known {
    samples: Vec<Sample>,
    exchanges: Vec<Exchange>,
    incidents: Vec<Incident>,
}

/// Answers `/monitors/{name}` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let snapshot = app.snapshot();
    let (view, form) = monitors::named(&snapshot, &name).ok_or_else(|| monitors::unknown(&name))?;
    let form = form.unwrap_or_else(|| Form::wanted(&headers));
    match form {
        Form::Html => {
            Ok(super::framed(&app, &caller, &page(&app, &caller, view.name.as_str(), &look).await?))
        }
        Form::Json => Ok(super::json(&wire::MonitorWire::from(view.as_ref()))),
        Form::Csv | Form::Text => {
            let samples = samples(&app, view.name.as_str(), 1000).await?;
            Ok(super::respond(form, table(&samples, form)))
        }
        Form::Markdown => Err(super::no_such_form(form)),
    }
}

/// The newest probes of a monitor.
pub(crate) async fn samples(app: &App, name: &str, limit: usize) -> Result<Vec<Sample>, Problem> {
    let (name, now) = (name.to_owned(), app.now());
    let since = now.checked_sub(OLDEST).unwrap_or(now);
    app.ask(move |reader| reader.latest(&name, since, limit)).await
}

fn table(samples: &[Sample], form: Form) -> String {
    let ms = |us: Option<u32>| us.map(|us| format!("{:.3}", f64::from(us) / 1000.0)).unwrap_or_default();
    let cells = |sample: &Sample| {
        let phases = &sample.phases;
        let at = sample.at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let mut cells = vec![at, wire::answer_word(sample.answer), wire::mark_word(sample.mark).to_owned()];
        let each =
            [Some(phases.total), phases.resolve, phases.connect, phases.tls, phases.wait, phases.transfer];
        cells.extend(each.map(ms));
        cells
    };
    let head = ["at", "answer", "mark", "total_ms", "dns_ms", "tcp_ms", "tls_ms", "wait_ms", "transfer_ms"];
    let rows: Vec<_> = samples.iter().map(cells).collect();
    if form == Form::Csv { csv(&head, &rows) } else { text_table(&head, &rows) }
}

/// The page.
pub(crate) async fn page(app: &App, caller: &Caller, name: &str, look: &Look) -> Result<Page, Problem> {
    let (snapshot, now) = (app.snapshot(), app.now());
    let view = snapshot.monitor(name).ok_or_else(|| monitors::unknown(name))?;
    let range = look.range();
    let history = app.history(&view.name, if range == Range::Now { Range::Day } else { range }).await?;
    let known = known(app, view).await?;
    let incident = view.incident.and_then(|number| snapshot.incident(number));
    let path = parts::monitor_path(name);
    Ok(Page {
        headline: said::of_monitor(view, incident.map(AsRef::as_ref), now),
        here: Here::Monitors,
        above: Some(html! { a href="/monitors" { "Monitors" } " / " (view.name) }),
        controls: Some(Part::live(
            "controls",
            html! { (parts::state_chip(view.state)) (parts::ranges(range, &path, "")) },
        )),
        path,
        parts: vec![
            Part::live("now", now_part(view, incident.map(AsRef::as_ref), caller, now)),
            Part::live("figures", figures(view, &history, range, now)),
            Part::live("bars", bars(view, &history, range, now)),
            Part::live("charts", charts_part(&history, &known.samples, range)),
            Part::live(
                "answers",
                html! { div.grid.g12 { (codes(&history, range)) (last(&known.samples, now)) } },
            ),
            Part::still("exchanges", exchanges(&known.exchanges, now)),
            Part::still(
                "about",
                html! { div.grid.g12 { (about(view, &known.exchanges, now)) (incidents_of(&known.incidents, now)) } },
            ),
        ],
        twins: &[Form::Json, Form::Csv, Form::Text],
    })
}

async fn known(app: &App, view: &MonitorView) -> Result<Known, Problem> {
    let (name, now) = (view.name.clone(), app.now());
    let since = now.checked_sub(OLDEST).unwrap_or(now);
    let asked = app.ask(move |reader| {
        let page =
            statusquo_store::Page { monitor: Some(name.clone()), phase: None, before: None, limit: 10 };
        let kept = reader.evidence_of(name.as_str(), EXCHANGES)?;
        Ok(Known {
            samples: reader.latest(name.as_str(), since, RECENT)?,
            exchanges: kept.iter().filter_map(|kept| wire::parse_exchange(&kept.json).ok()).collect(),
            incidents: reader.incidents(&page)?,
        })
    });
    asked.await
}

fn now_part(view: &MonitorView, incident: Option<&Incident>, caller: &Caller, now: Timestamp) -> Markup {
    let path = parts::monitor_path(view.name.as_str());
    let last_code = view.last.as_ref().and_then(|last| match last.answer {
        statusquo_slo::Answer::Status(code) => Some(code),
        statusquo_slo::Answer::Failure(_) | statusquo_slo::Answer::None => None,
    });
    // While something is wrong, what it says is explained, and not the good answer in between.
    let code = match incident.and_then(|incident| incident.cause.as_ref()) {
        Some(cause) => cause.kind.status(),
        None => last_code,
    };
    let is_bad = matches!(view.state, Shown::Failing | Shown::Degraded);
    html! {
        section class={ "panel three" @if is_bad { " urgent" } } {
            div { h2 { "What is happening" }
                @match &view.last {
                    Some(last) => p { "The last probe, at " (parts::time(last.at, now)) ", got " (parts::answer(last.answer, last.mark))
                        @if let Some(code) = last_code { " " b { (code.phrase()) } } " after " (words::took(last.phases.total)) "."
                        @if let Some(why) = &last.sentence { " It " (why) "." } },
                    None => p { "No probe has ended yet; the first one is on its way." },
                }
                @if let Some(incident) = incident {
                    p { (parts::incident_mark(incident)) " " a href={ "/incidents/" (incident.number) } { "Incident " (incident.number) }
                        ", since " (parts::time(incident.began, now)) ", " (said::extent(incident, now)) "." }
                }
            }
            div { h2 { @match code { Some(code) => { "What " (code) " means here" } None => "What it means" } }
                @match (code, view.state) {
                    (Some(code), _) => p { (words::code_meaning(code)) " " a href={ "/codes/" (code) } { "More on " (code) } },
                    (None, Shown::Unknown) => p { "Unknown is not ok: nothing can be said about the target." },
                    (None, _) => p { "There is no status code to explain." },
                }
            }
            div { h2 { @if is_bad { "Next step" } @else { "What you can do" } }
                @if let Some(incident) = incident {
                    p { (parts::marked(&words::full_sentence(&words::next_step(&incident.subject, incident.cause.as_ref())))) }
                }
                @if let Some(runbook) = &view.runbook { p { "Runbook: " (parts::web_link(runbook, runbook)) } }
                @if caller.may(Role::Responder) {
                    div.act {
                        @if view.kind != "heartbeat" { (parts::button(caller, &format!("{path}/run"), "Probe now", "pri")) }
                        @if view.state == Shown::Paused { (parts::button(caller, &format!("{path}/resume"), "Resume", "")) }
                        @else { (parts::button(caller, &format!("{path}/pause"), "Pause", "")) }
                    }
                }
            }
        }
    }
}

fn figures(view: &MonitorView, history: &History, range: Range, now: Timestamp) -> Markup {
    let (worked, p50, p95) = if range == Range::Now {
        let mut times: Vec<u32> = view.recent.iter().map(|recent| recent.total_us).collect();
        times.sort_unstable();
        let p95 = times.get((times.len() * 95).div_ceil(100).saturating_sub(1)).copied();
        (view.available(), view.median_us(), p95)
    } else {
        let quantile = |share| history.sum.latency().quantile(share).map(rounded);
        (history.sum.available(), quantile(0.5), quantile(0.95))
    };
    let took = |us: Option<u32>| parts::with_unit(&us.map_or("—".to_owned(), words::took));
    html! {
        section.panel.kpis aria-label="Key figures" {
            (parts::figure(html! { "Worked" }, parts::with_unit(&words::percent(worked)),
                html! { (words::grouped(worked.0)) " of " (words::grouped(worked.1)) " in " (range.words()) }))
            (parts::figure(html! { "Median" }, took(p50), html! { "half of the answers took no longer" }))
            (parts::figure(html! { "95th percentile" }, took(p95), html! { "95 of 100 took no longer" }))
            (parts::figure(html! { (Shown::as_str(view.state)) " for" },
                parts::with_unit(&words::lasting(words::between(view.since, now))), html! { "since " (parts::time(view.since, now)) }))
            (parts::figure(html! { "Certificate" },
                match view.certificate_expires { Some(at) => parts::with_unit(&parts::certificate(at, now).1), None => html! { "—" } },
                match view.certificate_expires { Some(at) => html! { "expires " (parts::time(at, now)) }, None => html! { "no TLS seen" } }))
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "below 2^32: durations are capped"
)]
fn rounded(microseconds: f64) -> u32 {
    microseconds.round() as u32
}

fn bars(view: &MonitorView, history: &History, range: Range, now: Timestamp) -> Markup {
    let worked = if range == Range::Now { view.available() } else { history.sum.available() };
    let label = format!("{} worked in {}", words::percent(worked), range.words());
    let first = match range {
        Range::Now => {
            view.recent.front().map(|first| Timestamp::from_second(first.at_secs.into()).unwrap_or(now))
        }
        Range::Hour | Range::Hours6 | Range::Day | Range::Week | Range::Month => {
            history.bars.first().map(|(at, _)| *at)
        }
    };
    html! {
        section.panel aria-labelledby="bars-title" {
            div.ph { h2 #bars-title { "Answers" } span.muted { (range.words()) "; red: the failing share, short: unknown" } }
            div.pb { figure.tall {
                @if range == Range::Now { (charts::recent_bars(view, &label)) } @else { (charts::bars(history, &label)) }
                (axis(first, now))
                @if range != Range::Now { (counts(history, now)) }
            } }
        }
    }
}

/// The ends of a time axis.
fn axis(from: Option<Timestamp>, now: Timestamp) -> Markup {
    html! { div.x { span { @if let Some(from) = from { (parts::time(from, now)) } } span { "now" } } }
}

/// A chart's numbers as a table.
fn counts(history: &History, now: Timestamp) -> Markup {
    use statusquo_slo::Mark;
    html! {
        details.data { summary { "Show as a table" }
            div.tw { table { thead { tr { th scope="col" { "From" } @for name in ["Good", "Degraded", "Bad", "Unknown"] { th.num scope="col" { (name) } }
                th.num scope="col" { "p50" } th.num scope="col" { "p95" } } }
            tbody { @for (at, tally) in history.bars.iter().rev().filter(|(_, tally)| tally.total() > 0) { tr {
                td { (parts::time(*at, now)) }
                @for mark in [Mark::Good, Mark::Degraded, Mark::Bad, Mark::Unknown] { td.num { (words::grouped(tally.marked(mark))) } }
                @for share in [0.5, 0.95] { td.num { (tally.latency().quantile(share).map_or("—".to_owned(), |us| words::took(rounded(us)))) } }
            } } } } }
        }
    }
}

fn charts_part(history: &History, samples: &[Sample], range: Range) -> Markup {
    let oldest_first: Vec<Sample> = samples.iter().rev().copied().collect();
    let over = if range == Range::Now { Range::Day } else { range };
    html! {
        div.grid.g11 {
            section.panel aria-labelledby="latency-title" {
                div.ph { h2 #latency-title { "Latency" } span.muted { (over.words()) } span.sp {}
                    span.legend { span { span.key.k2 {} "p50" } span { span.key.k4 {} "p95" } } }
                div.pb { @match charts::latency(history) {
                    Some(chart) => figure { (chart) div.x.in { span { (words::lasting(std::time::Duration::from_secs(u64::try_from(over.bar_seconds()).unwrap_or(0) * history.bars.len() as u64))) " ago" } span { "now" } } },
                    None => p.muted { "Nothing was answered in this time." },
                } }
            }
            section.panel aria-labelledby="phases-title" {
                div.ph { h2 #phases-title { "Where the time goes" } span.muted { "last " (oldest_first.len()) " probes" } span.sp {}
                    span.legend { @for (name, class) in charts::PHASES { span { span.key.(class) {} (name) } } } }
                div.pb { @match charts::phases(&oldest_first) {
                    Some(chart) => figure { (chart) div.x.in { span { "older" } span { "newest" } } (median_phases(&oldest_first)) },
                    None => p.muted { "No probe has ended yet." },
                } }
            }
        }
    }
}

/// One sentence about the phases: the median of each.
fn median_phases(samples: &[Sample]) -> Markup {
    let median = |phase: usize| {
        let mut times: Vec<u32> =
            samples.iter().filter_map(|sample| charts::parts(sample).get(phase).copied()).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or(0)
    };
    html! { figcaption { "Usually "
    @for (at, (name, _)) in charts::PHASES.iter().enumerate() { @if at > 0 { ", " } (name) " " (words::took(median(at))) } "." } }
}

fn codes(history: &History, range: Range) -> Markup {
    let mut counted = history.sum.by_answer();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let all = history.sum.total();
    let over = if range == Range::Now { Range::Day } else { range };
    html! {
        section.panel aria-labelledby="codes-title" {
            div.ph { h2 #codes-title { "By exact answer" } span.muted { (over.words()) } }
            @if counted.is_empty() { p.pb.muted { "Nothing was counted in this time." } } @else {
                table { thead { tr { th scope="col" { "Answer" } th.num scope="col" { "Count" } th.num scope="col" { "Share" } } }
                tbody { @for (answer, count) in &counted { tr {
                    td { (parts::answer(*answer, statusquo_slo::Mark::Good)) " " span.muted { (phrase(*answer)) } }
                    td.num { (words::grouped(*count)) } td.num.muted { (words::percent((*count, all))) }
                } } } }
            }
        }
    }
}

const fn none_words() -> &'static str {
    "works without status codes"
}

fn phrase(answer: statusquo_slo::Answer) -> &'static str {
    match answer {
        statusquo_slo::Answer::Status(code) => code.phrase(),
        statusquo_slo::Answer::Failure(kind) => kind.in_words(),
        statusquo_slo::Answer::None => none_words(),
    }
}

fn last(samples: &[Sample], now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="last-title" {
            div.ph { h2 #last-title { "Last probes" } span.muted { "in milliseconds" } }
            @if samples.is_empty() { p.pb.muted { "None yet." } } @else {
                div.tw { table { thead { tr { th scope="col" { "Time" } th scope="col" { "Answer" } th.num scope="col" { "Total" }
                    @for (name, _) in charts::PHASES { th.num.hide-s scope="col" { (name) } } } }
                tbody { @for sample in samples.iter().take(12) { tr {
                    td { (parts::time(sample.at, now)) }
                    td { (parts::answer(sample.answer, sample.mark))
                        @if sample.answer != statusquo_slo::Answer::None { " " span.muted { (parts::mark_text(sample.mark)) } } }
                    td.num { (ms(Some(sample.phases.total))) }
                    @for phase in [sample.phases.resolve, sample.phases.connect, sample.phases.tls, sample.phases.wait, sample.phases.transfer] {
                        td.num.muted.hide-s { (ms(phase)) }
                    }
                } } } } }
            }
        }
    }
}

fn ms(microseconds: Option<u32>) -> String {
    microseconds.map_or("—".to_owned(), |us| format!("{:.1}", f64::from(us) / 1000.0))
}

fn exchanges(exchanges: &[Exchange], now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="exchanges-title" {
            div.ph { h2 #exchanges-title { "Last answers that were kept" } span.muted { "each that was not good, each change, and a good one now and then; redacted before they were kept" } }
            @if exchanges.is_empty() { p.pb.muted { "None was kept yet." } } @else {
                ul.list.plainlist { @for (at, kept) in exchanges.iter().enumerate() { li.whole {
                    details.data open[at == 0] { summary {
                        @match (kept.response(), kept.failure()) {
                            (_, Some(failure)) => { span.gl.g0 aria-hidden="true" { "✕" } b { (failure.kind.as_str().replace('_', " ")) } }
                            // No link: the summary itself is what one presses.
                            (Some(response), None) => { (parts::code_mark(response.status)) " " (response.status.phrase()) }
                            (None, None) => "nothing"
                        } " " (parts::time(kept.at, now)) }
                        (exchange(kept, now)) }
                } } }
            }
        }
    }
}

/// An exchange with its header fields.
pub(crate) fn exchange(kept: &Exchange, now: Timestamp) -> Markup {
    html! {
        div.exchange {
            p { code { (kept.request.method) " " (kept.request.target) } " at " (parts::time(kept.at, now))
                ", took " (words::took(u32::try_from(kept.timing.total.as_micros()).unwrap_or(u32::MAX)))
                @if let Some(peer) = kept.peer { ", answered by " code { (peer) } } "." }
            @if let Some(failure) = kept.failure() { p { b { "✕ It " (failure.kind.in_words()) } ": " (failure.detail) } }
            @if let Some(response) = kept.response() {
                pre tabindex="0" aria-label="The response" {
                    b { (response.version.map_or("HTTP", |version| version.as_str())) " " (response.status)
                        @if let Some(reason) = &response.reason { " " (String::from_utf8_lossy(reason)) } } "\n"
                    (fields(&response.fields)) "\n" (content(&response.content)) (fields(&response.trailers))
                }
            }
            p.muted { a href={ "/api/v1/exchanges/" (parts::segment(&kept.id.0)) } { "As JSON" } }
        }
    }
}

fn fields(fields: &Fields) -> Markup {
    html! { @for line in fields.lines() {
        span.fn { (String::from_utf8_lossy(&line.name)) } ": " (String::from_utf8_lossy(&line.value)) "\n"
    } }
}

fn content(content: &Content) -> Markup {
    let Some(bytes) = content.bytes() else { return html! { i { "content not captured" } "\n" } };
    let begin = bytes.get(..SHOWN_BYTES.min(bytes.len())).unwrap_or_default();
    html! {
        @if bytes.is_empty() { i { "no content" } }
        (String::from_utf8_lossy(begin))
        @if bytes.len() > begin.len() { i { "… " (words::bytes((bytes.len() - begin.len()) as u64)) " more" } } "\n"
    }
}

fn about(view: &MonitorView, exchanges: &[Exchange], now: Timestamp) -> Markup {
    let tls = exchanges.iter().find_map(|kept| kept.tls.as_ref());
    let mut facts = vec![
        ("Name", html! { code { (view.name) } }),
        ("Target", html! { code { (view.target) } }),
        ("Asks", html! { (view.kind) ", every " (words::lasting(view.every)) }),
        ("Expects", parts::marked(&view.expectations)),
    ];
    facts.extend(view.group.as_ref().map(|group| ("Group", html! { (group) })));
    facts.extend(
        view.parent.as_ref().map(|parent| {
            ("Depends on", html! { a href=(parts::monitor_path(parent.as_str())) { (parent) } })
        }),
    );
    if let Some(tls) = tls {
        facts.push((
            "TLS",
            html! { (tls.version) ", " (tls.cipher) @if let Some(alpn) = &tls.alpn { ", " (alpn) } },
        ));
        for (at, certificate) in tls.chain.iter().enumerate() {
            let (state, left) = parts::certificate(certificate.not_after, now);
            let name = if at == 0 { "Certificate" } else { "Issued by" };
            facts.push((name, html! {
                (certificate.subject) br; span.muted { "by " (certificate.issuer) } br;
                (parts::state_mark(state)) " " (left) ", until " (parts::time(certificate.not_after, now))
                @if !certificate.names.is_empty() { br; span.muted { "for " (certificate.names.join(", ")) } }
            }));
        }
    }
    html! { section.panel aria-labelledby="about-title" { div.ph { h2 #about-title { "About this monitor" } } div.pb { (parts::facts(&facts)) } } }
}

fn incidents_of(listed: &[Incident], now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="its-incidents" {
            div.ph { h2 #its-incidents { "Its incidents" } }
            @if listed.is_empty() { p.pb.muted { "None so far." } } @else { (incidents::rows(listed.iter(), now)) }
        }
    }
}
