//! What the text of a request betrays of its sender.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, BuildError};

/// What the text of a request betrays of its sender, the clearest sign first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// It tries to break in: SQL, script, another folder or a lookup where a value belongs.
    Exploit,
    /// It names itself as a scanner.
    Scanner,
    /// It asks for what nobody links to: secrets, backups, consoles, other people's software.
    Hidden,
    /// It names itself as a crawler.
    Crawler,
}

impl Sign {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Exploit, Self::Scanner, Self::Hidden, Self::Crawler];

    /// Is the sender up to no good?
    #[must_use]
    pub const fn is_attack(self) -> bool {
        match self {
            Self::Exploit | Self::Scanner | Self::Hidden => true,
            Self::Crawler => false,
        }
    }
}

/// Longer targets are looked at up to here.
const LONGEST_TARGET: usize = 2048;

/// What only somebody writes who wants in. Looked for in the target with its escapes undone, in lower case.
/// Source: OWASP's Core Rule Set by theme (traversal, injection, scripts, remote code), reduced to what no ordinary
/// client sends.
const EXPLOIT: &[&str] = &[
    "../..",
    "..\\..",
    "/etc/passwd",
    "/etc/shadow",
    "boot.ini",
    "win.ini",
    "/proc/self",
    "cmd.exe",
    "/bin/sh",
    "/bin/bash",
    "/bin/cat",
    "php://",
    "expect://",
    "file:///",
    "union select",
    "union all select",
    "union/*",
    "select @@",
    "information_schema",
    "xp_cmdshell",
    "waitfor delay",
    "benchmark(",
    "sleep(",
    "pg_sleep",
    "extractvalue(",
    "updatexml(",
    "utl_inaddr",
    "concat(0x",
    "char(",
    "' or '",
    "' or 1",
    "\" or \"",
    "' and '",
    "' and 1",
    " or 1=1",
    " and 1=1",
    " and 1=2",
    "1'='1",
    "order by 1",
    "';",
    "'--",
    "' --",
    "<script",
    "</script",
    "javascript:",
    "onerror=",
    "onload=",
    "onmouseover=",
    "alert(",
    "prompt(",
    "<svg",
    "<img ",
    "<iframe",
    "document.cookie",
    "${jndi:",
    "${${",
    "() {",
    "{{7*7",
    "<?php",
    "eval(",
    "base64_decode",
    "phpinfo(",
    "system(",
    "passthru(",
    "shell_exec",
    "wget http",
    "curl http",
    ";wget",
    "; wget",
    "|wget",
    "$(",
    "`id`",
    ";id",
    "|id",
    "\0",
    "<!--#exec",
    "allow_url_include",
    "auto_prepend_file",
    "<!entity",
    "%n%n%n",
];

/// Scanners that say who they are.
const SCANNER: &[&str] = &[
    "acunetix",
    "nikto",
    "sqlmap",
    "nmap",
    "masscan",
    "zgrab",
    "dirbuster",
    "gobuster",
    "ffuf",
    "wfuzz",
    "feroxbuster",
    "dirb ",
    "wpscan",
    "nuclei",
    "openvas",
    "nessus",
    "netsparker",
    "w3af",
    "arachni",
    "havij",
    "hydra",
    "skipfish",
    "whatweb",
    "jaeles",
    "zaproxy",
    "owasp",
    "burp",
    "webinspect",
    "appscan",
    "morfeus",
    "zmeu",
    "vega/",
    "paros",
    "grabber",
    "fuzz",
    "dirsearch",
    "joomscan",
    "commix",
    "xsser",
    "uniscan",
    "wapiti",
];

/// Crawlers that say who they are.
const CRAWLER: &[&str] =
    &["bot", "crawl", "spider", "slurp", "feed", "archiver", "mediapartners", "facebookexternalhit", "rss"];

/// What nobody links to. Only a failed request for it is a sign: who runs this software has it.
const HIDDEN: &[&str] = &[
    "/.env",
    "/.git",
    "/.svn",
    "/.hg",
    "/.aws",
    "/.ssh",
    "/.ht",
    "/.ds_store",
    "wp-login",
    "wp-admin",
    "wp-config",
    "xmlrpc.php",
    "phpmyadmin",
    "/pma",
    "/mysql",
    "/adminer",
    "/administrator",
    "/manager/html",
    "/cgi-bin/",
    "phpinfo",
    "/server-status",
    "/server-info",
    "/actuator",
    "/solr/",
    "/jenkins",
    "/hnap1",
    "/boaform",
    "phpunit",
    "/setup.php",
    "/install.php",
    "/config.php",
    ".bak",
    ".old",
    ".sql",
    ".swp",
    ".mdb",
    "/backup",
    "/owa/",
    "/ecp/",
    "/_vti_",
    "/shell",
    "/console",
    "/jmx",
    "/invoker",
    "/web-inf",
    "/webdav",
    "/iisadmin",
    "/etc/",
    "/passwd",
    "/htpasswd",
    "/id_rsa",
    "/dump",
    "/cfide",
    "/fckeditor",
    "/joomla",
    "/drupal",
    "/typo3",
    "/phpbb",
    "/moodle",
    "/sqlite",
    "/.idea",
    "/.vscode",
    "/debug",
    "/trace.axd",
    "/elmah",
    "/struts",
    "/telescope",
    "/horizon",
    "/swagger",
    "/api-docs",
    "/nice%20ports",
];

