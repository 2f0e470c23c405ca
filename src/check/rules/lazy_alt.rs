//! Alternative texts that say nothing.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::images::{Written, alt_place, each, short};
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::{BlockKind, DirectiveKind, Image, plain_text};
use crate::post::visit::Node;

rule! {
    /// An alternative text that does not say what the image shows: `image`, the file's name, or its caption again.
    ///
    /// It stands in the image's place for readers whose mail program loads no images, and is read aloud to those who do
    /// not see. "Image" tells neither of them anything, and what is said twice is heard twice.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![image](map.png)
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    LAZY_ALT, Post(check)
}

/// What says only that there is an image.
const EMPTY: [&str; 44] = [
    "alt",
    "alt text",
    "banner",
    "bild",
    "chart",
    "cover",
    "diagram",
    "drawing",
    "figure",
    "foto",
    "graph",
    "graphic",
    "header",
    "header image",
    "hero",
    "hero image",
    "illustration",
    "image",
    "image alt text",
    "imagen",
    "img",
    "logo",
    "map",
    "no alt",
    "photo",
    "photograph",
    "pic",
    "picture",
    "placeholder",
    "screen shot",
    "screenshot",
    "thumb",
    "thumbnail",
    "untitled",
    "video",
    "图",
    "图像",
    "图片",
    "图表",
    "截图",
    "截屏",
    "照片",
    "画像",
    "写真",
];

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |image, written, source| {
        let Some(what) = fault(image) else { return };
        let place = alt_place(image, source).unwrap_or(image.url_span);
        let found = Diagnostic::new(code::LAZY_ALT, source, place, format!("`{}` {what}", image.alt.trim()));
        sink.push(found.help(match written {
            Written::Inline => "say what it shows, as `![what it shows](…)`",
            Written::Directive => "say what it shows, as `{alt=\"what it shows\"}`",
        }));
    });
    context.nodes().for_each(|(source, node)| {
        let Node::Block(block) = node else { return };
        let BlockKind::Directive(directive) = &block.kind else { return };
        let DirectiveKind::Figure(image) = &directive.kind else { return };
        let alt = normal(&image.alt);
        let says =
            |content: &BlockKind| matches!(content, BlockKind::Paragraph(text) if normal(&plain_text(text)) == alt);
        if !alt.is_empty() && fault(image).is_none() && directive.blocks.iter().any(|block| says(&block.kind)) {
            let place = alt_place(image, source).unwrap_or(image.url_span);
            let message = format!("the alternative text of `{}` repeats its caption", short(&image.url));
            let found = Diagnostic::new(code::LAZY_ALT, source, place, message);
            sink.push(found.help("say what it shows, and in the caption what it means"));
        }
    });
}

fn fault(image: &Image) -> Option<&'static str> {
    let alt = image.alt.trim();
    let bare = alt.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    // `Image 3`, `figure #2`.
    let name = bare.trim_end_matches(|c: char| c.is_ascii_digit() || !c.is_alphanumeric());
    if EMPTY.contains(&&*bare) || (!name.is_empty() && EMPTY.contains(&name)) {
        return Some("does not say what the image shows");
    }
    let file = image.url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let (stem, ending) = alt.rsplit_once('.').unwrap_or((alt, ""));
    let is_file = !stem.contains(' ') && ENDINGS.contains(&&*ending.to_ascii_lowercase());
    let file_stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // A name of one word may well be the thing's: `rivers.png` shows rivers.
    let is_stem = alt == file_stem && alt.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-'));
    (is_file || is_stem).then_some("is the name of a file, not what the image shows")
}

const ENDINGS: [&str; 8] = ["png", "jpg", "jpeg", "gif", "webp", "svg", "heic", "avif"];

/// Words alone, to compare.
fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::fault;
    use crate::diagnostic::Span;
    use crate::post::tree::Image;

    #[test]
    fn what_says_nothing_is_told_from_what_is_short() {
        let lazy = |alt: &str, url: &str| {
            let alt = alt.to_owned();
            fault(&Image { url: url.into(), url_span: Span::default(), alt, title: None, width: None, height: None })
                .is_some()
        };
        for alt in ["image", "Image 3", "IMG_1.jpg", "图片", "Figure #2", "a-b", "[Photo]", "图1"] {
            assert!(lazy(alt, "x/a-b.png?raw"), "{alt}");
        }
        for alt in ["", "Swift", "The old map", "Photo of the bridge", "3", "桥", "node.js", "A map of Trieste"] {
            assert!(!lazy(alt, "Swift.png"), "{alt}");
        }
    }
}
