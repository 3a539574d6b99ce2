//! What validator finds, as a 422 with every field.

use ::validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::{Mistake, Mistakes, Problem};

/// Holds a value against its own rules.
///
/// # Errors
/// All that is wrong.
pub fn check<T: Validate>(value: &T) -> Result<(), Mistakes> {
    value.validate().map_err(|errors| mistakes(&errors))
}

/// All that these errors say, with the paths of what they speak of.
#[must_use]
pub fn mistakes(errors: &ValidationErrors) -> Mistakes {
    let mut found = Vec::new();
    add("", errors, &mut found);
    // Its maps have no order of their own.
    found.sort_by(|one, other| one.place.name().cmp(other.place.name()));
    Mistakes::collect(found).unwrap_or_else(|| Mistakes::of(Mistake::new("", "the content is not valid")))
}

fn add(before: &str, errors: &ValidationErrors, found: &mut Vec<Mistake>) {
    for (name, kind) in errors.errors() {
        let path = match (before, name.as_ref()) {
            // What concerns the whole is put there by validator.
            (before, "__all__") => before.to_owned(),
            ("", name) => name.to_owned(),
            (before, name) => format!("{before}.{name}"),
        };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                found.extend(errors.iter().map(|error| Mistake::new(path.clone(), message(error))));
            }
            ValidationErrorsKind::Struct(inner) => add(&path, inner, found),
            ValidationErrorsKind::List(inner) => {
                for (at, errors) in inner {
                    add(&format!("{path}[{at}]"), errors, found);
                }
            }
        }
    }
}

/// Its message, or what the rule is called; the value that was sent is not repeated.
fn message(error: &ValidationError) -> String {
    error.message.as_ref().map_or_else(|| format!("breaks the rule `{}`", error.code), ToString::to_string)
}

impl From<ValidationErrors> for Problem {
    fn from(errors: ValidationErrors) -> Self {
        Self::unprocessable(mistakes(&errors))
    }
}
