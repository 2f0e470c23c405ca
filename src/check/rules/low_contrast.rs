//! Colours of the theme that cannot be read.

use std::collections::BTreeMap;

use crate::check::Shared;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Sink, Span, code};
use crate::render::{Color, Palette, READABLE, contrast};

rule! {
    /// A colour of the theme that text cannot be read in: its contrast with the ground is below 4.5.
    ///
    /// Readers with weaker eyes, and everybody in the sun, need a contrast of 4.5 (WCAG 2.2, 1.4.3). Looked at is
    /// every pair of text and ground that the built-in templates use, by day and in dark mode. The help names the
    /// nearest colour that passes.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// theme:
    ///   colors:
    ///     accent: "#3aa0b8"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```yaml
    /// theme:
    ///   colors:
    ///     accent: "#0b5a6e"
    /// ```
    LOW_CONTRAST, Shared(check)
}

/// The text colours, and what they are set on.
const PAIRS: [(&str, &[&str]); 7] = [
    ("ink", &["paper", "wash", "mark"]),
    ("ink2", &["paper", "wash"]),
    ("ink3", &["paper", "wash"]),
    ("accent", &["paper", "wash"]),
    ("error", &["paper", "wash"]),
    ("warning", &["paper", "wash"]),
    ("good", &["paper", "wash"]),
];

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    let theme = &shared.config.theme;
    scheme(shared, "colors", &theme.colors, &Palette::light(theme), sink);
    scheme(shared, "dark_colors", &theme.dark_colors, &Palette::dark(theme), sink);
}

fn scheme(shared: &Shared<'_>, key: &str, own: &BTreeMap<String, String>, palette: &Palette, sink: &mut Sink) {
    let mut grounds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, all) in PAIRS {
        let text = palette.get(name);
        let failing = all.iter().filter(|ground| contrast(text, palette.get(ground)) < READABLE);
        if !own.contains_key(name) {
            // What the theme leaves as it was is unreadable by the theme's ground.
            for ground in failing.filter(|ground| own.contains_key(**ground)) {
                grounds.entry(*ground).or_default().push(name);
            }
            continue;
        }
        let Some(worst) =
            failing.min_by(|a, b| contrast(text, palette.get(a)).total_cmp(&contrast(text, palette.get(b))))
        else {
            continue;
        };
        let others: Vec<_> = all.iter().map(|ground| palette.get(ground)).collect();
        sink.push(report(shared, key, name, (name, worst), palette, &others));
    }
    for (ground, names) in grounds {
        let worst = names.iter().min_by(|a, b| {
            let ground = palette.get(ground);
            contrast(palette.get(a), ground).total_cmp(&contrast(palette.get(b), ground))
        });
        let others: Vec<_> =
            PAIRS.iter().filter(|(_, grounds)| grounds.contains(&ground)).map(|(name, _)| palette.get(name)).collect();
        if let Some(worst) = worst {
            sink.push(report(shared, key, ground, (worst, ground), palette, &others));
        }
    }
}

/// The finding at the colour `name`, for a pair of text and ground.
fn report(
    shared: &Shared<'_>,
    key: &str,
    name: &str,
    (text, ground): (&str, &str),
    palette: &Palette,
    others: &[Color],
) -> Diagnostic {
    let config = shared.config;
    let when = if key == "dark_colors" { " in dark mode" } else { "" };
    // Rounded down, so that what fails does not look as if it passed.
    let ratio = (contrast(palette.get(text), palette.get(ground)) * 100.0).floor() / 100.0;
    let message = format!("`{text}` on `{ground}`{when} has a contrast of {ratio:.2}, below {READABLE}");
    let place = config.place(&format!("theme.{key}.{name}"));
    let found = Diagnostic::new(code::LOW_CONTRAST, &config.source, place, message);
    let Some(nearest) = nearest(palette.get(name), others) else {
        return found.help("no shade of it can be read with the theme's other colours: change them too");
    };
    let found = found.help(format!("the nearest shade that can be read is `{nearest}`"));
    let written = config.source.slice(place);
    match written.find('#') {
        Some(at) => {
            let digits = written.get(at + 1..).unwrap_or_default();
            let len = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len()) + 1;
            let span = Span::new(place.start + at, place.start + at + len);
            found.fix(Fix::needs_a_look(span, nearest.to_string()))
        }
        None => found,
    }
}

/// The nearest mixture of a colour with black or white that has enough contrast with all `others`.
fn nearest(color: Color, others: &[Color]) -> Option<Color> {
    (1..=100).find_map(|step| {
        let share = f64::from(step) / 100.0;
        let mixed = [Color::BLACK, Color::WHITE].map(|end| color.mix(end, share));
        mixed.into_iter().find(|mixed| others.iter().all(|other| contrast(*mixed, *other) >= READABLE))
    })
}
