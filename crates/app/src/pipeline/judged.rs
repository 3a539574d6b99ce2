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

/// The answers of a monitor with one status code.
type Key = (Name, StatusCode);

/// How answers of all monitors are judged.
pub(super) struct Judged {
    answers: BTreeMap<Key, Answers>,
    changed: BTreeSet<Key>,
    /// The last one that was saved: the next time it goes on behind it.
    saved: Option<Key>,
    /// Who is watched.
    monitors: BTreeSet<Name>,
    alerts_from: Option<Level>,
    /// What was firing before a restart, until it is remembered.
    firing: Vec<Alarm>,
    writer: Writer,
}

/// How the answers of one monitor with one status code are judged.
#[derive(Debug)]
struct Answers {
    first: Timestamp,
    count: u64,
    /// In the order of the rules' ids. There are seldom more than a few, for which a map is too large.
    rules: Vec<OfRule>,
}

/// How they keep one rule.
#[derive(Debug)]
struct OfRule {
    broken: Broken,
    /// Was it kept for long before it was broken first?
    was_kept: bool,
    /// The last answers, the newest in the lowest bit; 1 means broken.
    recent: u32,
    /// How often that was told.
    times: u8,
    alarm: Option<Box<Alarm>>,
}

impl Judged {
    /// Knows nothing yet, but for what was firing before a restart.
    pub(super) fn new(writer: Writer, firing: &[Alarm]) -> Self {
        Self {
            answers: BTreeMap::new(),
            changed: BTreeSet::new(),
            saved: None,
            monitors: BTreeSet::new(),
            alerts_from: None,
            firing: firing.to_vec(),
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
            for of_rule in &mut answers.rules {
                let is_wanted = monitors.contains(monitor) && is_grave(&of_rule.broken, least);
                over.extend(of_rule.alarm.take_if(|_| !is_wanted).map(|alarm| cleared(*alarm)));
            }
        }
        self.answers.retain(|(monitor, _), _| monitors.contains(monitor));
        over
    }

    /// Goes on from before a restart, and shows it. Says which alarms go on.
    pub(super) fn remember(&mut self, publisher: &Publisher) -> Vec<Alarm> {
        let known = publisher.reader.judged().unwrap_or_else(|error| {
            tracing::error!(%error, "what rules were broken before the restart cannot be read");
            Vec::new()
        });
        let mut going_on = Vec::new();
        for one in known.into_iter().filter(|one| self.monitors.contains(&one.monitor)) {
            let mut answers = Answers { first: one.first, count: one.answers, rules: Vec::new() };
            // Rules of another version that this one does not know are forgotten.
            for (broken, was_kept) in one.broken.into_iter().filter_map(known_rule) {
                publisher.board.write(|board| board.remember_found(&one.monitor, broken.clone()));
                let key = key(&one.monitor, one.code, broken.rule.id);
                let firing = self.firing.iter().find(|alarm| alarm.key == key);
                let firing = firing.filter(|_| is_grave(&broken, self.alerts_from));
                going_on.extend(firing.cloned());
                if let Err(place) = answers.place_of(broken.rule.id) {
                    answers.enter(place, OfRule::restored(broken, was_kept, firing));
                }
            }
            self.answers.insert((one.monitor, one.code), answers);
        }
        self.firing = Vec::new();
        going_on
    }

    /// Saves some of what has changed, in turn: all of them have theirs within minutes.
    pub(super) fn save(&mut self) {
        let turn = turn(&self.changed, self.saved.as_ref(), AT_ONCE);
        self.saved = turn.last().cloned();
        self.save_these(&turn);
    }

    /// Saves all that has changed.
    pub(super) fn save_all(&mut self) {
        let all: Vec<Key> = self.changed.iter().cloned().collect();
        self.save_these(&all);
    }

