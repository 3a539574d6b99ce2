//! The public status page: what everybody gets, and what nobody may get.

use statusquo_serve::public;

use super::*;
use crate::client::Answer;

/// The dashboard, and the public page of three components.
async fn published() -> (Fixture, SocketAddr, SocketAddr) {
    let (fixture, server) = sample().await;
    fixture.publish(&[("Ordering", &["orders", "cart"]), ("Sign in", &["sign-in"]), ("Webhooks", &[])]);
    fixture.keeper().look();
    let page = serve(public::router(fixture.shelf.clone())).await;
    (fixture, server, page)
}

/// Posts a form of the page `/public`.
async fn post(server: SocketAddr, path: &str, content: &str) -> Answer {
    let csrf = page(server, "/public").send().await.csrf();
    Ask::new(server, "POST", path).form(&format!("csrf={csrf}&{content}")).send().await
}

const OUTAGE: &str = "kind=outage&title=Some+orders+fail&components=ordering&impact=major&stage=identified\
                      &text=One+in+ten+orders+fails+with+error+503.&workaround=Try+again+after+a+minute.&next=30m";

/// All paths that there are.
fn paths(fixture: &Fixture) -> Vec<String> {
    fixture.shelf.files().keys().cloned().collect()
}

#[tokio::test]
async fn it_says_how_each_component_is_and_since_when() {
    let (_fixture, _, server) = published().await;
    let answer = page(server, "/").send().await;
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    assert!(text.contains("Ordering</h3>") && text.contains("partial outage"), "{text}");
    assert!(
        text.contains("Webhooks</h3>") && text.contains("unknown"),
        "what nobody watches is not operational"
    );
    assert!(text.contains("of probes worked, with trouble on"), "bars have words");
    assert!(!text.contains("<script") && text.contains("<style>"), "no script, its style inside");
}

#[tokio::test]
async fn what_people_tell_is_on_the_page_in_the_feeds_and_in_both_apis() {
    let (fixture, server, public) = published().await;
    let answer = post(server, "/public", &format!("{OUTAGE}&incident=212")).await;
    assert_eq!((answer.status, answer.field("location")), (303, Some("/public")), "{}", answer.text());
    fixture.keeper().look();
    let text = page(public, "/").send().await.text();
    for said in [
        "Some orders fail",
        "One in ten orders fails with error 503.",
        "Try again after a minute.",
        "Next update by",
    ] {
        assert!(text.contains(said), "{said}");
    }
    assert!(page(public, "/incidents/1").send().await.text().contains("Cause found"));
    for feed in ["/feed.atom", "/feed.rss", "/feed.json"] {
        let feed = page(public, feed).send().await.text();
        assert!(feed.contains("tag:status.acme.test,2026:update/1-1"), "an identity that stays: {feed}");
        assert!(
            feed.contains("Cause found: Some orders fail")
                && feed.contains("https://status.acme.test/incidents/1#u1-1")
        );
    }
    let summary = page(public, "/summary.json").send().await.json();
    assert_eq!(summary["indicator"], "major");
    assert_eq!(summary["components"][0]["state"], "partial_outage");
    assert_eq!(summary["components"][2]["state"], "unknown");
    let usual = page(public, "/api/v2/summary.json").send().await.json();
    assert_eq!(usual["status"]["indicator"], "major");
    assert_eq!(usual["components"][0]["status"], "partial_outage");
    assert_eq!(usual["incidents"][0]["status"], "identified");
    assert_eq!(usual["incidents"][0]["incident_updates"][0]["id"], "1-1");

    let next = "stage=resolved&text=All+orders+work.&next=30m";
    assert_eq!(post(server, "/public/1", next).await.status, 303);
    fixture.keeper().look();
    let unresolved = page(public, "/api/v2/incidents/unresolved.json").send().await.json();
    assert_eq!(unresolved["incidents"], serde_json::json!([]));
    assert!(page(public, "/incidents").send().await.text().contains("resolved"));
    let late = post(server, "/public/1", next).await;
    assert_eq!(late.status, 409, "what is over stays over");
    fixture.settle().await;
    let who = page(server, "/settings").send().await.text();
    assert!(who.contains("told the public of 1 (resolved): Some orders fail"), "who told it is kept");
}

