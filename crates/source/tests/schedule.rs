//! The laws of the schedule, in virtual time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use statusquo_exchange::Name;
use statusquo_source::{Limits, Schedule, Start};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn name(number: usize) -> Name {
    Name::from(format!("monitor-{number}").as_str())
}

fn host(name: &str) -> Arc<str> {
    Arc::from(name)
}

/// A schedule, a clock, and probes that take as long as one says.
struct World {
    schedule: Schedule,
    now: Duration,
    running: HashSet<Name>,
    ends: BTreeMap<(Duration, Name), ()>,
    starts: Vec<(Duration, Start)>,
}

impl World {
    fn new(limits: Limits) -> Self {
        Self {
            schedule: Schedule::new(limits),
            now: Duration::ZERO,
            running: HashSet::new(),
            ends: BTreeMap::new(),
            starts: Vec::new(),
        }
    }

    /// From event to event until this moment. Panics when a law that always holds is broken.
    fn run_to(&mut self, until: Duration, takes: impl Fn(&Name) -> Duration) {
        loop {
            for start in self.schedule.due(self.now) {
                assert!(start.due <= self.now, "{start:?} is early at {:?}", self.now);
                assert!(self.running.insert(start.name.clone()), "{start:?} runs already");
                self.ends.insert((self.now + takes(&start.name), start.name.clone()), ());
                self.starts.push((self.now, start));
            }
            let end = self.ends.keys().next().map(|(at, _)| *at);
            let next = self.schedule.next().into_iter().chain(end).min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            assert!(next >= self.now, "time went back from {:?} to {next:?}", self.now);
            self.now = next;
            while let Some(((at, name), ())) = self.ends.pop_first() {
                if at > self.now {
                    self.ends.insert((at, name), ());
                    break;
                }
                self.running.remove(&name);
                self.schedule.finished(&name, self.now);
            }
        }
        self.now = until;
    }

    fn starts_of(&self, name: &Name) -> Vec<Duration> {
        self.starts.iter().filter(|(_, start)| start.name == *name).map(|(at, _)| *at).collect()
    }
}

#[test]
fn rounds_are_spread_evenly() {
    let mut world = World::new(Limits { concurrent: usize::MAX, per_host: usize::MAX });
    for number in 0..6000 {
        world.schedule.add(name(number), host("api.test"), MINUTE, Duration::ZERO);
    }
    world.run_to(3 * MINUTE, |_| Duration::ZERO);
    let mut seconds: HashMap<u64, usize> = HashMap::new();
    for (at, _) in world.starts.iter().filter(|(at, _)| (MINUTE..2 * MINUTE).contains(at)) {
        *seconds.entry(at.as_secs()).or_default() += 1;
    }
    assert_eq!(seconds.values().sum::<usize>(), 6000);
    assert!(seconds.len() == 60 && seconds.values().all(|&count| (50..=150).contains(&count)), "{seconds:?}");
}

#[test]
fn a_new_monitor_is_asked_within_ten_seconds_and_then_in_rounds_without_drift() {
    let mut world = World::new(Limits::default());
    let hour = 60 * MINUTE;
    for number in 0..100 {
        world.schedule.add(name(number), host(&number.to_string()), hour, Duration::ZERO);
    }
    world.run_to(1000 * hour, |_| 3 * SECOND);
    for number in 0..100 {
        let starts = world.starts_of(&name(number));
        assert!(starts[0] <= 10 * SECOND, "first after {:?}", starts[0]);
        let rounds = &starts[1..];
        assert!(rounds.len() >= 998, "{} rounds", rounds.len());
        assert!(rounds.windows(2).all(|pair| pair[1] - pair[0] == hour), "drifts");
    }
}

#[test]
fn a_probe_that_is_still_under_way_makes_its_monitor_skip_rounds() {
    let mut world = World::new(Limits::default());
    world.schedule.add(name(1), host("api.test"), SECOND, Duration::ZERO);
    world.run_to(100 * SECOND, |_| Duration::from_millis(2500));
    let starts = world.starts_of(&name(1));
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] == 3 * SECOND), "{starts:?}");
    assert_eq!(world.schedule.skipped() + starts.len() as u64, 100);
}

#[test]
fn after_a_stall_each_monitor_is_due_once() {
    let mut schedule = Schedule::new(Limits::default());
    for number in 0..100 {
        schedule.add(name(number), host(&number.to_string()), SECOND, Duration::ZERO);
    }
    let starts = schedule.due(1000 * SECOND);
    assert_eq!(starts.len(), 100);
    assert!(starts.iter().all(|start| start.due <= SECOND), "lateness is told");
    assert!(schedule.next().unwrap() > 1000 * SECOND);
}

#[test]
fn a_recheck_comes_ahead_and_leaves_the_rounds_as_they_are() {
    let mut with = World::new(Limits::default());
    let mut without = World::new(Limits::default());
    for world in [&mut with, &mut without] {
        world.schedule.add(name(1), host("api.test"), MINUTE, Duration::ZERO);
        world.run_to(MINUTE, |_| SECOND);
    }
    let at = with.schedule.next().unwrap() + 10 * SECOND;
    with.schedule.recheck(&name(1), at);
    with.run_to(10 * MINUTE, |_| SECOND);
    without.run_to(10 * MINUTE, |_| SECOND);
    let rechecks: Vec<_> = with.starts.iter().filter(|(_, start)| start.recheck).map(|(at, _)| *at).collect();
    assert_eq!(rechecks, [at]);
    let rounds = |world: &World| -> Vec<Duration> {
        world.starts.iter().filter(|(_, start)| !start.recheck).map(|(at, _)| *at).collect()
    };
    assert_eq!(rounds(&with), rounds(&without));
}

