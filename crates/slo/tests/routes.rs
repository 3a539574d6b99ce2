//! Routes of a large API are learned from its traffic: GitHub's, with all its slugs, and scanners beside it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;

use statusquo_slo::route::{Learned, RouteId, Routes, mask};

/// A generator of numbers that everybody can follow (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    /// A rank among so many, the first ones often: 1/rank.
    fn zipf(&mut self, most: u64) -> u64 {
        let share = f64::from(u32::try_from(self.below(1 << 24)).unwrap()) / f64::from(1 << 24);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "small"
        )]
        let rank = (share * (most as f64 + 1.0).ln()).exp() as u64;
        (rank - 1).min(most - 1)
    }

    fn hex(&mut self, digits: usize) -> String {
        let text: String =
            (0..digits.div_ceil(7)).map(|_| format!("{:07x}", self.next() & 0xfff_ffff)).collect();
        text[..digits].to_owned()
    }
}

const WORDS: [&str; 24] = [
    "alder", "birch", "cedar", "delta", "ember", "falcon", "granite", "harbor", "indigo", "juniper",
    "kestrel", "lumen", "maple", "nimbus", "orchid", "pepper", "quartz", "raven", "saffron", "timber",
    "umbra", "velvet", "willow", "zephyr",
];

/// The name of a thing: two words, some with a number.
fn name(number: u64) -> String {
    let word = |at: u64| WORDS[usize::try_from(at % 24).unwrap()];
    let (first, second) = (word(number), word(number / 24));
    match number % 5 {
        0 => format!("{first}-{second}"),
        1 => format!("{first}{second}"),
        2 => format!("{first}-{}", number % 97),
        3 => format!("{first}_{second}"),
        _ => format!("{second}{}", number / 24),
    }
}

fn value(dice: &mut Dice, parameter: &str) -> String {
    match parameter {
        "owner" | "username" | "assignee" | "target_user" | "template_owner" => name(dice.zipf(4_000)),
        "org" => name(dice.zipf(600)),
        "repo" | "repo_name" | "template_repo" => name(dice.zipf(9_000)),
        "team_slug" | "app_slug" => name(dice.zipf(400)),
        "branch" | "base" | "head" | "ref" => match dice.below(3) {
            0 => dice.one(&["main", "master", "develop"]).to_owned(),
            1 => format!("v{}.{}", dice.below(9), dice.below(30)),
            _ => format!("feature-{}", name(dice.zipf(3_000))),
        },
        "tag" => format!("v{}.{}.{}", dice.below(9), dice.below(30), dice.below(9)),
        "sha" | "commit_sha" | "file_sha" | "tag_sha" | "tree_sha" | "access_token" => dice.hex(40),
        "gist_id" => dice.hex(32),
        "code" | "client_id" => dice.hex(20),
        "secret_name" => name(dice.zipf(300)).to_uppercase().replace('-', "_"),
        "name" | "key" | "license" => name(dice.zipf(150)),
        "path" => format!("{}.{}", name(dice.zipf(3_000)), dice.one(&["md", "rs", "json", "yml"])),
        "fingerprint" => format!("SHA256_{}x9", dice.hex(30)),
        "scim_user_id" => {
            format!("{}-{}-4{}-8{}-{}", dice.hex(8), dice.hex(4), dice.hex(3), dice.hex(3), dice.hex(12))
        }
        "archive_format" => dice.one(&["tarball", "zipball"]).to_owned(),
        _ => (dice.below(90_000) + 1).to_string(),
    }
}

/// A path of an operation; its parameters have values.
fn path(dice: &mut Dice, template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (parameter, after) = after.split_once('}').unwrap();
        path.push_str(before);
        path.push_str(&value(dice, parameter));
        rest = after;
    }
    path + rest
}

