//! What people have to know of the log itself before they believe its numbers.

use statusquo_slo::Answer;
use statusquo_slo::traffic::EndpointTally;

use super::counted::Counted;
use crate::cli::args::{Global, Logs};

/// Says on stderr what is wrong with the log.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
pub(super) fn say(global: &Global, counted: &Counted, flags: &Logs) {
    if global.quiet {
        return;
    }
    for note in notes(counted, flags.show_bad) {
        eprintln!("{note}");
    }
}

fn notes(counted: &Counted, shows_bad: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if counted.not_understood > 0 {
        notes.push(format!(
            "{} of {} lines were not understood{}",
            counted.not_understood,
            counted.lines,
            if shows_bad { ":" } else { "; --show-bad shows some" }
        ));
    }
    if shows_bad {
        let shown = |(why, line): &(String, Vec<u8>)| {
            let line: String =
                crate::cli::screen::printable(&String::from_utf8_lossy(line)).chars().take(160).collect();
            format!("  {why}: {line}")
        };
        notes.extend(counted.bad.iter().map(shown));
    }
    let say = |count: u64, note: String| (count > 0).then_some(note);
    notes.extend(say(counted.without_zone, "the times have no zone: they are taken for UTC".to_owned()));
    notes.extend(say(
        counted.without_time,
        format!("{} lines have no time: they count for 1970", counted.without_time),
    ));
    notes.extend(say(
        counted.jumps,
        format!("the clock went back {} times: hours may be wrong", counted.jumps),
    ));
    notes.extend(say(
        counted.long_lines,
        format!("{} lines were longer than 64 KiB and were cut", counted.long_lines),
    ));
    notes.extend(filtered(counted));
    notes
}

/// Only errors: somebody left the rest out.
fn filtered(counted: &Counted) -> Option<String> {
    let is_success = |answer: Answer| matches!(answer, Answer::Status(code) if !code.is_error());
    let successes: u64 =
        counted.traffic.endpoints().map(|(_, tally): (_, &EndpointTally)| tally.count(is_success)).sum();
    let is_filtered = counted.requests() > 100 && successes == 0;
    is_filtered.then(|| {
        "there is no success in this log: it may have been filtered, and rates from it are wrong".to_owned()
    })
}
