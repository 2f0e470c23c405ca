//! Faults of `newsletter.yaml`.

use super::good::{self, CONFIG};
use super::operator::{Operator, edited, keys, several, swaps};

pub(super) fn operators() -> Vec<Operator> {
    vec![
        misspelt_key(),
        swaps(
            "configuration: key of another tool",
            CONFIG,
            &[
                ("\ntagline:", "\n⟪description⟫:"),
                ("\nbase_url:", "\n⟪url⟫:"),
                ("\nlanguage:", "\n⟪lang⟫:"),
                ("\npostal_address:", "\n⟪address⟫:"),
                ("  colors:\n    accent: \"#1b", "  ⟪colours⟫:\n    accent: \"#1b"),
                ("    ink:", "    ⟪text⟫:"),
                ("    image: images/chen", "    ⟪avatar⟫: images/chen"),
                ("  username:", "  ⟪user⟫:"),
                ("  levels:", "  ⟪rules⟫:"),
                ("        kind: sign-off", "        ⟪type⟫: sign-off"),
            ],
        ),
        swaps(
            "configuration: tab",
            CONFIG,
            &[
                ("  name: Mira Voss\n  address", "⟦\tname: Mira Voss⟧\n  address"),
                ("    accent: \"#1b5e7a\"", "⟦\t\taccent: \"#1b5e7a\"⟧"),
                ("  host: smtp", "⟦\thost: smtp⟧"),
                ("  max_subject: 60", "⟦\tmax_subject: 60⟧"),
                ("      - id: takeaways", "⟦\t- id: takeaways⟧"),
            ],
        ),
        swaps(
            "configuration: unclosed quote",
            CONFIG,
            &[
                ("name: Upstream\n", "⟦name: \"Upstream⟧\n"),
                ("tagline: Freight", "⟦tagline: 'Freight⟧"),
                ("\"#1a1e20\"", "⟦\"#1a1e20⟧"),
                ("timezone: Europe/Vienna", "⟦timezone: \"Europe/Vienna⟧"),
                ("    bio: Counts", "    ⟦bio: \"Counts⟧"),
            ],
        ),
        swaps(
            "configuration: unclosed bracket",
            CONFIG,
            &[
                ("[email, mail message]", "⟦[email, mail message⟧"),
                ("[title, subtitle, preheader, date]", "⟦[title, subtitle, preheader, date⟧"),
                ("{ env: SMTP_PASSWORD }", "⟦{ env: SMTP_PASSWORD⟧"),
                ("[渝城]", "⟦[渝城⟧"),
            ],
        ),
        swaps(
            "configuration: colon left out",
            CONFIG,
            &[
                ("name: Upstream\n", "⟦name Upstream⟧\n"),
                ("\nfrom:\n", "\n⟦from⟧\n"),
                ("  levels:\n", "  ⟦levels⟧\n"),
                ("  port: 465", "  ⟦port 465⟧"),
                ("    ink: \"", "    ⟦ink \"⟧"),
            ],
        ),
        duplicated_key(),
        swaps(
            "configuration: wrong indentation",
            CONFIG,
            &[
                ("\n  address: mira@", "\n⟦   address:⟧ mira@"),
                ("\n  port: 465", "\n⟦ port: 465⟧"),
                ("\n      instead_of: [email", "\n⟦    instead_of: [email⟧"),
                ("\n    name: Mira Voss", "\n  ⟦name:⟧ Mira Voss"),
                ("\n  host: smtp", "\n⟪host⟫: smtp"),
                ("\ntemplate: letter", "\n⟦ template: letter⟧"),
            ],
        ),
        swaps(
            "configuration: value of the wrong kind",
            CONFIG,
            &[
                ("name: Upstream\n", "name: ⟪[Upstream]⟫\n"),
                ("max_subject: 60", "max_subject: ⟪sixty⟫"),
                ("ordered: true", "ordered: ⟪yes⟫"),
                ("smart_punctuation: true", "smart_punctuation: ⟪\"on\"⟫"),
                ("min_items: 5", "min_items: ⟪five⟫"),
                ("port: 465", "port: ⟪[465]⟫"),
                ("serif: Georgia, serif", "serif: ⟪[Georgia, serif]⟫"),
                ("fields: [title, subtitle, preheader, date]", "fields: ⟪title, subtitle⟫"),
                ("instead_of: [渝城]", "instead_of: ⟪渝城⟫"),
                ("base_url: https://upstream.example", "base_url: ⟪{url: https://upstream.example}⟫"),
            ],
        ),
        swaps(
            "configuration: bad colour",
            CONFIG,
            &[
                ("\"#1b5e7a\"", "⟪\"#1b5e7\"⟫"),
                ("\"#1b5e7a\"", "⟪\"1b5e7a\"⟫"),
                ("\"#1b5e7a\"", "⟪blue⟫"),
                ("\"#1b5e7a\"", "⟪rgb(27, 94, 122)⟫"),
                ("\"#1b5e7a\"", "⟪\"#1b5e7g\"⟫"),
                ("accent: \"#1b5e7a\"", "⟦accent: #1b5e7a⟧"),
                ("\"#1b5e7a\"", "⟪\"#1b5e7aff\"⟫"),
            ],
        ),
        swaps(
            "configuration: colours too near each other",
            CONFIG,
            &[
                ("\"#1b5e7a\"", "⟪\"#9fd3e8\"⟫"),
                ("ink: \"#1a1e20\"", "ink: ⟪\"#c0c0c0\"⟫"),
                ("\"#8fc7e0\"", "⟪\"#1b2e3a\"⟫"),
            ],
        ),
        swaps(
            "configuration: bad time zone",
            CONFIG,
            &[
                ("Europe/Vienna", "⟪Europe/Wien⟫"),
                ("Europe/Vienna", "⟪CEST⟫"),
                ("Europe/Vienna", "⟪GMT+2⟫"),
                ("Europe/Vienna", "⟪europe/viena⟫"),
                ("Europe/Vienna", "⟪+02:00⟫"),
            ],
        ),
        swaps(
            "configuration: bad address of a page",
            CONFIG,
            &[
                ("base_url: https://upstream.example", "base_url: ⟪upstream.example⟫"),
                ("base_url: https://upstream.example", "base_url: ⟪https:/upstream.example⟫"),
                ("base_url: https://upstream.example", "base_url: ⟪https://⟫"),
                ("base_url: https://upstream.example", "base_url: ⟪ftp://upstream.example⟫"),
                ("url: https://upstream.example/mira", "url: ⟪www.upstream.example/mira⟫"),
                ("https://upstream.example/feed.xml", "⟪/feed.xml⟫"),
                ("base_url: https://upstream.example", "base_url: ⟪http://upstream.example⟫"),
                ("base_url: https://upstream.example", "base_url: ⟪http://localhost:8080⟫"),
            ],
        ),
        swaps(
            "configuration: bad mail address",
            CONFIG,
            &[
                ("mira@upstream.example", "⟪mira.upstream.example⟫"),
                ("mira@upstream.example", "⟪mira@⟫"),
                ("mira@upstream.example", "⟪mira voss@upstream.example⟫"),
                ("Letters <letters@upstream.example>", "⟪Letters <letters@upstream.example⟫"),
                ("Letters <letters@upstream.example>", "⟪Letters⟫"),
                ("mira@upstream.example", "⟪Mira <mira@upstream.example>⟫"),
            ],
        ),
        swaps(
            "configuration: sender at a freemail domain",
            CONFIG,
            &[("mira@upstream.example", "⟪mira@gmail.com⟫"), ("mira@upstream.example", "⟪mira@qq.com⟫")],
        ),
        swaps(
            "configuration: bad language",
            CONFIG,
            &[
                ("language: en", "language: ⟪english⟫"),
                ("language: en", "language: ⟪en_GB⟫"),
                ("language: en", "language: ⟪English (UK)⟫"),
            ],
        ),
        swaps(
            "configuration: unknown rule or level",
            CONFIG,
            &[
                ("bare-url-text: warning", "⟪bare-url⟫: warning"),
                ("bare-url-text: warning", "⟪bare_url_text⟫: warning"),
                ("bare-url-text: warning", "⟪NL999⟫: warning"),
                ("bare-url-text: warning", "bare-url-text: ⟪warn⟫"),
                ("bare-url-text: warning", "bare-url-text: ⟪false⟫"),
                ("bare-url-text: warning", "bare-url-text: ⟪critical⟫"),
                ("bare-url-text: warning", "⟪invalid-yaml⟫: off"),
            ],
        ),
        swaps(
            "configuration: word that is none of the choices",
            CONFIG,
            &[
                ("images: hosted", "images: ⟪linked⟫"),
                ("images: hosted", "images: ⟪inline⟫"),
                ("tls: implicit", "tls: ⟪ssl⟫"),
                ("tls: implicit", "tls: ⟪true⟫"),
                ("kind: greeting", "kind: ⟪intro⟫"),
                ("kind: sign-off", "kind: ⟪signoff⟫"),
            ],
        ),
        swaps(
            "configuration: unknown template",
            CONFIG,
            &[("template: letter", "template: ⟪leter⟫"), ("template: letter", "template: ⟪templates/letter.hbs⟫")],
        ),
        swaps(
            "configuration: number out of range",
            CONFIG,
            &[
                ("port: 465", "port: ⟪70000⟫"),
                ("port: 465", "port: ⟪0⟫"),
                ("max_subject: 60", "max_subject: ⟪-1⟫"),
                ("min_items: 5", "min_items: ⟪0⟫"),
                ("min_words: 100", "min_words: ⟪1.5⟫"),
            ],
        ),
        swaps(
            "configuration: secret in plain sight",
            CONFIG,
            &[
                ("password: { env: SMTP_PASSWORD }", "password: ⟦hunter2⟧"),
                ("password: { env: SMTP_PASSWORD }", "password: ⟦$SMTP_PASSWORD⟧"),
                ("{ env: SMTP_PASSWORD }", "⟦{ env: SMTP_PASSWORD, file: smtp.key }⟧"),
                ("{ env: SMTP_PASSWORD }", "{ ⟪environment⟫: SMTP_PASSWORD }"),
            ],
        ),
        swaps(
            "configuration: leaving without a token",
            CONFIG,
            &[
                ("https://upstream.example/leave/{token}", "⟪https://upstream.example/leave⟫"),
                ("https://upstream.example/leave/{token}", "⟪https://upstream.example/leave/{{token}}⟫"),
                ("leave+{token}@upstream.example", "⟪leave@upstream.example⟫"),
            ],
        ),
        several(
            "configuration: key left out that must be there",
            CONFIG,
            // It belongs where it stood; what lacks it says so as well.
            &[
                &[("name: Upstream\n", "⟦⟧")],
                &[
                    ("\nfrom:\n", "\n⟦from:⟧\n"),
                    ("  name: Mira Voss\n  address: mira@upstream.example\n", "  ⟦name:⟧ Mira Voss\n⟦⟧"),
                ],
                &[("\nsmtp:\n", "\n⟦smtp:⟧\n"), ("  host: smtp.upstream.example\n  port", "⟦⟧  port")],
                &[("    - prefer: e-mail\n      instead", "    - ⟦⟧instead")],
                &[("  mira:\n    name: Mira Voss\n", "  ⟦mira:⟧\n⟦⟧")],
            ],
        ),
        several(
            "configuration: what the law asks for left out",
            CONFIG,
            &[
                &[
                    ("\npostal_address: Upstream, 1 Harbour Lane, 34121 Trieste\n", "\n⟦⟧"),
                    ("name: Upstream\n", "⟦name:⟧ Upstream\n"),
                ],
                &[
                    (
                        "\nunsubscribe:\n  url: https://upstream.example/leave/{token}\n  mailto: leave+{token}@upstream.example\n",
                        "⟦⟧",
                    ),
                    ("name: Upstream\n", "⟦name:⟧ Upstream\n"),
                ],
            ],
        ),
        swaps(
            "configuration: missing file",
            CONFIG,
            &[
                ("images/logo.png", "⟪images/lgo.png⟫"),
                ("images/chen.png", "⟪images/陈.png⟫"),
                ("images/logo.png", "⟪../logo.png⟫"),
            ],
        ),
    ]
}

