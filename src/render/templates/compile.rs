//! Makes a template ready to render: plain partials are put in their place, subscribers' fields
//! become tokens, and what asks for one becomes a branch that is decided for each recipient.

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement, TemplateMapping};
use handlebars::{Context, Handlebars, Helper, HelperResult, JsonTruthy, Output, RenderContext};
use handlebars::{JsonRender, RenderErrorReason};
use serde_json::{Map, Value};

use crate::post::Holes;
use crate::post::tree::Hole;
use crate::render::templates::path::subscriber_field;
use crate::render::templates::{TemplateError, Templates, css};

/// The key of the context under which the tokens stand; no variable has this name.
const TOKENS: &str = "nlholes";

/// The attribute of `<style>` elements that are not to be moved into `style` attributes.
pub(super) const KEEP: &str = " data-css-inline=\"keep\"";

/// A template ready to render.
#[derive(Debug)]
pub(super) struct Compiled {
    registry: Handlebars<'static>,
    /// The holes that it may emit, by the number in their key.
    holes: Vec<Hole>,
    /// Whether CSS is moved into `style` attributes afterwards.
    pub(super) inlines: bool,
}

const MAIN: &str = "main";

/// Compiles the template `name` with the partials it uses.
pub(super) fn compile(templates: &Templates, name: &str) -> Result<Compiled, TemplateError> {
    let unknown = || TemplateError::Unknown(name.to_owned());
    let file = templates.file(name).ok_or_else(unknown)?;
    let template = file.template().map_err(|_| TemplateError::Faulty(name.to_owned()))?;
    let mut compiler = Compiler { templates, holes: Vec::new(), partials: Vec::new(), inlines: false, depth: 0 };
    compiler.notice(file);
    let main = compiler.template(template)?;
    let mut registry = registry();
    registry.register_template(MAIN, main);
    for (name, partial) in compiler.partials {
        if let Some(partial) = partial {
            registry.register_template(&name, partial);
        }
    }
    let inlines = compiler.inlines && !name.contains('/');
    Ok(Compiled { registry, holes: compiler.holes, inlines })
}

impl Compiled {
    /// Fills the template; `holes` gets the subscribers' fields that it names.
    pub(super) fn render(&self, name: &str, mut data: Value, holes: &mut Holes) -> Result<String, TemplateError> {
        if let (Some(fields), false) = (data.as_object_mut(), self.holes.is_empty()) {
            let tokens = self.holes.iter().enumerate().map(|(n, hole)| (key(n), holes.token(hole.clone()).into()));
            fields.insert(TOKENS.to_owned(), Value::Object(tokens.collect::<Map<_, _>>()));
        }
        self.registry.render_with_context(MAIN, &Context::from(data)).map_err(|error| match error.reason() {
            RenderErrorReason::MissingVariable(Some(variable)) => {
                TemplateError::Missing { template: name.to_owned(), variable: variable.clone() }
            }
            reason => TemplateError::Render { template: name.to_owned(), reason: reason.to_string() },
        })
    }
}

fn key(number: usize) -> String {
    format!("h{number}")
}

fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(escape);
    for name in ["log", "raw"] {
        registry.unregister_helper(name);
    }
    registry.register_helper("default", Box::new(default));
    registry
}

/// Handlebars' own escaping, which minds attributes without quotes too; control characters, which
/// HTML forbids, become U+FFFD.
fn escape(text: &str) -> String {
    let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(forbidden) {
        handlebars::html_escape(&text.replace(forbidden, "\u{fffd}"))
    } else {
        handlebars::html_escape(text)
    }
}

/// `{{default x "text"}}`: the value, or the text where it is empty.
fn default(
    helper: &Helper<'_>,
    registry: &Handlebars<'_>,
    _: &Context,
    context: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let full = |value: &&Value| value.is_truthy(true);
    let value = helper
        .params()
        .iter()
        .map(handlebars::PathAndJson::value)
        .find(full)
        .or_else(|| helper.params().last().map(handlebars::PathAndJson::value));
    let text = value.map(JsonRender::render).unwrap_or_default();
    if context.is_disable_escape() {
        out.write(&text)?;
    } else {
        out.write(&registry.get_escape_fn()(&text))?;
    }
    Ok(())
}

struct Compiler<'a> {
    templates: &'a Templates,
    holes: Vec<Hole>,
    /// Partials that are called with arguments, which Handlebars itself looks up by their name;
    /// nothing while one is being compiled.
    partials: Vec<(String, Option<Template>)>,
    inlines: bool,
    depth: usize,
}