    fn save_these(&mut self, keys: &[Key]) {
        let saved = keys.iter().filter_map(|key| Some((key, self.answers.get(key)?)));
        let saved = saved.map(|((monitor, code), answers)| store::Judged {
            monitor: monitor.clone(),
            code: *code,
            first: answers.first,
            answers: answers.count,
            broken: answers.rules.iter().map(|of_rule| of_rule.to_store()).collect(),
        });
        let saved: Vec<_> = saved.collect();
        if !saved.is_empty() {
            // Counts that are lost with the disk are a lesser evil than to wait for it.
            drop(self.writer.judged(saved));
        }
        for key in keys {
            self.changed.remove(key);
        }
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
        Self { first, count: 0, rules: Vec::new() }
    }

    /// Where a rule stands, or should stand.
    fn place_of(&self, rule: &str) -> Result<usize, usize> {
        self.rules.binary_search_by(|of_rule| of_rule.broken.rule.id.cmp(rule))
    }

    fn enter(&mut self, place: usize, of_rule: OfRule) -> usize {
        self.rules.reserve_exact(1);
        self.rules.insert(place, of_rule);
        place
    }

    fn take(
        &mut self,
        findings: &[Finding],
        at: Timestamp,
        (monitor, code, least): (&Name, StatusCode, Option<Level>),
    ) -> Vec<Alarm> {
        let is_learned = self.count >= LEARNED && at.duration_since(self.first).unsigned_abs() >= LEARNED_FOR;
        self.count += 1;
        self.rules.iter_mut().for_each(|of_rule| of_rule.recent <<= 1);
        for finding in findings {
            let known = self.place_of(finding.rule.id);
            let place = known
                .unwrap_or_else(|place| self.enter(place, OfRule::new(Broken::of(finding, at), is_learned)));
            if let Some(of_rule) = self.rules.get_mut(place) {
                of_rule.broken.again(finding, at);
                of_rule.recent |= 1;
            }
        }
        let before = self.count;
        let rules = self.rules.iter_mut().filter(|of_rule| of_rule.was_kept);
        rules.filter_map(|of_rule| of_rule.look(at, (monitor, code, least), before)).collect()
    }
}

impl OfRule {
    const fn new(broken: Broken, was_kept: bool) -> Self {
        Self { broken, was_kept, recent: 0, times: 0, alarm: None }
    }

    /// As it was before a restart. What was firing is over when enough answers keep it, as always.
    fn restored(broken: Broken, was_kept: bool, firing: Option<&Alarm>) -> Self {
        match firing {
            Some(alarm) => {
                Self { broken, was_kept, recent: LAST, times: 1, alarm: Some(Box::new(alarm.clone())) }
            }
            None => Self::new(broken, was_kept),
        }
    }

    fn to_store(&self) -> BrokenRule {
        let Broken { rule, level, count, first, last, message } = &self.broken;
        BrokenRule {
            rule: rule.id.to_owned(),
            level: level.as_str().to_owned(),
            count: *count,
            first: *first,
            last: *last,
            message: message.clone(),
            was_kept: self.was_kept,
        }
    }

    /// The alarm that begins or ends with the last answer.
    fn look(
        &mut self,
        at: Timestamp,
        (monitor, code, least): (&Name, StatusCode, Option<Level>),
        answers: u64,
    ) -> Option<Alarm> {
        let last = self.recent & LAST;
        match &self.alarm {
            Some(_) if last == 0 => self.alarm.take().map(|alarm| cleared(*alarm)),
            Some(_) => None,
            None if last.count_ones() >= BROKEN
                && self.times < MOST_TIMES
                && is_grave(&self.broken, least) =>
            {
                self.times += 1;
                let alarm = self.alarm(at, (monitor, code), answers);
                self.alarm = Some(Box::new(alarm.clone()));
                Some(alarm)
            }
            None => None,
        }
    }

