//! The variables that templates read: one table for the check of templates, the documentation
//! and the test that compares it with what renderers really give.

use std::sync::LazyLock;

use serde_json::Value;

use crate::config::Theme;
use crate::language::Language;
use crate::render::Style;

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, a number or a flag; escaped where it is used.
    Text,
    /// Markup or CSS that the tool made: may stand in `{{{…}}}`.
    Html,
    /// Anything: what stands below it is not known beforehand.
    Free,
}

/// One variable.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its path: `[]` for the items of a list, `*` for any name.
    pub path: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it is, in a line.
    pub doc: &'static str,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A value.
    Value(Kind),
    /// A mapping that holds variables.
    Object,
    /// A list.
    List,
    /// Nothing.
    Unknown,
}

macro_rules! variables {
    ($($kind:ident $path:literal $doc:literal;)+) => {
        /// Every variable.
        pub static ALL: &[Variable] = &[$(Variable { path: $path, kind: Kind::$kind, doc: $doc }),+];
    };
}

variables! {
    Text "newsletter.name" "The newsletter's name";
    Text "newsletter.tagline" "What it is about, in a line";
    Text "newsletter.base_url" "Where its web site stands, without a `/` at the end";
    Text "newsletter.site" "The same without `https://`";
    Text "newsletter.language" "Its language";
    Text "newsletter.comma" "Web pages: between the parts of a line in its language";
    Text "newsletter.home" "Web pages: where its name leads";
    Text "newsletter.postal_address" "The sender's postal address";
    Text "newsletter.logo.src" "The logo's address";
    Text "newsletter.logo.width" "The logo's width in CSS pixels";
    Text "newsletter.logo.height" "The logo's height in CSS pixels";
    Text "newsletter.social[].label" "A link's label";
    Text "newsletter.social[].url" "A link's address";

    Text "issue.title" "The title";
    Text "issue.subtitle" "The line under the title";
    Text "issue.subject" "The mail's subject";
    Text "issue.preheader" "The line that inboxes show beside the subject";
    Text "issue.slug" "The post's folder and address";
    Text "issue.number" "Its number";
    Text "issue.number_text" "Its number in words, as `No. 12`";
    Text "issue.date" "Its date as `2024-04-26`";
    Text "issue.date_text" "Its date in words";
    Text "issue.reading_time" "How long it takes to read, in words";
    Text "issue.meta" "Number, date and reading time in one line";
    Text "issue.authors[].name" "An author's name";
    Text "issue.authors[].bio" "Who they are";
    Text "issue.authors[].image" "The address of their picture";
    Text "issue.authors[].url" "Their page";
    Text "issue.language" "The post's language";
    Text "issue.dir" "The direction of its script: `ltr` or `rtl`";
    Text "issue.tags[]" "A tag";
    Text "issue.series" "The series it belongs to";
    Text "issue.web_url" "Its web page";
    Text "issue.canonical_url" "Where it was first published";
    Text "issue.status" "`draft` or `ready`";
    Html "issue.content" "The text as HTML";
    Html "issue.notes" "The footnotes as HTML";
    Text "issue.image.src" "The address of its picture";
    Text "issue.image.width" "The picture's width in CSS pixels";
    Text "issue.image.height" "The picture's height in CSS pixels";

    Text "words.view_in_browser" "In the post's language: the link to the web page";
    Text "words.unsubscribe" "The link that ends the subscription";
    Text "words.why" "Why the letter came";
    Text "words.notes" "The heading of the footnotes";
    Text "words.links" "The heading of a list of links";
    Text "words.contents" "The heading of the list of headings";
    Text "words.watch" "The link to a video";
    Text "words.back" "The link from a note back to the text";
    Text "words.comma" "Between the parts of a line: `, ` or `，`";
    Html "words.lent" "Web pages: attributes of these words where they are in another language than the page";
    Text "words.skip" "Web pages: the link past what every page has";
    Text "words.letters" "The archive: the link to all issues";
    Text "words.latest" "The archive: over the latest issue";
    Text "words.none" "The archive: where there is no issue yet";
    Text "words.earlier" "The archive: before years that are not listed";
    Text "words.corrections" "The archive: over what was corrected";
    Text "words.cite" "The archive: over the line that names the issue in other texts";
    Text "words.missing_text" "The archive: what the page for missing ones says";
    Html "style.*" "Inline CSS by element";

    Html "page.css" "The web page of `build`: its style sheet, `web/page.css`, with the theme";
    Html "page.head" "The web page: description, canonical address, tags for previews";
    Html "page.meta" "The web page: number, date and reading time";
    Text "page.long_title" "The web page: whether the title is too long for its full size";
    Text "page.contents[].id" "The web page: a heading's id, where there are enough headings";
    Text "page.contents[].title" "The web page: a heading's text";

    Text "page.title" "Lists of the archive: the title";
    Text "page.dir" "Lists of the archive: the direction of the page's script";
    Text "page.errata[].date" "The archive: the day of a correction, as `2024-04-26`";
    Text "page.errata[].day" "The archive: the same in words";
    Text "page.errata[].text" "The archive: what is right";
    Text "page.facts[].label" "The archive: what is told of an issue: authors, series, tags";
    Text "page.facts[].values[].name" "The archive: an author, a series, a tag";
    Text "page.facts[].values[].url" "The archive: the page of its issues";
    Text "page.facts[].values[].part" "The archive: which of a series it is";
    Text "page.citation" "The archive: the line that names the issue in other texts";
    Text "page.turns[].rel" "The archive: `prev` or `next`";
    Text "page.turns[].label" "The archive: the same in words, with the number";
    Text "page.turns[].url" "The archive: the address of that issue";
    Text "page.turns[].title" "The archive: its title";
    Text "page.turns[].language" "The archive: its language";
    Text "page.turns[].dir" "The archive: the direction of its script";

    Text "site.menu" "The archive: the name of the links at the top";
    Text "site.links[].label" "The archive: a link at the top";
    Text "site.links[].url" "The archive: its address";
    Text "site.links[].current" "The archive: `page` where it leads to the page it stands on, `true` where that is one of its letters";
    Text "site.links[].strong" "The archive: whether it leads to the form";
    Text "site.feed" "The archive: the address of its feed";
    Text "site.subscribe.title" "The archive: what stands over the form";
    Text "site.subscribe.text" "The archive: what stands under that";
    Text "site.subscribe.action" "The archive: where the form sends the address";
    Text "site.subscribe.field" "The archive: the name of its field";
    Text "site.subscribe.label" "The archive: what the field asks for";
    Text "site.subscribe.button" "The archive: what the button says";

    Text "latest.title" "The archive's home: the title of the latest issue";
    Text "latest.long_title" "The archive's home: whether it is too long for its full size";
    Text "latest.url" "The archive's home: its address";
    Text "latest.summary" "The archive's home: what it is about";
    Text "latest.details" "The archive's home: its number and day";
    Text "latest.read" "The archive's home: the words of the link to it";
    Html "latest.lent" "The archive's home: attributes of those words where they are in another language";
    Text "latest.language" "The archive's home: its language";
    Text "latest.dir" "The archive's home: the direction of its script";
    Text "latest.image.src" "The archive's home: the address of its picture";
    Text "latest.image.width" "The archive's home: the picture's width in CSS pixels";
    Text "latest.image.height" "The archive's home: the picture's height in CSS pixels";
    Text "latest.image.alt" "The archive's home: what the picture shows";

    Text "list.kind" "Lists of the archive: `Tag`, `Series` …";
    Text "list.text" "Lists of the archive: who the author is";
    Text "list.count" "Lists of the archive: how many issues, in words";
    Text "list.feed" "Lists of the archive: the address of their feed";
    Text "list.url" "Lists of the archive: the author's page";
    Text "list.site" "Lists of the archive: the same without `https://`";
    Text "list.groups[].id" "Lists of the archive: the id of a year's heading";
    Text "list.groups[].title" "Lists of the archive: a year";
    Text "list.groups[].url" "Lists of the archive: the year's page";
    Text "list.groups[].issues[].url" "Lists of the archive: an issue's address";
    Text "list.groups[].issues[].title" "Lists of the archive: its title";
    Text "list.groups[].issues[].summary" "Lists of the archive: what it is about";
    Text "list.groups[].issues[].number" "Lists of the archive: its number";
    Text "list.groups[].issues[].numbered" "Lists of the archive: whether any of the list has one";
    Text "list.groups[].issues[].date" "Lists of the archive: its day, as `2024-04-26`";
    Text "list.groups[].issues[].day" "Lists of the archive: the same in words, without the year";
    Html "list.groups[].issues[].lent" "Lists of the archive: attributes of that day where its words are in another language";
    Text "list.groups[].issues[].language" "Lists of the archive: its language";
    Text "list.groups[].issues[].dir" "Lists of the archive: the direction of its script";
    Text "list.earlier[].title" "The archive's home: a year that it does not list";
    Text "list.earlier[].url" "The archive's home: that year's page";
    Text "list.earlier[].count" "The archive's home: how many issues it has, in words";

    Html "search.data" "The archive's search: attributes that its script reads";
    Text "search.search" "The archive's search: its title and button";
    Text "search.label" "The archive's search: what the field asks for";
    Text "search.hint" "The archive's search: what is said before anything was asked";
    Text "search.again" "The archive's search: what to do where nothing was found";
    Text "search.year" "The archive's search: the name of the list of years";
    Text "search.more" "The archive's search: the button for more answers";
    Text "search.no_script" "The archive's search: what is said where scripts are off";

    Html "index.css" "The cards page: its style sheet, `web/index.css`";
    Text "index.title" "The cards page: how the build stands, as a headline";
    Html "index.verdict" "The cards page: where to start, in a sentence";
    Text "index.meta" "The cards page: the newsletter and the figures of the build";
    Html "index.cards" "The cards page: the cards";
    Html "index.findings" "The cards page: the findings by post";

    Text "unsubscribe.url" "The page that ends the subscription";
    Text "unsubscribe.mailto" "The address that ends the subscription";

    Free "extra.*" "What the post's front matter says under `extra`";
    Free "subscriber.*" "A subscriber's field; filled for each recipient";
}

