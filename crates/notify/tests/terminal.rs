//! The terminal as a receiver.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use statusquo_alert::Notice;
use statusquo_notify::terminal::{Style, Terminal};
use statusquo_notify::{Delivery, Receiver};
use support::{links, now, usual};

#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn send(out: Box<dyn Write + Send>) -> Delivery {
    let receiver = Receiver::Terminal(Terminal::new(out, Style::default()));
    assert_eq!(receiver.kind(), "terminal");
    receiver.send(&usual(Notice::Opened), &links(), now()).await
}

#[tokio::test]
async fn messages_are_printed() {
    let screen = Screen::default();
    assert_eq!(send(Box::new(screen.clone())).await, Delivery::Sent { answer: "printed".to_owned() });
    let printed = String::from_utf8(screen.0.lock().unwrap().clone()).unwrap();
    assert!(printed.starts_with("■ Orders answers 503 Service Unavailable\n  Failing since"), "{printed}");
}

#[tokio::test]
async fn a_pipe_that_nobody_reads_is_given_up() {
    assert!(matches!(send(Box::new(Broken(io::ErrorKind::BrokenPipe))).await, Delivery::Refused { .. }));
    assert!(matches!(send(Box::new(Broken(io::ErrorKind::StorageFull))).await, Delivery::Retry { .. }));
}
