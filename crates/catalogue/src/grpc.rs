//! How gRPC status codes are told over HTTP.

use crate::StatusCode;

/// A gRPC status code and the HTTP status code that stands for it (`google.rpc.Code`).
///
/// ```
/// use statusquo_catalogue::grpc_code;
///
/// let unavailable = grpc_code(14).unwrap();
/// assert_eq!(unavailable.name, "UNAVAILABLE");
/// assert_eq!(unavailable.http.get(), 503);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrpcCode {
    /// The number, as in the `grpc-status` field.
    pub number: u8,
    /// The name.
    pub name: &'static str,
    /// The HTTP status code that stands for it.
    pub http: StatusCode,
}

/// The gRPC status code with this number.
#[must_use]
pub fn grpc_code(number: u8) -> Option<&'static GrpcCode> {
    GRPC_CODES.get(usize::from(number))
}

const fn grpc(number: u8, name: &'static str, http: u16) -> GrpcCode {
    GrpcCode { number, name, http: StatusCode::new(http) }
}

/// All gRPC status codes, each at the index of its number.
pub static GRPC_CODES: &[GrpcCode] = &[
    grpc(0, "OK", 200),
    grpc(1, "CANCELLED", 499),
    grpc(2, "UNKNOWN", 500),
    grpc(3, "INVALID_ARGUMENT", 400),
    grpc(4, "DEADLINE_EXCEEDED", 504),
    grpc(5, "NOT_FOUND", 404),
    grpc(6, "ALREADY_EXISTS", 409),
    grpc(7, "PERMISSION_DENIED", 403),
    grpc(8, "RESOURCE_EXHAUSTED", 429),
    grpc(9, "FAILED_PRECONDITION", 400),
    grpc(10, "ABORTED", 409),
    grpc(11, "OUT_OF_RANGE", 400),
    grpc(12, "UNIMPLEMENTED", 501),
    grpc(13, "INTERNAL", 500),
    grpc(14, "UNAVAILABLE", 503),
    grpc(15, "DATA_LOSS", 500),
    grpc(16, "UNAUTHENTICATED", 401),
];
