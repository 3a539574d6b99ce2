//! Ordinary traffic with what is ordinary in it: nobody is told of anything.

use super::world::{DAY, Dice, FIREFOX, GOOGLEBOT, HOUR, Log, START, none, rhythm};

/// A personal site: people who read, crawlers, feed readers, a favicon that is missing, some broken links, and the scanners
/// that come by every server each day.
pub(crate) fn blog(seed: u64, days: i64, visits_an_hour: f64) -> Log {
    let mut dice = Dice::new(seed);
    let mut log = Log::default();
    for minute in 0..days * 24 * 60 {
        let at = START + minute * 60 + dice.below(60);
        if dice.happens(visits_an_hour / 60.0 * rhythm(at)) {
            visit(&mut log, &mut dice, at);
        }
        if dice.happens(0.3) {
            let client = format!("66.249.73.{}", 130 + dice.below(4));
            let is_gone = dice.happens(0.1);
            let page =
                format!("/{}/post-{}.html", if is_gone { "old" } else { "blog" }, letters(dice.below(300)));
            log.line(at, &client, ("GET", &page), if is_gone { 404 } else { 200 }, GOOGLEBOT);
        }
        if minute % 30 == 7 {
            log.line(at, "46.105.14.53", ("GET", "/gone-feed.xml"), 404, "UniversalFeedParser/4.2");
            log.line(at, "46.105.14.54", ("GET", "/feed.xml"), 304, "Tiny Tiny RSS/1.11");
        }
        if dice.happens(1.0 / 500.0) {
            drive_by(&mut log, &mut dice, at);
        }
        if dice.happens(1.0 / 700.0) {
            log.get(at, "95.1.2.3", "/projects/wiki", 500);
        }
    }
    log
}

fn visit(log: &mut Log, dice: &mut Dice, at: i64) {
    let client = format!("84.{}.{}.{}", dice.below(200), dice.below(200), dice.below(200));
    for page in 0..=dice.below(4) {
        let at = at + page * 20;
        log.get(at, &client, &format!("/blog/post-{}.html", letters(dice.below(300))), 200);
        log.get(at, &client, "/style.css", if page == 0 { 200 } else { 304 });
        log.get(at + 1, &client, "/favicon.ico", 404);
        if dice.happens(0.05) {
            log.get(at + 5, &client, &format!("/images/missing-{}.png", letters(dice.below(20))), 404);
        }
    }
}

/// Somebody looks whether this is WordPress, PHPMyAdmin or careless, and goes on to the next address.
fn drive_by(log: &mut Log, dice: &mut Dice, at: i64) {
    const ASKED: [&str; 8] = [
        "/.env",
        "/wp-login.php",
        "/phpmyadmin/index.php",
        "/.git/config",
        "/admin.php",
        "/xmlrpc.php",
        "/cgi-bin/luci",
        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    ];
    let client = format!("45.{}.{}.{}", dice.below(200), dice.below(200), dice.below(200));
    for request in 0..3 + dice.below(40) {
        let target = match ASKED.get(usize::try_from(request).unwrap()) {
            Some(target) => (*target).to_owned(),
            None => format!("/{}/setup.php", letters(request * 7)),
        };
        log.get(at + request, &client, &target, 404);
    }
}

pub(crate) fn letters(number: i64) -> String {
    let mut text = String::new();
    let mut rest = number + 30;
    while rest > 0 {
        text.push(char::from(b'a' + u8::try_from(rest % 26).unwrap()));
        rest /= 26;
    }
    text
}

/// An API: orders, items and sign-ins, with some errors of clients that come in clusters.
pub(crate) fn api(seed: u64, hours: i64, a_minute: i64) -> Log {
    let mut dice = Dice::new(seed);
    let mut log = Log::default();
    let mut mood = 0.02;
    for minute in 0..hours * 60 {
        if minute % 10 == 0 {
            mood = 0.005 + 0.03 * dice.share() * dice.share();
        }
        for _ in 0..a_minute {
            let at = START + minute * 60 + dice.below(60);
            if !dice.happens(0.4 + 0.6 * rhythm(at)) {
                continue;
            }
            let client = format!("10.0.{}.{}", dice.below(4), dice.below(60));
            let bad = dice.happens(mood);
            match dice.below(10) {
                0 => log.post(at, &client, "/v1/orders", if bad { 422 } else { 201 }),
                1 => log.post(at, &client, "/v1/login", if bad { 401 } else { 200 }),
                2..=5 => {
                    let target = format!("/v1/orders/{}", dice.below(100_000));
                    log.get(at, &client, &target, if bad { 404 } else { 200 });
                }
                _ => log.get(at, &client, "/v1/items?page=2", if dice.happens(0.0003) { 500 } else { 200 }),
            }
        }
    }
    log
}

#[test]
fn a_small_site_with_crawlers_feeds_and_the_noise_of_the_internet_is_quiet() {
    for seed in 1..4 {
        none(&blog(seed, 4, 20.0));
    }
}

