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

/// The e-mail's HTML, with hole and asset tokens. Nothing where the template has faults.
pub fn render(input: &Input<'_>, holes: &mut Holes, sink: &mut Sink) -> Option<String> {
    let front = &input.document.front_matter;
    let template = front.template.as_deref().unwrap_or(&input.config.template);
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