#[tokio::test]
async fn nothing_internal_leaks() {
    let (fixture, server, public) = published().await;
    let answer = post(server, "/public", &format!("{OUTAGE}&incident=212")).await;
    assert_eq!(answer.status, 303);
    fixture.keeper().look();
    let snapshot = fixture.board.snapshot();
    let monitors = ["orders", "cart", "sign-in"].map(|name| snapshot.monitor(name).unwrap().clone());
    for path in paths(&fixture) {
        let text = page(public, &path).send().await.text();
        for monitor in &monitors {
            assert!(!text.contains(&monitor.target), "{path} names a target");
            assert!(!text.contains(&format!("/monitors/{}", monitor.name)), "{path} names a monitor");
        }
        for internal in
            ["local", "212", "csrf", "/heartbeat", "127.0.0.1", "acme-api", "sign-in?", "503 Service"]
        {
            let harmless = internal == "local" && text.contains("locale");
            assert!(harmless || !text.contains(internal), "{path} says `{internal}`");
        }
    }
    for path in [
        "/monitors",
        "/api/v1/status",
        "/metrics",
        "/sign-in",
        "/settings",
        "/../store",
        "/404.html",
        "/%2e%2e/x",
    ] {
        assert_eq!(page(public, path).send().await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn caches_may_keep_it_and_ask_whether_it_is_still_true() {
    let (_fixture, _, server) = published().await;
    let first = page(server, "/").send().await;
    let cache = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400";
    assert_eq!(first.field("cache-control"), Some(cache));
    assert!(first.field("set-cookie").is_none() && first.field("vary") == Some("accept-encoding"));
    let tag = first.field("etag").unwrap().to_owned();
    let again = page(server, "/").with("if-none-match", &tag).send().await;
    assert_eq!((again.status, again.content.len(), again.field("etag")), (304, 0, Some(tag.as_str())));
    let packed = page(server, "/").with("accept-encoding", "gzip").send().await;
    assert_eq!(packed.field("content-encoding"), Some("gzip"));
    assert_ne!(packed.field("etag"), Some(tag.as_str()), "another representation, another tag");
    assert!(packed.content.len() < first.content.len() / 2);
    let policy = first.field("content-security-policy").unwrap();
    assert!(policy.contains("style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let head = Ask::new(server, "HEAD", "/").send().await;
    assert_eq!((head.status, head.content.len()), (200, 0));
    let post = Ask::new(server, "POST", "/").form("x=1").send().await;
    assert_eq!((post.status, post.field("allow")), (405, Some("GET, HEAD")));
}

#[tokio::test]
async fn it_is_small_however_much_there_is_to_say() {
    let (fixture, server, public) = published().await;
    let names: Vec<String> = (0..12).map(|number| format!("Component {number}")).collect();
    let monitors: &[&str] = &["orders", "cart", "sign-in"];
    let components: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), monitors)).collect();
    fixture.publish(&components);
    for number in 0..3 {
        let form = OUTAGE.replace("components=ordering", &format!("components=component-{number}"));
        assert_eq!(post(server, "/public", &form).await.status, 303);
    }
    fixture.keeper().look();
    let whole = page(public, "/").send().await.content.len();
    assert!(whole <= 20_000, "{whole} bytes");
    for path in paths(&fixture).iter().filter(|path| path.starts_with("/badge/")) {
        let badge = page(public, path).send().await;
        assert!(badge.content.len() < 1000 && badge.text().contains("<title>Component"), "{}", badge.text());
        assert_eq!(badge.field("access-control-allow-origin"), Some("*"));
    }
}

#[tokio::test]
async fn the_last_page_stays_up_when_everything_else_has_stopped() {
    let (fixture, dashboard, public) = published().await;
    let before = page(public, "/").send().await.text();
    let board = fixture.board.clone();
    let (held, hold) = (std::sync::Arc::new(std::sync::Barrier::new(2)), std::sync::mpsc::channel::<()>());
    let (release, wait) = hold;
    let inside = held.clone();
    let stuck = std::thread::spawn(move || {
        board.write(|_| {
            inside.wait();
            // Holds the lock of all that pages read, as a pipeline does that has died within it.
            let _ = wait.recv();
        });
    });
    held.wait();
    let answer = page(public, "/").send().await;
    assert_eq!((answer.status, answer.text()), (200, before));
    drop(release);
    stuck.join().unwrap();
    assert_eq!(page(dashboard, "/healthz").send().await.status, 200);
}

#[tokio::test]
async fn planned_work_shows_before_and_while_it_lasts_and_holds_messages() {
    let (fixture, server) = sample().await;
    fixture.publish(&[("Ordering", &["orders"])]);
    let form = "kind=work&title=The+database+moves&components=ordering&from=2026-11-23T14:00&until=2026-11-23T16:00\
                &text=Orders+are+refused+for+a+while.";
    assert_eq!(post(server, "/public", form).await.status, 303);
    fixture.keeper().look();
    let public = serve(public::router(fixture.shelf.clone())).await;
    let text = page(public, "/").send().await.text();
    assert!(text.contains("Ordering is under maintenance") && text.contains("Planned work"), "{text}");
    let api = page(public, "/api/v2/summary.json").send().await.json();
    assert_eq!(api["status"]["indicator"], "maintenance");
    assert_eq!(api["scheduled_maintenances"][0]["scheduled_for"], "2026-11-23T14:00:00.000Z");
    let active = page(public, "/api/v2/scheduled-maintenances/active.json").send().await.json();
    assert_eq!(active["scheduled_maintenances"].as_array().unwrap().len(), 1);
    let settings = page(server, "/settings").send().await.text();
    assert!(settings.contains("planned work from 2026-11-23 14:00 UTC to 2026-11-23 16:00 UTC"));
}

#[tokio::test]
async fn what_is_missing_in_a_form_is_said_all_at_once() {
    let (_fixture, server, _) = published().await;
    let cases = [
        ("kind=outage&title=&components=ordering&impact=major&stage=identified&text=x&next=30m", 422),
        ("kind=outage&title=x&components=elsewhere&impact=major&stage=identified&text=x&next=30m", 422),
        ("kind=outage&title=x&components=ordering&impact=huge&stage=identified&text=x&next=30m", 422),
        ("kind=outage&title=x&components=ordering&impact=major&stage=completed&text=x&next=30m", 422),
        ("kind=outage&title=x&components=ordering&impact=major&stage=identified&text=x", 422),
        ("kind=work&title=x&components=ordering&from=soon&until=later&text=x", 422),
        ("kind=work&title=x&components=ordering&from=2027-01-02T00:00&until=2027-01-01T00:00&text=x", 422),
    ];
    for (form, status) in cases {
        assert_eq!(post(server, "/public", form).await.status, status, "{form}");
    }
    let csrf = page(server, "/public").send().await.csrf();
    let json = Ask::new(server, "POST", "/public").with("accept", "application/json");
    let answer = json.form(&format!("csrf={csrf}&kind=outage")).send().await.json();
    assert!(answer["errors"].as_array().unwrap().len() >= 4, "{answer}");
    let none = Ask::new(server, "POST", "/public").form(OUTAGE).send().await;
    assert_eq!(none.status, 403, "a form of another site");
}

#[tokio::test]
async fn texts_are_shown_as_they_were_typed_and_do_nothing() {
    let (fixture, server, public) = published().await;
    let evil = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%5D%5D%3E%26%00%0B";
    let form =
        OUTAGE.replace("Some+orders+fail", evil).replace("One+in+ten+orders+fails+with+error+503.", evil);
    assert_eq!(post(server, "/public", &form).await.status, 303);
    fixture.keeper().look();
    for path in paths(&fixture) {
        let answer = page(public, &path).send().await;
        let is_markup = ["html", "atom", "rss", "svg"]
            .iter()
            .any(|kind| answer.field("content-type").unwrap().contains(kind));
        assert!(!is_markup || !answer.text().contains("<script"), "{path}");
    }
    let inside = page(server, "/public").send().await.text();
    assert!(inside.contains("&lt;script&gt;") && !inside.contains("<script>alert"));
}

#[tokio::test]
async fn the_files_for_another_host_are_those_that_we_serve() {
    let (fixture, server, public) = published().await;
    let listed = page(server, "/api/v1/status-page").send().await.json();
    let files = listed["files"].as_array().unwrap();
    assert_eq!(files.len(), paths(&fixture).len());
    for file in files {
        let (path, place) = (file["path"].as_str().unwrap(), file["place"].as_str().unwrap());
        let written = Ask::new(server, "GET", &format!("/api/v1/status-page/{place}")).send().await;
        if path != "/404.html" {
            assert_eq!(written.content, page(public, path).send().await.content, "{path}");
        }
    }
    assert!(files.iter().any(|file| file["place"] == "index.html"));
}

#[tokio::test]
async fn a_promise_that_is_not_kept_is_marked_inside() {
    let (fixture, server, _) = published().await;
    assert_eq!(post(server, "/public", OUTAGE).await.status, 303);
    let mut late = fixture.board.snapshot().announcements[0].clone();
    late.updates[0].next_by = Some("2026-11-23T14:00:00Z".parse().unwrap());
    fixture.board.write(|board| board.announce(late));
    let text = page(server, "/public").send().await.text();
    assert!(
        text.contains("The public waits for an update since 14:00")
            && text.contains("next update was promised for")
    );
    let overview = page(server, "/").send().await.text();
    assert!(overview.contains("What the public sees") && overview.contains("Some orders fail"));
}
