//! Free-text search in the catalogue.

use crate::{CodeSet, Entry, REGISTERED, UNOFFICIAL, Unofficial};

/// Finds entries by free text, best first: a code or class (`503`, `4xx`), a phrase old or new (`teapot`), a
/// field (`Retry-After`), or words of the explanation (`rate limit`). Case does not matter; all words have
/// to be there. Empty text finds everything.
///
/// ```
/// use statusquo_catalogue::search;
///
/// assert_eq!(search("too many").next().unwrap().code.get(), 429);
/// assert_eq!(search("Teapot").next().unwrap().code.get(), 418);
/// ```
pub fn search(text: &str) -> impl Iterator<Item = &'static Entry> {
    let text = text.trim();
    let codes: Option<CodeSet> = text.parse().ok();
    Rank::ALL.into_iter().flat_map(move |rank| {
        let codes = codes.clone();
        candidates()
            .filter(move |candidate| candidate.rank(text, codes.as_ref()) == Some(rank))
            .map(|c| c.entry)
    })
}

/// How well an entry fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// The text names its code.
    Code,
    /// The text is its phrase.
    Phrase,
    /// The phrase has all words.
    InPhrase,
    /// A former phrase, another name or a field has all words.
    InNames,
    /// The meaning has all words.
    InMeaning,
    /// The words are somewhere in the entry.
    Anywhere,
}

impl Rank {
    const ALL: [Self; 6] =
        [Self::Code, Self::Phrase, Self::InPhrase, Self::InNames, Self::InMeaning, Self::Anywhere];
}

struct Candidate {
    entry: &'static Entry,
    unofficial: Option<&'static Unofficial>,
}

fn candidates() -> impl Iterator<Item = Candidate> {
    let registered = REGISTERED.iter().map(|entry| Candidate { entry, unofficial: None });
    let unofficial = UNOFFICIAL
        .iter()
        .map(|unofficial| Candidate { entry: &unofficial.entry, unofficial: Some(unofficial) });
    registered.chain(unofficial)
}

impl Candidate {
    fn rank(&self, text: &str, codes: Option<&CodeSet>) -> Option<Rank> {
        if let Some(codes) = codes {
            return self.is_in(codes).then_some(Rank::Code);
        }
        let entry = self.entry;
        if entry.phrase.eq_ignore_ascii_case(text) {
            Some(Rank::Phrase)
        } else if has_all_words(entry.phrase, text) {
            Some(Rank::InPhrase)
        } else if self.names().any(|name| has_all_words(name, text)) {
            Some(Rank::InNames)
        } else if has_all_words(entry.meaning, text) {
            Some(Rank::InMeaning)
        } else if text.split_whitespace().all(|word| self.texts().any(|text| contains(text, word))) {
            Some(Rank::Anywhere)
        } else {
            None
        }
    }

    fn is_in(&self, codes: &CodeSet) -> bool {
        match self.unofficial {
            Some(unofficial) => codes.iter().any(|code| unofficial.is_for(code)),
            None => codes.contains(self.entry.code),
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let other = self.unofficial.map_or(&[][..], |unofficial| unofficial.other_names);
        let fields = self.entry.fields.iter().map(|field| field.name);
        self.entry.former_phrases.iter().chain(other).copied().chain(fields)
    }

    fn texts(&self) -> impl Iterator<Item = &'static str> {
        let entry = self.entry;
        let own = [
            entry.phrase,
            entry.meaning,
            entry.use_when,
            entry.not_when,
            entry.who_acts,
            entry.client_action,
            entry.retry.words(),
            entry.next_step,
            entry.idempotency,
            entry.security.unwrap_or(""),
            self.unofficial.map_or("", |unofficial| unofficial.used_by),
        ];
        own.into_iter().chain(self.names())
    }
}

fn has_all_words(text: &str, words: &str) -> bool {
    words.split_whitespace().all(|word| contains(text, word))
}

fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len().max(1)).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}
