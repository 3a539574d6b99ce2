//! Figures of each monitor, written as they are read: there may be ten thousand.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use statusquo_alert::State as Shown;
use statusquo_slo::Answer;

use crate::board::MonitorView;

/// All monitors.
#[derive(Debug)]
pub(super) struct OfMonitors(pub(super) Vec<Arc<MonitorView>>);

impl OfMonitors {
    /// One figure of each.
    fn gauge(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        (name, help): (&str, &str),
        of: impl Fn(&MonitorView) -> i64,
    ) -> fmt::Result {
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for view in &self.0 {
            let labels = [("monitor", view.name.as_str())];
            ConstGauge::new(of(view)).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

impl Collector for OfMonitors {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "State of a monitor: 0 ok, 1 degraded, 2 failing, 3 unknown, 4 paused";
        self.gauge(&mut encoder, ("monitor_state", help), |view| number(view.state))?;
        let help = "Status code of the last probe; 0 if none came";
        self.gauge(&mut encoder, ("monitor_last_status_code", help), |view| {
            match view.last.as_ref().map(|last| last.answer) {
                Some(Answer::Status(code)) => code.get().into(),
                Some(Answer::Failure(_) | Answer::None) | None => 0,
            }
        })?;
        let help = "Answers of a monitor that broke a rule";
        let mut family = encoder.encode_descriptor("lint_findings", help, None, MetricType::Counter)?;
        for view in &self.0 {
            for broken in &view.findings {
                let rule = ("rule", broken.rule.id);
                let labels = [("monitor", view.name.as_str()), rule, ("level", broken.level.as_str())];
                ConstCounter::new(broken.count).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

const fn number(state: Shown) -> i64 {
    match state {
        Shown::Ok => 0,
        Shown::Degraded => 1,
        Shown::Failing => 2,
        Shown::Unknown => 3,
        Shown::Paused => 4,
    }
}
