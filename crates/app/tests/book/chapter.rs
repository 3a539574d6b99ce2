//! A chapter that is run.

use std::cell::RefCell;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::Regex;

use crate::page::{Block, Page};
use crate::support::{Ran, folder, free_port, run, until};

/// The ports of the book; each run has its own in their place.
const PORTS: [&str; 7] = ["4317", "4318", "5514", "8080", "8418", "8419", "9000"];

/// What is asked again and again has to come true within this time.
const LONGEST: Duration = Duration::from_mins(1);

/// The row of an incident of a monitor in the list of incidents.
static INCIDENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^(\d+) +(?:open|acknowledged|resolved) +orders ").unwrap());

/// What may differ from run to run.
static VARYING: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let rules = [
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z| UTC)?", "MOMENT"),
        (r"\d\d:\d\d(:\d\d)?( UTC)?( on \d+ \w+ \d{4})?", "MOMENT"),
        (r"<?\d+ ms = .*? HTTP/", "PARTS HTTP/"),
        (r"took \d+ ms", "took MS"),
        (r"[▁▂▃▄▅▆▇█]+", "LINE"),
        (r"\s+", " "),
    ];
    rules.into_iter().map(|(from, to)| (Regex::new(from).unwrap(), to)).collect()
});

pub(crate) struct Chapter {
    script: Script,
    folder: tempfile::TempDir,
    ports: Vec<(&'static str, String)>,
    /// The number of the incident that is number 1 in the book: on a busy machine our own faults come before it.
    incident: RefCell<String>,
    running: Vec<Child>,
}

/// What is run.
struct Script {
    name: String,
    blocks: Vec<Block>,
}

/// A command and what it prints.
struct Step {
    command: String,
    prints: Vec<String>,
}

impl Chapter {
    pub(crate) fn of(page: &Page) -> Self {
        let ports = PORTS.map(|port| (port, free_port().to_string())).to_vec();
        let name = page.file.file_stem().unwrap().to_str().unwrap().to_owned();
        let script = Script { name, blocks: page.blocks() };
        let chapter = Self {
            script,
            folder: folder(),
            ports,
            incident: RefCell::new("1".to_owned()),
            running: Vec::new(),
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        std::os::unix::fs::symlink(root.join("tests"), chapter.path("tests")).unwrap();
        let bin = chapter.path("bin");
        fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_statusquo"), bin.join("statusquo")).unwrap();
        // Other chapters go on with the API of the tutorial.
        for name in ["tutorial", &chapter.script.name] {
            let Ok(files) = fs::read_dir(root.join("docs/book/files").join(name)) else { continue };
            for file in files.map(Result::unwrap) {
                let text = fs::read_to_string(file.path()).unwrap();
                fs::write(chapter.path(file.file_name().to_str().unwrap()), chapter.here(&text)).unwrap();
            }
        }
        chapter
    }

    /// Runs all its blocks; `least` is how many have to be there.
    pub(crate) fn run(mut self, least: usize) {
        let blocks = std::mem::take(&mut self.script.blocks);
        let mut count = 0;
        for block in blocks.iter().filter(|block| block.reason.is_none()) {
            if let Some(file) = block.file() {
                fs::write(self.path(file), self.here(&block.text)).unwrap();
            } else if block.language == "console" {
                count += 1;
                self.run_block(block);
            }
        }
        assert!(count >= least, "{}: {count} blocks were run", self.script.name);
    }

    fn run_block(&mut self, block: &Block) {
        let steps = steps(&block.text);
        let mut code = 0;
        for step in &steps {
            let place = format!("{}:{}: {}", self.script.name, block.line, step.command);
            if step.command == "echo $?" {
                assert_eq!(step.prints, [code.to_string()], "{place}: the exit code");
                code = 0;
                continue;
            }
            assert_eq!(code, 0, "{place}: what came before it failed, and the page does not say so");
            if let Some(command) = step.command.strip_suffix(" &") {
                self.start(command, step, &place);
            } else {
                code = self.finish(step, block.marks.iter().any(|mark| mark == "until"), &place);
            }
        }
        assert_eq!(
            code, 0,
            "{}:{}: the last command failed, and the page does not say so",
            self.script.name, block.line
        );
    }

    fn finish(&self, step: &Step, is_repeated: bool, place: &str) -> i32 {
        let mut ran = self.ask(step);
        let deadline = Instant::now() + LONGEST;
        while is_repeated && difference(&step.prints, &ran.out).is_some() && Instant::now() < deadline {
            std::thread::park_timeout(Duration::from_millis(200));
            ran = self.ask(step);
        }
        let wrong = difference(&step.prints, &ran.out);
        assert!(wrong.is_none(), "{place}\n{}\n--- what came:\n{}", wrong.unwrap_or_default(), ran.out);
        ran.code
    }

    fn ask(&self, step: &Step) -> Ran {
        let is_of_incidents = step.command.starts_with("statusquo incident ");
        let mut command = step.command.clone();
        if is_of_incidents {
            command = word("1").replace_all(&command, self.incident.borrow().as_str()).into_owned();
        }
        let mut ran = run(&mut self.shell(&format!("({command}) 2>&1")));
        ran.out = self.there(&ran.out);
        if is_of_incidents {
            if let Some(row) = INCIDENT.captures(&ran.out) {
                *self.incident.borrow_mut() = row[1].to_owned();
            }
            ran.out = word(&self.incident.borrow()).replace_all(&ran.out, "1").into_owned();
        }
        ran
    }

    fn start(&mut self, command: &str, step: &Step, place: &str) {
        let log = self.path(&format!("running-{}", self.running.len()));
        let mut shell = self.shell(&format!("exec {command}"));
        let file = fs::File::create(&log).unwrap();
        shell.stdout(file.try_clone().unwrap()).stderr(file).process_group(0);
        self.running.push(shell.spawn().unwrap());
        until(place, || difference(&step.prints, &self.there(&fs::read_to_string(&log).unwrap())).is_none());
    }

    fn shell(&self, command: &str) -> Command {
        let mut shell = Command::new("sh");
        let path = std::env::var("PATH").unwrap_or_default();
        shell
            .arg("-c")
            .arg(self.here(command))
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null());
        shell.env("PATH", format!("{}:{path}:/usr/sbin", self.path("bin").display())).env("LANG", "C.UTF-8");
        shell.env("HOME", self.folder.path()).env("PYTHONDONTWRITEBYTECODE", "1").env("STATUSQUO_TZ", "UTC");
        // Where the book does not say where it listens, it is the usual port.
        shell
            .env("STATUSQUO_LISTEN", self.here("127.0.0.1:8418"))
            .env("STATUSQUO_SERVER", self.here("http://127.0.0.1:8418"));
        shell
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The ports of the book as ours.
    fn here(&self, text: &str) -> String {
        self.ports.iter().fold(text.to_owned(), |text, (theirs, ours)| {
            word(theirs).replace_all(&text, ours.as_str()).into_owned()
        })
    }

    /// And back.
    fn there(&self, text: &str) -> String {
        self.ports
            .iter()
            .fold(text.to_owned(), |text, (theirs, ours)| word(ours).replace_all(&text, *theirs).into_owned())
    }
}

impl Drop for Chapter {
    fn drop(&mut self) {
        for child in &mut self.running {
            if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
                let _sent = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
            }
            let _ended = child.wait();
        }
    }
}

fn word(number: &str) -> Regex {
    Regex::new(&format!(r"\b{number}\b")).unwrap()
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command: command.to_owned(), prints: Vec::new() }),
            (None, Some(step)) if step.command.ends_with('\\') => {
                step.command.pop();
                step.command += line.trim_start();
            }
            (None, Some(step)) => step.prints.push(line.to_owned()),
            (None, None) => panic!("a block of commands begins with `$ `: {line}"),
        }
    }
    steps
}

