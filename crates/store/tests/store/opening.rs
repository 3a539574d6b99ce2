//! Who may open a store, and what it refuses.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::Connection;
use statusquo_store::{Reader, StoreError};

use crate::support::{Home, at, open};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn folder_and_files_are_private() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("a/b");
    let store = open(&folder).unwrap();
    assert_eq!(mode(&folder), 0o700);
    for file in ["statusquo.db", "statusquo.db-wal", "statusquo.lock"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
    store.close();
}

#[test]
fn a_folder_is_for_one_at_a_time() {
    let home = Home::new();
    let refused = open(home.folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse(_)), "{refused}");
    assert!(refused.to_string().contains("stop it, or choose another folder"), "{refused}");
}

#[test]
fn a_closed_store_has_done_what_waited_and_refuses_more() {
    let mut home = Home::new();
    let late = home.writer();
    let mut promises: Vec<_> = (0..200).map(|_| late.commit(Vec::new())).collect();
    home.restart();
    assert!(promises.iter_mut().all(|promise| promise.try_recv().unwrap().is_ok()));
    let refused = late.commit(Vec::new()).blocking_recv().unwrap();
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
}

#[test]
fn what_is_not_ours_or_too_new_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("statusquo.db");
    std::fs::write(&file, "this is a letter to my aunt, and it is long enough to be one".repeat(100))
        .unwrap();
    let refused = open(folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt(_)), "{refused}");
    std::fs::remove_file(&file).unwrap();

    Connection::open(&file).unwrap().execute_batch("CREATE TABLE recipe (cake TEXT)").unwrap();
    let refused = open(folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::NotOurs(_)), "{refused}");
    std::fs::remove_file(&file).unwrap();

    open(folder.path()).unwrap().close();
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = open(folder.path()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the store has format 99, this version knows formats up to 6; use a newer `statusquo`"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("occupied");
    std::fs::write(&file, "").unwrap();
    let refused = open(&file.join("data")).unwrap_err();
    assert!(matches!(refused, StoreError::Folder { .. }), "{refused}");
}

#[test]
fn a_new_file_can_shrink() {
    let home = Home::new();
    let other = Connection::open(home.folder.path().join("statusquo.db")).unwrap();
    let mode: i64 = other.pragma_query_value(None, "auto_vacuum", |row| row.get(0)).unwrap();
    assert_eq!(mode, 2, "incremental");
}

#[test]
fn a_damaged_row_is_said_to_be_damaged() {
    let home = Home::new();
    let other = Connection::open(home.folder.path().join("statusquo.db")).unwrap();
    other.execute("INSERT INTO watch VALUES ('a', '{')", []).unwrap();
    let refused = home.reader().restore(at(0)).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt(_)), "{refused}");
}

#[test]
fn who_only_reads_needs_no_lock_and_makes_nothing() {
    let home = Home::new();
    home.settle();
    let reader = Reader::open(home.folder.path()).unwrap();
    assert_eq!(reader.services().unwrap(), []);
    let nowhere = home.folder.path().join("nowhere");
    assert!(matches!(Reader::open(&nowhere), Err(StoreError::Missing(_))));
    assert!(!nowhere.exists());
}
