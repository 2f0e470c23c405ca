//! One card a post: what it is, how it stands, and a row for each view of it.

use std::fmt::{self, Formatter};

use crate::build::index::verdict::{count, thousands};
use crate::build::index::{Card, Index, Views};
use crate::diagnostic::{Counts, Diagnostic, Severity, code, human};
use crate::render::Escaped;
use crate::render::text::WIDTH;

/// All cards, or what to do where there are none.
pub(super) fn list(out: &mut Formatter<'_>, index: &Index<'_>, cards: &[&Card<'_>]) -> fmt::Result {
    if cards.is_empty() && index.diagnostics.is_empty() {
        return out.write_str(
            "<section class=\"empty\">\n<p>Start a post with this command:</p>\n\
             <pre class=\"line\" tabindex=\"0\">newsletter new \"My first letter\"</pre>\n</section>",
        );
    }
    out.write_str("<ul class=\"cards\">\n")?;
    if !index.diagnostics.is_empty() {
        shared(out, index.diagnostics)?;
    }
    for (number, card) in (1..).zip(cards) {
        one(out, index, card, number)?;
    }
    out.write_str("</ul>")
}

/// Configuration and templates, which are no post but can be at fault.
fn shared(out: &mut Formatter<'_>, diagnostics: &[Diagnostic]) -> fmt::Result {
    let counts = Counts::of(diagnostics);
    let words = human::counts(counts);
    let class = worst(counts).unwrap_or("ready");
    writeln!(out, "<li class=\"card\" id=\"card-0\"><p class=\"status {class}\">{words}</p>")?;
    writeln!(out, "<h2>The newsletter’s own files</h2>\n<p class=\"path\">configuration, templates</p>")?;
    out.write_str("<ul class=\"rows\">\n")?;
    Row { label: "Findings", href: Some("#findings-0"), figure: &words, class: "" }.write(out)?;
    out.write_str("</ul></li>\n")
}

fn one(out: &mut Formatter<'_>, index: &Index<'_>, card: &Card<'_>, number: usize) -> fmt::Result {
    let counts = card.counts();
    let (class, status) = status(card, counts);
    let (language, name) = (Escaped(card.language.tag()), Escaped(card.name()));
    writeln!(out, "<li class=\"card\" id=\"card-{number}\"><p class=\"status {class}\">{status}</p>")?;
    writeln!(out, "<h2 lang=\"{language}\" dir=\"auto\">{name}</h2>")?;
    write!(out, "<p class=\"path\">{}", Escaped(card.path))?;
    if !card.template.is_empty() {
        write!(out, ", {}", Escaped(card.template))?;
    }
    out.write_str("</p>\n<ul class=\"rows\">\n")?;
    views(out, index, card)?;
    let found = !card.diagnostics.is_empty();
    let figure = if found { human::counts(counts) } else { "None".to_owned() };
    let href = found.then(|| format!("#findings-{number}"));
    Row { label: "Findings", href: href.as_deref(), figure: &figure, class: "" }.write(out)?;
    out.write_str("</ul></li>\n")
}

fn views(out: &mut Formatter<'_>, index: &Index<'_>, card: &Card<'_>) -> fmt::Result {
    let words = count(card.words, if card.language.is_cjk() { "character" } else { "word" }, thousands);
    let (size, alarm) = mail_size(index, card);
    let columns = format!("{WIDTH} columns");
    let rows: [ViewRow<'_>; 4] = match card.views {
        Views::None => {
            let none = |label| (label, None, "Not built", "");
            let mail = if alarm.is_empty() { none("E-mail") } else { ("E-mail", None, &*size, alarm) };
            [none("Web page"), mail, none("Plain text"), none("Message file")]
        }
        Views::Folder(slug) => in_folder(slug, [(&words, ""), (&size, alarm), (&columns, ""), (".eml", "")]),
        Views::Earlier(slug) => in_folder(slug, [("Earlier build", ""); 4]),
        Views::Inside { slug, .. } => [
            ("Web page", Some(format!("#web-{slug}")), &*words, ""),
            ("E-mail", Some(format!("#mail-{slug}")), &*size, alarm),
            ("On a phone", Some(format!("#phone-{slug}")), "375 pixels", ""),
            ("Plain text", Some(format!("#text-{slug}")), &*columns, ""),
        ],
    };
    for (label, href, figure, class) in rows {
        Row { label, href: href.as_deref(), figure, class }.write(out)?;
    }
    Ok(())
}

/// Label, address, figure and class of each view in the folder `slug`.
fn in_folder<'a>(slug: &str, figures: [(&'a str, &'static str); 4]) -> [ViewRow<'a>; 4] {
    let views = [
        ("Web page", "index.html"),
        ("E-mail", "email.html"),
        ("Plain text", "email.txt"),
        ("Message file", "message.eml"),
    ];
    let mut figures = figures.into_iter();
    views.map(|(label, file)| {
        let (figure, class) = figures.next().unwrap_or_default();
        (label, Some(format!("{slug}/{file}")), figure, class)
    })
}

/// Label, address, figure, class.
type ViewRow<'a> = (&'static str, Option<String>, &'a str, &'static str);

/// A line of a card: a link, unless there is nothing to see, and a figure.
struct Row<'a> {
    label: &'static str,
    href: Option<&'a str>,
    figure: &'a str,
    class: &'static str,
}

impl Row<'_> {
    fn write(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Self { label, class, .. } = self;
        match self.href {
            Some(href) => write!(out, "<li><a href=\"{}\">{label}</a> ", Escaped(href))?,
            None => write!(out, "<li><span>{label}</span> ")?,
        }
        // A figure keeps its unit beside it; only a comma lets it break.
        let figure = self.figure.replace(' ', "\u{a0}").replace(",\u{a0}", ", ");
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        writeln!(out, "<span{class}>{figure}</span></li>")
    }
}

/// The mail's size, and how bad it is where it is over the limit: the one figure in colour.
fn mail_size(index: &Index<'_>, card: &Card<'_>) -> (String, &'static str) {
    let size = kilobytes(card.html_bytes);
    let over = card.diagnostics.iter().find(|found| found.code == code::SIZE_LIMIT);
    match over {
        Some(found) => (format!("{size}, over {}", kilobytes(index.max_html_bytes)), found.severity.as_str()),
        None => (size, ""),
    }
}

/// Bytes as mail programs count them: 1 kB is 1,024; rounded up, so that what is over a limit
/// does not read as the limit.
fn kilobytes(bytes: usize) -> String {
    format!("{} kB", thousands(bytes.div_ceil(1024)))
}

/// The class of the shape, and the word beside it.
fn status(card: &Card<'_>, counts: Counts) -> (&'static str, String) {
    match (worst(Counts { notes: 0, ..counts }), card.is_draft()) {
        (Some(class), false) => (class, human::counts(counts)),
        (Some(class), true) => (class, format!("Draft, {}", human::counts(counts))),
        (None, _) if matches!(card.views, Views::None) => ("draft", "Not built".to_owned()),
        (None, true) => ("draft", "Draft".to_owned()),
        (None, false) => ("ready", "Ready".to_owned()),
    }
}

/// The class of the worst finding.
fn worst(counts: Counts) -> Option<&'static str> {
    match counts {
        Counts { errors: 1.., .. } => Some(Severity::Error.as_str()),
        Counts { warnings: 1.., .. } => Some(Severity::Warning.as_str()),
        Counts { notes: 1.., .. } => Some(Severity::Note.as_str()),
        _ => None,
    }
}