    fn alarm(&self, at: Timestamp, (monitor, code): (&Name, StatusCode), answers: u64) -> Alarm {
        let id = self.broken.rule.id;
        // What was found may be confidential: messages say what the rule demands.
        let demands = format!("{id}: {}", self.broken.rule.page.summary);
        let kept = answers.saturating_sub(self.broken.count);
        let evidence = format!(
            "{} of the last 5 answers with {code} break it; {kept} answers with {code} kept it before",
            (self.recent & LAST).count_ones(),
        );
        Alarm {
            key: key(monitor, code, id),
            service: monitor.clone(),
            endpoint: None,
            kind: AlarmKind::Lint,
            severity: Severity::Degraded,
            sentence: format!("breaks `{id}`, a rule that its answers with {code} used to keep"),
            diagnosis: None,
            evidence: vec![demands, evidence],
            clients: Vec::new(),
            receivers: Vec::new(),
            since: if self.times <= 1 { self.broken.first } else { at },
            state: AlarmState::Firing,
        }
    }
}

fn key(monitor: &Name, code: StatusCode, rule: &str) -> String {
    format!("lint {monitor}|{code}|{rule}")
}

fn is_grave(broken: &Broken, least: Option<Level>) -> bool {
    least.is_some_and(|least| broken.level >= least)
}

/// What the store knows of a rule, if there still is one of that name.
fn known_rule(kept: BrokenRule) -> Option<(Broken, bool)> {
    let BrokenRule { rule: id, level, count, first, last, message, was_kept } = kept;
    let broken = Broken { rule: rule(&id)?, level: level.parse().ok()?, count, first, last, message };
    Some((broken, was_kept))
}

/// The next ones behind the one that was the last, and from the beginning again; no more than so many.
fn turn(changed: &BTreeSet<Key>, last: Option<&Key>, most: usize) -> Vec<Key> {
    let is_behind = |key: &&Key| last.is_none_or(|last| *key > last);
    let behind = changed.iter().skip_while(|key| !is_behind(key));
    let before = changed.iter().take_while(|key| !is_behind(key));
    behind.chain(before).take(most).cloned().collect()
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

    #[test]
    fn what_was_firing_before_a_restart_is_over_when_five_answers_keep_it() {
        let mut before = Answers::new(Timestamp::UNIX_EPOCH);
        let alarms = told(&mut before, &format!("{}xxx", ".".repeat(30)), Some(Level::Should));
        assert_eq!(alarms.len(), 1);
        let of_rule = before.rules.pop().unwrap();
        let firing = of_rule.alarm.as_deref().cloned();
        let restored = OfRule::restored(of_rule.broken, of_rule.was_kept, firing.as_ref());
        let mut after = Answers { first: before.first, count: before.count, rules: vec![restored] };
        let told = told(&mut after, ".....", Some(Level::Should));
        assert_eq!(
            told.into_iter().map(|(at, _)| at).collect::<Vec<_>>(),
            [38],
            "the fifth one after the restart"
        );
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
    fn monitors_are_saved_in_turn_although_all_of_them_change_again_and_again() {
        let key = |name: &str| (Name::from(name), StatusCode::new(200));
        let all: BTreeSet<Key> = ["a", "b", "c", "d", "e"].map(key).into();
        let (mut last, mut order) = (None, Vec::new());
        for _ in 0..3 {
            let turn = turn(&all, last.as_ref(), 2);
            order.extend(turn.iter().map(|(name, _)| name.to_string()));
            last = turn.last().cloned();
        }
        assert_eq!(order, ["a", "b", "c", "d", "e", "a"]);
        assert_eq!(turn(&all, None, 9).len(), 5);
        assert_eq!(turn(&BTreeSet::new(), last.as_ref(), 9), []);
    }

    #[test]
    fn it_can_be_turned_off() {
        let story = format!("{}xxxxx", ".".repeat(30));
        assert_eq!(told(&mut Answers::new(Timestamp::UNIX_EPOCH), &story, None), []);
    }
}