/// Looks for signs.
#[derive(Debug, Clone)]
pub struct Signs {
    exploit: AhoCorasick,
    scanner: AhoCorasick,
    hidden: AhoCorasick,
    crawler: AhoCorasick,
    plain: Vec<u8>,
}

impl Signs {
    /// Ready to look.
    ///
    /// # Errors
    ///
    /// Never: the words are known and few.
    pub fn new() -> Result<Self, BuildError> {
        let words = |words: &[&str]| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(words);
        Ok(Self {
            exploit: words(EXPLOIT)?,
            scanner: words(SCANNER)?,
            hidden: words(HIDDEN)?,
            crawler: words(CRAWLER)?,
            plain: Vec::new(),
        })
    }

    /// The clearest sign of a request. `is_failure` says that it was answered with an error, or not at all.
    pub fn of(&mut self, target: &[u8], user_agent: &[u8], is_failure: bool) -> Option<Sign> {
        let target = target.get(..target.len().min(LONGEST_TARGET)).unwrap_or_default();
        let is_odd =
            |byte: &u8| matches!(byte, b'%' | b'+' | b'\'' | b'<' | b'(' | b';' | b'$' | b'|' | b':' | b'\\');
        if (target.iter().any(is_odd) || target.windows(2).any(|two| two == b"..")) && self.is_exploit(target)
        {
            return Some(Sign::Exploit);
        }
        if user_agent.iter().any(|byte| matches!(byte, b'$' | b'{' | b'<'))
            && self.exploit.is_match(user_agent)
        {
            return Some(Sign::Exploit);
        }
        if self.scanner.is_match(user_agent) {
            return Some(Sign::Scanner);
        }
        if is_failure && self.hidden.is_match(target) {
            return Some(Sign::Hidden);
        }
        self.crawler.is_match(user_agent).then_some(Sign::Crawler)
    }

    /// Escapes are undone twice: those who want in write them twice.
    fn is_exploit(&mut self, target: &[u8]) -> bool {
        let mut plain = std::mem::take(&mut self.plain);
        plain.clear();
        plain.extend_from_slice(target);
        let mut is_match = self.exploit.is_match(plain.as_slice());
        for _ in 0..2 {
            is_match = is_match || (unescape(&mut plain) && self.exploit.is_match(plain.as_slice()));
        }
        self.plain = plain;
        is_match
    }
}

/// Undoes `%20` and `+` in place; was there anything to undo?
fn unescape(text: &mut Vec<u8>) -> bool {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut from, mut to) = (0, 0);
    let mut has_changed = false;
    while let Some(byte) = text.get(from).copied() {
        let escaped = digit(text.get(from + 1)).zip(digit(text.get(from + 2))).filter(|_| byte == b'%');
        let (plain, width) = match (escaped, byte) {
            (Some((high, low)), _) => (u8::try_from(high * 16 + low).unwrap_or(byte), 3),
            (None, b'+') => (b' ', 1),
            (None, _) => (byte, 1),
        };
        has_changed |= plain != byte || width > 1;
        if let Some(place) = text.get_mut(to) {
            *place = plain;
        }
        to += 1;
        from += width;
    }
    text.truncate(to);
    has_changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_found_behind_escapes_and_ordinary_requests_have_none() {
        let mut signs = Signs::new().unwrap();
        let firefox = b"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        for (target, agent, is_failure, expect) in [
            ("/a?id=1%20UNION%20ALL%20SELECT%20NULL", &firefox[..], false, Some(Sign::Exploit)),
            ("/a?id=1+union+select+1", firefox, false, Some(Sign::Exploit)),
            ("/a?q=%253Cscript%253Ealert(1)", firefox, false, Some(Sign::Exploit)),
            ("/static/..%2f..%2f..%2fetc/passwd", firefox, true, Some(Sign::Exploit)),
            ("/", b"${jndi:ldap://x/a}", false, Some(Sign::Exploit)),
            ("/", b"sqlmap/1.7 (https://sqlmap.org)", false, Some(Sign::Scanner)),
            ("/.env", firefox, true, Some(Sign::Hidden)),
            ("/wp-login.php", firefox, false, None),
            ("/robots.txt", b"Mozilla/5.0 (compatible; Googlebot/2.1)", false, Some(Sign::Crawler)),
            ("/search?q=caf%C3%A9+au+lait&page=2", firefox, false, None),
            ("/search?q=union+of+workers%2C+select+committee", firefox, false, None),
            ("/a;jsessionid=12?x=$1,000&u=https://example.org/b", firefox, false, None),
            ("/v1/orders?filter[a]=1&sort=-created", b"okhttp/4.9", true, None),
        ] {
            assert_eq!(signs.of(target.as_bytes(), agent, is_failure), expect, "{target}");
        }
    }
}
