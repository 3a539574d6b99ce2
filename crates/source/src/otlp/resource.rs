//! Who speaks.

use super::any::pair;
use super::wire::{Malformed, fields};

/// Who speaks: the resource of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resource<'a> {
    /// `service.name`; empty when it is not said.
    pub service: &'a [u8],
    /// `service.namespace`
    pub namespace: &'a [u8],
    /// `deployment.environment.name`, or its old name.
    pub environment: &'a [u8],
    /// Tells resources apart that differ in anything, whatever the order of their attributes.
    pub(super) identity: u64,
}

impl<'a> Resource<'a> {
    /// Reads the resource of a `Resource…` message, wherever in it it stands.
    pub(super) fn of(message: &'a [u8]) -> Result<Self, Malformed> {
        let mut resource = Self::default();
        for field in fields(message) {
            let field = field?;
            if field.number == 1 {
                resource.read(field.bytes()?)?;
            }
        }
        Ok(resource)
    }

    fn read(&mut self, message: &'a [u8]) -> Result<(), Malformed> {
        for field in fields(message) {
            let field = field?;
            if field.number != 1 {
                continue;
            }
            let attribute = field.bytes()?;
            self.identity = self.identity.wrapping_add(hash(attribute));
            let (key, value) = pair(attribute)?;
            let Some(text) = value.text() else { continue };
            match key {
                b"service.name" => self.service = text,
                b"service.namespace" => self.namespace = text,
                b"deployment.environment.name" => self.environment = text,
                b"deployment.environment" if self.environment.is_empty() => self.environment = text,
                _ => {}
            }
        }
        Ok(())
    }
}

/// FNV-1a, finished by a multiplication: spreads well enough to be added up.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
