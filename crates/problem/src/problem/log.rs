//! What of a problem is for the log.

use std::error::Error;
use std::fmt;

use super::Problem;
use crate::request_id::RequestId;

impl Problem {
    /// Server errors are told at the level `error`, others with a cause at `debug`.
    pub(super) fn log(&self, request_id: Option<&RequestId>) {
        let status = self.0.status.as_u16();
        let id = request_id.map_or("", RequestId::as_str);
        let cause = self.0.cause.as_deref().map(|error| Chain(error).to_string()).unwrap_or_default();
        if self.0.status.is_server_error() {
            let detail = self.detail().unwrap_or_default();
            tracing::error!(status, request_id = id, cause, detail, "a server error was answered");
        } else if !cause.is_empty() {
            tracing::debug!(status, request_id = id, cause, "a client error was answered");
        }
    }
}

/// An error with what lies behind it.
struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
