//! A web server with status pages, which counts what it is asked and how.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a page answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Content with an entity tag: 304 to whoever has it.
    Page(&'static str),
    /// A status code with further header lines.
    Code(&'static str, &'static str),
    /// Content without end.
    Endless,
}

pub(crate) struct Pages {
    pub url: String,
    answers: Arc<Mutex<BTreeMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

impl Pages {
    pub(crate) fn start(pages: &[(&str, Answer)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers = pages.iter().map(|(path, answer)| ((*path).to_owned(), answer.clone())).collect();
        let pages = Self { url, answers: Arc::new(Mutex::new(answers)), asked: Arc::default() };
        let (answers, asked) = (pages.answers.clone(), pages.asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, asked) = (answers.clone(), asked.clone());
                std::thread::spawn(move || serve(&stream, &answers, &asked));
            }
        });
        pages
    }

    /// A page answers something else from now on.
    pub(crate) fn become_page(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// What was asked so far: path, and the status code of the answer.
    pub(crate) fn asked(&self, path: &str) -> Vec<u16> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(of, _)| of == path).map(|(_, code)| *code).collect()
    }
}

fn serve(
    mut stream: &TcpStream,
    answers: &Mutex<BTreeMap<String, Answer>>,
    asked: &Mutex<Vec<(String, u16)>>,
) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let fields: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let answer = answers.lock().unwrap().get(&path)?.clone();
    let tag = tag(&path, &answer);
    let has = fields.iter().any(|field| field.eq_ignore_ascii_case(&format!("if-none-match: \"{tag}\"")));
    let (code, text) = match answer {
        Answer::Page(_) if has => (304, format!("HTTP/1.1 304 Not Modified\r\nETag: \"{tag}\"\r\n\r\n")),
        Answer::Page(content) => (
            200,
            format!(
                "HTTP/1.1 200 OK\r\nETag: \"{tag}\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{content}",
                content.len()
            ),
        ),
        Answer::Code(code, fields) => (
            code[..3].parse().ok()?,
            format!("HTTP/1.1 {code}\r\n{fields}Content-Length: 0\r\nConnection: close\r\n\r\n"),
        ),
        Answer::Endless => (200, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"status\":\"".to_owned()),
    };
    asked.lock().unwrap().push((path.clone(), code));
    stream.write_all(text.as_bytes()).ok()?;
    if matches!(answers.lock().unwrap().get(&path), Some(Answer::Endless)) {
        while stream.write_all(&[b'x'; 65_536]).is_ok() {}
    }
    Some(())
}

fn tag(path: &str, answer: &Answer) -> String {
    let length = match answer {
        Answer::Page(content) => content.len(),
        Answer::Code(..) | Answer::Endless => 0,
    };
    format!("{}-{length}", path.replace('/', "-"))
}
