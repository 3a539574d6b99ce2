//! A source ready to be read.

use anyhow::Context;
use statusquo_serve::SourceView;
use statusquo_slo::kept::Keeping;
use statusquo_source::openapi::Description;

use crate::config::{Log, LogOrigin};

/// A source ready to be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) log: Log,
    /// The description of the routes, as text.
    pub(crate) routes: Option<String>,
    /// Which requests are kept one by one.
    pub(crate) keeping: Keeping,
}

impl Plan {
    /// Reads what belongs to a log besides its configuration.
    pub(crate) fn new(log: &Log, keeping: Keeping) -> anyhow::Result<Self> {
        let cannot = |path: &std::path::Path| {
            format!("cannot read `routes` of log `{}`, `{}`", log.name, path.display())
        };
        let routes = match &log.routes {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| cannot(path))?;
                Description::read(&text).with_context(|| cannot(path))?;
                Some(text)
            }
            None => None,
        };
        Ok(Self { log: log.clone(), routes, keeping })
    }

    /// The description of the routes.
    pub(super) fn described(&self) -> Option<Description> {
        // It was readable when the plan was made.
        self.routes.as_deref().and_then(|text| Description::read(text).ok())
    }

    /// As pages show it before anything was read.
    pub(super) fn view(&self) -> SourceView {
        let kind = match &self.log.from {
            LogOrigin::Files(_) => "files",
            LogOrigin::Syslog(..) => "syslog",
            LogOrigin::Stdin => "stdin",
        };
        let log = &self.log;
        SourceView::new(log.name.clone(), log.service.clone(), log.layer, kind, log.from.to_string())
    }
}
