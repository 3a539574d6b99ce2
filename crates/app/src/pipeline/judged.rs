//! How answers of monitors are judged over time: a rule that they kept for long and begin to break is news.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{Alarm, AlarmKind, AlarmState, Severity};
use statusquo_exchange::{Name, StatusCode};
use statusquo_lint::{Finding, Level, rule};
use statusquo_serve::Broken;
use statusquo_slo::Answer;
use statusquo_store::{self as store, BrokenRule, Writer};

use super::Publisher;
use crate::config::Config;
use crate::probing::Seen;

/// A rule was kept for long when so many answers kept it, over so long.
const LEARNED: u64 = 20;
const LEARNED_FOR: Duration = Duration::from_secs(10 * 60);
/// It is broken when so many of the last answers break it, and kept again when none of them does.
const BROKEN: u32 = 3;
const LAST: u32 = 0b1_1111;
/// What comes and goes so often is not told any more.
const MOST_TIMES: u8 = 3;
/// Status codes that are told apart for each monitor.
const MOST_CODES: usize = 16;
/// Monitors are saved at most so many at once.
const AT_ONCE: usize = 500;

/// How answers of all monitors are judged.
pub(super) struct Judged {
    answers: BTreeMap<(Name, StatusCode), Answers>,
    changed: BTreeSet<(Name, StatusCode)>,
    /// Who is watched.
    monitors: BTreeSet<Name>,
    alerts_from: Option<Level>,
    writer: Writer,
}

/// How the answers of one monitor with one status code are judged.
#[derive(Debug)]
struct Answers {
    first: Timestamp,
    count: u64,
    rules: BTreeMap<String, OfRule>,
}

/// How they keep one rule.
#[derive(Debug)]
struct OfRule {
    broken: BrokenRule,
    /// The last answers, the newest in the lowest bit; 1 means broken.
    recent: u32,
    /// How often that was told.
    times: u8,
    alarm: Option<Alarm>,
}

impl Judged {
    /// Knows nothing yet.
    pub(super) const fn new(writer: Writer) -> Self {
        Self {
            answers: BTreeMap::new(),
            changed: BTreeSet::new(),
            monitors: BTreeSet::new(),
            alerts_from: None,
            writer,
        }
    }

    /// Takes over what is watched, and what is worth an alarm. Says which alarms are over for that.
    pub(super) fn configure(&mut self, config: &Config) -> Vec<Alarm> {
        self.monitors = config.monitors.iter().map(|monitor| monitor.policy.name.clone()).collect();
        self.alerts_from = config.lint.alerts_from;
        let (monitors, least) = (&self.monitors, self.alerts_from);
        let mut over = Vec::new();
        for ((monitor, _), answers) in &mut self.answers {
            for of_rule in answers.rules.values_mut() {
                let is_wanted = monitors.contains(monitor) && is_grave(&of_rule.broken, least);
                over.extend(of_rule.alarm.take_if(|_| !is_wanted).map(cleared));
            }
        }
        self.answers.retain(|(monitor, _), _| monitors.contains(monitor));
        over
    }

    /// Goes on from before a restart, and shows it.
    pub(super) fn remember(&mut self, publisher: &Publisher) {
        let known = publisher.reader.judged().unwrap_or_else(|error| {
            tracing::error!(%error, "what rules were broken before the restart cannot be read");
            Vec::new()
        });
        for one in known.into_iter().filter(|one| self.monitors.contains(&one.monitor)) {
            for broken in &one.broken {
                if let (Some(rule), Ok(level)) = (rule(&broken.rule), broken.level.parse()) {
                    let shown = Broken {
                        rule,
                        level,
                        count: broken.count,
                        first: broken.first,
                        last: broken.last,
                        message: broken.message.clone(),
                    };
                    publisher.board.write(|board| board.remember_found(&one.monitor, shown));
                }
            }
            let rules = one
                .broken
                .into_iter()
                .map(|broken| (broken.rule.clone(), OfRule { broken, recent: 0, times: 0, alarm: None }));
            let answers = Answers { first: one.first, count: one.answers, rules: rules.collect() };
            self.answers.insert((one.monitor, one.code), answers);
        }
    }

