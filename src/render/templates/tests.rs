use serde_json::json;

use super::{TemplateError, Templates, builtin, check, is_template, name_of};
use crate::diagnostic::Sink;
use crate::files::Memory;
use crate::post::Holes;

fn load(files: &[(&str, &str)]) -> (Templates, Sink) {
    let mut sink = Sink::new();
    let files = Memory::new(files.iter().map(|(path, text)| (*path, text.as_bytes())));
    let templates = Templates::load(&files, &mut sink);
    (templates, sink)
}

/// The findings of a template: code, the words underlined, message, help.
fn findings(template: &str) -> Vec<(&'static str, String, String, String)> {
    let (_, sink) = load(&[("templates/mine.hbs", template)]);
    let found = sink.found().iter();
    found
        .map(|f| (f.code.id, f.source.slice(f.span).to_owned(), f.message.clone(), f.help.clone().unwrap_or_default()))
        .collect()
}

fn one(template: &str) -> (&'static str, String, String, String) {
    let found = findings(template);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

fn render(template: &str) -> String {
    let (templates, sink) = load(&[("templates/mine.hbs", template)]);
    assert!(sink.found().is_empty(), "{:?}", sink.found());
    let context = json!({
        "issue": {"title": "A < B", "content": "<p>x</p>", "tags": ["a", "b"], "subtitle": null},
        "newsletter": {"name": "N", "social": [{"label": "L", "url": "u"}]},
        "extra": {"colour": "red"},
    });
    templates.render("mine", context.clone(), &mut Holes::new(7)).unwrap()
}

#[test]
fn the_built_in_templates_have_no_findings() {
    let templates = Templates::default();
    for (path, _) in builtin::FILES {
        let name = name_of(path);
        if is_template(&name) {
            let mut sink = Sink::new();
            check::check(&templates, &name, &mut sink);
            assert!(sink.found().is_empty(), "{name}: {:?}", sink.found());
            assert!(super::compile::compile(&templates, &name).is_ok());
        }
    }
}

#[test]
fn values_are_escaped_and_markup_is_not() {
    assert_eq!(render("{{issue.title}}{{{issue.content}}}"), "A &lt; B<p>x</p>");
    assert_eq!(render("{{#each issue.tags}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}"), "a, b");
    assert_eq!(render("{{#each newsletter.social as |l|}}{{l.label}}{{../issue.title}}{{/each}}"), "LA &lt; B");
    assert_eq!(render("{{default issue.subtitle \"<none>\"}}"), "&lt;none&gt;");
    assert_eq!(render("{{#if issue.subtitle}}1{{else if extra.colour}}2{{else}}3{{/if}}"), "2");
}

#[test]
fn crlf_and_a_byte_order_mark_do_not_reach_the_output() {
    assert_eq!(render("\u{feff}a\r\n{{#if issue.title}}\r\nb\r\n{{/if}}\r\n"), "a\nb\n");
}

#[test]
fn a_subscribers_field_becomes_a_token_and_a_question_a_branch() {
    let (templates, sink) = load(&[(
        "templates/mine.hbs",
        "{{subscriber.name}} {{default subscriber.city \"here\"}} {{#if subscriber.vip}}y{{else}}n{{/if}}\
         {{#unless subscriber.vip}}u{{/unless}}{{#each issue.tags}}{{../subscriber.name}}{{/each}}",
    )]);
    assert!(sink.found().is_empty(), "{:?}", sink.found());
    let mut holes = Holes::new(7);
    let markup = templates.render("mine", json!({"issue": {"tags": ["a", "b"]}}), &mut holes).unwrap();
    let shown = holes.replace(&markup, |hole| format!("[{}|{}]", hole.field, hole.default.as_deref().unwrap_or("-")));
    assert_eq!(
        shown,
        "[name|-] [city|here] <!--nlif [vip|-]-->y<!--nlelse [vip|-]-->n<!--nlend [vip|-]-->\
         <!--nlif [vip|-]--><!--nlelse [vip|-]-->u<!--nlend [vip|-]-->[name|-][name|-]"
    );
}

#[test]
fn partials_are_found_by_name_with_and_without_arguments() {
    let (templates, sink) = load(&[
        ("templates/mine.hbs", "<pre>{{> a}}</pre> {{> b x=issue.title}} {{> b x=\"2\"}} {{> partials/a}}"),
        ("templates/partials/a.hbs", "[{{issue.title}} {{subscriber.n}}]"),
        ("templates/partials/b.hbs", "({{x}} {{issue.title}} {{subscriber.n}})"),
    ]);
    assert!(sink.found().is_empty(), "{:?}", sink.found());
    let mut holes = Holes::new(7);
    let markup = templates.render("mine", json!({"issue": {"title": "T"}}), &mut holes).unwrap();
    let shown = holes.replace(&markup, |hole| hole.field.clone());
    assert_eq!(shown, "<pre>[T n]</pre> (T T n) (2 T n) [T n]");
}

#[test]
fn an_unknown_variable_is_found_wherever_it_stands() {
    let nl051 = |template: &str, words: &str| {
        let (code, found, ..) = one(template);
        assert_eq!((code, found.as_str()), ("NL051", words), "{template}");
    };
    nl051("é {{issue.titel}}", "issue.titel");
    nl051("{{#if issue.titel}}{{/if}}", "issue.titel");
    nl051("{{#if issue.title}}{{else if issue.titel}}{{/if}}", "issue.titel");
    nl051("{{#if (eq issue.title isue.title)}}{{/if}}", "isue.title");
    nl051("{{#each newsletter.social}}{{labl}}{{/each}}", "labl");
    nl051("{{#each newsletter.social as |l|}}{{l.labl}}{{/each}}", "l.labl");
    nl051("{{#with issue}}{{titel}}{{/with}}", "titel");
    nl051("{{@index}}", "@index");
    nl051("{{newsletter.social}}", "newsletter.social");
    nl051("{{issue}}", "issue");
    nl051("{{#each issue.title}}{{/each}}", "issue.title");
    nl051("\u{feff}{{issue.titel}}", "issue.titel");
    assert_eq!(one("{{issue.titel}}").3, "did you mean `issue.title`?");
    assert_eq!(findings("{{issue.titel}} {{issue.titel}}").len(), 2);
}

#[test]
fn what_lets_values_in_unescaped_is_found() {
    assert_eq!(one("{{{issue.title}}}").0, "NL054");
    assert_eq!(one("{{&issue.title}}").1, "issue.title");
    assert_eq!(one("{{{extra.html}}}").0, "NL054");
    assert_eq!(one("{{{lookup issue \"title\"}}}").0, "NL054");
    assert!(findings("{{{issue.content}}}{{{style.title}}}{{{default issue.notes \"\"}}}").is_empty());
}

#[test]
fn a_subscriber_where_nothing_can_differ_is_refused() {
    let nl052 = |template: &str, words: &str| {
        let (code, found, ..) = one(template);
        assert_eq!((code, found.as_str()), ("NL052", words), "{template}");
    };
    nl052("{{#each subscriber.list}}{{/each}}", "subscriber.list");
    nl052("{{#with subscriber}}{{/with}}", "subscriber");
    nl052("{{lookup subscriber \"x\"}}", "subscriber");
    nl052("{{#if (eq subscriber.x \"y\")}}{{/if}}", "subscriber.x");
    nl052("{{subscriber}}", "subscriber");
    nl052("{{subscriber.a.b}}", "subscriber.a.b");
    nl052("{{default subscriber.x issue.title}}", "subscriber.x");
    nl052("{{{subscriber.x}}}", "subscriber.x");
    nl052("{{> footer subscriber.x}}", "subscriber.x");
}

#[test]
fn a_template_that_does_not_parse_is_explained_at_its_place() {
    let nl050 = |template: &str, words: &str, message: &str| {
        let (code, found, said, _) = one(template);
        assert_eq!((code, found.as_str(), said.as_str()), ("NL050", words, message), "{template}");
    };
    nl050("a\n{{#if issue.title}}b", "{{#if issue.title}}", "`{{#if}}` is never closed");
    nl050("{{#if issue.title}}{{/each}}", "{{/each}}", "`{{#if}}` is open here, not `{{#each}}`");
    nl050("{{/if}}", "{{/if}}", "`{{/if}}` closes nothing");
    nl050("a {{issue.title", "{{issue.title", "`{{issue.title` is never closed");
    nl050("a {{}} b", "{{}}", "`{{}}` is not what a tag looks like");
    nl050("{{> fooder}}", "fooder", "there is no partial `fooder`");
    nl050("{{uper issue.title}}", "uper", "there is no helper `uper`");
    nl050("{{#iff issue.title}}{{/iff}}", "iff", "there is no helper `iff`");
    nl050("{{#*inline \"x\"}}{{/inline}}", "{{#*inline \"x\"}}", "an inline partial is not supported");
    nl050("{{if issue.title}}", "if", "`if` needs a block");
    nl050(&"{{#if issue.title}}".repeat(70), "{{#if issue.title}}", "the template nests too deep here");
}

#[test]
fn partials_that_include_each_other_are_refused() {
    let (templates, sink) = load(&[
        ("templates/mine.hbs", "{{> a}}"),
        ("templates/other.hbs", "{{newsletter.name}}"),
        ("templates/partials/a.hbs", "{{> b}}"),
        ("templates/partials/b.hbs", "{{> a}}"),
    ]);
    assert_eq!(sink.found().len(), 1);
    assert_eq!(sink.found()[0].message, "partial `a` includes itself");
    assert_eq!(templates.render("mine", json!({}), &mut Holes::new(7)), Err(TemplateError::Faulty("mine".into())));
    let context = json!({"newsletter": {"name": "n"}});
    assert_eq!(templates.render("other", context, &mut Holes::new(7)).as_deref(), Ok("n"));
}

#[test]
fn css_is_checked_then_inlined_except_where_it_must_stay() {
    assert_eq!(one("<style>\na { color: red\n</style>").0, "NL053");
    assert_eq!(
        render("<html><head><style>p { color: red }</style><style data-css-inline=\"keep\">@media print { p { margin: 0 } }</style></head><body>{{{issue.content}}}{{subscriber.x}}</body></html>")
            .replace("nlhole00000000000000070000e", "TOKEN"),
        "<html><head><style>@media print { p { margin: 0 } }</style></head><body><p style=\"color: red;\">x</p>TOKEN</body></html>"
    );
}

#[test]
fn a_value_that_only_this_post_lacks_is_a_typed_error() {
    let (templates, sink) = load(&[("templates/mine.hbs", "{{extra.x}}")]);
    assert!(sink.found().is_empty());
    let missing = TemplateError::Missing { template: "mine".into(), variable: "extra.x".into() };
    assert_eq!(templates.render("mine", json!({"extra": {}}), &mut Holes::new(7)), Err(missing));
    assert_eq!(templates.render("yours", json!({}), &mut Holes::new(7)), Err(TemplateError::Unknown("yours".into())));
    assert_eq!(templates.names().collect::<Vec<_>>(), ["classic", "digest", "mine", "minimal"]);
}
