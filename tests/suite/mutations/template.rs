//! Faults of templates.

use super::good::{PARTIAL, TEMPLATE};
use super::operator::{Operator, several, swaps, together};

pub(super) fn operators() -> Vec<Operator> {
    vec![
        together([
            swaps(
                "template: unknown variable",
                TEMPLATE,
                &[
                    ("<title>{{issue.subject}}", "<title>{{⟪issue.subjct⟫}}"),
                    ("{{issue.meta}}", "{{⟪issue.metadata⟫}}"),
                    ("\">{{issue.title}}</h1>", "\">{{⟪isue.title⟫}}</h1>"),
                    ("\">{{issue.title}}</h1>", "\">{{⟪title⟫}}</h1>"),
                    ("{{{issue.content}}}", "{{{⟪issue.body⟫}}}"),
                    ("note\">{{name}}", "note\">{{⟪nmae⟫}}"),
                    ("{{{style.title}}}", "{{{⟪style.titel⟫}}}"),
                ],
            ),
            swaps(
                "template: unknown variable",
                PARTIAL,
                &[
                    ("{{newsletter.postal_address}}", "{{⟪newsletter.adress⟫}}"),
                    ("{{words.why}}", "{{⟪words.reason⟫}}"),
                    ("{{label}}", "{{⟪labl⟫}}"),
                ],
            ),
        ]),
        swaps(
            "template: condition on nothing",
            TEMPLATE,
            &[
                ("{{#if issue.subtitle}}", "{{#if ⟪issue.subtitel⟫}}"),
                ("{{#if issue.notes}}", "{{#if ⟪notes⟫}}"),
                ("{{else if extra.weather}}", "{{else if ⟪extr.weather⟫}}"),
                ("{{#if bio}}", "{{#if ⟪boi⟫}}"),
                ("{{#each issue.tags}}", "{{#each ⟪issue.tag⟫}}"),
                ("{{#each issue.authors}}", "{{#each ⟪authors⟫}}"),
                ("{{#unless subscriber.member}}", "{{#unless ⟪subscribr.member⟫}}"),
            ],
        ),
        several(
            "template: unclosed block",
            TEMPLATE,
            &[
                &[
                    ("{{#if issue.subtitle}}", "⟦{{#if issue.subtitle}}⟧"),
                    ("{{issue.subtitle}}</p>\n{{/if}}\n", "{{issue.subtitle}}</p>\n"),
                ],
                &[
                    ("{{#if issue.notes}}", "⟦{{#if issue.notes}}⟧"),
                    ("{{extra.weather}}</p>\n{{/if}}\n", "{{extra.weather}}</p>\n"),
                ],
                &[
                    ("{{#each issue.authors}}", "⟦{{#each issue.authors}}⟧"),
                    ("{{/if}}</p>\n{{/each}}\n", "{{/if}}</p>\n"),
                ],
                &[("{{#unless subscriber.member}}", "⟦{{#unless subscriber.member}}⟧"), ("{{/unless}}\n", "")],
                &[("{{#each issue.tags}} · {{this}}{{/each}}", "⟦{{#each issue.tags}} · {{this}}⟧")],
            ],
        ),
        // The one that opens and the one that closes: either may be the slip.
        several(
            "template: block closed by another name",
            TEMPLATE,
            &[
                &[
                    ("{{#if issue.subtitle}}", "⟦{{#if issue.subtitle}}⟧"),
                    ("{{issue.subtitle}}</p>\n{{/if}}\n", "{{issue.subtitle}}</p>\n⟦{{/each}}⟧\n"),
                ],
                &[("{{#each issue.tags}} · {{this}}{{/each}}", "⟦{{#each issue.tags}} · {{this}}{{/eech}}⟧")],
                &[
                    ("{{#unless subscriber.member}}", "⟦{{#unless subscriber.member}}⟧"),
                    ("{{/unless}}\n", "⟦{{/if}}⟧\n"),
                ],
                &[("{{> colophon}}", "{{> colophon}}\n⟦{{/if}}⟧")],
            ],
        ),
        swaps(
            "template: tag that is not closed",
            TEMPLATE,
            &[
                ("<title>{{issue.subject}}", "⟦<title>{{issue.subject}⟧"),
                ("{{{issue.content}}}", "⟦{{{issue.content}}⟧"),
                ("{{issue.meta}}", "⟦{{issue.meta⟧"),
                ("{{> colophon}}", "⟦{{> colophon}⟧"),
                ("{{#if issue.notes}}", "⟦{{#if issue.notes}⟧"),
            ],
        ),
        swaps(
            "template: unknown partial or helper",
            TEMPLATE,
            &[
                ("{{> colophon}}", "{{> ⟪colophone⟫}}"),
                ("{{> masthead}}", "{{> ⟪header⟫}}"),
                ("{{issue.meta}}", "{{⟪uppercase⟫ issue.meta}}"),
                ("{{#if bio}}, {{bio}}{{/if}}", "{{#⟪when⟫ bio}}, {{bio}}{{/when}}"),
                ("{{default subscriber.city \"Trieste\"}}", "{{⟪defualt⟫ subscriber.city \"Trieste\"}}"),
                ("{{#if issue.notes}}", "{{#if (⟪equals⟫ issue.notes \"a\")}}"),
            ],
        ),
        together([
            swaps(
                "template: value that is not escaped",
                TEMPLATE,
                &[
                    ("\">{{issue.title}}</h1>", "\">{{{⟪issue.title⟫}}}</h1>"),
                    ("{{extra.weather}}", "{{{⟪extra.weather⟫}}}"),
                    ("\">{{issue.title}}</h1>", "\">{{&⟪issue.title⟫}}</h1>"),
                ],
            ),
            swaps(
                "template: value that is not escaped",
                PARTIAL,
                &[("{{newsletter.postal_address}}", "{{{⟪newsletter.postal_address⟫}}}")],
            ),
        ]),
        swaps(
            "template: subscriber where none can be",
            TEMPLATE,
            &[
                ("{{default subscriber.city \"Trieste\"}}", "{{{⟪subscriber.city⟫}}}"),
                ("{{#each issue.tags}} · {{this}}{{/each}}", "{{#each ⟪subscriber.tags⟫}} · {{this}}{{/each}}"),
                ("{{#if issue.notes}}", "{{#if (eq ⟪subscriber.city⟫ \"Trieste\")}}"),
                ("{{default subscriber.city \"Trieste\"}}", "{{#with ⟪subscriber⟫}}{{city}}{{/with}}"),
            ],
        ),
        swaps(
            "template: list or group shown as text",
            TEMPLATE,
            &[
                ("{{issue.meta}}", "{{⟪issue.tags⟫}}"),
                ("{{issue.meta}}", "{{⟪issue⟫}}"),
                ("{{#each issue.tags}}", "{{#each ⟪issue.title⟫}}"),
            ],
        ),
        swaps(
            "template: style that mail clients drop",
            TEMPLATE,
            &[
                (".note { color", ".note { ⟦display: grid;⟧ color"),
                (".note { color", ".note { ⟦position: fixed;⟧ color"),
                ("p { line-height: 24px; }", "p { ⟦line-height: var(--x);⟧ }"),
                ("<div style=\"font-size: 14px\">", "<div style=\"⟦display: flex⟧\">"),
                ("<style>\n", "<style>\n⟦@import url(a.css);⟧\n"),
            ],
        ),
        swaps(
            "template: style that does not parse",
            TEMPLATE,
            &[
                (".note { color: #475157; font-size: 14px; }", "⟦.note { color: #475157; font-size: 14px;⟧"),
                (".note { color: #475157; font-size: 14px; }", "⟦.note color: #475157; font-size: 14px; }⟧"),
                (".note { color: #475157; font-size: 14px; }", ".note { ⟦color #475157;⟧ font-size: 14px; }"),
                ("p { line-height: 24px; }", "⟦p { line-height: 24px; }}⟧"),
                (".note { color: #475157; font", ".note { ⟦colour: #475157;⟧ font"),
                (".note { color: #475157; font", ".note { ⟦color: #47515;⟧ font"),
            ],
        ),
        swaps(
            "template: style that strains the eye",
            TEMPLATE,
            &[
                ("font-size: 14px; }", "⟦font-size: 9px;⟧ }"),
                ("p { line-height: 24px; }", "p { ⟦text-align: justify;⟧ }"),
                ("color: #475157;", "⟦color: #d0d0d0;⟧"),
            ],
        ),
        swaps(
            "template: HTML that mail clients remove",
            TEMPLATE,
            &[
                ("{{> masthead}}", "⟪<script⟫>track()</script>{{> masthead}}"),
                ("<style>\n", "⟦<link rel=\"stylesheet\" href=\"https://upstream.example/a.css\">⟧\n<style>\n"),
                ("{{> masthead}}", "⟪<iframe⟫ src=\"https://upstream.example\"></iframe>{{> masthead}}"),
                (
                    "{{> masthead}}",
                    "⟪<form⟫ action=\"https://upstream.example\"><input name=\"q\"></form>{{> masthead}}",
                ),
            ],
        ),
        together([
            swaps(
                "template: unclosed HTML tag",
                TEMPLATE,
                &[
                    ("{{issue.title}}</h1>", "{{issue.title}}⟦⟧"),
                    (
                        "<div style=\"font-size: 14px\">{{{issue.notes}}}</div>",
                        "⟪<div style=\"font-size: 14px\">⟫{{{issue.notes}}}",
                    ),
                ],
            ),
            swaps("template: unclosed HTML tag", PARTIAL, &[("{{words.unsubscribe}}</a>", "{{words.unsubscribe}}⟦⟧")]),
        ]),
        swaps(
            "template: image without words",
            TEMPLATE,
            &[(
                "{{> masthead}}",
                "⟪<img src=\"https://upstream.example/a.png\" width=\"9\" height=\"9\">⟫{{> masthead}}",
            )],
        ),
        swaps(
            "template: handler of events",
            TEMPLATE,
            &[("<td class=\"page\">", "<td class=\"page\" ⟦onclick=\"go()\"⟧>")],
        ),
        // In the partial it is where it stood; in the letter it belongs before the end of the body.
        several(
            "template: address or leaving left out",
            PARTIAL,
            &[
                &[("{{newsletter.postal_address}}<br>\n", "⟦⟧")],
                &[("<a href=\"{{unsubscribe.url}}\">{{words.unsubscribe}}</a>\n", "⟦⟧")],
                &[("{{unsubscribe.url}}", "⟦{{issue.web_url}}⟧")],
            ],
        )
        .or_in(TEMPLATE, "</body>"),
        several("template: footer left out", TEMPLATE, &[&[("{{> colophon}}\n", "⟦⟧"), ("</body>", "⟦</body>⟧")]]),
    ]
}