/// What stands at `path`, whose items of lists are `[]`.
pub fn find<S: AsRef<str>>(path: &[S]) -> Found {
    if let [first, rest @ ..] = path
        && first.as_ref() == "style"
        && let [name, below @ ..] = rest
    {
        let known = below.is_empty() && STYLES.contains(&name.as_ref());
        return if known { Found::Value(Kind::Html) } else { Found::Unknown };
    }
    let mut below = Found::Unknown;
    for variable in ALL {
        match relation(variable, path) {
            Some(Found::Value(kind)) => return Found::Value(kind),
            Some(found) => below = found,
            None => {}
        }
    }
    below
}

/// The names below `style`: every layout, theme and language has the same.
static STYLES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let language = Language::new("en");
    let style = language.map(|language| Style::new("classic", &Theme::default(), &language));
    style.iter().flat_map(Style::css).map(|(name, _)| *name).collect()
});

/// The names that can stand directly below `path`.
pub fn children<S: AsRef<str>>(path: &[S]) -> Vec<&'static str> {
    if let [only] = path
        && only.as_ref() == "style"
    {
        return STYLES.clone();
    }
    let mut names: Vec<_> = ALL
        .iter()
        .filter_map(|variable| {
            let mut parts = segments(variable.path);
            path.iter().all(|part| parts.next() == Some(part.as_ref())).then(|| parts.next()).flatten()
        })
        .filter(|name| !matches!(*name, "[]" | "*"))
        .collect();
    names.dedup();
    names
}

