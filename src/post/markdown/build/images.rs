//! Images with their attributes.

use std::ops::Range;

use pulldown_cmark::LinkType;

use crate::diagnostic::{Diagnostic, Span, code};
use crate::post::markdown::attributes;
use crate::post::markdown::build::frame::FrameKind;
use crate::post::markdown::build::{Builder, destination};
use crate::post::tree::{Image, Inline, InlineKind, plain_text};

impl Builder<'_, '_, '_> {
    pub(super) fn image(
        &mut self,
        range: &Range<usize>,
        url: String,
        title: Option<String>,
        link: LinkType,
        alt: &[Inline],
    ) {
        let span = self.prepared.map.span(range);
        let url_span = if link == LinkType::Inline { destination(self.source, span) } else { span };
        let mut image = Image { url, url_span, alt: plain_text(alt), title, width: None, height: None };
        let span = self.image_attributes(range.end, &mut image).map_or(span, |end| Span::new(span.start, end));
        if self.top().is_some_and(|top| matches!(top, FrameKind::Image { .. })) {
            // An image in the description of another.
            return self.inline(span, InlineKind::Text(image.alt));
        }
        self.inline(span, InlineKind::Image(image));
    }

    /// Reads `{width=300 height=200}` at `at`; gives where it ends in the file.
    fn image_attributes(&mut self, at: usize, image: &mut Image) -> Option<usize> {
        let prepared = self.prepared;
        let (attributes, len) = attributes::read(prepared.text.get(at..)?)?;
        for attribute in &attributes {
            let pixels = attribute.value.and_then(attributes::pixels);
            let place = match attribute.name {
                "width" => &mut image.width,
                "height" => &mut image.height,
                // Other tools' classes and ids.
                name if name.starts_with(['.', '#']) => continue,
                name => {
                    let range = at + attribute.name_range.start..at + attribute.name_range.end;
                    let message = format!("an image has no attribute `{name}`");
                    let help = "it has `width` and `height`; its description stands in the square brackets";
                    self.image_finding(&range, message, help);
                    continue;
                }
            };
            *place = pixels;
            if pixels.is_none() {
                let value = if attribute.value.is_some() { &attribute.value_range } else { &attribute.name_range };
                let range = at + value.start..at + value.end;
                self.image_finding(
                    &range,
                    format!("`{}` is a number of pixels", attribute.name),
                    "write it as `{width=300}`",
                );
            }
        }
        self.skip_until = at + len;
        Some(prepared.map.end(at + len))
    }

    fn image_finding(&mut self, range: &Range<usize>, message: String, help: &str) {
        let span = self.prepared.map.span(range);
        self.state.found.push(Diagnostic::new(code::DIRECTIVE_ARGUMENT, self.source, span, message).help(help));
    }
}
