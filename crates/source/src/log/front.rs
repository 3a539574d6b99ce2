//! The beginning that the lines of nearly all servers have, taken in one go:
//! `192.0.2.7 - - [23/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 17 "`.

use super::duration::short_number;
use super::part::{Filling, Part};
use super::pattern::Step;
use super::short::{Literal, find, short_word};
use super::time::Clock;

/// That a pattern begins like that.
#[derive(Debug, Clone)]
pub(super) struct Front {
    behind_client: Literal,
    behind_time: Literal,
    behind_bytes: Literal,
    /// So many steps of the pattern it stands for.
    steps: usize,
}

impl Front {
    /// The front of a pattern of these steps, if it has one.
    pub(super) fn of(steps: &[Step]) -> Option<Self> {
        let (client, rest) = steps.split_first()?;
        let names = rest.iter().take_while(|step| step.part == Part::Ignored).count();
        let [time, request, status, bytes, ..] = rest.get(names..)? else { return None };
        let parts = [client, time, request, status, bytes].map(|step| step.part);
        let ends = [&request.end, &status.end].map(Literal::text);
        let is_front = parts == [Part::Client, Part::Time, Part::Request, Part::Status, Part::Bytes]
            && ends == [&b"\" "[..], b" "]
            && bytes.end.text().starts_with(b" \"")
            && client.end.first() == b' '
            && time.end.text().last() == Some(&b'"');
        // Who it was by name is mostly not known.
        let unknown = rest.iter().take(names).flat_map(|step| [b"-", step.end.text()].concat());
        let behind_client: Vec<u8> = client.end.text().iter().copied().chain(unknown).collect();
        is_front.then(|| Self {
            behind_client: behind_client.as_slice().into(),
            behind_time: time.end.clone(),
            behind_bytes: bytes.end.clone(),
            steps: 1 + names + 4,
        })
    }

    /// What stands behind it in a line, and the steps of the pattern for that. `None` when something is otherwise than in
    /// nearly all lines: then nothing was taken, and the steps of the pattern tell.
    #[inline]
    pub(super) fn take<'a, 's>(
        &self,
        line: &'a [u8],
        steps: &'s [Step],
        clock: &Clock,
        filling: &mut Filling<'a>,
    ) -> Option<(&'a [u8], &'s [Step])> {
        let (client, rest) = line.split_at_checked(find(b' ', line)?)?;
        let rest = self.behind_client.strip(rest)?;
        let (rest, (at_us, has_zone)) = clock.strip_last(rest)?;
        let rest = self.behind_time.strip(rest)?;
        let (method, rest) = rest.split_at_checked(short_word(rest)?)?;
        let rest = rest.get(1..)?;
        let (target, rest) = rest.split_at_checked(find(b' ', rest)?)?;
        let (protocol, rest) = rest.split_first_chunk()?;
        let (status, rest) = rest.split_first_chunk()?;
        let (bytes, rest) = short_number(rest)?;
        let rest = self.behind_bytes.strip(rest)?;
        let is_usual = matches!(client, [first, .., last] if *first != b'"' && *last != b',')
            && matches!(target, [b'/', .., last] if *last > b' ')
            && is_protocol(*protocol);
        let status = read_status(*status).filter(|_| is_usual)?;
        let entry = &mut filling.entry;
        (entry.client, entry.method, entry.target) = (client, method, target);
        (entry.at_us, entry.has_zone, entry.status, entry.bytes) = (Some(at_us), has_zone, status, bytes);
        filling.has_status = true;
        Some((rest, steps.get(self.steps..)?))
    }
}

/// ` HTTP/1.1" ` with any digits.
#[inline(always)]
fn is_protocol(text: [u8; 11]) -> bool {
    const FIRST: u64 = u64::from_le_bytes(*b" HTTP/\0.");
    const LAST: u32 = u32::from_le_bytes(*b".\0\" ");
    let [a, b, c, d, e, f, major, point, minor, quote, space] = text;
    u64::from_le_bytes([a, b, c, d, e, f, 0, point]) == FIRST
        && u32::from_le_bytes([point, 0, quote, space]) == LAST
        && major.is_ascii_digit()
        && minor.is_ascii_digit()
}

