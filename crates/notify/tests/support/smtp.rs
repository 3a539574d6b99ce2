//! A small SMTP server that follows RFC 5321 unless the test tells it otherwise.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What it does differently.
#[derive(Clone, Default)]
pub struct Script {
    /// Its first line.
    pub greeting: Option<&'static str>,
    /// Answers to commands that begin so, instead of the usual ones.
    pub answers: Vec<(&'static str, &'static str)>,
    /// The capabilities it lists besides STARTTLS.
    pub capabilities: Vec<&'static str>,
    /// Offers STARTTLS with this certificate.
    pub starttls: Option<TlsAcceptor>,
    /// Begins with TLS.
    pub tls: Option<TlsAcceptor>,
    /// What somebody on the way slips in behind the answer to STARTTLS.
    pub slipped_in: &'static str,
    /// Sends this without end instead of the answer to EHLO.
    pub endless: Option<&'static [u8]>,
    /// Says nothing at all.
    pub silent: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// All commands, `tls` where TLS began.
    pub commands: Vec<String>,
    /// All mails.
    pub mails: Vec<String>,
}

impl Heard {
    pub fn has(&self, command: &str) -> bool {
        self.commands.iter().any(|heard| heard.starts_with(command))
    }
}

pub struct Server {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
}

impl Server {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard: Arc<Mutex<Heard>> = Arc::default();
        let kept = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), kept.clone()));
            }
        });
        Self { port, heard }
    }

    pub fn heard(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, script: Script, heard: Arc<Mutex<Heard>>) -> Option<()> {
    if script.silent {
        std::future::pending::<()>().await;
    }
    if let Some(tls) = &script.tls {
        let mut stream = BufStream::new(tls.accept(stream).await.ok()?);
        return talk(&mut stream, &script, &heard, true).await.map(|_| ());
    }
    let mut stream = BufStream::new(stream);
    let wants_tls = talk(&mut stream, &script, &heard, true).await?;
    if wants_tls {
        let tls = script.starttls.as_ref()?;
        let mut stream = BufStream::new(tls.accept(stream.into_inner()).await.ok()?);
        heard.lock().unwrap().commands.push("tls".to_owned());
        talk(&mut stream, &script, &heard, false).await?;
    }
    Some(())
}

/// Says whether the client wants TLS now.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    script: &Script,
    heard: &Mutex<Heard>,
    is_first: bool,
) -> Option<bool> {
    if is_first {
        say(stream, script.greeting.unwrap_or("220 mail.test ESMTP")).await?;
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return Some(false);
        }
        let line = line.trim_end().to_owned();
        heard.lock().unwrap().commands.push(line.clone());
        let scripted = script.answers.iter().find(|(command, _)| line.starts_with(command));
        let word = line.split(' ').next().unwrap_or_default();
        match (word, scripted) {
            (_, Some((_, answer))) => say(stream, answer).await?,
            ("EHLO", None) => ehlo(stream, script, is_first).await?,
            ("STARTTLS", None) => {
                say(stream, format!("220 go ahead\r\n{}", script.slipped_in).trim_end()).await?;
                return Some(true);
            }
            ("AUTH", None) => say(stream, "235 welcome").await?,
            ("DATA", None) => {
                say(stream, "354 end with a dot").await?;
                let mail = mail(stream).await?;
                heard.lock().unwrap().mails.push(mail);
                let end = script.answers.iter().find(|(command, _)| *command == ".");
                say(stream, end.map_or("250 kept as 42", |(_, answer)| answer)).await?;
            }
            ("QUIT", None) => {
                say(stream, "221 bye").await?;
                return Some(false);
            }
            (_, None) => say(stream, "250 ok").await?,
        }
    }
}

async fn ehlo<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    script: &Script,
    is_plain: bool,
) -> Option<()> {
    if let Some(bytes) = script.endless {
        while stream.write_all(bytes).await.is_ok() {}
        return None;
    }
    let mut lines = vec!["250-mail.test"];
    lines.extend(&script.capabilities);
    if script.starttls.is_some() && is_plain {
        lines.push("250-STARTTLS");
    }
    lines.push("250 HELP");
    say(stream, &lines.join("\r\n")).await
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, line: &str) -> Option<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

/// Up to the dot, dot-stuffing undone.
async fn mail<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>) -> Option<String> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(mail);
        }
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
