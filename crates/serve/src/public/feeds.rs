//! Feeds: one entry for each update, with an identity that never changes (RFC 4287, RSS 2.0, JSON Feed 1.1).

use jiff::Timestamp;
use serde_json::json;

use super::story::{Said, Story, stage_word};
use super::view::View;

/// Entries in a feed.
const MOST: usize = 50;

/// The newest updates first.
fn entries(view: &View) -> Vec<(&Story, &Said)> {
    let all = view.stories.iter().flat_map(|story| story.said.iter().map(move |said| (story, said)));
    let mut entries: Vec<_> = all.collect();
    entries.sort_by(|one, other| other.1.at.cmp(&one.1.at).then_with(|| other.1.id.cmp(&one.1.id)));
    entries.truncate(MOST);
    entries
}

fn title((story, said): &(&Story, &Said)) -> String {
    format!("{}: {}", stage_word(said.stage), story.title)
}

fn text((story, said): &(&Story, &Said)) -> String {
    let mut text = said.text.clone();
    if let Some(workaround) = &said.workaround {
        text += &format!("\n\nWorkaround: {workaround}");
    }
    if let Some((from, until)) = story.window() {
        text += &format!("\n\nFrom {} to {}.", minute(from), minute(until));
    }
    if let Some(next) = said.next_by.filter(|_| !said.stage.is_last()) {
        text += &format!("\n\nNext update by {}.", minute(next));
    }
    if !story.components.is_empty() {
        let names: Vec<&str> = story.components.iter().map(|(_, title)| title.as_str()).collect();
        text += &format!("\n\nConcerns: {}.", names.join(", "));
    }
    text
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// What identifies an update for ever: the host, and its number.
fn identity(view: &View, said: &Said) -> String {
    format!("tag:{},2026:update/{}", view.site.authority(), said.id)
}

fn link(view: &View, story: &Story, said: &Said) -> String {
    format!("{}{}#u{}", view.site.url, story.path(), said.id)
}

/// When the feed last had something new.
fn changed(view: &View) -> Timestamp {
    entries(view).first().map_or(Timestamp::UNIX_EPOCH, |(_, said)| said.at)
}

fn rfc3339(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Atom.
pub(super) fn atom(view: &View) -> String {
    let url = xml(&view.site.url);
    let name = xml(&view.site.name);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\
         <id>tag:{},2026:feed</id><title>{name}: status</title><updated>{}</updated>\
         <author><name>{name}</name></author><link href=\"{url}/\"/><link rel=\"self\" href=\"{url}/feed.atom\"/>",
        xml(view.site.authority()),
        rfc3339(changed(view)),
    );
    for entry in entries(view) {
        let (story, said) = entry;
        text += &format!(
            "\n<entry><id>{}</id><title>{}</title><published>{at}</published><updated>{at}</updated>\
             <link href=\"{}\"/><content type=\"text\">{}</content></entry>",
            xml(&identity(view, said)),
            xml(&title(&entry)),
            xml(&link(view, story, said)),
            xml(&self::text(&entry)),
            at = rfc3339(said.at),
        );
    }
    text + "\n</feed>\n"
}

/// RSS 2.0.
pub(super) fn rss(view: &View) -> String {
    let url = xml(&view.site.url);
    let name = xml(&view.site.name);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\
         <channel><title>{name}: status</title><link>{url}/</link><description>What {name} tells its users</description>\
         <language>en</language><atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{url}/feed.rss\"/>",
    );
    for entry in entries(view) {
        let (story, said) = entry;
        text += &format!(
            "\n<item><guid isPermaLink=\"false\">{}</guid><title>{}</title><pubDate>{}</pubDate><link>{}</link>\
             <description>{}</description></item>",
            xml(&identity(view, said)),
            xml(&title(&entry)),
            said.at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            xml(&link(view, story, said)),
            xml(&self::text(&entry)),
        );
    }
    text + "\n</channel></rss>\n"
}

/// JSON Feed.
pub(super) fn json(view: &View) -> String {
    let item = |entry: &(&Story, &Said)| {
        let (story, said) = entry;
        json!({
            "id": identity(view, said),
            "url": link(view, story, said),
            "title": title(entry),
            "content_text": text(entry),
            "date_published": rfc3339(said.at),
        })
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("{}: status", view.site.name),
        "home_page_url": format!("{}/", view.site.url),
        "feed_url": format!("{}/feed.json", view.site.url),
        "language": "en",
        "items": entries(view).iter().map(item).collect::<Vec<_>>(),
    });
    feed.to_string()
}

/// A text in XML. What XML 1.0 has no place for is left out, whatever was typed.
fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(letter),
            letter if letter < ' ' || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(xml("a<b>&\"'\u{0}\u{b}\nc\u{ffff}"), "a&lt;b&gt;&amp;&quot;&#39;\nc");
    }
}