/// Three digits and a space.
#[inline(always)]
fn read_status([a, b, c, space]: [u8; 4]) -> Option<u16> {
    let is_status = a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit() && space == b' ';
    is_status.then(|| u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy;

    use super::super::{Pattern, known};
    use super::*;

    const COMBINED: &str = r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#;

    #[test]
    fn the_formats_of_most_servers_begin_alike() {
        let has_front = |name: &str| known::named(name).unwrap().inner().0.is_some();
        for name in ["combined", "ingress-nginx", "traefik", "haproxy-clf", COMBINED] {
            assert!(has_front(name), "{name}");
        }
        for name in ["vhost", "envoy", "alb", "common"] {
            assert!(!has_front(name), "{name}");
        }
    }

    #[test]
    fn the_front_of_a_usual_line_is_taken_at_once() {
        let mut pattern = Pattern::compile(COMBINED).unwrap();
        let line = br#"192.0.2.7 - - [23/Nov/2026:10:00:00 +0000] "GET /a?b HTTP/1.1" 200 17 "-" "curl/8.5""#;
        assert!(pattern.fill(line, &mut Filling::default()).is_ok(), "its moment is known from now on");
        let (front, steps, clock) = pattern.inner();
        let mut filling = Filling::default();
        let (rest, behind) = front.unwrap().take(line, steps, clock, &mut filling).unwrap();
        assert_eq!((rest, behind.len()), (&br#"-" "curl/8.5""#[..], 2));
        let entry = filling.entry;
        assert_eq!(
            (entry.client, entry.method, entry.target),
            (&b"192.0.2.7"[..], &b"GET"[..], &b"/a?b"[..])
        );
        assert_eq!((entry.status, entry.bytes, entry.at_us), (200, 17, Some(1_795_428_000_000_000)));
    }

    /// Mostly the usual, and all that may stand there instead.
    fn lines() -> impl Strategy<Value = String> {
        (
            r#"(192\.0\.2\.7|a|2001:db8::1|10\.0\.0\.1, 10\.0\.0\.2|-|"a|[a,:"]{0,3})"#,
            r"( - - | - ada | ada - | -  - | - )\[",
            "(23/Nov/2026:10:00:0[01] [+]0[01]00|-)",
            r#"(\] "|\] |\]"){1}"#,
            r#"(GET|POST|PROPFIND|get|G T|-|[A-Z"]{0,9})( /| )"#,
            r#"([a-z/?" =\\\t]{0,12})( HTTP/[0-9x.][.x][0-9]| HTTP/2|HTTP/1\.1| RTSP/1\.0|)"#,
            r#"(" |"|\\" )(200|404|000|-|20|2000|[0-9a]{3})( [0-9]{1,9}| -| |)"#,
            r#"( "-" "curl/8\.5"| "a\\"b" "c"|)( ".{0,3}| 0\.1|)"#,
        )
            .prop_map(|(a, b, c, d, e, f, g, h)| format!("{a}{b}{c}{d}{e}{f}{g}{h}"))
    }

    proptest::proptest! {
        #[test]
        fn it_takes_what_the_parts_would(lines in proptest::collection::vec(lines(), 1..6)) {
            for name in ["combined", "ingress-nginx", "haproxy-clf", COMBINED] {
                let pattern = known::named(name).unwrap();
                for pattern in [pattern.clone().strict(), pattern.lenient()] {
                    let (mut one, mut other) = (pattern.clone(), pattern.without_front());
                    for line in &lines {
                        let (mut taken, mut expect) = (Filling::default(), Filling::default());
                        let results = (one.fill(line.as_bytes(), &mut taken), other.fill(line.as_bytes(), &mut expect));
                        proptest::prop_assert_eq!(results.0, results.1, "{}", line);
                        if results.0.is_ok() {
                            proptest::prop_assert_eq!(taken.entry, expect.entry, "{}", line);
                        }
                    }
                }
            }
        }
    }
}
