//! Reads `[detect]` and `[[threshold]]`.

use std::collections::BTreeSet;

use statusquo_alert::{AlarmKind, EndpointTuning, Limit, Place, Sensitivity, Severity, Threshold, Tuning};
use statusquo_exchange::Name;

use super::section::{Section, Text};
use super::values;

/// How the detectors are set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Detecting {
    off: BTreeSet<AlarmKind>,
    sensitivity: Sensitivity,
    exceptions: Vec<Exception>,
}

/// What holds for a service, or at some of its endpoints, instead.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Exception {
    service: Name,
    endpoint: Option<String>,
    off: Option<BTreeSet<AlarmKind>>,
    sensitivity: Option<Sensitivity>,
}

/// A threshold of the user's own, and for which service; `None` is each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnThreshold {
    pub(crate) service: Option<Name>,
    pub(crate) threshold: Threshold,
}

/// What is watched for in real traffic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Watched {
    /// How the detectors are set.
    pub(super) detecting: Detecting,
    /// Thresholds of the user's own.
    pub(crate) thresholds: Vec<OwnThreshold>,
}

impl Watched {
    /// How the detectors of a service are set.
    pub(crate) fn tuning(&self, service: &Name) -> Tuning {
        self.detecting.tuning(service)
    }

    /// The thresholds that hold for a service.
    pub(crate) fn thresholds(&self, service: &Name) -> Vec<Threshold> {
        let holds = |own: &&OwnThreshold| own.service.as_ref().is_none_or(|wanted| wanted == service);
        self.thresholds.iter().filter(holds).map(|own| own.threshold.clone()).collect()
    }
}

impl Detecting {
    fn tuning(&self, service: &Name) -> Tuning {
        let of_service = || self.exceptions.iter().filter(|exception| exception.service == *service);
        let whole = of_service().find(|exception| exception.endpoint.is_none());
        let off = whole.and_then(|exception| exception.off.clone()).unwrap_or_else(|| self.off.clone());
        let sensitivity = whole.and_then(|exception| exception.sensitivity).unwrap_or(self.sensitivity);
        let at_endpoint = |exception: &Exception| {
            Some(EndpointTuning {
                endpoint: exception.endpoint.clone()?,
                off: exception.off.clone().unwrap_or_else(|| off.clone()),
                sensitivity: exception.sensitivity.unwrap_or(sensitivity),
            })
        };
        Tuning { endpoints: of_service().filter_map(at_endpoint).collect(), off: off.clone(), sensitivity }
    }
}

/// Reads `[detect]`.
pub(super) fn detecting(section: &Section<'_>) -> Option<Detecting> {
    let exceptions = section.tables("except", exception);
    Some(Detecting { off: off(section), sensitivity: sensitivity(section)?, exceptions })
}

fn exception(section: &Section<'_>) -> Option<Exception> {
    let service = section.name("service");
    let endpoint = section.text("endpoint").map(|text| endpoint(section, &text));
    let off = section.has("off").then(|| off(section));
    if endpoint.is_some() {
        for whole in [AlarmKind::Clients, AlarmKind::Volume] {
            if off.as_ref().is_some_and(|off| off.contains(&whole)) {
                let title = format!("`{}` watches a service as a whole, not an endpoint", whole.as_str());
                let advice = "leave out `endpoint`, or write it into an exception of its own";
                section.reading.report(&section.span_of("off"), title, advice);
            }
        }
    }
    let sensitivity = section.has("sensitivity").then(|| sensitivity(section)).flatten();
    Some(Exception {
        service: service?,
        endpoint: endpoint.map_or(Some(None), |read| read.map(Some))?,
        off,
        sensitivity,
    })
}

fn off(section: &Section<'_>) -> BTreeSet<AlarmKind> {
    section.words("off").into_iter().filter_map(AlarmKind::parse).collect()
}

fn sensitivity(section: &Section<'_>) -> Option<Sensitivity> {
    section.word("sensitivity").and_then(Sensitivity::parse)
}

/// `POST /v1/orders`, or `/v1/orders`.
fn endpoint(section: &Section<'_>, text: &Text) -> Option<String> {
    let (method, route) = match text.value.split_once(' ') {
        Some((method, route)) => (Some(method), route.trim()),
        None => (None, text.value.as_str()),
    };
    let is_method = method.is_none_or(|method| !method.is_empty() && method == method.to_ascii_uppercase());
    let is_good = is_method && route.starts_with(['/', '*', '(']) && !route.contains(' ');
    if !is_good {
        let advice = "write the method and the route, `POST /v1/orders`, or the route alone";
        section.reading.report(&text.span, "not an endpoint", advice);
    }
    is_good.then(|| method.map_or_else(|| route.to_owned(), |method| format!("{method} {route}")))
}

