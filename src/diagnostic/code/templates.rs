//! Codes of templates and of what differs by subscriber. NL050 to NL059.

codes! {
    /// A template that does not parse.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// {{#if issue.title}}{{issue.title}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// {{#if issue.title}}{{issue.title}}{{/if}}
    /// {{> footer}}
    /// ```
    TEMPLATE_SYNTAX = "NL050" "template-syntax" Error Personalisation Fixed;
    /// A template names a variable that does not exist.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// {{issue.titel}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// {{issue.title}}
    /// {{> footer}}
    /// ```
    UNKNOWN_VARIABLE = "NL051" "unknown-variable" Error Personalisation Fixed;
    /// A use of `subscriber` that cannot differ by recipient: only `{{subscriber.x}}`,
    /// `{{default subscriber.x "text"}}`, `{{#if subscriber.x}}` and `{{#unless subscriber.x}}`
    /// can, the last two in templates alone.
    ///
    /// ## Example
    ///
    /// ```md
    /// Dear {{upper subscriber.name}},
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// Dear {{default subscriber.name "reader"}},
    ///
    /// It rained.
    /// ```
    FORBIDDEN_HOLE = "NL052" "forbidden-hole" Error Personalisation Fixed;
    /// The CSS of a template does not parse; mail clients would drop the rest of it.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// <style>p { color: #1a1e20</style>{{issue.title}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// <style>p { color: #1a1e20 }</style>{{issue.title}}
    /// {{> footer}}
    /// ```
    INVALID_CSS = "NL053" "invalid-css" Error Personalisation Fixed;
    /// A template lets the post's values in without escaping, `{{{title}}}`.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// {{{issue.title}}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// {{issue.title}}
    /// {{> footer}}
    /// ```
    UNESCAPED_VARIABLE = "NL054" "unescaped-variable" Error Personalisation;
}
