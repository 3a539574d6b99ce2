//! Kept requests, newest first: those that went wrong, and a sample of the rest.

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use statusquo_exchange::Name;
use statusquo_problem::{Checks, Mistake, Place, Problem};
use statusquo_slo::Mark;
use statusquo_store::{Kept, Wanted};

use super::{Here, Page, Part, Table, parts, twin};
use crate::auth::Caller;
use crate::context::App;
use crate::negotiate::Form;
use crate::wire::{HopWire, Requests, called};
use crate::words;

/// Requests of one page.
const MANY: usize = 50;

/// Which requests are wanted, as it stands in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Asked {
    service: Option<String>,
    /// `503`, `5xx`, or `none` for those without an answer.
    code: Option<String>,
    client: Option<String>,
    method: Option<String>,
    path: Option<String>,
    /// Moments, as RFC 3339.
    from: Option<String>,
    to: Option<String>,
    /// Where the list goes on, in microseconds since 1970.
    before: Option<i64>,
}

/// Answers `/requests` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    let kept = list(&app, &asked).await?;
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&asked, &kept, app.now())));
    }
    twin(form, || wire(&kept), || Table { head: &HEAD, rows: cells(&kept) })
}

/// The newest requests that are wanted.
pub(crate) async fn list(app: &App, asked: &Asked) -> Result<Vec<Kept>, Problem> {
    let wanted = asked.wanted()?;
    app.ask(move |reader| reader.rows(&wanted, MANY)).await
}

/// The list as JSON.
pub(crate) fn wire(kept: &[Kept]) -> Requests {
    Requests { requests: kept.iter().map(HopWire::from).collect(), next: next(kept) }
}

fn next(kept: &[Kept]) -> Option<i64> {
    kept.last().filter(|_| kept.len() == MANY).map(|last| last.row.at_us)
}

impl Asked {
    fn wanted(&self) -> Result<Wanted, Problem> {
        let mut checks = Checks::new();
        let mut moment = |field: &str, text: &Option<String>| {
            let text = text.as_ref().filter(|text| !text.is_empty())?;
            let at = text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond);
            if at.is_none() {
                let example = format!("`{field}` is a moment such as `2026-11-29T14:00:00Z`");
                checks.note(Mistake::at(Place::Query(field.to_owned().into()), example));
            }
            at
        };
        let (from_us, to_us) = (moment("from", &self.from), moment("to", &self.to));
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let code = given(&self.code);
        let codes = code.as_deref().and_then(codes);
        let unanswered = code.as_deref() == Some("none");
        if code.is_some() && codes.is_none() && !unanswered {
            let what = "`code` is a status code, a class such as `5xx`, or `none`";
            checks.note(Mistake::at(Place::Query("code".into()), what));
        }
        checks.finish().map_err(Problem::bad_parameters)?;
        Ok(Wanted {
            from_us,
            to_us: self.before.or(to_us),
            service: given(&self.service).map(Name::from),
            codes,
            unanswered,
            client: given(&self.client),
            method: given(&self.method).map(|method| method.to_uppercase()),
            path: given(&self.path),
        })
    }

    /// The address of the list, with another value of `before`.
    fn address(&self, before: i64) -> String {
        let pairs = [
            ("service", &self.service),
            ("code", &self.code),
            ("client", &self.client),
            ("method", &self.method),
            ("path", &self.path),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let given = pairs.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let query: String = given.map(|(name, value)| format!("{name}={}&", parts::segment(value))).collect();
        format!("/requests?{query}before={before}")
    }
}

/// `503` or `5xx` as a range.
fn codes(text: &str) -> Option<(u16, u16)> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(class) = text.strip_suffix("xx") {
        let class: u16 = class.parse().ok().filter(|class| (1..=9).contains(class))?;
        return Some((class * 100, class * 100 + 99));
    }
    let code: u16 = text.parse().ok().filter(|code| *code > 0)?;
    Some((code, code))
}

fn page(asked: &Asked, kept: &[Kept], now: Timestamp) -> Page {
    let headline = match (kept.len(), asked == &Asked::default()) {
        (0, true) => "No request was kept so far".to_owned(),
        (0, false) => "No kept request is like this".to_owned(),
        (1, _) => "1 kept request".to_owned(),
        (MANY, _) => format!("The newest {MANY} kept requests"),
        (many, _) => format!("{many} kept requests"),
    };
    let content = html! {
        section.panel {
            p.pb.muted { "All requests are counted. Kept one by one are those without an answer, all server errors, unusual client errors, slow ones, and a sample of the rest." }
            @if !kept.is_empty() { (rows(kept, now)) }
            @if let Some(next) = next(kept) { p.more { a href=(asked.address(next)) { "Older requests" } } }
        }
    };
    Page {
        headline,
        here: Here::Requests,
        path: "/requests".to_owned(),
        above: None,
        controls: Some(Part::still("filter", filter(asked))),
        parts: vec![Part::still("list", content)],
        twins: &[Form::Json, Form::Csv, Form::Text],
    }
}

fn filter(asked: &Asked) -> Markup {
    let fields = [
        ("service", "Service", &asked.service),
        ("code", "Code", &asked.code),
        ("path", "Path", &asked.path),
        ("client", "Client", &asked.client),
    ];
    html! {
        form.filter method="get" action="/requests" {
            @for (name, label, value) in fields {
                input type="search" name=(name) aria-label=(label) placeholder=(label) value=[value.as_deref()] size="10";
            }
            button.btn type="submit" { "Show" }
        }
    }
}

/// Requests as a list, each with a link to its page.
pub(crate) fn rows(kept: &[Kept], now: Timestamp) -> Markup {
    html! {
        ul.list.cd { @for kept in kept {
            li data-row {
                span { (parts::answer(kept.row.answer, Mark::Unknown)) }
                span { a.ep href={ "/requests/" (parts::segment(&called(kept.number, &kept.row))) } {
                    (kept.row.method) " " (shown(kept)) } }
                span.r { (parts::time(moment(kept), now)) }
                span.s2 { (kept.service)
                    @if let Some(us) = kept.row.duration_us { " · " (words::took(us)) }
                    @if !kept.row.client.is_empty() { " · " (kept.row.client) }
                    " · " (kept.row.why.in_words()) }
            }
        } }
    }
}

fn shown(kept: &Kept) -> &str {
    let row = &kept.row;
    [&row.target, &row.route, &row.host]
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or("(no path)", |text| text)
}

fn moment(kept: &Kept) -> Timestamp {
    Timestamp::from_microsecond(kept.row.at_us).unwrap_or_default()
}

const HEAD: [&str; 9] =
    ["at", "service", "layer", "method", "target", "answer", "duration_ms", "client", "id"];

fn cells(kept: &[Kept]) -> Vec<Vec<String>> {
    let cells = |kept: &Kept| {
        let row = &kept.row;
        let took = row.duration_us.map(|us| format!("{:.3}", f64::from(us) / 1000.0)).unwrap_or_default();
        vec![
            moment(kept).to_string(),
            kept.service.to_string(),
            row.layer.as_str().to_owned(),
            row.method.to_string(),
            shown(kept).to_owned(),
            crate::wire::answer_word(row.answer),
            took,
            row.client.to_string(),
            called(kept.number, row),
        ]
    };
    kept.iter().map(cells).collect()
}
