//! Whatever comes, nothing breaks.

use proptest::prelude::*;
use statusquo_source::otlp::{Signal, encode_json, read};

use crate::support::good;

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for signal in Signal::ALL {
            let _ = read(signal, &bytes, &mut |_, _| {});
            let _ = encode_json(signal, &bytes);
        }
    }

    /// A message in which some bytes were changed is harder than noise: most of it still makes sense.
    #[test]
    fn a_damaged_message_is_read_or_refused(at in prop::collection::vec((0..400_usize, any::<u8>()), 1..6)) {
        let mut message = good();
        for (at, byte) in at {
            let length = message.len();
            message[at % length] = byte;
        }
        for signal in Signal::ALL {
            let _ = read(signal, &message, &mut |_, _| {});
        }
    }
}
