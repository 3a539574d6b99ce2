//! What happens in the demo, and when.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::access_log::FORMAT;

/// The service whose traffic the access log tells of.
pub(super) const SERVICE: &str = "shop";
/// The files of the sample API.
pub(super) const ACCESS_LOG: &str = "access.log";
/// Its description.
pub(super) const DESCRIPTION: &str = "openapi.json";
/// What takes longer is slow.
pub(super) const SLOW_AFTER_US: u32 = 300_000;

/// What is promised: name, title, of what, objective.
const PROMISES: [(&str, &str, &str, &str); 5] = [
    ("orders", "Orders can be placed", "endpoint = \"POST /v1/orders\"", "99.9%"),
    ("payments", "Payments are taken", "endpoint = \"POST /v1/payments\"", "99.9%"),
    ("search-quick", "Search is quick", "endpoint = \"GET /v1/search\"\nwithin = \"300ms\"", "99%"),
    ("webhooks", "Webhooks are accepted", "endpoint = \"POST /v1/webhooks/*\"", "99.5%"),
    ("all", "The API answers", "", "99.8%"),
];

/// The parts of the sample API: name, title, component, usual time in microseconds, usual status.
pub(super) const PARTS: [Part; 7] = [
    Part { name: "orders", title: "Orders, create and read back", component: "ordering", usual: 48_000 },
    Part { name: "payments", title: "Payments", component: "ordering", usual: 61_000 },
    Part { name: "inventory", title: "Inventory", component: "catalogue", usual: 22_000 },
    Part { name: "search", title: "Search", component: "catalogue", usual: 35_000 },
    Part { name: "sign-in", title: "Sign in", component: "sign-in", usual: 27_000 },
    Part { name: "webhooks", title: "Webhooks", component: "webhooks", usual: 15_000 },
    Part { name: "docs", title: "Public docs", component: "docs", usual: 9000 },
];

/// What the public knows, in its order: name, title, group.
const COMPONENTS: [(&str, &str, &str); 5] = [
    ("ordering", "Ordering", "Shop"),
    ("catalogue", "Catalogue and search", "Shop"),
    ("sign-in", "Sign-in", "Accounts"),
    ("webhooks", "Webhooks", "For developers"),
    ("docs", "Documentation", "For developers"),
];

/// A part of the sample API.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) component: &'static str,
    /// How long it usually takes, in microseconds.
    pub(super) usual: u32,
}

/// How fast the script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The first fault after 15 seconds.
    Usual,
    /// Three times as fast.
    Fast,
}

/// How a part behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// As it should.
    Well,
    /// 503, and does not say when to come back.
    Overloaded,
    /// Right, and far too slow.
    Slow,
    /// 401 without a challenge, for a while.
    Confused,
    /// Somebody looks for a way in.
    Searched,
}

/// A stretch of the script: from, until (in seconds of a round), part, mood, what is said when it begins.
const ACTS: [Act; 4] = [
    Act {
        from: 15,
        until: 105,
        part: "orders",
        mood: Mood::Overloaded,
        said: "deploy v2.31.0 goes out: orders answer 503",
    },
    Act {
        from: 20,
        until: 110,
        part: "inventory",
        mood: Mood::Slow,
        said: "inventory, which orders wait for, becomes slow",
    },
    Act {
        from: 190,
        until: 225,
        part: "sign-in",
        mood: Mood::Confused,
        said: "sign-in loses its keys: 401 without a challenge",
    },
    Act {
        from: 130,
        until: 180,
        part: "docs",
        mood: Mood::Searched,
        said: "somebody looks for a way in: /.env, /wp-login.php and the like",
    },
];

/// A round takes so many seconds, and then all begins again.
const ROUND: u64 = 300;

struct Act {
    from: u64,
    until: u64,
    part: &'static str,
    mood: Mood,
    said: &'static str,
}

/// What happens, from its start on.
#[derive(Debug, Clone)]
pub(super) struct Script(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    start: Instant,
    pace: Pace,
    seed: u64,
}

impl Script {
    pub(super) fn new(pace: Pace, seed: u64) -> Self {
        Self(Arc::new(Inner { start: Instant::now(), pace, seed }))
    }

    pub(super) fn seed(&self) -> u64 {
        self.0.seed
    }

    /// How a part behaves now.
    pub(super) fn mood(&self, part: &str) -> Mood {
        let second = self.second() % ROUND;
        let act = ACTS.iter().find(|act| act.part == part && (act.from..act.until).contains(&second));
        act.map_or(Mood::Well, |act| act.mood)
    }