/// The first line of the page that did not come, in the order of the page.
fn difference(page: &[String], came: &str) -> Option<String> {
    let came: Vec<String> = came.lines().map(plain).filter(|line| !line.is_empty()).collect();
    let page: Vec<String> = page.iter().map(|line| plain(line)).filter(|line| !line.is_empty()).collect();
    let mut rest = came.as_slice();
    let mut may_skip = false;
    for line in &page {
        if line == "…" {
            may_skip = true;
            continue;
        }
        let reach = if may_skip { rest.len() } else { rest.len().min(1) };
        match rest[..reach].iter().position(|other| is_alike(line, other)) {
            Some(at) => rest = &rest[at + 1..],
            None => {
                return Some(format!(
                    "the page says: {line}\nwhat came:     {}",
                    rest.first().map_or("(nothing)", String::as_str)
                ));
            }
        }
        may_skip = false;
    }
    let is_whole = may_skip || rest.is_empty();
    (!is_whole).then(|| format!("the page does not say: {}", rest[0]))
}

/// `…` inside of a line stands for anything.
fn is_alike(page: &str, came: &str) -> bool {
    let parts: Vec<String> = page.split('…').map(regex::escape).collect();
    Regex::new(&format!("^{}$", parts.join(".*"))).unwrap().is_match(came)
}

fn plain(line: &str) -> String {
    let line =
        VARYING.iter().fold(line.to_owned(), |line, (from, to)| from.replace_all(&line, *to).into_owned());
    line.trim().to_owned()
}
