//! When to try again.

use std::time::Duration;

/// The longest pause of our own choice.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// The longest pause that a receiver may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);
/// For how long we go on trying.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait after so many failed attempts, or `None` when it is time to give up: when the pauses of our own
/// choice add up to a day. (What a receiver asks for comes on top: it is alive then, and says when it will listen.)
///
/// 1 s, doubling to 5 min, a quarter less or more by `jitter` (any random number), and never less than the receiver
/// `asked` for, if that is within an hour.
#[must_use]
pub fn next_attempt(attempts: u32, asked: Option<Duration>, jitter: u64) -> Option<Duration> {
    if waited(attempts) > GIVE_UP_AFTER {
        return None;
    }
    let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
    Some(jittered(pause(attempts), jitter).max(asked))
}

/// The pause after so many failed attempts.
fn pause(attempts: u32) -> Duration {
    let doubled = 1_u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX);
    Duration::from_secs(doubled).min(LONGEST)
}

/// What all pauses up to this one add up to.
fn waited(attempts: u32) -> Duration {
    const DOUBLING: u32 = 9;
    let doubling: Duration = (1..=attempts.min(DOUBLING)).map(pause).sum();
    doubling.saturating_add(LONGEST.saturating_mul(attempts.saturating_sub(DOUBLING)))
}

fn jittered(pause: Duration, jitter: u64) -> Duration {
    let milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    let quarter = milliseconds / 4;
    Duration::from_millis(milliseconds - quarter + jitter % (2 * quarter + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u64 = 0;

    #[test]
    fn pauses_double_to_five_minutes() {
        let pauses: Vec<u64> = (0..12).map(|attempts| pause(attempts).as_secs()).collect();
        assert_eq!(pauses, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn jitter_stays_within_a_quarter() {
        for attempts in 1..40 {
            for jitter in [0, 1, 499, 500, 12_345, u64::MAX] {
                let (wait, pause) = (next_attempt(attempts, None, jitter).unwrap(), pause(attempts));
                assert!(wait >= pause * 3 / 4 && wait <= pause * 5 / 4, "{attempts} {jitter} {wait:?}");
            }
        }
    }

    #[test]
    fn the_receiver_is_obeyed_within_an_hour() {
        let asked = |seconds| next_attempt(1, Some(Duration::from_secs(seconds)), MIDDLE).unwrap().as_secs();
        assert_eq!(asked(30), 30);
        assert_eq!(asked(7200), 3600);
        assert_eq!(next_attempt(10, Some(Duration::ZERO), MIDDLE), Some(Duration::from_secs(225)));
    }

    #[test]
    fn it_gives_up_after_a_day_of_trying() {
        let mut attempts = 0;
        let mut total = Duration::ZERO;
        while next_attempt(attempts + 1, None, MIDDLE).is_some() {
            attempts += 1;
            total += pause(attempts);
        }
        let hours = total.as_secs_f64() / 3600.0;
        assert!((23.9..=24.0).contains(&hours), "{attempts} attempts in {hours} h");
        assert_eq!(next_attempt(u32::MAX, None, MIDDLE), None);
    }
}
