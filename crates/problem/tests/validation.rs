//! What garde and validator find becomes a 422 with every field.

#![allow(clippy::unwrap_used, reason = "a test")]

use garde::{Path, Report};
use statusquo_problem::{Place, Problem};
use validator::{Validate, ValidationError, ValidationErrors};

#[derive(Debug)]
struct Item {
    count: i32,
}

#[derive(Debug)]
struct Order {
    sku: String,
    items: Vec<Item>,
}

fn order() -> Order {
    Order { sku: String::new(), items: vec![Item { count: 1 }, Item { count: 0 }] }
}

// As the derives of both write it.
impl garde::Validate for Order {
    type Context = ();

    fn validate_into(&self, _: &(), parent: &mut dyn FnMut() -> Path, report: &mut Report) {
        if self.sku.is_empty() {
            report.append(parent().join("sku"), garde::Error::new("length is lower than 1"));
        }
        for (at, item) in self.items.iter().enumerate().filter(|(_, item)| item.count < 1) {
            let path = parent().join("items").join(at).join("count");
            report.append(path, garde::Error::new(format!("{} is lower than 1", item.count)));
        }
    }
}

impl Validate for Item {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        if self.count < 1 {
            errors.add("count", ValidationError::new("range"));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl Validate for Order {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        if self.sku.is_empty() {
            errors.add("sku", ValidationError::new("length").with_message("must be given".into()));
        }
        errors.merge_self("items", self.items.validate());
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn listed(problem: &Problem) -> Vec<(&str, &str)> {
    let content = |place: &Place| matches!(place, Place::Content(_));
    assert!(problem.mistakes().iter().all(|mistake| content(&mistake.place)));
    problem.mistakes().iter().map(|mistake| (mistake.place.name(), &*mistake.message)).collect()
}

#[test]
fn all_that_garde_finds_is_listed() {
    let check = || -> Result<(), Problem> { Ok(statusquo_problem::garde::check(&order())?) };
    let problem = check().unwrap_err();
    assert_eq!(problem.status(), 422);
    let expect = [("sku", "length is lower than 1"), ("items[1].count", "0 is lower than 1")];
    assert_eq!(listed(&problem), expect);
    assert_eq!(Problem::from(Report::new()).mistakes().len(), 1);
}

#[test]
fn all_that_validator_finds_is_listed() {
    let check = || -> Result<(), Problem> { Ok(statusquo_problem::validator::check(&order())?) };
    let problem = check().unwrap_err();
    assert_eq!(problem.status(), 422);
    let expect = [("items[1].count", "breaks the rule `range`"), ("sku", "must be given")];
    assert_eq!(listed(&problem), expect);
    assert_eq!(Problem::from(ValidationErrors::new()).mistakes().len(), 1);
}
