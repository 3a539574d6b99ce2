//! Tells an API team which HTTP status codes their API answers.
fn main() {}