#[test]
fn a_recheck_waits_for_the_probe_under_way() {
    let mut schedule = Schedule::new(Limits::default());
    schedule.add(name(1), host("api.test"), MINUTE, Duration::ZERO);
    let first = schedule.next().unwrap();
    assert_eq!(schedule.due(first).len(), 1);
    schedule.recheck(&name(1), first + SECOND);
    assert_eq!(schedule.due(first + SECOND), []);
    schedule.finished(&name(1), first + 2 * SECOND);
    let starts = schedule.due(first + 2 * SECOND);
    assert_eq!(starts, [Start { name: name(1), due: first + 2 * SECOND, recheck: true }]);
}

#[test]
fn a_monitor_that_is_replaced_while_it_is_asked_is_not_asked_twice_at_once() {
    let mut schedule = Schedule::new(Limits::default());
    schedule.add(name(1), host("api.test"), SECOND, Duration::ZERO);
    assert_eq!(schedule.due(SECOND).len(), 1);
    schedule.remove(&name(1));
    schedule.remove(&name(1));
    assert_eq!((schedule.len(), schedule.next()), (0, None));
    schedule.add(name(1), host("other.test"), SECOND, SECOND);
    assert_eq!(schedule.due(3 * SECOND), []);
    schedule.finished(&name(1), 3 * SECOND);
    assert_eq!(schedule.due(4 * SECOND).len(), 1);
}

#[test]
fn a_slow_host_does_not_delay_others_among_ten_thousand_monitors() {
    let mut world = World::new(Limits { concurrent: 500, per_host: 16 });
    for number in 0..10_000 {
        // A tenth of all monitors share a host whose probes take 30 seconds: far more than its places can do.
        let of = if number % 10 == 0 { "slow.test".to_owned() } else { format!("{}.test", number % 700) };
        world.schedule.add(name(number), host(&of), MINUTE, Duration::ZERO);
    }
    let slow: HashSet<Name> = (0..10_000).step_by(10).map(name).collect();
    let takes = |name: &Name| {
        if slow.contains(name) { 30 * SECOND } else { Duration::from_millis(50) }
    };
    world.run_to(5 * MINUTE, takes);
    let others = world.starts.iter().filter(|(_, start)| !slow.contains(&start.name));
    let worst = others.clone().map(|(at, start)| *at - start.due).max().unwrap();
    assert!(worst < Duration::from_millis(200), "another host waited for {worst:?}");
    assert!(others.count() >= 9000 * 5);
    assert!(world.schedule.waiting() > 900, "those of the slow host wait: {}", world.schedule.waiting());
    let slow_starts = world.starts.iter().filter(|(_, start)| slow.contains(&start.name)).count();
    assert!((150..=176).contains(&slow_starts), "16 at a time, 30 s each: {slow_starts}");
}

#[derive(Debug, Clone)]
enum Step {
    Add(usize, usize, u64),
    Remove(usize),
    Recheck(usize, u64),
    Run(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..12usize, 0..3usize, 200..20_000u64).prop_map(|(who, host, every)| Step::Add(who, host, every)),
        (0..12usize).prop_map(Step::Remove),
        (0..12usize, 0..5_000u64).prop_map(|(who, after)| Step::Recheck(who, after)),
        (0..30_000u64).prop_map(Step::Run),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn limits_hold_and_nothing_is_early_or_twice_whatever_happens(
        steps in prop::collection::vec(step(), 1..40),
        takes in prop::collection::vec(1..3_000u64, 12),
    ) {
        let limits = Limits { concurrent: 5, per_host: 2 };
        let mut world = World::new(limits);
        let takes: HashMap<Name, Duration> =
            takes.into_iter().enumerate().map(|(who, ms)| (name(who), Duration::from_millis(ms))).collect();
        let mut known = HashSet::new();
        for step in steps {
            match step {
                Step::Add(who, at, every) => {
                    let every = Duration::from_millis(every);
                    world.schedule.add(name(who), host(&at.to_string()), every, world.now);
                    known.insert(who);
                }
                Step::Remove(who) => {
                    world.schedule.remove(&name(who));
                    known.remove(&who);
                }
                Step::Recheck(who, after) => {
                    world.schedule.recheck(&name(who), world.now + Duration::from_millis(after));
                }
                Step::Run(ms) => world.run_to(world.now + Duration::from_millis(ms), |name| takes[name]),
            }
            prop_assert!(world.running.len() <= limits.concurrent);
            prop_assert_eq!(world.schedule.len(), known.len());
        }
        // When everything has been removed and has finished, nothing is left.
        for who in 0..12 {
            world.schedule.remove(&name(who));
        }
        world.run_to(world.now + MINUTE, |name| takes[name]);
        prop_assert!(world.running.is_empty() && world.schedule.next().is_none());
        prop_assert_eq!(world.schedule.waiting(), 0);
    }

    #[test]
    fn a_host_never_has_more_probes_than_its_places(
        per_host in 1..5usize,
        monitors in 1..40usize,
        takes in 1..5_000u64,
    ) {
        let mut world = World::new(Limits { concurrent: 500, per_host });
        for who in 0..monitors {
            world.schedule.add(name(who), host("api.test"), SECOND, Duration::ZERO);
        }
        for second in 1..20 {
            world.run_to(second * SECOND, |_| Duration::from_millis(takes));
            prop_assert!(world.running.len() <= per_host);
        }
    }
}
