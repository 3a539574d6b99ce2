//! Commands of the user's own, as real processes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::time::Duration;

use statusquo_alert::Notice;
use statusquo_notify::command::Program;
use statusquo_notify::{Delivery, Receiver};
use support::{links, now, usual};

async fn run(script: &str) -> Delivery {
    run_for(script, Duration::from_secs(20)).await
}

async fn run_for(script: &str, deadline: Duration) -> Delivery {
    let words = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
    let receiver = Receiver::Command(Program { words, deadline });
    receiver.send(&usual(Notice::Opened), &links(), now()).await
}

fn sent(answer: &str) -> Delivery {
    Delivery::Sent { answer: answer.to_owned() }
}

fn later(reason: &str) -> Delivery {
    Delivery::Retry { after: None, reason: reason.to_owned() }
}

#[tokio::test]
async fn a_command_gets_json_and_variables() {
    assert_eq!(run("cat > /dev/null; echo \"$STATUSQUO_NOTICE $STATUSQUO_INCIDENT $STATUSQUO_SUBJECT $STATUSQUO_STATE\"").await,
        sent("opened 214 orders failing"));
    assert_eq!(run("grep -c '\"type\":\"incident.opened\"'").await, sent("1"));
    assert_eq!(run("true").await, sent("ended with 0"));
}

/// Our environment holds secrets.
#[tokio::test]
async fn a_command_knows_nothing_else_of_our_environment() {
    let script = "env | grep -oE '^[A-Z_0-9]+=' | grep -vE '^(STATUSQUO_[A-Z]+|PATH|HOME|LANG|LC_ALL|TZ|TMPDIR|PWD|SHLVL|_)=' \
                  | tr '\\n' ' '; echo none";
    let Delivery::Sent { answer } = run(script).await else { panic!("it was not run") };
    assert_eq!(answer, "none");
}

#[tokio::test]
async fn the_exit_code_decides() {
    assert_eq!(run("echo no network >&2; exit 1").await, later("ended with 1: no network"));
    assert_eq!(run("exit 75").await, later("ended with 75"));
    assert_eq!(run("kill -9 $$").await, later("was killed by a signal"));
    for code in [64, 65, 78] {
        let expect = Delivery::Refused { reason: format!("ended with {code}: wrong key") };
        assert_eq!(run(&format!("echo wrong key; exit {code}")).await, expect);
    }
    let gone = Receiver::Command(Program {
        words: vec!["/nonexistent/tell".to_owned()],
        deadline: Duration::from_secs(5),
    });
    let delivery = gone.send(&usual(Notice::Opened), &links(), now()).await;
    assert_eq!(delivery, later("cannot be run: No such file or directory (os error 2)"));
}

/// What it started in the background ends with it: its own child would write to the pipe for ever.
#[tokio::test]
async fn a_command_that_hangs_is_killed_with_all_that_it_started() {
    let folder = std::env::temp_dir().join(format!("statusquo-command-{}", std::process::id()));
    let file = folder.display();
    let script = format!("sh -c 'echo $$ > {file}; exec tail -f /dev/null' & exec tail -f /dev/null");
    let delivery = run_for(&script, Duration::from_secs(1)).await;
    assert_eq!(delivery, later("did not end within 1 s, and was killed"));
    let child: i32 = std::fs::read_to_string(&folder).unwrap().trim().parse().unwrap();
    let _ = std::fs::remove_file(&folder);
    let state = || std::fs::read_to_string(format!("/proc/{child}/stat")).ok();
    // Killed at once; whoever inherited it may need a moment to bury it.
    let is_gone =
        || state().is_none_or(|stat| stat.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" Z")));
    while !is_gone() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn endless_output_is_cut_and_does_not_hang_it() {
    let Delivery::Retry { reason, .. } = run("yes 'no no no' | head -c 3000000; exit 1").await else {
        panic!("sent")
    };
    assert!(reason.starts_with("ended with 1: no no no") && reason.chars().count() < 150, "{reason}");
}

#[tokio::test]
async fn a_command_that_does_not_read_is_no_failure() {
    assert_eq!(run("exec 0<&-; echo done").await, sent("done"));
}