/// Reads one `[[threshold]]`.
pub(super) fn threshold(section: &Section<'_>) -> Option<OwnThreshold> {
    let (name, service) = (section.name("name"), section.name("service"));
    let place = match section.text("endpoint") {
        None => Some(Place::Service),
        Some(text) if text.value == "each" => Some(Place::EachEndpoint),
        Some(text) => endpoint(section, &text).map(Place::Endpoint),
    };
    let codes = section.text("codes").and_then(|text| values::codes(section.reading, &text));
    let limit = limit(section);
    let window = section.duration("window").and_then(|window| {
        let is_whole = window.as_secs() % 60 == 0 && window.subsec_nanos() == 0;
        if !is_whole {
            let advice = "requests are counted by the minute: write `1m`, `5m`, `1h`";
            section.reading.report(&section.span_of("window"), "`window` has to be whole minutes", advice);
        }
        is_whole.then(|| u32::try_from(window.as_secs() / 60).ok()).flatten()
    });
    let least_requests = section.count("least_requests");
    let severity = section.word("severity");
    let receivers = section.names("receivers").into_iter().map(|(name, _)| name).collect();
    Some(OwnThreshold {
        service,
        threshold: Threshold {
            name: name?,
            codes: codes?,
            place: place?,
            limit: limit?,
            window_minutes: window?,
            least_requests: u64::from(least_requests?),
            severity: if severity? == "failing" { Severity::Failing } else { Severity::Degraded },
            receivers,
        },
    })
}

fn limit(section: &Section<'_>) -> Option<Limit> {
    let share = section.text("share").and_then(|text| {
        let share = millionths(&text.value);
        if share.is_none() {
            let advice = "write a percentage from 0 to below 100 with at most 4 decimals, such as `2.5%`";
            section.reading.report(&text.span, "not a share", advice);
        }
        share
    });
    let count = section.count("count");
    match (section.has("share"), section.has("count")) {
        (true, false) => share.map(Limit::Share),
        (false, true) => count.map(|count| Limit::Count(u64::from(count))),
        (true, true) => {
            let title = "a threshold is a share or a number of requests, and this one has both";
            section.reading.report(&section.span_of("count"), title, "make it two thresholds");
            None
        }
        (false, false) => {
            let title = "this threshold does not say what is too much";
            section.reading.report(&section.span, title, "add `share = \"5%\"` or `count = 10`");
            None
        }
    }
}

/// `2.5%` or `2.5`, in millionths of the whole.
fn millionths(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_good =
        (1..=2).contains(&whole.len()) && decimals.len() <= 4 && is_number(whole) && is_number(decimals);
    is_good.then(|| format!("{whole}{decimals:0<4}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn config(source: &str) -> Config {
        Config::parse("statusquo.toml", source).unwrap()
    }

    #[test]
    fn shares_are_read_exactly() {
        for (text, expect) in
            [("2.5%", Some(25_000)), ("0", Some(0)), ("0.0001 %", Some(1)), ("99", Some(990_000))]
        {
            assert_eq!(millionths(text), expect, "{text}");
        }
        for wrong in ["", "100%", "-1%", "1.00001%", "a", "1,5"] {
            assert_eq!(millionths(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn exceptions_hold_where_they_say_and_take_the_rest_from_above() {
        let config = config(
            "[detect]\noff = 'new-code'\n\
             [[detect.except]]\nservice = 'shop'\nsensitivity = 'low'\n\
             [[detect.except]]\nservice = 'shop'\nendpoint = '/v1/search*'\noff = ['client-errors']\n",
        );
        let (shop, other) =
            (config.watched.tuning(&Name::from("shop")), config.watched.tuning(&Name::from("x")));
        let search = Some("GET /v1/search/{int}");
        assert_eq!(
            (shop.sensitivity(None), other.sensitivity(search)),
            (Sensitivity::Low, Sensitivity::Normal)
        );
        assert_eq!(shop.sensitivity(search), Sensitivity::Low);
        for (tuning, kind, endpoint, is_off) in [
            (&shop, AlarmKind::NewCode, None, true),
            (&shop, AlarmKind::NewCode, search, false),
            (&shop, AlarmKind::ClientErrors, search, true),
            (&shop, AlarmKind::ClientErrors, Some("GET /v1/orders"), false),
            (&other, AlarmKind::ClientErrors, search, false),
            (&other, AlarmKind::NewCode, search, true),
        ] {
            assert_eq!(tuning.is_off(kind, endpoint), is_off, "{kind:?} {endpoint:?}");
        }
    }

    #[test]
    fn a_threshold_is_read_whole() {
        let config = config(
            "[[receiver]]\nname = 'ops'\ntype = 'terminal'\n\
             [[threshold]]\nname = 'pay'\nservice = 'shop'\nendpoint = 'POST /v1/pay'\ncodes = '5xx,429'\nshare = '2.5%'\n\
             window = '10m'\nleast_requests = 50\nseverity = 'failing'\nreceivers = 'ops'\n\
             [[threshold]]\nname = 'any'\nendpoint = 'each'\ncodes = '508'\ncount = 0\n",
        );
        let [pay, any] = config.watched.thresholds.as_slice() else { panic!("two thresholds") };
        assert_eq!(pay.service, Some(Name::from("shop")));
        assert_eq!(pay.threshold.place, Place::Endpoint("POST /v1/pay".to_owned()));
        assert_eq!((pay.threshold.limit, pay.threshold.window_minutes), (Limit::Share(25_000), 10));
        assert_eq!((pay.threshold.least_requests, pay.threshold.severity), (50, Severity::Failing));
        assert_eq!(pay.threshold.receivers, [Name::from("ops")]);
        assert_eq!((any.service.clone(), any.threshold.limit), (None, Limit::Count(0)));
        assert_eq!(any.threshold.place, Place::EachEndpoint);
    }
}