/// A template with the names of its parameters left out.
fn shape(template: &str) -> String {
    let parts = template.split('/').map(|part| if part.contains('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

const PROBES: [&str; 12] = [
    "/.env",
    "/wp-login.php",
    "/admin/config.php",
    "/.git/config",
    "/phpmyadmin/index.php",
    "/cgi-bin/luci",
    "/repos/.env",
    "/users/admin.php",
    "/orgs/wp-admin/setup.php",
    "/vendor/phpunit/eval-stdin.php",
    "/actuator/health",
    "/api/jsonws/invoke",
];

struct Found {
    /// Operations of which every request has exactly their route.
    exact: usize,
    operations: usize,
    missed: Vec<String>,
    routes: Vec<String>,
}

fn learn(operations: &[(&str, &str)], requests: u64, seed: u64) -> Found {
    let mut dice = Dice(seed);
    // Which operation is how popular has nothing to do with its name.
    let mut ranks: Vec<usize> = (0..operations.len()).collect();
    for at in (1..ranks.len()).rev() {
        ranks.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap());
    }
    let mut routes = Routes::new(5_000);
    let mut masked = Vec::new();
    let mut seen: Vec<(usize, String)> = Vec::new();
    for _ in 0..requests {
        if dice.below(10) == 0 {
            let probe = format!("{}{}", dice.one(&["", "/old", "/v2"]), dice.one(&PROBES));
            mask(probe.as_bytes(), &mut masked);
            routes.learn(std::str::from_utf8(&masked).unwrap(), 0);
            continue;
        }
        let operation = ranks[usize::try_from(dice.zipf(operations.len() as u64)).unwrap()];
        mask(path(&mut dice, operations[operation].1).as_bytes(), &mut masked);
        let masked = String::from_utf8(masked.clone()).unwrap();
        let learned = routes.learn(&masked, 1);
        assert!(matches!(learned, Learned::Route(_)), "{masked}: {learned:?}");
        seen.push((operation, masked));
    }
    routes.sweep();
    judge(operations, &routes, &seen)
}

fn judge(operations: &[(&str, &str)], routes: &Routes, seen: &[(usize, String)]) -> Found {
    let mut by_operation: BTreeMap<usize, BTreeMap<Option<RouteId>, usize>> = BTreeMap::new();
    for (operation, masked) in seen {
        *by_operation.entry(*operation).or_default().entry(routes.find(masked)).or_default() += 1;
    }
    let mut missed = Vec::new();
    for (operation, found) in &by_operation {
        let (method, template) = operations[*operation];
        let is_exact = |route: &Option<RouteId>| {
            route.is_some_and(|route| shape(&routes.template(route)) == shape(template))
        };
        if !(found.len() == 1 && found.keys().all(is_exact)) {
            let shown: Vec<String> = found
                .iter()
                .take(4)
                .map(|(route, count)| {
                    format!("{} × {count}", route.map_or("none".to_owned(), |route| routes.template(route)))
                })
                .collect();
            missed.push(format!("{method} {template}: {} routes: {}", found.len(), shown.join(", ")));
        }
    }
    let operations = by_operation.len();
    let exact = operations - missed.len();
    Found { exact, operations, missed, routes: routes.all().map(|route| routes.template(route)).collect() }
}

fn operations() -> Vec<(&'static str, &'static str)> {
    let list = include_str!("data/github-operations.txt");
    list.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once(' ').unwrap()).collect()
}

#[test]
fn nearly_all_operations_of_a_large_api_are_recovered_exactly_and_scanners_create_none() {
    let operations = operations();
    assert_eq!(operations.len(), 608);
    for seed in [1, 2, 3] {
        let found = learn(&operations, 60_000, seed);
        let missed = found.missed.join("\n");
        println!(
            "seed {seed}: {} of {}, {} routes\n{missed}",
            found.exact,
            found.operations,
            found.routes.len()
        );
        assert_eq!(found.operations, 608, "every operation was asked for");
        assert!(found.exact * 100 >= 95 * 608, "{} of 608\n{missed}", found.exact);
        let probes: Vec<&String> =
            found.routes.iter().filter(|route| route.contains(".php") || route.contains("/.")).collect();
        assert!(probes.is_empty(), "{probes:?}");
    }
}

/// The routes of these paths, each asked for so many times in turn.
fn of(paths: &[String], times: u64) -> Vec<String> {
    let mut routes = Routes::new(5_000);
    let mut masked = Vec::new();
    for _ in 0..times {
        for path in paths {
            mask(path.as_bytes(), &mut masked);
            routes.learn(std::str::from_utf8(&masked).unwrap(), 1);
        }
    }
    routes.sweep();
    let mut found: Vec<String> = routes.all().map(|route| routes.template(route)).collect();
    found.sort();
    found
}

const RESOURCES: [&str; 20] = [
    "orders",
    "users",
    "invoices",
    "carts",
    "products",
    "payments",
    "refunds",
    "shipments",
    "coupons",
    "reviews",
    "stores",
    "regions",
    "suppliers",
    "contracts",
    "messages",
    "events",
    "reports",
    "tasks",
    "projects",
    "teams",
];

#[test]
fn resources_that_look_alike_stay_words() {
    for times in [1, 3, 300] {
        let mut paths = Vec::new();
        for resource in RESOURCES {
            for id in 0..5 {
                paths.push(format!("/v1/{resource}/{id}"));
                paths.push(format!("/v1/{resource}/{id}/comments"));
            }
            paths.push(format!("/v1/{resource}"));
            paths.push(format!("/v1/{resource}/search"));
        }
        let found = of(&paths, times);
        assert_eq!(found.len(), RESOURCES.len() * 4, "{times} times: {found:?}");
    }
}

#[test]
fn tenants_that_are_always_the_same_are_told_by_what_lies_below_them() {
    let mut paths = Vec::new();
    for tenant in WORDS.iter().take(20) {
        for word in ["orders", "users", "billing", "settings/keys", "orders/17"] {
            paths.push(format!("/{tenant}/{word}"));
        }
    }
    let found = of(&paths, 200);
    assert_eq!(
        found,
        ["/{id}/billing", "/{id}/orders", "/{id}/orders/{int}", "/{id}/settings/keys", "/{id}/users"]
    );
}

#[test]
fn procedures_stay_and_so_do_the_words_of_a_short_log() {
    let calls: Vec<String> = RESOURCES
        .iter()
        .flat_map(|resource| {
            ["list", "get", "postMessage", "drop", "info"].map(|verb| format!("/api/{resource}.{verb}"))
        })
        .collect();
    assert_eq!(of(&calls, 50).len(), 100);
    let words: Vec<String> = RESOURCES.iter().chain(&WORDS).map(|word| format!("/api/{word}")).collect();
    assert_eq!(of(&words, 1).len(), 44);
    assert_eq!(of(&words, 100).len(), 44);
}

#[test]
fn the_same_names_are_known_again_where_there_are_few() {
    let mut paths: Vec<String> = (0..400).map(|number| format!("/users/{}/posts", name(number))).collect();
    paths.extend((0..6).map(|number| format!("/admin/blocked/{}", name(number))));
    assert_eq!(of(&paths, 2), ["/admin/blocked/{id}", "/users/{id}/posts"]);
}

#[test]
fn identifiers_in_several_forms_are_one() {
    let paths =
        ["/a/17", "/a/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/a/deadbeef01", "/a/me"].map(str::to_owned);
    assert_eq!(of(&paths, 3), ["/a/me", "/a/{id}"]);
}
