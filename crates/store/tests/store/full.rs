//! When the disk takes no more, that is said, and what was acknowledged is there.

use std::path::Path;
use std::process::{Command, Stdio};

use statusquo_alert::{IncidentNumber, Who};
use statusquo_store::StoreError;

use crate::support::{at, incident, open, saved, wait};

const FOLDER: &str = "STATUSQUO_STORE_WITH_LITTLE_ROOM";

/// Runs in a process of its own that may not write long files: saves until it cannot, and says how far it came.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = open(Path::new(&folder)).unwrap();
    let writer = store.writer();
    let mut number = 0;
    let refused = loop {
        // The limit may be reached by either of the two.
        if let Err(refused) = wait(writer.commit(vec![saved(incident(number + 1))])) {
            break refused;
        }
        number += 1;
        let page = "x".repeat(50_000);
        if let Err(refused) = wait(writer.audit(at(0), Who("ada".to_owned()), page)) {
            break refused;
        }
    };
    assert!(matches!(refused, StoreError::Full | StoreError::Unwritable(_)), "{refused}");
    assert!(writer.is_failing());
    let read = store.reader().incident(IncidentNumber(number)).unwrap();
    assert!(read.is_some(), "reading goes on");
    println!("\n{number}");
}

#[test]
fn a_process_that_may_not_write_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Without the signal, writing beyond the limit fails as it does on a full disk. Units are 512 bytes.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 4000; exec \"$0\" --exact full::child --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .env(FOLDER, folder.path())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let last: u64 = said.lines().find_map(|line| line.parse().ok()).expect("it says how far it came");
    assert!(last > 10, "{last}");
    let store = open(folder.path()).unwrap();
    for number in 1..=last {
        assert_eq!(store.reader().incident(IncidentNumber(number)).unwrap(), Some(incident(number)));
    }
    wait(store.writer().commit(vec![saved(incident(last + 1))])).unwrap();
    store.close();
}