/// The parts of a path of the table: `a.b[].c` gives `a`, `b`, `[]`, `c`.
fn segments(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('.')
        .flat_map(|part| match part.strip_suffix("[]") {
            Some(name) => [Some(name), Some("[]")],
            None => [Some(part), None],
        })
        .flatten()
}

fn relation<S: AsRef<str>>(variable: &'static Variable, path: &[S]) -> Option<Found> {
    let mut parts = segments(variable.path);
    for wanted in path {
        match parts.next() {
            Some("*") => return Some(Found::Value(variable.kind)),
            Some(part) if part == wanted.as_ref() => {}
            // A list's item by its number.
            Some("[]") if wanted.as_ref().bytes().all(|b| b.is_ascii_digit()) => {}
            _ => return None,
        }
    }
    Some(match parts.next() {
        None => Found::Value(variable.kind),
        Some("[]") => Found::List,
        Some(_) => Found::Object,
    })
}

/// The paths of `context` that the table does not know: for the tests of whoever fills a context.
pub fn unknown_in(context: &Value) -> Vec<String> {
    let mut unknown = Vec::new();
    walk(context, &mut Vec::new(), &mut unknown);
    unknown
}

fn walk(value: &Value, path: &mut Vec<String>, unknown: &mut Vec<String>) {
    match find(path) {
        Found::Unknown if !path.is_empty() => return unknown.push(path.join(".")),
        Found::Value(Kind::Free) => return,
        _ => {}
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                path.push(name.clone());
                walk(value, path, unknown);
                path.pop();
            }
        }
        Value::Array(items) => {
            path.push("[]".to_owned());
            for value in items {
                walk(value, path, unknown);
            }
            path.pop();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Found, Kind, children, find, unknown_in};

    #[test]
    fn paths_are_values_objects_lists_or_nothing() {
        assert_eq!(find(&["issue", "title"]), Found::Value(Kind::Text));
        assert_eq!(find(&["issue", "content"]), Found::Value(Kind::Html));
        assert_eq!(find(&["issue"]), Found::Object);
        assert_eq!(find(&["issue", "tags"]), Found::List);
        assert_eq!(find(&["issue", "tags", "[]"]), Found::Value(Kind::Text));
        assert_eq!(find(&["issue", "authors", "0", "name"]), Found::Value(Kind::Text));
        assert_eq!(find(&["issue", "titel"]), Found::Unknown);
        assert_eq!(find(&["issue", "title", "length"]), Found::Unknown);
        assert_eq!(find(&["extra", "a", "b"]), Found::Value(Kind::Free));
        assert_eq!(children(&["newsletter", "social", "[]"]), ["label", "url"]);
    }

    #[test]
    fn a_context_is_compared_with_the_table() {
        let context = json!({"issue": {"title": "a", "titel": "b", "tags": ["x"]}, "extra": {"any": {"thing": 1}}});
        assert_eq!(unknown_in(&context), ["issue.titel"]);
    }
}
