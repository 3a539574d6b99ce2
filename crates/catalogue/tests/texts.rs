//! Every text is there, keeps to its kind, and fits into an SMS.

#![cfg(test)] // tells clippy that the functions without #[test] are test code too

use statusquo_catalogue::{
    AlertWeight, CONFUSIONS, CONTRADICTIONS, Caching, Class, ContentRule, Entry, PROXY_ERRORS, REGISTERED,
    Retry, UNOFFICIAL,
};

fn entries() -> impl Iterator<Item = &'static Entry> {
    REGISTERED.iter().chain(UNOFFICIAL.iter().map(|unofficial| &unofficial.entry))
}

fn check_plain(at: &str, text: &str) {
    assert!(text.is_ascii(), "{at}: not ASCII: {text}");
    assert_eq!(text, text.trim(), "{at}: spaces at an end");
    assert!(!text.contains("  ") && !text.contains('\n'), "{at}: spaces inside: {text}");
}

fn check_sentence(at: &str, text: &str) {
    check_plain(at, text);
    let first = text.chars().next().unwrap_or_else(|| panic!("{at}: empty"));
    assert!(first.is_uppercase(), "{at}: starts in lower case: {text}");
    assert!(text.ends_with('.') && !text.ends_with(".."), "{at}: no full stop: {text}");
}

/// Notes start in lower case, unless with a name: of a field, a product or an abbreviation.
fn check_note(at: &str, text: &str) {
    check_plain(at, text);
    assert!(!text.is_empty(), "{at}: empty");
    assert!(!text.ends_with('.'), "{at}: full stop: {text}");
    let first = text.split([' ', '\'', ',']).next().unwrap();
    let names = [
        "AWS",
        "Cloudflare",
        "Early",
        "Esri",
        "GET",
        "Google",
        "If-None-Match",
        "Laravel",
        "Microsoft",
        "Shopify",
        "Twitter",
        "Upgrade",
    ];
    assert!(
        !first.starts_with(char::is_uppercase) || names.contains(&first),
        "{at}: starts with a capital: {text}"
    );
}

#[test]
fn every_sentence_is_one() {
    for entry in entries() {
        let at = entry.title().to_string();
        for (name, text) in [
            ("meaning", entry.meaning),
            ("use_when", entry.use_when),
            ("not_when", entry.not_when),
            ("idempotency", entry.idempotency),
            ("support_reply", entry.support_reply),
        ] {
            check_sentence(&format!("{at}: {name}"), text);
        }
        entry.security.into_iter().for_each(|text| check_sentence(&format!("{at}: security"), text));
    }
}

#[test]
fn every_note_is_one() {
    for entry in entries() {
        let at = entry.title().to_string();
        for (name, text) in [
            ("who_acts", entry.who_acts),
            ("content_note", entry.content_note),
            ("client_action", entry.client_action),
            ("alert_note", entry.alert_note),
            ("next_step", entry.next_step),
        ] {
            check_note(&format!("{at}: {name}"), text);
        }
        entry.caching_note.into_iter().for_each(|text| check_note(&at, text));
        for field in entry.fields {
            check_note(&format!("{at}: {}", field.name), field.why);
            field.when.into_iter().for_each(|text| check_note(&at, text));
        }
        for other in entry.look_alikes {
            check_note(&format!("{at}: {}", other.code), other.difference);
        }
    }
    for unofficial in UNOFFICIAL {
        unofficial.tell_apart.into_iter().for_each(|text| check_note(unofficial.entry.phrase, text));
        check_plain(unofficial.entry.phrase, unofficial.used_by);
    }
}

#[test]
fn every_meaning_is_one_short_sentence_about_the_server_or_the_client() {
    for entry in entries() {
        let meaning = entry.meaning;
        assert!(meaning.starts_with("The server") || meaning.starts_with("The client"), "{}", entry.title());
        assert!(!meaning.trim_end_matches('.').contains(". "), "{}: {meaning}", entry.title());
        assert!(meaning.len() <= 120, "{}: {} characters", entry.title(), meaning.len());
    }
}

#[test]
fn every_reply_of_support_is_one_sentence() {
    for entry in entries() {
        assert!(!entry.support_reply.trim_end_matches('.').contains(". "), "{}", entry.title());
    }
}

#[test]
fn no_code_looks_like_itself_unless_two_meanings_share_its_number() {
    for entry in REGISTERED {
        assert!(entry.look_alikes.iter().all(|other| other.code != entry.code), "{}", entry.title());
    }
}

#[test]
fn every_look_alike_and_every_closest_code_is_in_the_catalogue() {
    for entry in entries() {
        assert!(!entry.look_alikes.is_empty(), "{}", entry.title());
        for other in entry.look_alikes {
            assert!(other.code.entry().is_some(), "{} names {}", entry.title(), other.code);
        }
    }
    for closest in UNOFFICIAL.iter().flat_map(|unofficial| unofficial.closest) {
        assert!(closest.is_registered(), "{closest}");
    }
    for side in CONFUSIONS.iter().flat_map(|confusion| confusion.sides) {
        assert!(side.code.is_registered(), "{}", side.code);
    }
    for code in CONTRADICTIONS.iter().flat_map(|contradiction| contradiction.codes) {
        assert!(code.is_registered(), "{code}");
    }
}

#[test]
fn no_former_phrase_is_the_current_one() {
    for entry in entries() {
        assert!(!entry.former_phrases.contains(&entry.phrase), "{}", entry.title());
    }
}

#[test]
fn fields_stand_strongest_demand_first_and_once() {
    for entry in entries() {
        assert!(entry.fields.is_sorted_by_key(|field| field.strength), "{}", entry.title());
        for field in entry.fields {
            let same =
                entry.fields.iter().filter(|other| other.name == field.name && other.when == field.when);
            assert_eq!(same.count(), 1, "{}: {}", entry.title(), field.name);
        }
    }
}

#[test]
fn the_other_tables_keep_to_the_same_kinds() {
    for confusion in CONFUSIONS {
        assert!(confusion.question.ends_with('?'), "{}", confusion.question);
        confusion.sides.iter().for_each(|side| check_note(confusion.question, side.says));
        if !confusion.advice.is_empty() {
            check_sentence(confusion.question, confusion.advice);
        }
    }
    for error in PROXY_ERRORS {
        check_note(error.name, error.meaning);
    }
    for contradiction in CONTRADICTIONS {
        check_note(contradiction.why, contradiction.why);
        contradiction.when.into_iter().for_each(|text| check_note(contradiction.why, text));
    }
    for class in Class::ALL {
        check_sentence(class.name(), class.meaning());
        check_note(class.name(), class.whose_problem());
        check_note(class.name(), class.next_step());
    }
    let words = Retry::ALL.map(Retry::words).into_iter().chain(Caching::ALL.map(Caching::words));
    words
        .chain(ContentRule::ALL.map(ContentRule::words))
        .chain(AlertWeight::ALL.map(AlertWeight::words))
        .for_each(|text| check_note(text, text));
}
