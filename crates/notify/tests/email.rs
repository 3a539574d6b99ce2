//! Email, by whole SMTP conversations.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use secrecy::SecretString;
use statusquo_alert::Notice;
use statusquo_exchange::Name;
use statusquo_notify::email::{Email, Encryption, Settings, SignIn};
use statusquo_notify::{Delivery, Receiver, SetupError};
use support::certificates::Authority;
use support::smtp::{Script, Server};
use support::{links, now, usual};

const PASSWORD: &str = "s3cret";

fn settings(server: &Server, encryption: Encryption) -> Settings {
    Settings {
        host: "localhost".to_owned(),
        port: server.port,
        encryption,
        sign_in: None,
        from: "Statusquo <alerts@example.org>".to_owned(),
        to: vec!["oncall@example.org".to_owned()],
        ca: None,
    }
}

fn sign_in() -> Option<SignIn> {
    Some(SignIn { user: "statusquo".to_owned(), password: SecretString::from(PASSWORD) })
}

async fn send(settings: &Settings, notice: Notice) -> Delivery {
    let receiver = Receiver::Email(Email::new(settings).unwrap());
    let delivery = receiver.send(&usual(notice), &links(), now()).await;
    assert!(!format!("{delivery:?} {receiver:?}").contains(PASSWORD), "{delivery:?} {receiver:?}");
    delivery
}

fn taken() -> Delivery {
    Delivery::Sent { answer: "250 kept as 42".to_owned() }
}

fn retry(reason: &str) -> Delivery {
    Delivery::Retry { after: None, reason: reason.to_owned() }
}

fn refused(reason: &str) -> Delivery {
    Delivery::Refused { reason: reason.to_owned() }
}

/// The value of a header field, unfolded.
fn field(mail: &str, name: &str) -> Option<String> {
    let head = mail.split("\r\n\r\n").next()?.replace("\r\n ", " ");
    let prefix = format!("{}: ", name.to_ascii_lowercase());
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&prefix))?;
    Some(line[prefix.len()..].to_owned())
}

#[tokio::test]
async fn starttls_then_sign_in_then_mail() {
    let authority = Authority::new();
    let starttls = Some(authority.acceptor("localhost"));
    let server =
        Server::start(Script { starttls, capabilities: vec!["250-AUTH PLAIN LOGIN"], ..Script::default() })
            .await;
    let settings = Settings {
        sign_in: sign_in(),
        ca: Some(authority.pem.clone()),
        ..settings(&server, Encryption::StartTls)
    };
    assert_eq!(send(&settings, Notice::Opened).await, taken());

    let heard = server.heard();
    let words: Vec<&str> = heard.commands.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(words, ["EHLO", "STARTTLS", "tls", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]);
    assert!(heard.has("AUTH PLAIN AHN0YXR1c3F1bwBzM2NyZXQ="), "{heard:?}");
    assert!(
        heard.has("MAIL FROM:<alerts@example.org>") && heard.has("RCPT TO:<oncall@example.org>"),
        "{heard:?}"
    );
}

#[tokio::test]
async fn tls_from_the_start_and_the_old_login() {
    let authority = Authority::new();
    let script = Script {
        tls: Some(authority.acceptor("localhost")),
        capabilities: vec!["250-AUTH LOGIN"],
        answers: vec![
            ("AUTH LOGIN", "334 VXNlcm5hbWU6"),
            ("c3RhdHVzcXVv", "334 UGFzc3dvcmQ6"),
            ("czNjcmV0", "235 welcome"),
        ],
        ..Script::default()
    };
    let server = Server::start(script).await;
    let settings = Settings {
        sign_in: sign_in(),
        ca: Some(authority.pem.clone()),
        ..settings(&server, Encryption::Tls)
    };
    assert_eq!(send(&settings, Notice::Opened).await, taken());
}

