//! What the head of the page says to browsers, search engines and whoever shows a link to it.

use std::fmt::Write as _;

use crate::config::Theme;
use crate::post::front_matter::{Status, Visibility};
use crate::post::tree::{BlockKind, plain_text};
use crate::post::with_defaults;
use crate::render::{Escaped, Input};

/// The longest description, in characters: what search engines show.
const DESCRIPTION: usize = 160;

/// The style sheet with the theme's own colours and fonts.
pub(super) fn style(sheet: &str, theme: &Theme) -> String {
    let mut css = String::with_capacity(sheet.len() + 256);
    css.push_str(sheet);
    let safe = |value: &str| !value.contains(['<', '>', '{', '}', ';', '\\']);
    let mut rules = String::new();
    let fonts = [("serif", &theme.serif), ("sans", &theme.sans), ("mono", &theme.mono)];
    let fonts = fonts.into_iter().filter_map(|(name, font)| Some((name, font.as_deref()?)));
    let colors = theme.colors.iter().map(|(name, color)| (&**name, &**color));
    for (name, value) in fonts.chain(colors).filter(|(name, value)| safe(name) && safe(value)) {
        rules.extend([" --", name, ": ", value, ";"]);
    }
    if !rules.is_empty() {
        css.extend([":root {", &rules, " }\n"]);
    }
    let dark = theme.dark_colors.iter().filter(|(name, value)| safe(name) && safe(value));
    let dark: String = dark.flat_map(|(name, value)| [" --", name, ": ", value, ";"]).collect();
    if !dark.is_empty() {
        css.extend(["@media (prefers-color-scheme: dark) { :root {", &dark, " } }\n"]);
    }
    css
}

/// The tags that depend on the post.
pub(super) fn tags(input: &Input<'_>) -> String {
    let front = &input.document.front_matter;
    let mut tags = String::with_capacity(1024);
    // A draft is nobody's business yet.
    if front.visibility != Visibility::Public || front.status == Status::Draft {
        tags.push_str("<meta name=\"robots\" content=\"noindex\">\n");
    }
    if let Some(canonical) = front.canonical_url.as_deref().or(input.web_url.as_deref()) {
        put(&mut tags, format_args!("<link rel=\"canonical\" href=\"{}\">\n", Escaped(canonical)));
    }
    let description = description(input);
    if let Some(description) = &description {
        put(&mut tags, format_args!("<meta name=\"description\" content=\"{}\">\n", Escaped(description)));
    }
    for author in &front.authors {
        let name = input.config.authors.get(author).map_or(&**author, |author| &author.name);
        put(&mut tags, format_args!("<meta name=\"author\" content=\"{}\">\n", Escaped(name)));
    }
    let mut open_graph = |property: &str, content: &str| {
        put(&mut tags, format_args!("<meta property=\"{property}\" content=\"{}\">\n", Escaped(content)));
    };
    open_graph("og:type", "article");
    open_graph("og:site_name", &input.config.name);
    open_graph("og:title", &front.title);
    if let Some(description) = &description {
        open_graph("og:description", description);
    }
    if let Some(url) = &input.web_url {
        open_graph("og:url", url);
    }
    if let Some(image) = front.image.as_deref().and_then(|image| picture(input, image)) {
        open_graph("og:image", &image);
    }
    if let Some(date) = front.date {
        open_graph("article:published_time", &date.day.format("%Y-%m-%d").to_string());
    }
    tags
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A `String` takes everything.
    if out.write_fmt(arguments).is_err() {}
}

/// The picture's full address, which is what others need; nothing while there is none.
fn picture(input: &Input<'_>, image: &str) -> Option<String> {
    if image.starts_with("https://") || image.starts_with("http://") {
        return Some(image.to_owned());
    }
    let asset = input.assets.get(image)?;
    Some(format!("{}/images/{}", input.web_url.as_deref()?.trim_end_matches('/'), asset.name))
}

/// What the post says of itself, or how it starts.
fn description(input: &Input<'_>) -> Option<String> {
    let front = &input.document.front_matter;
    let said = front.preheader.as_deref().map(|line| with_defaults(line).into_owned());
    let said = said.or_else(|| front.subtitle.clone());
    let text = said.or_else(|| {
        input.document.blocks.iter().find_map(|block| match &block.kind {
            // A greeting says nothing about the letter.
            BlockKind::Paragraph(content) => Some(plain_text(content)).filter(|text| text.chars().count() > 40),
            _ => None,
        })
    })?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(DESCRIPTION) else { return Some(text) };
    let head = text.get(..cut)?;
    let end = head.rfind(' ').filter(|&at| at > cut / 2).unwrap_or(cut);
    Some(format!("{}…", head.get(..end)?.trim_end_matches([',', ';', ':', ' '])))
}
