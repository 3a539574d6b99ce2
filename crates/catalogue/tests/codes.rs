//! Status codes, classes and sets of codes: what parses, what does not, and what always holds.

#![cfg(test)] // tells clippy that the functions without #[test] are test code too

use expect_test::expect;
use statusquo_catalogue::{Class, CodeSet, CodeSetFault, ParseClassError, ParseStatusCodeError, StatusCode};

fn set(text: &str) -> CodeSet {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn all() -> impl Iterator<Item = StatusCode> {
    (0..=u16::MAX).map(StatusCode::new)
}

const TEXTS: [&str; 14] = [
    "200",
    "2xx",
    "2xx,404",
    "200-204,!203",
    "!5xx",
    "any",
    "none",
    "other",
    "000",
    "999",
    "7xx,000",
    "100-599",
    "1xx,3xx,5xx",
    "299-300,!300",
];

#[test]
fn any_number_is_a_status_code_with_a_class_and_a_phrase() {
    for code in all() {
        assert!(!code.phrase().is_empty());
        assert_eq!(code.class() == Class::OutOfRange, !(100..=599).contains(&code.get()));
        assert_eq!(StatusCode::from(u16::from(code)), code);
    }
    assert_eq!(StatusCode::new(477).phrase(), "Client Error (unregistered)");
    assert_eq!(StatusCode::new(1000).phrase(), "Out of Range (unregistered)");
}

#[test]
fn three_digits_parse_and_come_back() {
    for number in 0..=999 {
        let code = StatusCode::new(number);
        assert_eq!(code.to_string().parse(), Ok(code));
    }
    assert_eq!(format!("{:>5}", StatusCode::new(404)), "  404");
}

#[test]
fn other_texts_are_refused_with_the_reason() {
    for (text, error) in [
        ("", ParseStatusCodeError::Length { found: 0 }),
        ("20", ParseStatusCodeError::Length { found: 2 }),
        ("2000", ParseStatusCodeError::Length { found: 4 }),
        ("+20", ParseStatusCodeError::NotADigit { offset: 0 }),
        ("20x", ParseStatusCodeError::NotADigit { offset: 2 }),
        ("2\u{0660}0", ParseStatusCodeError::NotADigit { offset: 1 }),
    ] {
        assert_eq!(text.parse::<StatusCode>(), Err(error), "{text}");
    }
}

#[test]
fn classes_parse_and_come_back() {
    for class in Class::ALL {
        assert_eq!(class.to_string().parse(), Ok(class));
    }
    assert_eq!("4XX".parse(), Ok(Class::ClientError));
    for text in ["", "6xx", "0xx", "4x", "4xxx", "404"] {
        assert_eq!(text.parse::<Class>(), Err(ParseClassError), "{text}");
    }
}

#[test]
fn every_class_has_glyphs_of_its_own() {
    expect![[r#"
        1xx ○ . Informational
        2xx ● . Successful
        3xx ◆ > Redirection
        4xx ▲ ! Client Error
        5xx ■ # Server Error
        other ✕ x Out of Range"#]]
    .assert_eq(
        &Class::ALL
            .map(|class| format!("{class} {} {} {}", class.glyph(), class.ascii_glyph(), class.name()))
            .join("\n"),
    );
}

#[test]
fn health_is_2xx_or_304() {
    let healthy: CodeSet = (0..=999).map(StatusCode::new).filter(|code| code.is_healthy()).collect();
    assert_eq!(healthy.to_string(), "2xx,304");
}

#[test]
fn a_set_has_what_its_text_says() {
    let check = |text: &str, inside: &[u16], outside: &[u16]| {
        let set = set(text);
        assert!(inside.iter().all(|&n| set.contains(StatusCode::new(n))), "{text}");
        assert!(!outside.iter().any(|&n| set.contains(StatusCode::new(n))), "{text}");
    };
    check("2xx,404", &[200, 299, 404], &[199, 300, 403, 405, 0]);
    check("200-204,!203", &[200, 204], &[203, 205]);
    check("!203,200-204", &[200, 204], &[203, 205]);
    check("!5xx", &[0, 200, 499, 600, 999], &[500, 599, 1000]);
    check(" 2XX , ! 204 ", &[200], &[204]);
    check("any", &[0, 63, 64, 999], &[1000, u16::MAX]);
    check("none", &[], &[0, 200, 999]);
    check("other", &[0, 99, 600, 999], &[100, 599, 1000]);
    check("7xx", &[700, 799], &[699, 800]);
}

#[test]
fn the_shortest_text_comes_back_as_the_same_set() {
    for text in TEXTS {
        let set = set(text);
        assert_eq!(set.to_string().parse(), Ok(set.clone()), "{text}");
        let again: CodeSet = set.iter().collect();
        assert_eq!(again, set);
    }
    let shortest = TEXTS.map(|text| set(text).to_string()).join("\n");
    expect![[r#"
        200
        2xx
        2xx,404
        200-202,204
        000-499,600-999
        any
        none
        0xx,600-999
        000
        999
        000,7xx
        100-599
        1xx,3xx,5xx
        299"#]]
    .assert_eq(&shortest);
}

#[test]
fn sets_join_and_subtract_code_by_code() {
    for (a, b) in TEXTS.iter().flat_map(|a| TEXTS.iter().map(move |b| (set(a), set(b)))) {
        let (union, difference) = (a.union(&b), a.difference(&b));
        for code in all() {
            assert_eq!(union.contains(code), a.contains(code) || b.contains(code));
            assert_eq!(difference.contains(code), a.contains(code) && !b.contains(code));
        }
        assert_eq!(union, b.union(&a));
    }
}

#[test]
fn the_set_of_a_class_is_the_class() {
    for class in Class::ALL {
        let set = CodeSet::from(class);
        for number in 0..=999 {
            let code = StatusCode::new(number);
            assert_eq!(set.contains(code), code.class() == class);
        }
        assert_eq!(class.range_text().parse(), Ok(set));
    }
}

#[test]
fn a_wrong_set_names_the_bad_part_and_its_place() {
    let check = |text: &str, fault, term: &str, offset| {
        let error = text.parse::<CodeSet>().unwrap_err();
        assert_eq!((error.fault(), error.term(), error.offset()), (fault, term, offset), "{text}");
    };
    check("", CodeSetFault::Empty, "", 0);
    check("200,", CodeSetFault::Empty, "", 4);
    check("200,,404", CodeSetFault::Empty, "", 4);
    check("2xx,!", CodeSetFault::Empty, "!", 4);
    check("2xx, 40x", CodeSetFault::NotACode, "40x", 5);
    check("2xx, !40", CodeSetFault::NotACode, "!40", 5);
    check("200-", CodeSetFault::NotACode, "200-", 0);
    check("1000", CodeSetFault::NotACode, "1000", 0);
    check("204-200", CodeSetFault::Backwards, "204-200", 0);
    check("\u{e4},200", CodeSetFault::NotACode, "\u{e4}", 0);
    expect!["`40x` at offset 5 is not a status code, a range such as `200-204` or a class such as `2xx`"]
        .assert_eq(&"2xx, 40x".parse::<CodeSet>().unwrap_err().to_string());
}
