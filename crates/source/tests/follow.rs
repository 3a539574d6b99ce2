//! Whatever becomes of the files of a log, each line is given once; also when we are stopped after any step and go on from
//! what was saved.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in tests, what should not happen may panic"
)]

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use statusquo_source::follow::{Files, Follower, Position};
use tempfile::TempDir;

const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// A log, what writes to it, and what follows it.
struct Scene {
    folder: TempDir,
    follower: Follower,
    saved: BTreeMap<String, String>,
    now: SystemTime,
    written: u64,
    given: Vec<String>,
    is_restarted: bool,
}

impl Scene {
    fn new(is_restarted: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let follower = Follower::new(Files::new(&folder.path().join("access.log")), WEEK, Vec::new());
        let (saved, given) = (BTreeMap::new(), Vec::new());
        Self { folder, follower, saved, now: SystemTime::now(), written: 0, given, is_restarted }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, name: &str) -> File {
        OpenOptions::new().create(true).append(true).open(self.path(name)).unwrap()
    }

    /// Appends so many numbered lines.
    fn write(&mut self, file: &mut File, count: u64) {
        let lines: String =
            (0..count).map(|n| format!("line {} {}\n", self.written + n, "x".repeat(60))).collect();
        self.written += count;
        file.write_all(lines.as_bytes()).unwrap();
    }

    fn append(&mut self, name: &str, count: u64) {
        let mut file = self.open(name);
        self.write(&mut file, count);
    }

    fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    fn copy(&self, from: &str, to: &str) {
        std::fs::copy(self.path(from), self.path(to)).unwrap();
    }

    fn truncate(&self, name: &str) {
        OpenOptions::new().write(true).open(self.path(name)).unwrap().set_len(0).unwrap();
    }

