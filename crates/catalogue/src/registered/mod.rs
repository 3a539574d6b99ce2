//! The status codes of the IANA registry.

use crate::{Actor, AlertWeight, Caching, ContentRule, Date, Entry, Event, Retry, Source, State, StatusCode};

mod client_error;
mod informational;
mod redirection;
mod server_error;
mod successful;

/// The day of the registry that this catalogue follows.
pub const REGISTRY_UPDATED: Date = Date::new(2025, 9, 15);

/// Every code of the IANA registry, in order.
pub static REGISTERED: &[Entry] = &gather::<COUNT>([
    informational::ENTRIES,
    successful::ENTRIES,
    redirection::ENTRIES,
    client_error::ENTRIES,
    server_error::ENTRIES,
]);

const COUNT: usize = informational::ENTRIES.len()
    + successful::ENTRIES.len()
    + redirection::ENTRIES.len()
    + client_error::ENTRIES.len()
    + server_error::ENTRIES.len();

#[expect(clippy::indexing_slicing, reason = "runs at compile time, where a wrong index is a compile error")]
const fn gather<const N: usize>(classes: [&[Entry]; 5]) -> [Entry; N] {
    let mut all = [BLANK; N];
    let (mut class, mut index, mut filled) = (0, 0, 0);
    while class < classes.len() {
        if index == classes[class].len() {
            class += 1;
            index = 0;
        } else {
            all[filled] = classes[class][index];
            filled += 1;
            index += 1;
        }
    }
    all
}

const FIRST: u16 = 100;

/// For each code from 100 to 599 its place in [`REGISTERED`]; a place beyond the end for those that have none.
static PLACES: [u8; 500] = places();

#[expect(clippy::indexing_slicing, reason = "runs at compile time, where a wrong index is a compile error")]
const fn places() -> [u8; 500] {
    let mut places = [u8::MAX; 500];
    let mut place = 0;
    while place < COUNT {
        places[(REGISTERED[place].code.get() - FIRST) as usize] = place as u8;
        place += 1;
    }
    places
}

/// The registered entry of a code.
pub(crate) fn find(code: StatusCode) -> Option<&'static Entry> {
    let offset = code.get().checked_sub(FIRST)?;
    let place = PLACES.get(usize::from(offset))?;
    REGISTERED.get(usize::from(*place))
}

/// What most entries share. `tests/texts.rs` sees to it that no entry keeps an empty text.
pub(crate) const BLANK: Entry = Entry {
    code: StatusCode::new(0),
    phrase: "",
    former_phrases: &[],
    state: State::Assigned,
    source: Source::http("15"),
    meaning: "",
    use_when: "",
    not_when: "",
    actor: Actor::Nobody,
    who_acts: "",
    content: ContentRule::Expected,
    content_note: "",
    fields: &[],
    caching: Caching::IfExplicit,
    caching_note: None,
    retry: Retry::NotNeeded,
    client_action: "",
    idempotency: "",
    alert: AlertWeight::None,
    alert_note: "",
    next_step: "",
    support_reply: "",
    security: None,
    look_alikes: &[],
    event: Event::Good,
};
