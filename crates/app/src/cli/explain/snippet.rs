//! What a client does with a code, as a few lines of code.

use clap::ValueEnum;
use statusquo_catalogue::{Retry, StatusCode};

/// The language of a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// The command line
    Curl,
    /// Rust with reqwest
    Rust,
    /// Go with net/http
    Go,
    /// JavaScript with fetch
    Js,
    /// Python with requests
    Python,
}

/// What a client does with this code, in this language.
pub(super) fn of(code: StatusCode, language: Language) -> String {
    let retry = code.entry().map_or(Retry::Never, |entry| entry.retry);
    let number = code.get();
    let text = match retry {
        Retry::AfterDelay | Retry::AnyMethod => waiting(language),
        Retry::IdempotentOnly => idempotent(language),
        Retry::Follow => following(language),
        Retry::Poll => polling(language),
        Retry::NotNeeded | Retry::AfterChange | Retry::Never => reporting(language),
    };
    text.replace("{code}", &number.to_string())
}

const fn waiting(language: Language) -> &'static str {
    match language {
        Language::Curl => {
            "curl --retry 5 --retry-max-time 300 https://api.example/v1/orders   # waits for Retry-After"
        }
        Language::Rust => {
            "let mut pause = Duration::from_secs(1);\nfor _ in 0..5 {\n    let response = client.get(url).send().await?;\n    if response.status() != {code} {\n        return Ok(response);\n    }\n    let asked = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());\n    let wait = asked.map_or(pause, Duration::from_secs);\n    tokio::time::sleep(wait.mul_f64(1.0 + rand::random::<f64>() / 4.0)).await;\n    pause = (pause * 2).min(Duration::from_secs(60));\n}"
        }
        Language::Go => {
            "pause := time.Second\nfor range 5 {\n\tres, err := http.Get(url)\n\tif err != nil || res.StatusCode != {code} {\n\t\treturn res, err\n\t}\n\tres.Body.Close()\n\twait := pause\n\tif s, err := strconv.Atoi(res.Header.Get(\"Retry-After\")); err == nil {\n\t\twait = time.Duration(s) * time.Second\n\t}\n\ttime.Sleep(wait + rand.N(wait/4+1))\n\tpause = min(pause*2, time.Minute)\n}"
        }
        Language::Js => {
            "let pause = 1;\nfor (let i = 0; i < 5; i++) {\n  const res = await fetch(url);\n  if (res.status !== {code}) return res;\n  const asked = Number(res.headers.get(\"Retry-After\"));\n  const wait = (asked || pause) * (1 + Math.random() / 4);\n  await new Promise((done) => setTimeout(done, wait * 1000));\n  pause = Math.min(pause * 2, 60);\n}"
        }
        Language::Python => {
            "pause = 1\nfor _ in range(5):\n    res = requests.get(url, timeout=10)\n    if res.status_code != {code}:\n        break\n    asked = res.headers.get(\"Retry-After\", \"\")\n    wait = int(asked) if asked.isdigit() else pause\n    time.sleep(wait * (1 + random.random() / 4))\n    pause = min(pause * 2, 60)"
        }
    }
}

const fn idempotent(language: Language) -> &'static str {
    match language {
        Language::Curl => {
            "curl --retry 3 https://api.example/v1/orders   # GET, HEAD, PUT, DELETE only: a POST may have been done"
        }
        Language::Rust => {
            "if response.status() == {code} && method.is_idempotent() {\n    // GET, HEAD, PUT, DELETE: again, with growing pauses. A POST may have been done: look first.\n    tokio::time::sleep(pause).await;\n}"
        }
        Language::Go => {
            "if res.StatusCode == {code} && (req.Method == \"GET\" || req.Method == \"PUT\" || req.Method == \"DELETE\") {\n\ttime.Sleep(pause) // again, with growing pauses; a POST may have been done: look first\n}"
        }
        Language::Js => {
            "if (res.status === {code} && [\"GET\", \"HEAD\", \"PUT\", \"DELETE\"].includes(method)) {\n  await new Promise((done) => setTimeout(done, pause * 1000)); // a POST may have been done: look first\n}"
        }
        Language::Python => {
            "if res.status_code == {code} and method in (\"GET\", \"HEAD\", \"PUT\", \"DELETE\"):\n    time.sleep(pause)  # again, with growing pauses; a POST may have been done: look first"
        }
    }
}

const fn following(language: Language) -> &'static str {
    match language {
        Language::Curl => "curl --location --max-redirs 5 https://api.example/v1/orders",
        Language::Rust => "let client = reqwest::Client::builder().redirect(Policy::limited(5)).build()?;",
        Language::Go => {
            "res, err := http.Get(url) // follows up to 10 redirects; res.Request.URL is where it ended"
        }
        Language::Js => {
            "const res = await fetch(url); // follows; res.url is where it ended, res.redirected says so"
        }
        Language::Python => "res = requests.get(url, timeout=10)  # follows; res.history are the steps",
    }
}

const fn polling(language: Language) -> &'static str {
    match language {
        Language::Curl => {
            "curl --head https://api.example/v1/orders   # then GET what Location names until it is done"
        }
        Language::Rust => {
            "let job = response.headers().get(LOCATION); // GET it until it is done, waiting Retry-After between"
        }
        Language::Go => {
            "job := res.Header.Get(\"Location\") // GET it until it is done, waiting Retry-After between"
        }
        Language::Js => {
            "const job = res.headers.get(\"Location\"); // GET it until it is done, waiting Retry-After between"
        }
        Language::Python => {
            "job = res.headers.get(\"Location\")  # GET it until it is done, waiting Retry-After between"
        }
    }
}

const fn reporting(language: Language) -> &'static str {
    match language {
        Language::Curl => {
            "curl --fail-with-body https://api.example/v1/orders   # no retry: read what the answer says"
        }
        Language::Rust => {
            "if response.status() == {code} {\n    let problem: serde_json::Value = response.json().await?; // no retry: show or log what it says\n}"
        }
        Language::Go => {
            "if res.StatusCode == {code} {\n\tbody, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10)) // no retry: show or log what it says\n}"
        }
        Language::Js => {
            "if (res.status === {code}) {\n  const problem = await res.json(); // no retry: show or log what it says\n}"
        }
        Language::Python => {
            "if res.status_code == {code}:\n    problem = res.json()  # no retry: show or log what it says"
        }
    }
}
