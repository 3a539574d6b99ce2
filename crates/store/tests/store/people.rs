//! Who may sign in.

use statusquo_store::{Audited, Change, Role, Session, Token, User};

use crate::support::{Home, at, ok};

fn user(name: &str, role: Role, hash: &str) -> User {
    User { name: name.to_owned(), role, hash: hash.to_owned() }
}

fn deed(what: &str) -> Audited {
    Audited { at: at(0), who: "ada".to_owned(), what: what.to_owned() }
}

#[test]
fn users_and_tokens_survive_until_they_are_dropped() {
    let mut home = Home::new();
    let users: Vec<_> = Role::ALL.iter().map(|role| user(role.as_str(), *role, "$argon2id$x")).collect();
    let token = Token { name: "ci".to_owned(), role: Role::Viewer, hash: vec![7; 32], created: at(0) };
    for user in &users {
        ok(home.writer().people(Change::SaveUser(user.clone()), deed("made a user")));
    }
    ok(home.writer().people(Change::SaveToken(token.clone()), deed("made token ci")));
    home.restart();
    let mut back = home.reader().users().unwrap();
    back.sort_by_key(|user| user.role);
    assert_eq!(back, users);
    assert_eq!(home.reader().tokens().unwrap(), [token]);
    ok(home.writer().people(Change::DropUser("admin".to_owned()), deed("removed admin")));
    ok(home.writer().people(Change::DropToken("ci".to_owned()), deed("revoked token ci")));
    assert_eq!(home.reader().users().unwrap().len(), 2);
    assert_eq!(home.reader().tokens().unwrap(), []);
    let what: Vec<String> = home.reader().audit(3).unwrap().into_iter().map(|deed| deed.what).collect();
    assert_eq!(what, ["revoked token ci", "removed admin", "made token ci"], "who did it is kept with it");
}

#[test]
fn a_session_ends_by_time_by_signing_out_by_a_new_password_and_with_its_user() {
    let home = Home::new();
    let change = |change: Change| ok(home.writer().people(change, deed("changed it")));
    let hash = vec![1; 32];
    let is_in = |seconds: i64| home.reader().session(&hash, at(seconds)).unwrap().is_some();
    let sign_in = || {
        let session =
            Session { hash: hash.clone(), user: "ada".to_owned(), csrf: "c".to_owned(), expires: at(100) };
        change(Change::SaveSession(session));
        assert!(is_in(99));
    };
    change(Change::SaveUser(user("ada", Role::Viewer, "old")));
    sign_in();
    assert!(!is_in(100));
    change(Change::DropSession(hash.clone()));
    assert!(!is_in(0));
    sign_in();
    change(Change::SaveUser(user("ada", Role::Admin, "old")));
    assert!(is_in(0), "a new role is no reason to sign in again");
    change(Change::SaveUser(user("ada", Role::Admin, "new")));
    assert!(!is_in(0));
    sign_in();
    change(Change::DropUser("ada".to_owned()));
    assert!(!is_in(0));
}
