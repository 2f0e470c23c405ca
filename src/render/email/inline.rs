//! Running text.

use crate::post::tree::{Inline, InlineKind};
use crate::render::Escaped;
use crate::render::email::writer::{Writer, put};

impl<'a> Writer<'a, '_> {
    pub(super) fn inlines(&mut self, content: &'a [Inline]) {
        for inline in content {
            self.inline(inline);
        }
    }

    fn element(&mut self, name: &str, attributes: &str, content: &'a [Inline]) {
        self.out.extend(["<", name, attributes, ">"]);
        self.inlines(content);
        self.out.extend(["</", name, ">"]);
    }

    fn inline(&mut self, inline: &'a Inline) {
        let style = self.style;
        match &inline.kind {
            InlineKind::Text(text) => Escaped(text).push(&mut self.out),
            InlineKind::Emphasis(content) => self.element("em", style.emphasis, content),
            InlineKind::Strong(content) => {
                self.element("strong", if self.in_sign_off { &style.sign_off_name } else { "" }, content);
            }
            InlineKind::Strikethrough(content) => self.element("del", "", content),
            InlineKind::Superscript(content) => self.element("sup", " style=\"line-height:0\"", content),
            InlineKind::Subscript(content) => self.element("sub", " style=\"line-height:0\"", content),
            InlineKind::Code(code) => put!(self, "<code{}>{}</code>", style.code, Escaped(code)),
            InlineKind::Link { url, title, content } => {
                let url = self.absolute(url);
                self.out.push_str("<a href=\"");
                Escaped(&url).push(&mut self.out);
                self.out.push('"');
                if let Some(title) = title {
                    put!(self, " title=\"{}\"", Escaped(title));
                }
                self.out.extend([&style.link, ">"]);
                self.inlines(content);
                self.out.push_str("</a>");
            }
            InlineKind::Image(image) => self.inline_image(image),
            InlineKind::FootnoteMark(number) => self.mark(*number),
            InlineKind::SoftBreak => self.out.push('\n'),
            InlineKind::HardBreak => self.out.push_str("<br>\n"),
            InlineKind::Html(html) => self.open.push(html, &mut self.out),
            InlineKind::Hole(hole) => {
                let token = self.holes.token(hole.clone());
                self.out.push_str(&token);
            }
        }
    }
}
