//! What the sample API offers, how often that is asked for, and how it is answered: the past and the live traffic are
//! made of the same table.

use super::random::Random;

/// One method of one path.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    /// Braces stand for what differs from request to request.
    pub(super) route: &'static str,
    /// The part of the API that answers.
    pub(super) part: &'static str,
    /// Requests in 1,000 seconds at an ordinary hour.
    rate: u64,
    /// How long it usually takes, in microseconds.
    pub(super) usual: u32,
    /// When all is well.
    fine: u16,
    /// What else it answers when all is well, and to how many of a million.
    others: &'static [(u16, u64)],
}

const fn endpoint(
    (method, route): (&'static str, &'static str),
    part: &'static str,
    (rate, usual): (u64, u32),
    fine: u16,
    others: &'static [(u16, u64)],
) -> Endpoint {
    Endpoint { method, route, part, rate, usual, fine, others }
}

/// All that it offers.
pub(super) static ENDPOINTS: [Endpoint; 13] = [
    endpoint(
        ("POST", "/v1/orders"),
        "orders",
        (3_000, 74_000),
        201,
        &[(409, 9_000), (422, 14_000), (400, 6_000), (500, 20)],
    ),
    endpoint(("GET", "/v1/orders/{id}"), "orders", (4_000, 31_000), 200, &[(304, 90_000), (404, 12_000)]),
    endpoint(
        ("POST", "/v1/payments"),
        "payments",
        (2_000, 128_000),
        201,
        &[(402, 31_000), (422, 8_000), (502, 30)],
    ),
    endpoint(
        ("GET", "/v1/inventory/{sku}"),
        "inventory",
        (5_000, 22_000),
        200,
        &[(304, 61_000), (404, 7_000), (504, 15)],
    ),
    endpoint(
        ("GET", "/v1/search"),
        "search",
        (5_000, 58_000),
        200,
        &[(400, 4_000), (429, 11_000), (500, 25)],
    ),
    endpoint(("GET", "/v1/products"), "search", (6_000, 24_000), 200, &[(304, 180_000), (404, 3_000)]),
    endpoint(
        ("POST", "/v1/sessions"),
        "sign-in",
        (1_500, 92_000),
        201,
        &[(401, 64_000), (422, 3_000), (429, 2_000)],
    ),
    endpoint(("DELETE", "/v1/sessions/{id}"), "sign-in", (400, 14_000), 204, &[(404, 8_000)]),
    endpoint(("GET", "/v1/users/me"), "sign-in", (3_000, 17_000), 200, &[(304, 52_000), (401, 38_000)]),
    endpoint(
        ("PUT", "/v1/carts/{id}"),
        "orders",
        (2_000, 36_000),
        200,
        &[(409, 16_000), (412, 5_000), (404, 2_000)],
    ),
    endpoint(("DELETE", "/v1/carts/{id}/items/{item}"), "orders", (700, 28_000), 204, &[(404, 21_000)]),
    endpoint(("POST", "/v1/webhooks/test"), "webhooks", (300, 47_000), 202, &[(422, 70_000)]),
    endpoint(("GET", "/docs"), "docs", (1_000, 9_000), 200, &[(301, 12_000), (304, 240_000)]),
];

/// Of each hour of the day in UTC, in thousandths of an ordinary one: nights are calmer.
const HOURS: [u64; 24] = [
    900, 880, 865, 860, 865, 885, 915, 950, 985, 1015, 1040, 1055, 1065, 1070, 1070, 1065, 1060, 1050, 1035,
    1015, 990, 965, 940, 920,
];
/// One request in 250 takes this many times as long as usual.
const SLOW: u32 = 11;
const SLOW_PER_MILLION: u64 = 4_000;

/// What is searched for.
const SEARCHES: [&str; 4] = ["?q=shoes", "?q=red+scarf", "?q=lamp&page=2", "?q=mug"];

/// Who asks: address and program.
const CALLERS: [(&str, &str); 8] = [
    ("192.0.2.17", "acme-web/5.2"),
    ("192.0.2.41", "acme-web/5.2"),
    ("198.51.100.7", "acme-ios/8.2"),
    ("198.51.100.86", "acme-ios/8.1"),
    ("198.51.100.140", "acme-android/8.2"),
    ("203.0.113.9", "acme-android/8.2"),
    ("203.0.113.52", "partner-kiosk/1.4"),
    ("192.0.2.200", "python-requests/2.32"),
];

/// Who looks for a way in.
pub(super) const SCANNER: &str = "203.0.113.66";

impl Endpoint {
    /// How many requests there are in so many seconds around a moment, in millionths of a request.
    pub(super) fn millionths(&self, second: i64, seconds: u64) -> u64 {
        let of_day = second.rem_euclid(86_400).unsigned_abs();
        let (hour, rest) = (of_day / 3600, of_day % 3600);
        let of_hour =
            |hour: u64| HOURS.iter().cycle().nth(usize::try_from(hour).unwrap_or(0)).unwrap_or(&1000);
        let factor = (of_hour(hour) * (3600 - rest) + of_hour(hour + 1) * rest) / 3600;
        self.rate * seconds * factor
    }

