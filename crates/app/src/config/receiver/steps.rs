//! Steps as configured: who is told next while nobody takes an incident.

use std::time::Duration;

use statusquo_alert::EscalationStep;

use super::super::keys::Form;
use super::super::node::Node;
use super::super::section::Section;

/// Reads what `type = "steps"` has.
pub(super) fn read(section: &Section<'_>) -> Option<Vec<EscalationStep>> {
    let (key, node) = section.value("steps")?;
    let Form::Tables(table) = key.form else { return None };
    let Some(nodes) = node.items().filter(|nodes| !nodes.is_empty()) else {
        let advice = r#"for example: steps = [{ tell = ["alice"] }, { after = "5m", tell = ["bob"] }]"#;
        section.reading.report(&node.span, "`steps` has to be a list of steps", advice);
        return None;
    };
    let read = |(place, node): (usize, &Node)| {
        let step = Section::new(section.reading, table, node);
        let tell = step.names("tell").into_iter().map(|(name, _)| name).collect();
        let after = step.duration("after");
        match (place, step.has("after")) {
            (0, true) => {
                let advice = "the first step is told at once; `confirm_for` of a monitor waits before that";
                section.reading.report(
                    &step.span_of("after"),
                    "`after` has no meaning in the first step",
                    advice,
                );
            }
            (0, false) | (_, true) => {}
            (_, false) => {
                let advice = r#"say how long the step before has time: after = "5m""#;
                section.reading.report(&step.span, "`after` is missing", advice);
            }
        }
        step.finish();
        EscalationStep { after: after.unwrap_or(Duration::ZERO), tell }
    };
    Some(nodes.iter().enumerate().map(read).collect())
}
