//! Lines within Docker's own: `{"log":"…\n","stream":"stdout","time":"…"}` (its `json-file` driver).

use std::borrow::Cow;

use serde::Deserialize;

const BEGIN: &[u8] = b"{\"log\":\"";

#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    log: Cow<'a, str>,
    /// Who has no stream is not Docker.
    #[serde(rename = "stream", borrow)]
    _stream: Cow<'a, str>,
}

/// The lines that a container wrote, if Docker wrapped them; else the text as it is. What Docker broke into several lines
/// is one again.
pub fn unwrapped<'t>(text: &'t [u8], room: &'t mut Vec<u8>) -> &'t [u8] {
    if !text.starts_with(BEGIN) {
        return text;
    }
    room.clear();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let wrapped =
            if line.starts_with(BEGIN) { serde_json::from_slice::<Wrapped<'_>>(line).ok() } else { None };
        match wrapped {
            Some(wrapped) => room.extend_from_slice(wrapped.log.as_bytes()),
            None => {
                // The line before was broken, and this one is somebody else's.
                if room.last().is_some_and(|byte| *byte != b'\n') {
                    room.push(b'\n');
                }
                room.extend_from_slice(line);
            }
        }
    }
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_of_dockers_as_they_went_in() {
        let of =
            |text: &str| String::from_utf8(unwrapped(text.as_bytes(), &mut Vec::new()).to_vec()).unwrap();
        let line = r#"{"log":"10.0.0.1 \"GET /\u00e9 HTTP/1.1\" 200\n","stream":"stdout","time":"2026-11-23T10:00:00Z"}"#;
        assert_eq!(of(&format!("{line}\n{line}\n")), "10.0.0.1 \"GET /é HTTP/1.1\" 200\n".repeat(2));
        let first = r#"{"log":"a long ","stream":"stdout","time":"t"}"#;
        let second = r#"{"log":"line\n","stream":"stdout","time":"t"}"#;
        assert_eq!(of(&format!("{first}\n{second}\nplain\n")), "a long line\nplain\n");
        assert_eq!(of(&format!("{first}\nplain")), "a long \nplain");
        for other in
            ["", "{\"log\":\"x\"}\n", "{\"log\":\"x\",\"status\":200}\n", "{\"log\":\"", "10.0.0.1\n"]
        {
            assert_eq!(of(other), other);
        }
    }
}