    /// Splits so many requests by how they are answered when all is well.
    pub(super) fn answers(&self, requests: u64, random: &mut Random) -> Vec<(u16, u64)> {
        let mut left = requests;
        let mut all = Vec::with_capacity(self.others.len() + 1);
        for (code, share) in self.others {
            let count = random.count(requests * share).min(left);
            left -= count;
            all.push((*code, count));
        }
        all.push((self.fine, left));
        all
    }

    /// How one request is answered when all is well.
    pub(super) fn answer(&self, random: &mut Random) -> u16 {
        let mut dice = random.next() % 1_000_000;
        for (code, share) in self.others {
            if dice < *share {
                return *code;
            }
            dice -= share;
        }
        self.fine
    }

    /// How long one request takes, in microseconds.
    pub(super) fn time(&self, random: &mut Random) -> u32 {
        if random.chance(SLOW_PER_MILLION) { self.slow_time() } else { random.around(self.usual) }
    }

    /// How long a slow one takes.
    pub(super) fn slow_time(&self) -> u32 {
        self.usual.saturating_mul(SLOW)
    }

    /// So many of these requests are slow.
    pub(super) fn slow(requests: u64, random: &mut Random) -> u64 {
        random.count(requests * SLOW_PER_MILLION).min(requests)
    }

    /// The target of one request.
    pub(super) fn target(&self, random: &mut Random) -> String {
        let mut target = String::new();
        for (at, segment) in self.route.split('/').enumerate() {
            if at > 0 {
                target.push('/');
            }
            if segment.starts_with('{') {
                target += &(1000 + random.next() % 9000).to_string();
            } else {
                target += segment;
            }
        }
        if self.route == "/v1/search" {
            target += SEARCHES.get(random.below(SEARCHES.len())).unwrap_or(&"");
        }
        target
    }

    /// Is this path one of its own?
    fn has(&self, path: &str) -> bool {
        let (wanted, found) = (self.route.split('/'), path.split('/'));
        wanted.clone().count() == found.clone().count()
            && wanted.zip(found).all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
    }
}

/// The endpoint that a request is for.
pub(super) fn find(method: &str, path: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.method == method && endpoint.has(path))
}

/// Somebody who asks: address and program.
pub(super) fn caller(random: &mut Random) -> (&'static str, &'static str) {
    CALLERS.get(random.below(CALLERS.len())).copied().unwrap_or(("192.0.2.1", "acme-web/5.2"))
}

/// The description of the API, so that its endpoints have their names at once.
pub(super) fn description() -> String {
    let mut paths: std::collections::BTreeMap<&str, serde_json::Map<String, serde_json::Value>> =
        std::collections::BTreeMap::new();
    for endpoint in &ENDPOINTS {
        let mut codes = serde_json::Map::new();
        for code in std::iter::once(endpoint.fine).chain(endpoint.others.iter().map(|(code, _)| *code)) {
            codes.insert(code.to_string(), serde_json::json!({ "description": "see the reference" }));
        }
        let operation = serde_json::json!({ "responses": codes });
        paths.entry(endpoint.route).or_default().insert(endpoint.method.to_lowercase(), operation);
    }
    serde_json::json!({ "openapi": "3.1.0", "info": { "title": "Acme", "version": "1" }, "paths": paths })
        .to_string()
}

#[cfg(test)]
mod tests {
    use statusquo_source::openapi::Description;

    use super::*;

    #[test]
    fn every_target_leads_back_to_its_endpoint() {
        let mut random = Random::new(3, 0);
        for endpoint in &ENDPOINTS {
            let target = endpoint.target(&mut random);
            let path = target.split('?').next().unwrap();
            assert_eq!(
                find(endpoint.method, path).map(|found| found.route),
                Some(endpoint.route),
                "{target}"
            );
        }
        assert!(find("GET", "/wp-login.php").is_none());
    }

    #[test]
    fn the_description_has_every_endpoint() {
        let description = Description::read(&description()).unwrap();
        assert_eq!(description.operations.len(), ENDPOINTS.len());
    }

    #[test]
    fn answers_add_up_and_hours_differ() {
        let mut random = Random::new(3, 0);
        let orders = &ENDPOINTS[0];
        assert_eq!(orders.answers(1000, &mut random).iter().map(|(_, count)| count).sum::<u64>(), 1000);
        // Half past midnight, and noon.
        assert_eq!(orders.millionths(1800, 1), 3_000 * 890);
        assert_eq!(orders.millionths(12 * 3600, 60), 3_000 * 60 * 1065);
    }
}
