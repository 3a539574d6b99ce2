//! Any bytes as a request and its responses in HTTP/1 text.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use statusquo_exchange::{Exchange, Name};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(exchange) = Exchange::parse_http1(&Bytes::copy_from_slice(bytes), Name::from("fuzz")) {
        statusquo_fuzz::judge(&exchange);
    }
});
