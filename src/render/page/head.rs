//! What the head of the page says to browsers, search engines and whoever shows a link to it.

use std::fmt::Write as _;

use crate::config::Theme;
use crate::render::page::{Robots, Setting};
use crate::render::{About, Escaped};

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
pub(super) fn tags(setting: &Setting<'_>, about: &About) -> String {
    let mut tags = String::with_capacity(1024);
    if setting.robots == Robots::StayOut {
        tags.push_str("<meta name=\"robots\" content=\"noindex\">\n");
    }
    if let Some(canonical) = about.canonical_url.as_deref().or(setting.url) {
        put(&mut tags, format_args!("<link rel=\"canonical\" href=\"{}\">\n", Escaped(canonical)));
    }
    let description = Some(&about.summary).filter(|summary| !summary.is_empty());
    if let Some(description) = description {
        put(&mut tags, format_args!("<meta name=\"description\" content=\"{}\">\n", Escaped(description)));
    }
    for author in &about.authors {
        put(&mut tags, format_args!("<meta name=\"author\" content=\"{}\">\n", Escaped(&author.name)));
    }
    let mut open_graph = |property: &str, content: &str| {
        put(&mut tags, format_args!("<meta property=\"{property}\" content=\"{}\">\n", Escaped(content)));
    };
    open_graph("og:type", "article");
    open_graph("og:site_name", &setting.config.name);
    open_graph("og:title", &about.title);
    if let Some(description) = description {
        open_graph("og:description", description);
    }
    if let Some(url) = setting.url {
        open_graph("og:url", url);
    }
    if let Some(image) = setting.card.map(str::to_owned).or_else(|| picture(about, setting.url)) {
        open_graph("og:image", &image);
    }
    if let Some(date) = &about.date {
        open_graph("article:published_time", date);
    }
    tags
}

/// The picture's full address, which is what others need; nothing while there is none.
fn picture(about: &About, page: Option<&str>) -> Option<String> {
    let own = || Some(format!("{}/images/{}", page?.trim_end_matches('/'), about.picture.as_ref()?.name));
    about.picture_url.clone().or_else(own)
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A `String` takes everything.
    if out.write_fmt(arguments).is_err() {}
}
