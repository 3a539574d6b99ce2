//! JSON lines, by the names of their members.

use std::collections::HashMap;

use super::entry::{Entry, Fault, Filling, NotUnderstood, Part};
use super::time::Clock;

/// Objects within objects are looked into so far.
const DEEPEST: usize = 3;

/// Reads log lines that are JSON objects. Lines of one source have the same members in the same order: what each of them
/// is, is looked up once.
#[derive(Debug, Clone, Default)]
pub struct JsonLines {
    clock: Clock,
    known: HashMap<Vec<u8>, Part>,
    /// The names of the last line in order, with what they are.
    order: Vec<(Vec<u8>, Part)>,
    /// Times that were given in parts of the format of the last line.
    at: usize,
}

/// A value of a member, as it stands there.
enum Value<'a> {
    Text(&'a [u8]),
    Plain(&'a [u8]),
    Object,
    Other,
}

struct Reader<'a> {
    line: &'a [u8],
    at: usize,
}

impl JsonLines {
    /// Takes a line apart.
    ///
    /// # Errors
    ///
    /// When it is no JSON object, or has no status code.
    pub fn parse<'a>(&mut self, line: &'a [u8]) -> Result<Entry<'a>, NotUnderstood> {
        let mut reader = Reader { line, at: 0 };
        let mut filling = Filling::default();
        self.at = 0;
        reader.space();
        if reader.peek() != Some(b'{') {
            return Err(NotUnderstood::new(0, Fault::Shape));
        }
        let read = self.object(&mut reader, &mut filling, 0);
        if read.is_none() {
            return Err(NotUnderstood::new(reader.at, Fault::Shape));
        }
        if !filling.has_status {
            return Err(NotUnderstood::new(0, Fault::Status));
        }
        Ok(filling.entry)
    }

    /// The members of an object; the reader stands at its brace.
    fn object<'a>(&mut self, reader: &mut Reader<'a>, filling: &mut Filling<'a>, depth: usize) -> Option<()> {
        reader.at += 1;
        reader.space();
        if reader.peek() == Some(b'}') {
            reader.at += 1;
            return Some(());
        }
        loop {
            let name = reader.string()?;
            reader.space();
            reader.expect(b':')?;
            reader.space();
            let part = self.part(name, depth);
            match reader.value(depth)? {
                Value::Object => self.object(reader, filling, depth + 1)?,
                Value::Text(text) | Value::Plain(text) => Self::take(part, text, filling, &mut self.clock),
                Value::Other => {}
            }
            reader.space();
            match reader.peek()? {
                b',' => reader.at += 1,
                b'}' => {
                    reader.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            reader.space();
        }
    }

    /// A member that is not what its name promises is left out; the line counts all the same.
    fn take<'a>(part: Part, text: &'a [u8], filling: &mut Filling<'a>, clock: &mut Clock) {
        if part == Part::Ignored || text == b"null" {
            return;
        }
        // Several members may tell the time: the first that can be read counts.
        if part == Part::Time && filling.entry.at_us.is_some() {
            return;
        }
        if part == Part::Status && filling.has_status && filling.entry.status != 0 {
            return;
        }
        filling.take(part, text, clock);
    }

    fn part(&mut self, name: &[u8], depth: usize) -> Part {
        if let Some((expected, part)) = self.order.get(self.at)
            && expected == name
        {
            self.at += 1;
            return *part;
        }
        let part = match self.known.get(name) {
            Some(part) => *part,
            None => {
                let part = part_of(name, depth);
                if self.known.len() < 1000 {
                    self.known.insert(name.to_vec(), part);
                }
                part
            }
        };
        if self.at < 64 {
            self.order.truncate(self.at);
            self.order.push((name.to_vec(), part));
        }
        self.at += 1;
        part
    }
}

/// What a member is, by its name.
fn part_of(name: &[u8], _depth: usize) -> Part {
    let name = String::from_utf8_lossy(name);
    match name.as_ref() {
        // Traefik writes nanoseconds.
        "Duration" => return Part::Nanoseconds,
        "OriginDuration" | "Overhead" => return Part::Ignored,
        "StartUTC" => return Part::Time,
        "StartLocal" => return Part::Ignored,
        _ => {}
    }
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "time" | "ts" | "timestamp" | "timeiso8601" | "msec" | "timelocal" | "datetime" | "starttime"
        | "edgestarttimestamp" | "eventtime" | "date" | "requesttimeepoch" => Part::Time,
        "request" => Part::Request,
        "method" | "requestmethod" | "httpmethod" | "verb" | "clientrequestmethod" => Part::Method,
        "uri" | "requesturi" | "path" | "requestpath" | "url" | "requesturl" | "target" | "httptarget"
        | "urlpath" | "clientrequesturi" | "clientrequestpath" | "originalpath" => Part::Target,
        "host" | "httphost" | "requesthost" | "authority" | "vhost" | "clientrequesthost" | "servername" => {
            Part::Host
        }
        "status"
        | "statuscode"
        | "responsecode"
        | "code"
        | "httpstatus"
        | "httpstatuscode"
        | "responsestatus"
        | "httpresponsestatuscode"
        | "downstreamstatus"
        | "edgeresponsestatus"
        | "scstatus" => Part::Status,
        "upstreamstatus" | "originstatus" | "originresponsestatus" => Part::UpstreamStatus,
        "bytes"
        | "bytessent"
        | "bodybytessent"
        | "size"
        | "responsesize"
        | "downstreamcontentsize"
        | "edgeresponsebytes"
        | "contentlength"
        | "responselength" => Part::Bytes,
        "requesttime" | "durations" | "durationseconds" | "elapsedseconds" | "timetaken" => Part::Seconds,
        "durationms"
        | "latencyms"
        | "elapsedms"
        | "responsetimems"
        | "tookms"
        | "timems"
        | "originresponsedurationms"
        | "responsetime" => Part::Milliseconds,
        "durationus" | "latencyus" | "elapsedus" => Part::Microseconds,
        "durationns" | "latencyns" => Part::Nanoseconds,
        "duration" | "latency" | "elapsed" => Part::Duration,
        "remoteaddr" | "remoteip" | "clientip" | "client" | "clienthost" | "clientaddress" | "ip"
        | "remotehost" => Part::Client,
        "useragent" | "httpuseragent" | "agent" | "clientrequestuseragent" => Part::UserAgent,
        "requestid" | "reqid" | "xrequestid" | "rayid" | "correlationid" | "httpxrequestid" => {
            Part::RequestId
        }
        "route" | "httproute" | "routename" => Part::Route,
        _ => Part::Ignored,
    }
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    /// The inner of a string, escapes as they are.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let rest = self.line.get(self.at..)?;
            let step = memchr::memchr2(b'"', b'\\', rest)?;
            self.at += step + 1;
            if rest.get(step) == Some(&b'"') {
                return self.line.get(start..self.at - 1);
            }
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        match self.peek()? {
            b'"' => self.string().map(Value::Text),
            b'{' if depth + 1 < DEEPEST => Some(Value::Object),
            b'{' | b'[' => self.skip().map(|()| Value::Other),
            _ => {
                let start = self.at;
                let rest = self.line.get(start..)?;
                let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b' ' | b']'))?;
                self.at += length;
                rest.get(..length).map(Value::Plain)
            }
        }
    }

    /// Goes behind an object or array.
    fn skip(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(());
            }
        }
    }
}