/// Two letters of each key change places.
fn misspelt_key() -> Operator {
    let text = good::texts().remove(CONFIG).unwrap();
    let all = keys(&text, 0..text.len());
    // Ids that users choose are no keys.
    let known =
        all.into_iter().filter(|key| !["mira", "chen", "takeaway"].contains(&&text[key.clone()]) && key.len() > 3);
    let edits = known.step_by(4).take(10).map(|key| {
        let word = &text[key.clone()];
        let new = format!("⟪{}{}{}{}⟫", &word[..2], &word[3..4], &word[2..3], &word[4..]);
        vec![(key, new)]
    });
    edited("configuration: misspelt key", CONFIG, edits)
}

/// A line stands twice.
fn duplicated_key() -> Operator {
    let text = good::texts().remove(CONFIG).unwrap();
    let lines = ["tagline: ", "  address: mira", "    accent: \"#8f", "    bio: ", "  max_subject", "  port: "];
    let edits = lines.map(|line| {
        let start = text.find(&format!("\n{line}")).unwrap() + 1;
        let line = text[start..].lines().next().unwrap();
        let (name, value) = line.split_once(':').unwrap();
        let indent = name.len() - name.trim_start().len();
        let end = start + line.len();
        vec![(end..end, format!("\n{}⟪{}⟫:{value}", &name[..indent], name.trim_start()))]
    });
    edited("configuration: duplicated key", CONFIG, edits)
}
