//! What can be wrong with a service.

use std::io;

/// Why a network could not be started or changed as asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No service of the device has this name.
    #[error("this device has no service named {name:?}; it has {known}")]
    Unknown { name: String, known: String },
    /// What the scenario asks of the service cannot be done.
    #[error("service {service:?}: {what}")]
    Spec { service: String, what: String },
    /// The operating system or the certificate maker refused.
    #[error("service {service:?}: {what}: {source}")]
    System {
        service: String,
        what: &'static str,
        source: io::Error,
    },
}

impl ServiceError {
    pub(super) fn spec(service: &str, what: impl Into<String>) -> ServiceError {
        ServiceError::Spec {
            service: service.to_owned(),
            what: what.into(),
        }
    }
}

impl From<ServiceError> for io::Error {
    fn from(error: ServiceError) -> io::Error {
        let kind = match &error {
            ServiceError::System { source, .. } => source.kind(),
            ServiceError::Unknown { .. } | ServiceError::Spec { .. } => io::ErrorKind::InvalidInput,
        };
        io::Error::new(kind, error)
    }
}