#[tokio::test]
async fn the_mail_is_whole() {
    let server = Server::start(Script::default()).await;
    assert_eq!(send(&settings(&server, Encryption::None), Notice::Opened).await, taken());
    let mail = server.heard().mails.remove(0);
    assert!(mail.is_ascii(), "it passes any server");
    let expect = [
        ("From", "Statusquo <alerts@example.org>"),
        ("To", "oncall@example.org"),
        ("Date", "Mon, 23 Nov 2026 14:05:35 +0000"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Message-ID", "<incident-214-oncall.1795442525000@example.org>"),
    ];
    for (name, value) in expect {
        assert_eq!(field(&mail, name).as_deref(), Some(value), "{mail}");
    }
    let subject = field(&mail, "Subject").unwrap();
    assert!(
        subject.starts_with("=?utf-8?b?") && subject.ends_with("Orders answers 503 Service Unavailable"),
        "{subject}"
    );
    for part in ["multipart/alternative", "text/plain; charset=utf-8", "text/html; charset=utf-8"] {
        assert!(mail.contains(part), "{mail}");
    }
}

/// The first message is the root, and all others answer it under the same subject: so mailboxes keep them together.
#[tokio::test]
async fn an_incident_is_one_thread() {
    let server = Server::start(Script::default()).await;
    let settings = settings(&server, Encryption::None);
    let receiver = Receiver::Email(Email::new(&settings).unwrap());
    for (count, notice) in [(1, Notice::Opened), (2, Notice::Acknowledged), (3, Notice::Resolved)] {
        let mut notification = usual(notice);
        notification.key = format!("incident-214-oncall-{count}");
        // Twice, as after a lost answer.
        for _ in 0..2 {
            assert_eq!(receiver.send(&notification, &links(), now()).await, taken());
        }
    }
    let mails = server.heard().mails;
    let root = field(&mails[0], "Message-ID").unwrap();
    assert_eq!(field(&mails[0], "In-Reply-To"), None);
    let title = field(&mails[0], "Subject").unwrap();
    for (number, mail) in mails.iter().enumerate().skip(2) {
        assert_eq!(field(mail, "In-Reply-To").as_ref(), Some(&root), "{number}");
        assert_eq!(field(mail, "References").as_ref(), Some(&root), "{number}");
        assert_eq!(field(mail, "Subject"), Some(format!("Re: {title}")), "{number}");
    }
    let mut ids: Vec<String> = mails.iter().map(|mail| field(mail, "Message-ID").unwrap()).collect();
    assert!(ids.chunks(2).all(|pair| pair[0] == pair[1]), "a retry has the same id: {ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn no_text_can_add_a_header_field_or_end_the_mail() {
    let server = Server::start(Script::default()).await;
    let settings = settings(&server, Encryption::None);
    let receiver = Receiver::Email(Email::new(&settings).unwrap());
    let mut notification = usual(Notice::Opened);
    let evil = "x\r\nBcc: victim@example.org\r\n.\r\nMAIL FROM:<evil@example.org>";
    notification.key = evil.to_owned();
    notification.receiver = Name::from(evil);
    notification.brief.title = evil.to_owned();
    notification.brief.target = evil.to_owned();
    notification.brief.runbook = Some(evil.to_owned());
    notification.brief.affected = vec![Name::from(evil)];
    assert_eq!(receiver.send(&notification, &links(), now()).await, taken());
    let heard = server.heard();
    assert_eq!(heard.commands.iter().filter(|command| command.starts_with("MAIL")).count(), 1);
    let mail = &heard.mails[0];
    assert_eq!(field(mail, "Bcc"), None, "{mail}");
    assert!(!mail.contains("\r\nBcc:") && !mail.contains("\r\nMAIL"), "{mail}");

    for address in
        ["a@example.org\r\nBcc: b@example.org", "a@example.org>\r\nDATA", "jörg@example.org", "nobody", ""]
    {
        let settings = Settings { to: vec![address.to_owned()], ..settings.clone() };
        assert!(matches!(Email::new(&settings), Err(SetupError::Address(_))), "{address:?}");
    }
    assert_eq!(Email::new(&Settings { to: vec![], ..settings }).unwrap_err(), SetupError::NoRecipient);
}

/// What comes of an answer in the conversation.
async fn check(answers: &[(&'static str, &'static str)], expect: Delivery) {
    let server = Server::start(Script { answers: answers.to_vec(), ..Script::default() }).await;
    assert_eq!(send(&settings(&server, Encryption::None), Notice::Opened).await, expect, "{answers:?}");
}

#[tokio::test]
async fn four_hundreds_pass_and_five_hundreds_stay() {
    check(&[("MAIL", "451 4.3.0 try later")], retry("the server refuses the sender: 451 4.3.0 try later"))
        .await;
    check(&[("MAIL", "550 5.7.1 not you")], refused("the server refuses the sender: 550 5.7.1 not you"))
        .await;
    check(&[("RCPT", "450 greylisted")], retry("the server refuses `oncall@example.org`: 450 greylisted"))
        .await;
    check(
        &[("RCPT", "550-nobody\r\n550 of that name")],
        refused("the server refuses `oncall@example.org`: 550 nobody of that name"),
    )
    .await;
    check(&[("DATA", "421 going down")], retry("the server takes no content: 421 going down")).await;
    check(&[(".", "452 disk full")], retry("the server refuses the message: 452 disk full")).await;
    check(&[(".", "554 looks like spam")], refused("the server refuses the message: 554 looks like spam"))
        .await;
    check(&[("QUIT", "500 never")], taken()).await;
    check(
        &[("EHLO", "hello to you too")],
        retry("the server does not greet us: error Tag at: hello to you too"),
    )
    .await;
}

#[tokio::test]
async fn a_server_that_turns_us_away_is_believed() {
    for (greeting, expect) in [
        ("421 too busy", retry("the server does not greet us: 421 too busy")),
        ("554 not you", refused("the server does not greet us: 554 not you")),
    ] {
        let server = Server::start(Script { greeting: Some(greeting), ..Script::default() }).await;
        assert_eq!(send(&settings(&server, Encryption::None), Notice::Opened).await, expect);
    }
}

/// One bad address keeps nobody else from being told.
#[tokio::test]
async fn one_refused_recipient_is_named_and_the_others_are_told() {
    let answers = vec![("RCPT TO:<gone@", "550 no such user")];
    let server = Server::start(Script { answers, ..Script::default() }).await;
    let to = vec!["gone@example.org".to_owned(), "oncall@example.org".to_owned()];
    let settings = Settings { to, ..settings(&server, Encryption::None) };
    let expect = "250 kept as 42; the server refuses `gone@example.org`: 550 no such user";
    assert_eq!(send(&settings, Notice::Opened).await, Delivery::Sent { answer: expect.to_owned() });
    assert_eq!(server.heard().mails.len(), 1);
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let server = Server::start(Script { capabilities: vec!["250-AUTH PLAIN"], ..Script::default() }).await;
    let settings = Settings { sign_in: sign_in(), ..settings(&server, Encryption::StartTls) };
    let expect = retry("the server does not offer STARTTLS, and without it nothing is sent");
    assert_eq!(send(&settings, Notice::Opened).await, expect);
    assert!(!server.heard().has("AUTH") && !server.heard().has("MAIL"), "{:?}", server.heard());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    for (acceptor, ca) in [
        (theirs.acceptor("localhost"), Some(ours.pem.clone())),
        (ours.acceptor("other.test"), Some(ours.pem.clone())),
        (ours.acceptor("localhost"), None),
    ] {
        let tls = Server::start(Script { tls: Some(acceptor.clone()), ..Script::default() }).await;
        let starttls = Server::start(Script { starttls: Some(acceptor), ..Script::default() }).await;
        for (server, encryption) in [(tls, Encryption::Tls), (starttls, Encryption::StartTls)] {
            let settings = Settings { sign_in: sign_in(), ca: ca.clone(), ..settings(&server, encryption) };
            let Delivery::Retry { reason, .. } = send(&settings, Notice::Opened).await else {
                panic!("it was not refused")
            };
            assert!(reason.contains("invalid peer certificate"), "{reason}");
            assert!(!server.heard().has("AUTH") && !server.heard().has("MAIL"));
        }
    }
}

/// Somebody on the way adds plain text behind the answer to STARTTLS, to be taken for the server's first words under
/// TLS.
#[tokio::test]
async fn what_is_slipped_in_before_tls_is_not_believed() {
    let authority = Authority::new();
    let starttls = Some(authority.acceptor("localhost"));
    let slipped_in = "250-mail.test\r\n250 AUTH PLAIN\r\n";
    let server = Server::start(Script { starttls, slipped_in, ..Script::default() }).await;
    let settings = Settings {
        sign_in: sign_in(),
        ca: Some(authority.pem.clone()),
        ..settings(&server, Encryption::StartTls)
    };
    let Delivery::Retry { reason, .. } = send(&settings, Notice::Opened).await else {
        panic!("it was believed")
    };
    assert!(reason.starts_with("STARTTLS fails: "), "{reason}");
    assert!(!server.heard().has("AUTH"), "{:?}", server.heard());
}

/// Some servers repeat the command that they did not like.
#[tokio::test]
async fn a_refused_sign_in_does_not_show_the_password() {
    let script = |answer| Script {
        capabilities: vec!["250-AUTH PLAIN"],
        answers: vec![("AUTH", answer)],
        ..Script::default()
    };
    for (answer, expect) in [
        ("535 wrong: AUTH PLAIN s3cret", refused("the server refuses to sign us in: 535")),
        ("454 try later: s3cret", retry("the server refuses to sign us in: 454")),
    ] {
        let server = Server::start(script(answer)).await;
        let settings = Settings { sign_in: sign_in(), ..settings(&server, Encryption::None) };
        assert_eq!(send(&settings, Notice::Opened).await, expect);
    }
    let server = Server::start(Script { capabilities: vec!["250-AUTH GSSAPI"], ..Script::default() }).await;
    let settings = Settings { sign_in: sign_in(), ..settings(&server, Encryption::None) };
    let expect = retry("the server offers no way to sign in that we know (PLAIN, LOGIN)");
    assert_eq!(send(&settings, Notice::Opened).await, expect);
}

#[test]
fn a_password_never_crosses_the_network_in_the_open() {
    let settings = |host: &str| Settings {
        host: host.to_owned(),
        port: 25,
        encryption: Encryption::None,
        sign_in: sign_in(),
        from: "a@example.org".to_owned(),
        to: vec!["b@example.org".to_owned()],
        ca: None,
    };
    for host in ["localhost", "127.0.0.1", "::1", "[::1]"] {
        assert!(Email::new(&settings(host)).is_ok(), "{host}");
    }
    for host in ["mail.example.org", "192.0.2.1", "localhost.example.org"] {
        assert_eq!(Email::new(&settings(host)).unwrap_err(), SetupError::PlainPassword, "{host}");
    }
}

#[tokio::test]
async fn a_server_that_talks_without_end_is_cut_off() {
    for endless in [b"250-and so on\r\n".as_slice(), b"250-no end of line ".as_slice()] {
        let server = Server::start(Script { endless: Some(endless), ..Script::default() }).await;
        let Delivery::Retry { reason, .. } = send(&settings(&server, Encryption::None), Notice::Opened).await
        else {
            panic!("it was believed")
        };
        assert!(reason.starts_with("the server does not greet us: "), "{reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let server = Server::start(Script { silent: true, ..Script::default() }).await;
    let before = tokio::time::Instant::now();
    let expect = retry("not taken within 60 s");
    assert_eq!(send(&settings(&server, Encryption::None), Notice::Opened).await, expect);
    assert_eq!(before.elapsed().as_secs(), 60);
}
