//! Names to addresses. (A stand-in until the real one is there.)
use crate::Blind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
#[derive(Debug, Clone)]
pub struct Resolver;
impl Resolver {
    pub fn system() -> Result<Self, Blind> {
        Ok(Self)
    }
    pub fn with_servers(_: &[SocketAddr]) -> Self {
        Self
    }
    pub async fn resolve(&self, host: &str, _family: Family) -> Result<Arc<[IpAddr]>, ResolveError> {
        if host == "localhost" {
            Ok([IpAddr::from([127, 0, 0, 1])].into())
        } else {
            Err(ResolveError::NotFound(host.into()))
        }
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Any,
    V4,
    V6,
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolveError {
    NotFound(String),
    AuthorityFailed(String),
    Blind(Blind),
}
