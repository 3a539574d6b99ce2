//! The names of attributes: stable ones of the semantic conventions for HTTP, and those from before.

use super::any::Any;
use super::told::Told;

impl<'a> Told<'a> {
    /// Takes an attribute. Stable names count for more than old ones, since some say both.
    pub(super) fn take(&mut self, key: &[u8], value: Any<'a>) {
        match key {
            b"http.request.method" => set(&mut self.method, value),
            b"http.method" => fill(&mut self.method, value),
            b"http.response.status_code" => self.status = code(value).or(self.status),
            b"http.status_code" => self.status = self.status.or_else(|| code(value)),
            b"http.route" => set(&mut self.route, value),
            b"url.path" => set(&mut self.target, value),
            b"http.target" => fill(&mut self.target, value),
            b"url.full" | b"http.url" => self.take_url(value),
            b"server.address" => set(&mut self.host, value),
            b"http.host" | b"net.host.name" | b"net.peer.name" => fill(&mut self.host, value),
            b"client.address" => set(&mut self.client, value),
            b"http.client_ip" | b"network.peer.address" | b"net.sock.peer.addr" | b"net.peer.ip" => {
                fill(&mut self.client, value);
            }
            b"user_agent.original" => set(&mut self.user_agent, value),
            b"http.user_agent" => fill(&mut self.user_agent, value),
            b"error.type" => set(&mut self.error, value),
            b"exception.type" => fill(&mut self.error, value),
            b"http.response.header.x-request-id" => set(&mut self.request_id, value),
            b"http.request.header.x-request-id" | b"request.id" | b"request_id" => {
                fill(&mut self.request_id, value);
            }
            b"http.response.body.size" | b"http.response_content_length" => {
                self.bytes = value.number().unwrap_or(self.bytes);
            }
            b"http.request.resend_count" | b"http.resend_count" => {
                self.resends = value.number().unwrap_or(self.resends);
            }
            b"SampleRate" => self.weight = weight(value).or(self.weight),
            _ => {}
        }
    }

    /// A whole URL: its path, and its host where nothing else tells it.
    fn take_url(&mut self, value: Any<'a>) {
        let Some(url) = value.text() else { return };
        let Some(at) = memchr::memmem::find(url, b"://") else {
            fill(&mut self.target, value);
            return;
        };
        let rest = url.get(at + 3..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, b""));
        let host = memchr::memrchr(b'@', authority)
            .map_or(authority, |at| authority.get(at + 1..).unwrap_or_default());
        fill(&mut self.host, Any::Text(host));
        fill(&mut self.target, Any::Text(if path.starts_with(b"/") { path } else { b"/" }));
    }
}

fn set<'a>(to: &mut &'a [u8], value: Any<'a>) {
    if let Some(text) = value.text().filter(|text| !text.is_empty()) {
        *to = text;
    }
}

fn fill<'a>(to: &mut &'a [u8], value: Any<'a>) {
    if to.is_empty() {
        set(to, value);
    }
}

fn code(value: Any<'_>) -> Option<u16> {
    value.number().and_then(|number| u16::try_from(number).ok())
}

#[expect(clippy::cast_precision_loss, reason = "rates are small")]
fn weight(value: Any<'_>) -> Option<f64> {
    match value {
        Any::Double(rate) => (rate >= 1.0).then_some(rate),
        Any::Int(_) | Any::Text(_) | Any::Other => {
            value.number().filter(|rate| *rate >= 1).map(|rate| rate as f64)
        }
    }
}