    /// Saves what has changed; what does not fit is saved the next time.
    pub(super) fn save(&mut self) {
        let changed: BTreeSet<_> = self.changed.iter().take(AT_ONCE).cloned().collect();
        let saved = changed.iter().filter_map(|key| Some((key, self.answers.get(key)?)));
        let saved = saved.map(|((monitor, code), answers)| store::Judged {
            monitor: monitor.clone(),
            code: *code,
            first: answers.first,
            answers: answers.count,
            broken: answers.rules.values().map(|of_rule| of_rule.broken.clone()).collect(),
        });
        let saved: Vec<_> = saved.collect();
        if !saved.is_empty() {
            // Counts that are lost with the disk are a lesser evil than to wait for it.
            drop(self.writer.judged(saved));
        }
        self.changed.retain(|key| !changed.contains(key));
    }

    /// Takes what was seen, and says which alarms begin and end.
    pub(super) fn take(&mut self, seen: &Seen) -> Vec<Alarm> {
        let Answer::Status(code) = seen.sample.answer else { return Vec::new() };
        let key = (seen.monitor.clone(), code);
        let is_known = self.answers.contains_key(&key);
        let of_monitor = || self.answers.keys().filter(|(monitor, _)| *monitor == seen.monitor).count();
        if !is_known && of_monitor() >= MOST_CODES {
            return Vec::new();
        }
        self.changed.insert(key.clone());
        let answers = self.answers.entry(key).or_insert_with(|| Answers::new(seen.ended));
        answers.take(&seen.findings, seen.ended, (&seen.monitor, code, self.alerts_from))
    }
}

impl Answers {
    const fn new(first: Timestamp) -> Self {
        Self { first, count: 0, rules: BTreeMap::new() }
    }

    fn take(
        &mut self,
        findings: &[Finding],
        at: Timestamp,
        (monitor, code, least): (&Name, StatusCode, Option<Level>),
    ) -> Vec<Alarm> {
        let is_learned = self.count >= LEARNED && at.duration_since(self.first).unsigned_abs() >= LEARNED_FOR;
        self.count += 1;
        self.rules.values_mut().for_each(|of_rule| of_rule.recent <<= 1);
        for finding in findings {
            let of_rule = self.rules.entry(finding.rule.id.to_owned()).or_insert_with(|| OfRule {
                broken: BrokenRule {
                    rule: finding.rule.id.to_owned(),
                    level: String::new(),
                    count: 0,
                    first: at,
                    last: at,
                    message: String::new(),
                    was_kept: is_learned,
                },
                recent: 0,
                times: 0,
                alarm: None,
            });
            let broken = &mut of_rule.broken;
            broken.count += 1;
            broken.last = at;
            if broken.level != finding.level.as_str() {
                finding.level.as_str().clone_into(&mut broken.level);
            }
            if broken.message != finding.message {
                broken.message.clone_from(&finding.message);
            }
            of_rule.recent |= 1;
        }
        let before = self.count;
        let rules = self.rules.values_mut().filter(|of_rule| of_rule.broken.was_kept);
        rules.filter_map(|of_rule| of_rule.look(at, (monitor, code, least), before)).collect()
    }
}

impl OfRule {
    /// The alarm that begins or ends with the last answer.
    fn look(
        &mut self,
        at: Timestamp,
        (monitor, code, least): (&Name, StatusCode, Option<Level>),
        answers: u64,
    ) -> Option<Alarm> {
        let last = self.recent & LAST;
        match &self.alarm {
            Some(_) if last == 0 => self.alarm.take().map(cleared),
            Some(_) => None,
            None if last.count_ones() >= BROKEN
                && self.times < MOST_TIMES
                && is_grave(&self.broken, least) =>
            {
                self.times += 1;
                let alarm = self.alarm(at, (monitor, code), answers);
                self.alarm = Some(alarm.clone());
                Some(alarm)
            }
            None => None,
        }
    }