    /// Seconds of the script that have passed.
    fn second(&self) -> u64 {
        self.0.start.elapsed().as_secs() * self.factor()
    }

    fn factor(&self) -> u64 {
        match self.0.pace {
            Pace::Usual => 1,
            Pace::Fast => 3,
        }
    }

    /// The configuration that watches the sample API, whose access log and description are in this folder.
    pub(super) fn configuration(&self, api: SocketAddr, folder: &Path) -> String {
        let every = match self.0.pace {
            Pace::Usual => "2s",
            Pace::Fast => "1s",
        };
        let mut text = format!(
            "location = \"here\"\n[defaults]\nevery = \"{every}\"\ntimeout = \"900ms\"\nrecheck = \"1s\"\n\
             recover_for = \"5s\"\nreopen_within = \"0s\"\nreceivers = [\"terminal\"]\n\
             [[receiver]]\nname = \"terminal\"\ntype = \"terminal\"\n\
             [status_page]\nname = \"Acme\"\nabout = \"Demo data\"\naccent = \"#3567bd\"\n"
        );
        for Part { name, title, .. } in PARTS {
            text += &format!(
                "[[monitor]]\nname = \"{name}\"\ntitle = \"{title}\"\nurl = \"http://{api}/v1/{name}/health\"\n\
                 degraded_after = \"400ms\"\n"
            );
        }
        for (name, title, group) in COMPONENTS {
            let monitors: Vec<String> = PARTS
                .iter()
                .filter(|part| part.component == name)
                .map(|part| format!("{:?}", part.name))
                .collect();
            text += &format!(
                "[[component]]\nname = \"{name}\"\ntitle = \"{title}\"\ngroup = \"{group}\"\nmonitors = [{}]\n",
                monitors.join(", ")
            );
        }
        text + &traffic(folder)
    }

    /// Says in the terminal what happens, so that what the dashboard shows can be held against it.
    #[expect(clippy::print_stderr, reason = "talk goes to stderr")]
    pub(super) async fn narrate(self) {
        let mut beginnings: Vec<(u64, &str)> = ACTS.iter().map(|act| (act.from, act.said)).collect();
        beginnings.push((105, "the deploy is rolled back: orders recover"));
        beginnings.sort_unstable();
        for round in 0.. {
            for (at, said) in &beginnings {
                let at = Duration::from_secs(round * ROUND + at) / u32::try_from(self.factor()).unwrap_or(1);
                tokio::time::sleep_until((self.0.start + at).into()).await;
                eprintln!("the sample API: {said}");
            }
        }
    }
}

/// What follows the traffic of the sample API, and what is promised of it.
fn traffic(folder: &Path) -> String {
    let place = |name: &str| toml::Value::String(folder.join(name).display().to_string()).to_string();
    let mut text = format!(
        "[requests]\nsample = 200\n[[log]]\nname = \"shop-proxy\"\nservice = \"{SERVICE}\"\npath = {}\nroutes = {}\n\
         format = {}\nslow_after = \"{}ms\"\n",
        place(ACCESS_LOG),
        place(DESCRIPTION),
        toml::Value::String(FORMAT.to_owned()),
        SLOW_AFTER_US / 1000,
    );
    for (name, title, of, objective) in PROMISES {
        text += &format!(
            "[[slo]]\nname = \"{name}\"\ntitle = \"{title}\"\nservice = \"{SERVICE}\"\nobjective = \"{objective}\"\n{of}\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_about_parts_that_there_are() {
        for act in ACTS {
            assert!(PARTS.iter().any(|part| part.name == act.part));
            assert!(act.from < act.until && act.until <= ROUND);
        }
        assert!(ACTS.iter().any(|act| act.from < 30), "something breaks within half a minute");
    }

    #[test]
    fn what_is_watched_is_a_right_configuration() {
        for pace in [Pace::Usual, Pace::Fast] {
            let text = Script::new(pace, 1).configuration("127.0.0.1:1".parse().unwrap(), Path::new("/tmp"));
            let config = crate::config::Config::parse("demo", &text).unwrap();
            assert_eq!((config.monitors.len(), config.components.len()), (PARTS.len(), COMPONENTS.len()));
            assert_eq!((config.logs.len(), config.slos.len()), (1, PROMISES.len()));
        }
    }
}
