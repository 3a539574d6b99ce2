//! How somebody looks at it: what is typed, chosen and left out.

use statusquo_serve::wire::{Top, TopEndpoint};

use super::terminal::Key;

/// No filter is longer.
const LONGEST_FILTER: usize = 100;

/// How somebody looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Endpoints have all of these words.
    pub(super) filter: String,
    /// The filter is being typed.
    pub(super) is_typing: bool,
    /// It stands still.
    pub(super) is_paused: bool,
    /// The keys are explained.
    pub(super) is_helping: bool,
    /// The endpoint that is chosen, counted from the first one shown.
    pub(super) chosen: usize,
    /// The latest failing requests of the endpoint that was opened, a line each.
    pub(super) requests: Vec<String>,
    /// Can requests be asked for?
    pub(super) has_requests: bool,
    /// The endpoint that was opened.
    pub(super) opened: Option<String>,
}

/// What a key asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Next {
    /// Enough seen.
    Quit,
    /// Show it.
    Draw,
    /// Get the latest failing requests of this endpoint.
    Requests(Box<TopEndpoint>),
}

impl Look {
    pub(super) fn new(has_requests: bool) -> Self {
        Self { has_requests, ..Self::default() }
    }

    /// The endpoints that are shown.
    pub(super) fn endpoints<'a>(&self, top: &'a Top) -> Vec<&'a TopEndpoint> {
        let filter = self.filter.to_lowercase();
        let is_wanted = |endpoint: &&TopEndpoint| {
            let name = format!("{} {}", endpoint.method, endpoint.route).to_lowercase();
            filter.split_whitespace().all(|word| name.contains(word))
        };
        top.endpoints.iter().filter(is_wanted).collect()
    }

    /// Takes a key.
    pub(super) fn press(&mut self, key: Key, top: &Top) -> Next {
        if key == Key::Quit {
            return Next::Quit;
        }
        if self.is_typing {
            self.type_on(key);
            return Next::Draw;
        }
        let count = self.endpoints(top).len();
        match key {
            Key::Char('q') => return Next::Quit,
            Key::Char('/') => self.is_typing = true,
            Key::Char(' ') => self.is_paused = !self.is_paused,
            Key::Char('?' | 'h') => self.is_helping = !self.is_helping,
            Key::Up | Key::Char('k') => self.chosen = self.chosen.saturating_sub(1),
            Key::Down | Key::Char('j') => self.chosen = (self.chosen + 1).min(count.saturating_sub(1)),
            Key::Enter if self.has_requests => return self.open(top),
            Key::Escape => self.close(),
            Key::Enter | Key::Back | Key::Char(_) | Key::Quit => {}
        }
        Next::Draw
    }

    fn type_on(&mut self, key: Key) {
        match key {
            Key::Enter => self.is_typing = false,
            Key::Escape => {
                self.is_typing = false;
                self.filter.clear();
            }
            Key::Back => drop(self.filter.pop()),
            Key::Char(c) if self.filter.chars().count() < LONGEST_FILTER => self.filter.push(c),
            Key::Char(_) | Key::Up | Key::Down | Key::Quit => {}
        }
        self.chosen = 0;
    }

    fn open(&mut self, top: &Top) -> Next {
        let Some(endpoint) = self.endpoints(top).get(self.chosen).copied() else { return Next::Draw };
        self.opened = Some(format!("{} {}", endpoint.method, endpoint.route));
        Next::Requests(Box::new(endpoint.clone()))
    }

    /// What was opened last closes first.
    fn close(&mut self) {
        if self.is_helping {
            self.is_helping = false;
        } else if self.opened.take().is_none() {
            self.filter.clear();
        }
        self.requests.clear();
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn top() -> Top {
        let endpoint = |method: &str, route: &str| TopEndpoint {
            method: method.to_owned(),
            route: route.to_owned(),
            slug: String::new(),
            per_second: 1.0,
            client_error_ratio: 0.0,
            server_error_ratio: 0.0,
            main_error: None,
            p95_ms: None,
        };
        let endpoints =
            vec![endpoint("POST", "/v1/orders"), endpoint("GET", "/v1/orders"), endpoint("GET", "/")];
        Top { endpoints, ..Top::nothing(Timestamp::UNIX_EPOCH) }
    }

    fn pressed(look: &mut Look, keys: &str) -> Next {
        keys.chars()
            .map(|c| look.press(if c == '\n' { Key::Enter } else { Key::Char(c) }, &top()))
            .last()
            .unwrap()
    }

    #[test]
    fn a_filter_is_typed_and_the_rest_is_left_out() {
        let mut look = Look::new(true);
        pressed(&mut look, "/ORDERS get\n");
        let shown: Vec<String> = look.endpoints(&top()).iter().map(|e| e.method.clone()).collect();
        assert_eq!((shown, look.is_typing), (vec!["GET".to_owned()], false));
        let Next::Requests(endpoint) = pressed(&mut look, "\n") else { panic!("nothing was asked for") };
        assert_eq!((endpoint.method.as_str(), look.opened.as_deref()), ("GET", Some("GET /v1/orders")));
        look.press(Key::Escape, &top());
        assert_eq!((look.opened.as_deref(), look.filter.as_str()), (None, "ORDERS get"));
        look.press(Key::Escape, &top());
        assert_eq!(look.endpoints(&top()).len(), 3);
    }

    #[test]
    fn what_is_chosen_stays_within_what_there_is() {
        let mut look = Look::new(false);
        pressed(&mut look, "jjjjj");
        assert_eq!(look.chosen, 2);
        pressed(&mut look, "kkkkk");
        assert_eq!((look.chosen, pressed(&mut look, "\n")), (0, Next::Draw));
        assert_eq!(pressed(&mut look, "q"), Next::Quit);
    }

    #[test]
    fn letters_of_a_filter_are_no_commands() {
        let mut look = Look::new(true);
        assert_eq!(pressed(&mut look, "/q k"), Next::Draw);
        assert_eq!(look.filter, "q k");
        assert_eq!(look.press(Key::Quit, &top()), Next::Quit);
    }
}
