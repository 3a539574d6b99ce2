//! A receiver of webhooks that keeps what it was sent, and can be told to fail.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One delivery that was answered with 2xx.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub id: String,
    pub body: serde_json::Value,
}

pub(crate) struct Webhook {
    pub url: String,
    kept: Arc<Mutex<Vec<Delivery>>>,
}

impl Webhook {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let webhook = Self { url, kept: Arc::default() };
        let kept = webhook.kept.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                std::thread::spawn(move || serve(&stream, &kept));
            }
        });
        webhook
    }

    /// All deliveries so far, retries included.
    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.kept.lock().unwrap().clone()
    }

    /// The deliveries with each `webhook-id` once: what is left when the receiver follows the documentation.
    pub(crate) fn distinct(&self) -> Vec<Delivery> {
        let mut seen = std::collections::BTreeSet::new();
        self.all().into_iter().filter(|delivery| seen.insert(delivery.id.clone())).collect()
    }
}

fn serve(mut stream: &TcpStream, kept: &Mutex<Vec<Delivery>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut id, mut length, mut line) = (String::new(), 0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            if line.trim_end().is_empty() { break } else { continue }
        };
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => id = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).ok()?;
    kept.lock().unwrap().push(Delivery { id, body });
    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    Some(())
}
