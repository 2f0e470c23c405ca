//! Fields that some subscribers do not have.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::holes::{ALWAYS, each};
use crate::diagnostic::{Diagnostic, Fix, Sink, code};

rule! {
    /// A subscriber's field in the text, without words for those who have none.
    ///
    /// Somebody always signed up without a name, and reads 'Dear ,'; so does everybody on the web page. What every
    /// subscriber has (`email`, `token`) needs no default, nor does a field in an address.
    ///
    /// `check` does not look at the list, and warns. `send` does: where a reader lacks the field, it is an error there.
    ///
    /// ## Example
    ///
    /// ```md
    /// Dear {{subscriber.name}}, it rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// Dear {{default subscriber.name "reader"}}, it rained.
    /// ```
    HOLE_WITHOUT_DEFAULT, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let usual = if context.document.language.primary() == "zh" { "读者" } else { "reader" };
    each(context.document, &mut |used| {
        let field = used.hole.field.as_str();
        if !used.in_text || used.hole.default.is_some() || ALWAYS.contains(&field) {
            return;
        }
        // Said by `unknown-field`.
        if used.is_empty_for_all(context) {
            return;
        }
        let message = format!("`{field}` is empty for those who have none");
        let found = Diagnostic::new(code::HOLE_WITHOUT_DEFAULT, used.source, used.span, message);
        let is_name = matches!(field, "name" | "first_name" | "firstname");
        let instead = format!("{{{{default subscriber.{field} \"{}\"}}}}", if is_name { usual } else { "…" });
        let found = found.help(format!("say what stands there for them: `{instead}`"));
        sink.push(if is_name { found.fix(Fix::needs_a_look(used.span, instead)) } else { found });
    });
}
