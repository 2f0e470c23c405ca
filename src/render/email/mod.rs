//! The e-mail's HTML: the text with its styles inline, in the layout of a template.

mod block;
mod context;
mod digest;
mod directive;
mod figure;
mod inline;
mod list;
mod note;
mod table;
mod writer;

use crate::diagnostic::Sink;
use crate::post::Holes;
use crate::render::{Input, TemplateError};
use writer::Writer;

/// What a frame can grow by from one post to another beside its front matter: parts of a built-in
/// template that stand for some posts only.
const FRAME_PARTS: usize = 8 * 1024;
/// How often a line of the front matter stands in a frame, escaped, at most.
const FRAME_TIMES: usize = 12;

/// The HTML of the letter itself, without its frame, and the most bytes that all of it has: of a
/// built-in template, whose frame is measured at the first post. Nothing where the template cannot be rendered.
/// Much less work than rendering.
pub fn most_bytes(input: &Input<'_>) -> Option<(String, usize)> {
    let mut holes = input.document.holes.clone();
    let front = &input.document.front_matter;
    let template = template(input);
    let style = input.templates.styles.get(template, &input.config.theme, &input.document.language);
    let (mut content, notes) = Writer::new(input, &style, &mut holes).document();
    content.push_str(&notes);
    let frame = input.templates.frame(template, || {
        let context = context::context(input, &style, String::new(), String::new(), &mut holes);
        input.templates.render(template, context, &mut holes).map(|frame| frame.len()).ok()
    });
    let own = front.span.len().saturating_mul(FRAME_TIMES) + 2 * input.config.source.text().len() + FRAME_PARTS;
    let most = frame? + content.len() + own;
    Some((content, most))
}

fn template<'a>(input: &Input<'a>) -> &'a str {
    input.document.front_matter.template.as_deref().unwrap_or(&input.config.template)
}

/// The e-mail's HTML, with hole and asset tokens. Nothing where the template has faults.
pub fn render(input: &Input<'_>, holes: &mut Holes, sink: &mut Sink) -> Option<String> {
    let front = &input.document.front_matter;
    let template = template(input);
    let style = input.templates.styles.get(template, &input.config.theme, &input.document.language);
    let (content, notes) = Writer::new(input, &style, holes).document();
    let context = context::context(input, &style, content, notes, holes);
    match input.templates.render(template, context, holes) {
        Ok(email) => Some(email),
        Err(error) => {
            let span = if front.template.is_some() { front.template_span } else { front.title_span };
            let source = &input.document.source;
            sink.extend(match &error {
                // Where the configuration chose it, the finding stands there.
                TemplateError::Unknown(name) => {
                    front.template.as_ref().map(|_| input.templates.unknown(name, source, span))
                }
                error => error.diagnostic(source, span),
            });
            None
        }
    }
}
