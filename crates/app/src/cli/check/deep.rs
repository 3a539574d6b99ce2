//! `check --deep`: asks further questions, and says before what they are.

use jiff::Timestamp;
use statusquo_lint::{Ask, Depth, questions};
use statusquo_source::http::{HttpSpec, Prober};
use url::Url;

use super::Judged;
use crate::cli::args::Deep;

/// Asks what the last answer makes worth asking, one question after the other.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
pub(super) async fn ask(prober: &Prober, first: &HttpSpec, how: Deep, dry_run: bool, judged: &mut Judged) {
    let depth = match how {
        Deep::Safe => Depth::Safe,
        Deep::All => Depth::All,
    };
    let asks = judged.exchange().map(|exchange| questions(exchange, depth)).unwrap_or_default();
    if asks.is_empty() {
        eprintln!("--deep: no further questions: it takes a GET that was answered with 200");
        return;
    }
    for ask in &asks {
        let fields: Vec<String> = ask.fields.iter().map(|(name, value)| shown(name, value)).collect();
        eprintln!("--deep: {} {} {}  ({})", ask.method, cut(&ask.target), fields.join(" "), ask.why);
        if dry_run {
            continue;
        }
        if let Some(spec) = spec(first, ask) {
            let probed = prober.probe(&spec, Timestamp::now()).await;
            judged.further.extend(probed.exchanges);
        }
    }
}

fn shown(name: &str, value: &str) -> String {
    if value.is_empty() { format!("(no {name})") } else { format!("[{name}: {}]", cut(value)) }
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn spec(first: &HttpSpec, ask: &Ask) -> Option<HttpSpec> {
    let mut spec = first.clone();
    spec.url = Url::parse(&ask.target).ok()?;
    spec.method = ask.method.parse().ok()?;
    spec.fields = ask.request_fields(&first.fields);
    spec.content = ask.content.into();
    Some(spec)
}
