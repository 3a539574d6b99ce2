//! Silences as who makes them sees them: at once, and by numbers that go on over a restart.

use super::support::server::{Server, ask};

fn numbers(server: &Server) -> Vec<u64> {
    let all = server.json("/api/v1/silences")["silences"].clone();
    all.as_array().unwrap().iter().map(|silence| silence["id"].as_u64().unwrap()).collect()
}

#[test]
fn end_to_end_a_silence_is_listed_when_it_is_made_and_gone_when_it_is_ended() {
    let mut server = Server::start("", &[]);
    let add = |server: &Server| assert_eq!(server.post("/api/v1/silences", r#"{"for": "1h"}"#).0, 201);
    add(&server);
    assert_eq!(numbers(&server), [1]);
    add(&server);
    assert_eq!(numbers(&server), [1, 2]);
    for number in [1, 2] {
        let path = format!("/api/v1/silences/{number}");
        assert_eq!(ask(server.port, "DELETE", &path, "").unwrap().0, 200);
    }
    assert_eq!(numbers(&server), [0; 0]);
    server.terminate();
    server.go_on();
    add(&server);
    assert_eq!(numbers(&server), [3], "no number is given twice");
}
