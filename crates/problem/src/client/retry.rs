//! The policy for tower.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use http::{Request, Response};

use super::{Asked, Budget, Decision, Ending, Policy, Random, Reason};

/// Sends requests again, for [`tower::retry::RetryLayer`]. Its clones share one budget.
///
/// A deadline for each attempt belongs inside of it, one for all attempts outside.
///
/// ```
/// use statusquo_problem::client::Retry;
/// use tower::retry::RetryLayer;
///
/// let layer = RetryLayer::new(Retry::default());
/// ```
#[derive(Debug, Clone)]
pub struct Retry {
    policy: Policy,
    shared: Arc<Mutex<Shared>>,
    clock: fn() -> SystemTime,
    /// How often the request of this clone was answered or failed.
    attempts: u32,
}

#[derive(Debug)]
struct Shared {
    budget: Budget,
    random: Random,
}

impl Retry {
    /// With these bounds and this budget.
    #[must_use]
    pub fn new(policy: Policy, budget: Budget) -> Self {
        Self::with(policy, budget, Random::from_system(), SystemTime::now)
    }

    /// With a randomness and a clock of your own, as tests have them. The clock is asked for `Retry-After` in the form of
    /// a date alone.
    #[must_use]
    pub fn with(policy: Policy, budget: Budget, random: Random, clock: fn() -> SystemTime) -> Self {
        Self { policy, shared: Arc::new(Mutex::new(Shared { budget, random })), clock, attempts: 0 }
    }

    fn decide(&self, asked: Asked<'_>, ending: Ending<'_>) -> Decision {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let random = shared.random.draw();
        let decision = self.policy.decide(asked, ending, (self.clock)(), random);
        match decision {
            Decision::Wait(_) if !shared.budget.spend() => Decision::GiveUp(Reason::Budget),
            Decision::Wait(_) | Decision::GiveUp(_) => decision,
        }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new(Policy::default(), Budget::default())
    }
}

impl<A: Clone, B, E> tower::retry::Policy<Request<A>, Response<B>, E> for Retry {
    type Future = tokio::time::Sleep;

    fn retry(
        &mut self,
        request: &mut Request<A>,
        result: &mut Result<Response<B>, E>,
    ) -> Option<Self::Future> {
        self.attempts = self.attempts.saturating_add(1);
        let ending = result
            .as_ref()
            .map_or(Ending::Failed, |response| Ending::Answered(response.status(), response.headers()));
        match self.decide(Asked::of(request, self.attempts), ending) {
            Decision::Wait(wait) => {
                let (attempt, seconds) = (self.attempts, wait.as_secs_f64());
                tracing::debug!(attempt, seconds, "the request is sent again after a pause");
                Some(tokio::time::sleep(wait))
            }
            Decision::GiveUp(Reason::Answered) => None,
            Decision::GiveUp(reason) => {
                tracing::debug!(attempt = self.attempts, %reason, "the request is not sent again");
                None
            }
        }
    }

    fn clone_request(&mut self, request: &Request<A>) -> Option<Request<A>> {
        // Tower asks for a copy before each attempt; the first is the one that earns.
        if self.attempts == 0 {
            self.shared.lock().unwrap_or_else(PoisonError::into_inner).budget.earn();
        }
        Some(request.clone())
    }
}