impl Compiler<'_> {
    /// Looks for style sheets that are to be inlined. Built-in files carry their styles already.
    fn notice(&mut self, file: &super::File) {
        self.inlines |= file.is_users() && css::sheets(file.text()).iter().any(|(_, keep)| !keep);
    }

    fn template(&mut self, template: &Template) -> Result<Template, TemplateError> {
        let mut made = Template::new();
        for (index, element) in template.elements.iter().enumerate() {
            self.element(element, template.mapping.get(index), &mut made)?;
        }
        Ok(made)
    }

    fn element(
        &mut self,
        element: &TemplateElement,
        mapping: Option<&TemplateMapping>,
        made: &mut Template,
    ) -> Result<(), TemplateError> {
        match element {
            TemplateElement::RawString(text) => {
                let text =
                    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.clone() };
                push(made, TemplateElement::RawString(text), mapping);
            }
            TemplateElement::Expression(helper) => match hole_of(helper) {
                Some(hole) => push(made, self.token(hole)?, mapping),
                None => push(made, element.clone(), mapping),
            },
            TemplateElement::HelperBlock(helper) => self.block(helper, mapping, made)?,
            TemplateElement::PartialExpression(partial) => self.partial(partial, mapping, made)?,
            TemplateElement::HtmlExpression(_) => push(made, element.clone(), mapping),
            // Comments say nothing; decorators and partials with blocks are refused by the check.
            _ => {}
        }
        Ok(())
    }

    fn block(
        &mut self,
        helper: &HelperTemplate,
        mapping: Option<&TemplateMapping>,
        made: &mut Template,
    ) -> Result<(), TemplateError> {
        let name = helper.name.as_name().unwrap_or_default();
        let asked = helper.params.first().and_then(Parameter::as_name).and_then(subscriber_field);
        let template = helper.template.as_ref().map(|inner| self.template(inner)).transpose()?;
        let inverse = helper.inverse.as_ref().map(|inner| self.template(inner)).transpose()?;
        let Some(field) = asked.filter(|_| matches!(name, "if" | "unless")) else {
            let mut helper = helper.clone();
            helper.template = template;
            helper.inverse = inverse;
            push(made, TemplateElement::HelperBlock(Box::new(helper)), mapping);
            return Ok(());
        };
        let token = self.token(Hole { field, default: None })?;
        let (yes, no) = if name == "if" { (template, inverse) } else { (inverse, template) };
        for (keyword, part) in [("nlif", yes), ("nlelse", no), ("nlend", None)] {
            push(made, TemplateElement::RawString(format!("<!--{keyword} ")), mapping);
            push(made, token.clone(), mapping);
            push(made, TemplateElement::RawString("-->".to_owned()), mapping);
            append(made, part);
        }
        Ok(())
    }

    fn partial(
        &mut self,
        partial: &DecoratorTemplate,
        mapping: Option<&TemplateMapping>,
        made: &mut Template,
    ) -> Result<(), TemplateError> {
        let written = partial.name.as_name().unwrap_or_default();
        let faulty = || TemplateError::Faulty(written.to_owned());
        let (name, file) = self.templates.partial(written).ok_or_else(faulty)?;
        let plain = partial.params.is_empty() && partial.hash.is_empty();
        let known = self.partials.iter().any(|(known, _)| *known == written);
        if !plain && known {
            push(made, called(partial), mapping);
            return Ok(());
        }
        if self.depth >= 16 {
            return Err(TemplateError::Faulty(name));
        }
        if !plain {
            self.partials.push((written.to_owned(), None));
        }
        self.depth += 1;
        self.notice(file);
        let inner = self.template(file.template().map_err(|_| faulty())?)?;
        self.depth -= 1;
        if plain {
            append(made, Some(inner));
        } else {
            if let Some(slot) = self.partials.iter_mut().find(|(known, _)| *known == written) {
                slot.1 = Some(inner);
            }
            push(made, called(partial), mapping);
        }
        Ok(())
    }

    /// What writes the token of `hole`.
    fn token(&mut self, hole: Hole) -> Result<TemplateElement, TemplateError> {
        let number = self.holes.iter().position(|known| *known == hole).unwrap_or_else(|| {
            self.holes.push(hole);
            self.holes.len() - 1
        });
        let path = format!("@root.{TOKENS}.{}", key(number));
        let broken = || TemplateError::Faulty(path.clone());
        let template = Template::compile(&format!("{{{{{path}}}}}")).map_err(|_| broken())?;
        template.elements.into_iter().next().ok_or_else(broken)
    }
}

/// The hole that an expression is.
fn hole_of(helper: &HelperTemplate) -> Option<Hole> {
    let bare = helper.params.is_empty() && helper.hash.is_empty();
    if bare {
        let field = helper.name.as_name().and_then(subscriber_field)?;
        return Some(Hole { field, default: None });
    }
    match (helper.name.as_name(), helper.params.as_slice()) {
        (Some("default"), [first, Parameter::Literal(Value::String(text))]) => {
            let field = first.as_name().and_then(subscriber_field)?;
            Some(Hole { field, default: Some(text.clone()) })
        }
        _ => None,
    }
}

/// The call of a partial with arguments. Its lines are not indented: they may hold `<pre>`.
fn called(partial: &DecoratorTemplate) -> TemplateElement {
    let mut partial = partial.clone();
    partial.indent = None;
    TemplateElement::PartialExpression(Box::new(partial))
}

fn push(template: &mut Template, element: TemplateElement, mapping: Option<&TemplateMapping>) {
    if let (TemplateElement::RawString(text), Some(TemplateElement::RawString(before))) =
        (&element, template.elements.last_mut())
    {
        return before.push_str(text);
    }
    template.elements.push(element);
    template.mapping.extend(mapping.cloned());
}

fn append(template: &mut Template, part: Option<Template>) {
    let Some(part) = part else { return };
    for (index, element) in part.elements.into_iter().enumerate() {
        push(template, element, part.mapping.get(index));
    }
}
