//! Any bytes as a recording: HAR, nock, VCR, exchanges as JSON lines, OpenAPI documents.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use statusquo_exchange::Name;
use statusquo_serve::wire::{FindingWire, parse_exchange};
use statusquo_source::openapi::Description;
use statusquo_source::recording::Recording;

fuzz_target!(|bytes: &[u8]| {
    let Some((form, bytes)) = bytes.split_first() else { return };
    let whole = Bytes::copy_from_slice(bytes);
    let form = match form % 6 {
        0 => Recording::Har,
        1 => Recording::Nock,
        2 => Recording::Vcr,
        3 => return lines(bytes),
        4 => return described(bytes),
        _ => match Recording::detect(&whole) {
            Some(form) => form,
            None => return,
        },
    };
    if let Ok(entries) = form.read(&whole, &Name::from("fuzz")) {
        entries.into_iter().flatten().for_each(|recorded| statusquo_fuzz::judge(&recorded.exchange));
    }
});

fn lines(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()) {
        if let Ok(exchange) = parse_exchange(line) {
            statusquo_fuzz::judge(&exchange);
            for finding in statusquo_lint::Judge::default().judge(&exchange).findings {
                std::hint::black_box(FindingWire::new(&finding, &exchange));
            }
        }
    }
}

fn described(bytes: &[u8]) {
    if let Ok(read) = std::str::from_utf8(bytes).map_err(drop).and_then(|text| Description::read(text).map_err(drop)) {
        for operation in &read.operations {
            std::hint::black_box(read.operation(&operation.method, "/v1/orders/17"));
        }
    }
}