    fn compress(&self, from: &str, to: &str) {
        let mut encoder = GzEncoder::new(File::create(self.path(to)).unwrap(), Compression::fast());
        encoder.write_all(&std::fs::read(self.path(from)).unwrap()).unwrap();
        encoder.finish().unwrap();
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    /// Reads what there is, and saves how far it was read.
    fn look(&mut self) {
        self.look_and_stop(usize::MAX);
    }

    /// Reads at most so many pieces, and saves how far it was read.
    fn look_and_stop(&mut self, pieces: usize) {
        self.now += Duration::from_secs(1);
        self.follower.scan(self.now).unwrap();
        for _ in 0..pieces {
            let Some(piece) = self.follower.read() else { break };
            self.given.extend(
                String::from_utf8(piece.text).unwrap().lines().map(|line| line.trim_end().to_owned()),
            );
        }
        for (key, position) in self.follower.take_moved() {
            match position {
                Some(position) => drop(self.saved.insert(key, position.to_text())),
                None => drop(self.saved.remove(&key)),
            }
        }
        if self.is_restarted {
            self.restart();
        }
    }

    fn restart(&mut self) {
        let positions = self.saved.values().map(|text| Position::from_text(text).unwrap()).collect();
        self.follower = Follower::new(Files::new(&self.path("access.log")), WEEK, positions);
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    fn check(&self, what: &str) {
        let mut given: Vec<&str> = self.given.iter().map(|line| line.split(" x").next().unwrap()).collect();
        given.sort_by_key(|line| line[5..].parse::<u64>().unwrap());
        let expected: Vec<String> = (0..self.written).map(|number| format!("line {number}")).collect();
        assert_eq!(given, expected, "{what}, restarted: {}", self.is_restarted);
    }
}

fn check(what: &str, story: impl Fn(&mut Scene)) {
    for is_restarted in [false, true] {
        let mut scene = Scene::new(is_restarted);
        story(&mut scene);
        scene.look();
        scene.look();
        scene.check(what);
    }
}

#[test]
fn what_is_appended_is_given_once() {
    check("appended", |scene| {
        for count in [1, 0, 5, 100, 1, 50_000] {
            scene.append("access.log", count);
            scene.look();
        }
    });
}

#[test]
fn a_renamed_file_is_read_to_its_end_also_what_is_written_afterwards() {
    check("renamed", |scene| {
        let mut old = scene.open("access.log");
        scene.write(&mut old, 30);
        scene.look();
        scene.write(&mut old, 20);
        scene.rename("access.log", "access.log.1");
        scene.write(&mut old, 10);
        scene.look();
        let mut new = scene.open("access.log");
        scene.write(&mut new, 7);
        scene.write(&mut old, 3);
        scene.look();
        scene.rename("access.log.1", "access.log.2");
        scene.rename("access.log", "access.log.1");
        scene.write(&mut new, 9);
        scene.append("access.log", 5);
    });
}

#[test]
fn before_a_file_is_truncated_its_copy_is_made_and_read_from_where_we_were() {
    for is_seen_before in [false, true] {
        check("copied and truncated", |scene| {
            scene.append("access.log", 40);
            scene.look();
            scene.append("access.log", 25);
            scene.copy("access.log", "access.log.1");
            if is_seen_before {
                scene.look();
                scene.look();
            }
            scene.truncate("access.log");
            scene.append("access.log", 3);
            scene.look();
            scene.rename("access.log.1", "access.log.2");
            scene.append("access.log", 300);
            scene.look();
            scene.copy("access.log", "access.log.1");
            scene.truncate("access.log");
            // More than before: only its bytes say that it is not the same content.
            scene.append("access.log", 600);
        });
    }
}

#[test]
fn a_compressed_file_goes_on_where_the_plain_one_was_left() {
    check("compressed", |scene| {
        scene.append("access.log", 40);
        scene.look();
        scene.append("access.log", 25);
        scene.rename("access.log", "access.log.1");
        scene.append("access.log", 5);
        scene.compress("access.log.1", "access.log.1.gz");
        scene.remove("access.log.1");
        scene.look();
        scene.pass(100);
        scene.look();
        scene.look();
        scene.rename("access.log.1.gz", "access.log.2.gz");
        scene.rename("access.log", "access.log.1");
        scene.compress("access.log.1", "access.log.1.gz");
        scene.look();
        scene.remove("access.log.1");
        scene.append("access.log", 5);
        scene.look();
        scene.pass(100);
        scene.look();
    });
}

#[test]
fn a_file_that_is_deleted_and_made_again_is_a_new_one() {
    check("deleted", |scene| {
        scene.append("access.log", 40);
        scene.look();
        scene.remove("access.log");
        scene.append("access.log", 35);
        scene.look();
        scene.truncate("access.log");
        scene.append("access.log", 50);
    });
}

#[test]
fn what_is_still_written_to_a_deleted_file_is_read_while_we_run() {
    let mut scene = Scene::new(false);
    let mut old = scene.open("access.log");
    scene.write(&mut old, 10);
    scene.look();
    scene.remove("access.log");
    for _ in 0..5 {
        scene.write(&mut old, 10);
        scene.look();
        scene.pass(50);
    }
    scene.check("deleted while open");
}

#[test]
fn a_line_without_end_waits_for_it() {
    check("torn", |scene| {
        let mut file = scene.open("access.log");
        scene.write(&mut file, 3);
        file.write_all(b"line 3 x").unwrap();
        scene.look();
        file.write_all(b"xx\nline 4").unwrap();
        scene.look();
        file.write_all(b" x\n").unwrap();
        scene.written = 5;
    });
}

#[test]
fn the_last_line_of_a_compressed_file_needs_no_end() {
    check("torn and compressed", |scene| {
        scene.append("old", 3);
        scene.open("old").write_all(b"line 3").unwrap();
        scene.written = 4;
        scene.compress("old", "access.log.1.gz");
    });
}

#[test]
fn a_line_that_is_too_long_is_cut_and_the_next_ones_are_given() {
    for is_restarted in [false, true] {
        let mut scene = Scene::new(is_restarted);
        let mut file = scene.open("access.log");
        file.write_all(b"line 0 ").unwrap();
        file.write_all(&vec![b'x'; 5 << 20]).unwrap();
        scene.look_and_stop(1);
        file.write_all(b"\n").unwrap();
        scene.written = 1;
        scene.write(&mut file, 2);
        scene.look();
        assert!(scene.given.iter().all(|line| line.len() <= 64 << 10));
        scene.check("long");
    }
}

#[test]
fn old_files_are_read_as_far_back_as_is_asked_for() {
    check("old", |scene| {
        scene.append("access.log.1", 10);
        scene.append("access.log", 10);
        let mut old = scene.open("access.log.2");
        old.write_all(b"line -1\nline -2 without an end").unwrap();
        old.set_modified(scene.now - 2 * WEEK).unwrap();
        scene.compress("access.log.2", "access.log.3.gz");
        File::options()
            .write(true)
            .open(scene.path("access.log.3.gz"))
            .unwrap()
            .set_modified(scene.now - 2 * WEEK)
            .unwrap();
        scene.look();
        old.write_all(b"\n").unwrap();
        scene.given.retain(|line| !line.contains("without an end"));
        scene.write(&mut old, 5);
        scene.look();
        scene.given.retain(|line| !line.contains("without an end"));
    });
}

#[test]
fn what_cannot_be_read_is_said_and_hides_nothing() {
    let mut scene = Scene::new(false);
    scene.append("access.log", 3);
    std::os::unix::fs::symlink("/proc/self/mem", scene.path("access.log.1")).unwrap();
    scene.look();
    scene.check("beside a file that cannot be read");
    let missing = Files::new(&scene.path("no/such/folder/*.log"));
    assert!(Follower::new(missing, WEEK, Vec::new()).scan(scene.now).is_err());
}