#[test]
fn tiny_traffic_is_quiet() {
    none(&blog(9, 7, 1.0));
}

#[test]
fn an_api_with_daily_rhythm_and_noise_is_quiet() {
    for seed in 1..3 {
        none(&api(seed, 30, 40));
    }
}

#[test]
fn a_hole_in_the_log_is_quiet() {
    let mut log = api(3, 30, 30);
    log.lines.retain(|line| !(START + 14 * HOUR..START + 19 * HOUR).contains(&line.at));
    none(&log);
}

#[test]
fn a_deploy_that_moves_pages_is_quiet() {
    let mut log = blog(5, 3, 60.0);
    for line in &mut log.lines {
        if line.at >= START + 2 * DAY && line.target.starts_with("/blog/") {
            if line.agent == GOOGLEBOT {
                line.code = 404;
            } else {
                line.target = line.target.replace("/blog/", "/articles/");
            }
        }
    }
    none(&log);
}

#[test]
fn an_office_that_signs_in_in_the_morning_is_quiet() {
    let mut log = api(6, 20, 20);
    let mut dice = Dice::new(6);
    for person in 0..250 {
        let at = START + 9 * HOUR + dice.below(1200);
        log.post(at, "203.0.113.9", "/v1/login", if dice.happens(0.08) { 401 } else { 200 });
        for call in 0..6 {
            log.get(at + call, "203.0.113.9", &format!("/v1/orders/{}", person * 7 + call), 200);
        }
    }
    none(&log);
}

#[test]
fn programs_that_fetch_a_token_each_time_are_quiet() {
    let mut log = Log::default();
    for minute in 0..26 * 60 {
        for call in 0..10 {
            log.line(START + minute * 60 + call * 5, "10.9.9.9", ("POST", "/oauth/token"), 200, "okhttp/4.9");
        }
        log.get(START + minute * 60, "10.1.1.1", "/health", 200);
        log.get(START + minute * 60, "10.1.1.2", "/health", 200);
    }
    none(&log);
}

#[test]
fn background_sign_in_attempts_at_a_wordpress_are_quiet() {
    let mut log = blog(7, 3, 30.0);
    let mut dice = Dice::new(7);
    for minute in 0..3 * 1440 {
        if dice.happens(0.1) {
            let client = format!("185.{}.{}.7", dice.below(200), dice.below(200));
            for attempt in 0..1 + dice.below(8) {
                let at = START + minute * 60 + attempt * 2;
                let target = if dice.happens(0.5) { "/wp-login.php" } else { "/xmlrpc.php" };
                log.line(at, &client, ("POST", target), 200, FIREFOX);
            }
        }
    }
    none(&log);
}

#[test]
fn one_program_that_delivers_events_all_day_is_quiet() {
    let mut log = Log::default();
    for second in 0..3 * 3600 {
        for _ in 0..12 {
            log.line(START + second, "10.9.9.9", ("POST", "/v1/events"), 202, "collector/2.1");
        }
    }
    none(&log);
}

#[test]
fn a_program_that_seldom_asks_for_what_is_not_there_any_more_is_quiet() {
    let mut log = api(8, 30, 20);
    for minute in 0..30 * 60 {
        let (target, code) = if minute % 8 == 0 {
            (format!("/catalogue/{}", letters(minute * 31)), 404)
        } else {
            (format!("/v1/orders/{minute}"), 200)
        };
        log.get(START + minute * 60, "10.8.8.8", &target, code);
    }
    none(&log);
}

#[test]
fn a_reader_of_dead_feeds_that_asks_again_and_again_is_quiet() {
    let mut log = blog(8, 3, 20.0);
    for minute in 0..3 * 1440 {
        log.line(
            START + minute * 60,
            "46.105.14.60",
            ("GET", &format!("/feeds/{}.xml", letters(minute % 40))),
            404,
            "UniversalFeedParser/4.2",
        );
    }
    none(&log);
}

#[test]
fn a_crowd_that_comes_at_once_is_quiet() {
    let mut log = blog(9, 2, 60.0);
    let mut dice = Dice::new(9);
    // A link in a newsletter: three thousand people within ten minutes, each with the page and what belongs to it.
    for person in 0..3_000 {
        let (at, client) =
            (START + 30 * HOUR + dice.below(600), format!("93.{}.{}.7", person / 250, person % 250));
        for target in ["/blog/post-ad.html", "/style.css", "/script.js", "/logo.png"] {
            log.get(at, &client, target, 200);
        }
    }
    none(&log);
}

#[test]
fn dashboards_that_ask_for_the_same_all_day_are_quiet() {
    let mut log = api(10, 12, 20);
    for minute in 0..12 * 60 {
        for client in 0..40 {
            for poll in 0..6 {
                log.get(
                    START + minute * 60 + poll * 10,
                    &format!("10.7.0.{client}"),
                    "/v1/items?page=1",
                    200,
                );
            }
        }
    }
    none(&log);
}
