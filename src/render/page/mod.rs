//! The web page of an issue: what `build` shows of it, and what its page in the archive starts from.

mod content;
mod head;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::config::{Config, Theme};
use crate::diagnostic::Sink;
use crate::language::Language;
use crate::post::Holes;
use crate::post::front_matter::{Status, Visibility};
use crate::render::{About, Escaped, Input, Templates};
pub use content::Letter;

/// From so many headings on, a wide page lists them beside the letter.
const MIN_CONTENTS: usize = 3;

/// A title wider than this, in columns, is set smaller: at full size it would fill a phone's first
/// screen.
pub const LONG_TITLE: usize = 80;

/// The web page, with hole and asset tokens, and what it is made of.
#[derive(Debug)]
pub struct Page {
    /// The page.
    pub page: String,
    /// The letter alone.
    pub letter: Letter,
    /// What is told of it.
    pub about: About,
}

/// Where a page stands: by itself, or in the archive's site.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The newsletter.
    pub config: &'a Config,
    /// The page's own address, where it has one.
    pub url: Option<&'a str>,
    /// Where the newsletter's name leads.
    pub home: Option<&'a str>,
    /// What stands in the place of the name.
    pub logo: Option<Logo<'a>>,
    /// Whether search engines may show it.
    pub robots: Robots,
    /// The whole address of its social card, where it has one.
    pub card: Option<&'a str>,
}

/// The picture in the place of the newsletter's name.
#[derive(Clone, Copy, Debug)]
pub struct Logo<'a> {
    /// Its address.
    pub src: &'a str,
    /// Its width in CSS pixels.
    pub width: u32,
    /// Its height in CSS pixels.
    pub height: u32,
}

/// Whether search engines may show a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Robots {
    /// They may.
    Welcome,
    /// They may not.
    StayOut,
}

/// Makes the page. Nothing where the template has faults.
pub fn render(input: &Input<'_>, holes: &mut Holes, sink: &mut Sink) -> Option<Page> {
    let letter = content::write(input, holes);
    let about = About::of(input);
    let document = input.document;
    let logo = input.config.theme.logo.as_deref().and_then(|logo| input.assets.get(logo));
    let setting = Setting {
        config: input.config,
        url: input.web_url.as_deref(),
        home: None,
        logo: logo.map(|logo| Logo { src: &logo.token, width: logo.width, height: logo.height }),
        // A draft is nobody's business yet.
        robots: match (about.visibility, document.front_matter.status) {
            (Visibility::Public, Status::Ready) => Robots::Welcome,
            _ => Robots::StayOut,
        },
        card: None,
    };
    let mut context = context(&setting, &about, letter.clone());
    put(&mut context, "page", "css", style(input.templates, &input.config.theme));
    match input.templates.render("web/page", context, holes) {
        Ok(page) => Some(Page { page, letter, about }),
        Err(error) => {
            let span = document.front_matter.title_span;
            sink.extend(error.diagnostic(&document.source, span));
            None
        }
    }
}

/// What every web page reads, in the language that its own words are in.
pub fn frame(setting: &Setting<'_>, language: &Language) -> Value {
    let Setting { config, home, logo, .. } = setting;
    let words = language.words();
    let home = home.map(str::to_owned).or_else(|| config.base_url.as_ref().map(|base| format!("{base}/")));
    let social: Vec<_> = config.theme.social.iter().map(|(label, url)| json!({"label": label, "url": url})).collect();
    json!({
        "newsletter": {
            "name": config.name,
            "tagline": config.tagline,
            "language": config.language.tag(),
            "home": home,
            "comma": config.language.words().comma,
            "postal_address": config.postal_address.as_deref().map(one_line),
            "logo": logo.map(|logo| json!({"src": logo.src, "width": logo.width, "height": logo.height})),
            "social": social,
        },
        "words": { "lent": language.lent(), "skip": words.skip, "contents": words.contents, "links": words.links },
    })
}

/// What `templates/web/page.hbs` reads.
pub fn context(setting: &Setting<'_>, about: &About, letter: Letter) -> Value {
    let mut context = frame(setting, &about.language);
    if let Some(fields) = context.as_object_mut() {
        let issue = json!({
            "title": about.title,
            "subtitle": about.subtitle,
            "language": about.language.tag(),
            "dir": about.language.direction().as_str(),
        });
        let page = json!({
            "head": head::tags(setting, about),
            "meta": meta(about),
            "long_title": about.title.width() > LONG_TITLE,
            "contents": contents(about),
        });
        fields.extend([("issue".to_owned(), issue), ("page".to_owned(), page)]);
    }
    // Long texts are moved, not copied as the macro does.
    put(&mut context, "issue", "content", letter.text);
    put(&mut context, "issue", "notes", letter.notes);
    context
}

/// Sets a field of a group of `context`.
pub fn put(context: &mut Value, group: &str, name: &str, value: impl Into<Value>) {
    if let Some(fields) = context.get_mut(group).and_then(Value::as_object_mut) {
        fields.insert(name.to_owned(), value.into());
    }
}

/// The style sheet of web pages, with the theme's own colours and fonts.
pub fn style(templates: &Templates, theme: &Theme) -> String {
    head::style(templates.text("web/page.css").unwrap_or_default(), theme)
}

/// Number, date and reading time, each of which keeps to one line.
fn meta(about: &About) -> String {
    let words = about.language.words();
    let lent = about.language.lent();
    let item = |text: &str| format!("<span{lent}>{}</span>", Escaped(&text.replace(' ', "\u{a0}")));
    let mut items = Vec::new();
    items.extend(about.number.map(|number| item(&words.number.replace("{}", &number.to_string()))));
    items.extend(about.day().map(|day| {
        let shown = about.language.date(day).replace(' ', "\u{a0}");
        format!("<time datetime=\"{}\"{lent}>{}</time>", day.format("%Y-%m-%d"), Escaped(&shown))
    }));
    items.push(item(&words.reading_time.replace("{}", &about.minutes.to_string())));
    // A line may break before a separator's last space only.
    let separator = words.meta_separator.trim_end().replace(' ', "\u{a0}");
    let separator = if separator.is_empty() { words.meta_separator.to_owned() } else { format!("{separator}\u{a0} ") };
    items.join(&separator)
}

/// The headings that are listed beside the letter, where there are enough of them.
fn contents(about: &About) -> Vec<Value> {
    let listed = about.contents.iter().filter(|_| about.contents.len() >= MIN_CONTENTS);
    listed.map(|heading| json!({"id": heading.id, "title": heading.title})).collect()
}

/// Several lines as one.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}