    fn alarm(&self, at: Timestamp, (monitor, code): (&Name, StatusCode), answers: u64) -> Alarm {
        let id = &self.broken.rule;
        // What was found may be confidential: messages say what the rule demands.
        let demands = rule(id).map(|rule| format!("{}: {}", id, rule.page.summary));
        let kept = answers.saturating_sub(self.broken.count);
        let evidence = format!(
            "{} of the last 5 answers with {code} break it; {kept} answers with {code} kept it before",
            (self.recent & LAST).count_ones(),
        );
        Alarm {
            key: format!("lint {monitor}|{code}|{id}"),
            service: monitor.clone(),
            endpoint: None,
            kind: AlarmKind::Lint,
            severity: Severity::Degraded,
            sentence: format!("breaks `{id}`, a rule that its answers with {code} used to keep"),
            diagnosis: None,
            evidence: demands.into_iter().chain([evidence]).collect(),
            clients: Vec::new(),
            receivers: Vec::new(),
            since: if self.times <= 1 { self.broken.first } else { at },
            state: AlarmState::Firing,
        }
    }
}

fn is_grave(broken: &BrokenRule, least: Option<Level>) -> bool {
    let level: Result<Level, ()> = broken.level.parse();
    least.is_some_and(|least| level.is_ok_and(|level| level >= least))
}

fn cleared(alarm: Alarm) -> Alarm {
    Alarm { state: AlarmState::Cleared, ..alarm }
}

#[cfg(test)]
mod tests {
    use statusquo_lint::{Place, RULES};

    use super::*;

    /// Judges one answer each 30 seconds: `.` is clean, `x` breaks a rule. Says what was told, and when.
    fn told(answers: &mut Answers, story: &str, least: Option<Level>) -> Vec<(u64, AlarmState)> {
        let rule = RULES.iter().find(|rule| rule.levels.guide == Some(Level::Must)).unwrap();
        let finding = Finding::new(rule, Level::Must, "it is broken".to_owned(), Place::StatusLine);
        let name = Name::from("orders");
        let mut told = Vec::new();
        for letter in story.chars() {
            let at = Timestamp::from_second(i64::try_from(answers.count * 30).unwrap()).unwrap();
            let findings = if letter == 'x' { std::slice::from_ref(&finding) } else { &[] };
            let alarms = answers.take(findings, at, (&name, StatusCode::new(200), least));
            told.extend(alarms.into_iter().map(|alarm| (answers.count, alarm.state)));
        }
        told
    }

    fn from_the_start(story: &str) -> Vec<(u64, AlarmState)> {
        told(&mut Answers::new(Timestamp::UNIX_EPOCH), story, Some(Level::Should))
    }

    #[test]
    fn a_rule_that_was_kept_and_is_broken_is_told_once_and_its_end_as_well() {
        use AlarmState::{Cleared, Firing};
        let kept = ".".repeat(30);
        assert_eq!(from_the_start(&format!("{kept}xxxxxxx")), [(33, Firing)]);
        assert_eq!(from_the_start(&format!("{kept}x.x.x.x")), [(35, Firing)]);
        assert_eq!(from_the_start(&format!("{kept}xxx....")), [(33, Firing)]);
        assert_eq!(from_the_start(&format!("{kept}xxx.....")), [(33, Firing), (38, Cleared)]);
        assert_eq!(from_the_start(&format!("{kept}x....x....x")), [], "one now and then is no change");
    }

    #[test]
    fn what_was_broken_from_the_start_or_before_anything_was_learned_is_never_told() {
        assert_eq!(from_the_start(&"x".repeat(50)), []);
        assert_eq!(from_the_start(&format!("x{}{}", ".".repeat(40), "x".repeat(9))), []);
        assert_eq!(from_the_start(&format!("{}{}", ".".repeat(10), "x".repeat(40))), []);
    }

    #[test]
    fn what_comes_and_goes_is_told_three_times() {
        let story = format!("{}{}", ".".repeat(30), "xxx.....".repeat(9));
        assert_eq!(from_the_start(&story).len(), 6);
    }

    #[test]
    fn it_can_be_turned_off() {
        let story = format!("{}xxxxx", ".".repeat(30));
        assert_eq!(told(&mut Answers::new(Timestamp::UNIX_EPOCH), &story, None), []);
    }
}
