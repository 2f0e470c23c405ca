//! Faults of directives, sections, links and images.

use super::good::{CHINESE, EARLIER, POST};
use super::operator::{Operator, several, swaps, together};

pub(super) fn operators() -> Vec<Operator> {
    [directives(), sections(), links(), images()].into_iter().flatten().collect()
}

fn directives() -> Vec<Operator> {
    vec![
        several(
            "unclosed directive",
            POST,
            &[
                &[(":::callout In short", "⟦:::callout In short⟧"), ("all the same.\n:::\n", "all the same.\n")],
                &[(":::button ", "⟦:::⟧button "), ("Read the gauge\n:::\n", "Read the gauge\n")],
                &[(":::figure ", "⟦:::⟧figure "), ("count.\n:::\n", "count.\n")],
                &[(":::video ", "⟦:::⟧video "), ("four minutes\n:::\n", "four minutes\n")],
                &[(":::pullquote ", "⟦:::⟧pullquote "), ("that moves.\n:::\n", "that moves.\n")],
                &[("::::columns", "⟦::::⟧columns"), ("they can.\n:::\n::::\n", "they can.\n:::\n")],
            ],
        ),
        swaps(
            "directive closed twice",
            POST,
            &[
                ("Read the gauge\n:::\n", "Read the gauge\n:::\n⟪:::⟫\n"),
                ("all the same.\n:::\n", "all the same.\n:::\n\n⟪:::⟫\n"),
                (":::author mira\n", ":::author mira\n⟪:::⟫\n"),
            ],
        ),
        swaps(
            "directive misnamed",
            POST,
            &[
                (":::callout", ":::⟪calout⟫"),
                (":::callout", ":::⟪Callout⟫"),
                (":::callout", ":::⟪note⟫"),
                (":::button", ":::⟪btn⟫"),
                (":::button", ":::⟪buton⟫"),
                (":::figure", ":::⟪image⟫"),
                (":::video", ":::⟪youtube⟫"),
                ("::::columns", "::::⟪colums⟫"),
                (":::pullquote", ":::⟪quote⟫"),
                (":::author", ":::⟪autor⟫"),
            ],
        ),
        swaps(
            "directive with too few colons",
            POST,
            &[(":::callout In short", "⟦::callout In short⟧"), (":::author mira", "⟦::author mira⟧")],
        ),
        swaps(
            "unknown attribute",
            POST,
            &[
                ("{secondary}", "{⟪secundary⟫}"),
                ("{secondary}", "{⟪class⟫=big}"),
                ("quay.\" width=300", "quay.\" ⟪widht⟫=300"),
                ("{by=\"Mira Voss\"}", "{⟪from⟫=\"Mira Voss\"}"),
                ("{image=../images/quay.png", "{⟪poster⟫=../images/quay.png"),
                ("bridge.\"){width=300}", "bridge.\"){⟪witdh⟫=300}"),
            ],
        ),
        swaps(
            "attribute that cannot be read",
            POST,
            &[
                ("{by=\"Mira Voss\"}", "⟦{by=\"Mira Voss}⟧"),
                ("{secondary}", "⟦{secondary⟧"),
                ("quay.\" width=300", "quay.\" ⟦width=wide⟧"),
                ("quay.\" width=300", "quay.\" ⟦width=⟧"),
                ("bridge.\"){width=300}", "bridge.\")⟦{width=300⟧"),
            ],
        ),
        swaps(
            "argument of a directive left out",
            POST,
            &[
                (":::button https://harbour.example/gauge {", ":::⟪button⟫ {"),
                (":::figure ../images/quay.png {", ":::⟪figure⟫ {"),
                (":::video https://harbour.example/watch {", ":::⟪video⟫ {"),
                (":::author mira", ":::⟪author⟫"),
                (":::author mira", ":::⟪include⟫"),
            ],
        ),
        several("directive with nothing in it", POST, &[&[(":::button ", "⟦:::⟧button "), ("Read the gauge\n", "")]]),
        swaps(
            "missing include",
            POST,
            &[(":::author mira", ":::include ⟪notice.md⟫"), (":::author mira", ":::include ⟪../parts/foot.txt⟫")],
        ),
        several(
            "footnote without a note, or note without a mark",
            POST,
            &[
                &[("days[^gauge]", "days⟪[^guage]⟫")],
                &[("days[^gauge]", "days"), ("[^gauge]: By", "⟦[^gauge]⟧: By")],
                &[("days[^gauge]", "days⟪[^gauge]⟫"), ("[^gauge]: By the gauge at the bridge.\n", "")],
            ],
        ),
        swaps(
            "table that is none, or has no head",
            POST,
            &[
                // Below its first line stands nothing, or what does not fit: either line is of the fault.
                ("| Week | Barges | Trains |\n|:-----|-------:|-------:|\n", "⟦| Week | Barges | Trains |⟧\n⟦⟧"),
                (
                    "| Week | Barges | Trains |\n|:-----|-------:|-------:|\n",
                    "⟦| Week | Barges | Trains |⟧\n⟦|:-----|-------:|⟧\n",
                ),
                ("| Week | Barges | Trains |", "⟦|      |        |        |⟧"),
            ],
        ),
    ]
}

fn sections() -> Vec<Operator> {
    vec![
        together([
            // What is left out belongs where it stood, and before the section that comes next in the
            // profile.
            several(
                "heading of a section left out or renamed",
                POST,
                &[&[("## What to take away\n", "⟦⟧\n"), ("## The numbers {", "⟦##⟧ The numbers {")]],
            ),
            several(
                "heading of a section left out or renamed",
                CHINESE,
                &[&[("## 要点\n", "⟦⟧\n"), ("## 数字 {", "⟦##⟧ 数字 {")]],
            ),
            swaps(
                "heading of a section left out or renamed",
                POST,
                &[
                    ("## What to take away\n", "## ⟦What we saw⟧\n"),
                    ("## What to take away\n", "⟦**What to take away**⟧\n"),
                    ("## What to take away\n", "⟦##What to take away⟧\n"),
                    ("## The numbers {#numbers}\n", "⟦## The numbers {numbers}⟧\n"),
                ],
            ),
            swaps(
                "heading of a section left out or renamed",
                CHINESE,
                &[("## 要点\n", "⟦## 重点⟧\n"), ("## 数字 {#numbers}", "## ⟦数字⟧")],
            ),
        ]),
        together([
            several("greeting or sign-off left out", POST, &[&[("Until then,\\\nMira\n", "> Dry.⟦⟧\n")]]),
            several(
                "greeting or sign-off left out",
                CHINESE,
                &[&[("都知道。\n:::\n\n陈默\n", "都知道。\n⟦:::⟧\n")], &[("\n陈默\n", "\n⟦⟧- 陈默\n")]],
            ),
        ]),
        // The fault of two that changed places is at either.
        several(
            "sections in another order",
            POST,
            &[&[
                ("## What to take away", "⟦⟧## The numbers {#numbers}"),
                ("## The numbers {#numbers}", "⟦⟧## What to take away"),
                ("\nTable: Three", "\n- A\n- B\n- C\n- D\n- E\n\nTable: Three"),
            ]],
        ),
        together([
            several(
                "too few items",
                POST,
                &[
                    // The list is too short: it, or the heading over it.
                    &[
                        ("## What to take away", "⟦## What to take away⟧"),
                        ("- **Rail first.", "⟦-⟧ **Rail first."),
                        (
                            "- **Prices rose.** A container cost twice what it did in March.\n- **Nobody lied.** The harbour said on day one that it would take a week.\n",
                            "",
                        ),
                    ],
                ],
            ),
            several(
                "too few items",
                CHINESE,
                &[&[
                    ("## 要点", "⟦## 要点⟧"),
                    ("1. **铁路", "⟦1. **铁路⟧"),
                    ("5. **雨总会停：**写雨的信也会写完。\n", ""),
                ]],
            ),
        ]),
        together([
            several(
                "section too long or too short",
                POST,
                &[&[
                    ("## The numbers", "⟦## The numbers⟧"),
                    (
                        "all the same.\n",
                        "all the same. One and another one came in, and it went on so for the day; the next one was no other than the first, and so was the one that followed it. The crews sat on deck and looked at the sky, at the gauge and at each other, and the harbour wrote down what they said. In the evening they went home by the ring road, which was full, and in the morning they came back by the ring road, which was full as well, until at last the rain had enough of it and went away to the east.\n",
                    ),
                ]],
            ),
            swaps(
                "section too long or too short",
                CHINESE,
                &[("\n陈默\n", "\n⟦陈默，写于码头，雨停以后的第二个早上，水位四米九，天气晴朗，大家都好。⟧\n")],
            ),
        ]),
        swaps(
            "skipped heading level",
            POST,
            &[
                ("### What the harbour said", "⟦#### What the harbour said⟧"),
                ("## What comes next", "⟦#### What comes next⟧"),
                ("### What the harbour said", "⟦##### What the harbour said⟧"),
            ],
        ),
        together([
            swaps(
                "empty section",
                POST,
                &[
                    ("## What comes next\n", "⟦## The locks⟧\n\n## What comes next\n"),
                    ("### What the harbour said\n", "⟦### The boxes⟧\n\n### What the harbour said\n"),
                ],
            ),
            swaps(
                "empty section",
                EARLIER,
                &[("Two metres, and the harbour was glad of it.\n", "Two metres.\n\n⟦## What comes⟧\n")],
            ),
        ]),
        // Either of two is the one too many.
        several(
            "the same id twice",
            POST,
            &[
                &[
                    ("## What comes next", "⟦## What comes next {#numbers}⟧"),
                    ("## The numbers {", "⟦##⟧ The numbers {"),
                ],
                &[
                    ("### What the harbour said", "⟦### What the harbour said {#numbers}⟧"),
                    ("## The numbers {", "⟦##⟧ The numbers {"),
                ],
            ],
        ),
        several(
            "code that is never closed",
            POST,
            &[
                &[("## What comes next\n", "## What comes next\n\n⟦```⟧\ngauge: 5\n")],
                &[("### What the harbour said\n", "### What the harbour said\n\n⟦~~~ text⟧\nfive\n")],
            ],
        ),
    ]
}

fn links() -> Vec<Operator> {
    vec![
        together([
            swaps(
                "broken anchor",
                POST,
                &[
                    ("(#numbers)", "(⟪#numbrs⟫)"),
                    ("(#numbers)", "(⟪#Numbers⟫)"),
                    ("(#numbers)", "(⟪#the-numbers⟫)"),
                    ("quiet-harbour.md)", "quiet-harbour.md#the-locks)⟦⟧"),
                    ("(2024-04-19-quiet-harbour.md)", "(⟪2024-04-19-quiet-harbour.md#what-the-guage-said⟫)"),
                    ("https://upstream.example/locks", "https://upstream.example/quiet-harbour/#what-the-guage-said⟦⟧"),
                ],
            ),
            swaps("broken anchor", CHINESE, &[("(#numbers)", "(⟪#shuzi⟫)"), ("(#numbers)", "(⟪#数⟫)")]),
        ]),
        several(
            "heading that a link leads to renamed",
            POST,
            &[&[("(#numbers)", "(⟪#numbers⟫)"), ("## The numbers {#numbers}", "## The numbers")]],
        ),
        together([
            swaps(
                "link to a file that is not there",
                POST,
                &[
                    ("(2024-04-19-quiet-harbour.md)", "(⟪2024-04-19-quiet-habour.md⟫)"),
                    ("(2024-04-19-quiet-harbour.md)", "(⟪2024-04-18-quiet-harbour.md⟫)"),
                    ("(2024-04-19-quiet-harbour.md)", "(⟪posts/harbour.md⟫)"),
                    ("https://rail.example/freight", "⟪../files/timetable.pdf⟫"),
                    (":::button https://harbour.example/gauge", ":::button ⟪gauge.md⟫"),
                ],
            ),
            swaps(
                "link to a file that is not there",
                CHINESE,
                &[("https://harbour.example/2024/weeks", "⟪../files/港口.pdf⟫")],
            ),
        ]),
        together([
            swaps(
                "link without its scheme",
                POST,
                &[
                    ("(https://harbour.example/2024/weeks)", "(⟪www.harbour.example/2024/weeks⟫)"),
                    ("(https://rail.example/freight)", "(⟪rail.example/freight⟫)"),
                    ("(https://rail.example/freight)", "(⟪//rail.example/freight⟫)"),
                    ("(https://rail.example/freight)", "(⟪htps://rail.example/freight⟫)"),
                    ("(https://rail.example/freight)", "(⟪https:/rail.example/freight⟫)"),
                    ("(https://rail.example/freight)", "(⟪https//rail.example/freight⟫)"),
                    (":::button https://harbour.example/gauge", ":::button ⟪harbour.example/gauge⟫"),
                ],
            ),
            swaps(
                "link without its scheme",
                CHINESE,
                &[("(https://harbour.example/2024/weeks)", "(⟪harbour.example/2024/weeks⟫)")],
            ),
        ]),
        swaps(
            "link to nowhere",
            POST,
            &[
                ("[the timetable](https://rail.example/freight)", "⟦[the timetable]()⟧"),
                ("[the timetable](https://rail.example/freight)", "⟦[the timetable](#)⟧"),
                ("[the timetable](https://rail.example/freight)", "⟦[the timetable](https://)⟧"),
                ("[the timetable](https://rail.example/freight)", "⟦[](https://rail.example/freight)⟧"),
            ],
        ),
        together([
            swaps(
                "link that Markdown does not read",
                POST,
                &[
                    (
                        "[the timetable](https://rail.example/freight)",
                        "⟦[the timetable] (https://rail.example/freight)⟧",
                    ),
                    ("[the timetable](https://rail.example/freight)", "⟦[the timetable](https://rail.example/freight⟧"),
                    (
                        "[the timetable](https://rail.example/freight)",
                        "⟦(the timetable)[https://rail.example/freight]⟧",
                    ),
                    (
                        "[the timetable](https://rail.example/freight)",
                        "⟦[the timetable](https://rail.example/our freight)⟧",
                    ),
                    ("[the timetable](https://rail.example/freight)", "⟦[the timetable][freight]⟧"),
                    ("[the timetable](https://rail.example/freight)", "⟦the timetable](https://rail.example/freight)⟧"),
                ],
            ),
            swaps(
                "link that Markdown does not read",
                CHINESE,
                &[(
                    "[港口的表格](https://harbour.example/2024/weeks)",
                    "⟦[港口的表格]（https://harbour.example/2024/weeks）⟧",
                )],
            ),
        ]),
        together([
            swaps(
                "link without encryption",
                POST,
                &[
                    ("https://rail.example/freight", "⟪http://rail.example/freight⟫"),
                    ("https://harbour.example/gauge", "⟪http://harbour.example/gauge⟫"),
                    ("https://harbour.example/watch", "⟪http://harbour.example/watch⟫"),
                ],
            ),
            swaps(
                "link without encryption",
                CHINESE,
                &[("https://harbour.example/2024/weeks", "⟪http://harbour.example/2024/weeks⟫")],
            ),
        ]),
        swaps(
            "shortened link",
            POST,
            &[
                ("https://rail.example/freight", "⟪https://bit.ly/3xYz⟫"),
                ("https://harbour.example/2024/weeks", "⟪https://t.co/3xYz⟫"),
                ("https://harbour.example/gauge", "⟪https://tinyurl.com/gauge⟫"),
            ],
        ),
        swaps(
            "tracking parameter of somebody else",
            POST,
            &[
                ("https://rail.example/freight", "https://rail.example/freight?⟦fbclid=IwAR0⟧"),
                ("https://rail.example/freight", "https://rail.example/freight?a=1&⟦gclid=x⟧"),
                (
                    "https://harbour.example/2024/weeks",
                    "https://harbour.example/2024/weeks?⟦utm_source=x&utm_medium=y⟧",
                ),
                ("https://harbour.example/gauge", "https://harbour.example/gauge?⟦mc_eid=12⟧"),
            ],
        ),
        together([
            swaps(
                "words of a link that say nothing",
                POST,
                &[
                    ("[table of the harbour]", "[⟪here⟫]"),
                    ("[the timetable]", "[⟪click here⟫]"),
                    ("[the locks]", "[⟪read more⟫]"),
                    ("[the locks]", "[⟪https://upstream.example/2024/05/the-locks-of-spring⟫]"),
                    ("[the timetable]", "[⟪**Link**⟫]"),
                ],
            ),
            swaps(
                "words of a link that say nothing",
                CHINESE,
                &[("[港口的表格]", "[⟪这里⟫]"), ("[港口的表格]", "[⟪点击这里⟫]")],
            ),
        ]),
        swaps(
            "link to one's own machine",
            POST,
            &[
                ("https://rail.example/freight", "⟪http://localhost:1313/freight⟫"),
                ("https://harbour.example/2024/weeks", "⟪https://192.168.0.4/weeks⟫"),
                ("https://harbour.example/gauge", "⟪file:///home/mira/gauge.html⟫"),
                ("https://upstream.example/locks", "⟪http://127.0.0.1/locks⟫"),
            ],
        ),
        swaps(
            "link that no mail client opens",
            POST,
            &[
                ("https://rail.example/freight", "⟪javascript:alert(1)⟫"),
                ("https://rail.example/freight", "⟪data:text/html,x⟫"),
            ],
        ),
    ]
}

fn images() -> Vec<Operator> {
    vec![
        together([
            swaps(
                "missing image",
                POST,
                &[
                    ("(../images/map.png \"", "(⟪../images/mpa.png⟫ \""),
                    ("(../images/map.png \"", "(⟪../images/Map.png⟫ \""),
                    ("(../images/map.png \"", "(⟪../image/map.png⟫ \""),
                    (":::figure ../images/quay.png", ":::figure ⟪../images/quay.jpg⟫"),
                    ("{image=../images/quay.png", "{image=⟪../images/qay.png⟫"),
                    (
                        "<p style=\"color: #1a1e20\">",
                        "<img src=\"⟪../images/absent.png⟫\" alt=\"A stamp of the harbour\">\n\n<p style=\"color: #1a1e20\">",
                    ),
                ],
            ),
            swaps("missing image", CHINESE, &[("../images/map.png", "⟪../images/地图.png⟫")]),
        ]),
        swaps(
            "image by raw HTML from the disk",
            POST,
            &[
                (
                    "<p style=\"color: #1a1e20\">",
                    "<img src=\"⟪../images/map.png⟫\" alt=\"The two rivers\">\n\n<p style=\"color: #1a1e20\">",
                ),
                ("The office is", "<img src=\"⟪/images/map.png⟫\" alt=\"The two rivers\"> The office is"),
            ],
        ),
        together([
            swaps(
                "image without words",
                POST,
                &[
                    ("![The two rivers meet below the old town.]", "⟦![]⟧"),
                    ("{alt=\"Nine barges lie side by side at the quay.\" ", "{⟦⟧"),
                    ("quay.png alt=\"The harbour master points at the gauge.\"}", "quay.png}⟦⟧"),
                    (
                        "The office is",
                        "<img src=\"⟦⟧https://upstream.example/a.png\" width=\"9\" height=\"9\"> The office is",
                    ),
                ],
            ),
            swaps("image without words", CHINESE, &[("![两条江在老城下面汇合。]", "⟦![ ]⟧")]),
        ]),
        together([
            swaps(
                "image with words that say nothing",
                POST,
                &[
                    ("![The two rivers meet below the old town.]", "![⟪image⟫]"),
                    ("![The two rivers meet below the old town.]", "![⟪map.png⟫]"),
                    ("![The two rivers meet below the old town.]", "![⟪IMG_2042⟫]"),
                    ("alt=\"Nine barges lie side by side at the quay.\"", "alt=\"⟪photo⟫\""),
                ],
            ),
            swaps("image with words that say nothing", CHINESE, &[("![两条江在老城下面汇合。]", "![⟪图片⟫]")]),
        ]),
        swaps(
            "image from elsewhere without its size",
            POST,
            &[
                (
                    "(../images/map.png \"The gauge stands at the bridge.\"){width=300}",
                    "(⟪https://harbour.example/map.png⟫)",
                ),
                (
                    "(../images/map.png \"The gauge stands at the bridge.\"){width=300}",
                    "(⟪https://harbour.example/map.png⟫){width=300}",
                ),
            ],
        ),
        swaps(
            "image in a form that mails do not show",
            POST,
            &[
                (
                    "(../images/map.png \"The gauge stands at the bridge.\"){width=300}",
                    "(⟪https://harbour.example/map.webp⟫){width=300 height=200}",
                ),
                (
                    "(../images/map.png \"The gauge stands at the bridge.\"){width=300}",
                    "(⟪https://harbour.example/map.svg⟫){width=300 height=200}",
                ),
                (
                    "(../images/map.png \"The gauge stands at the bridge.\"){width=300}",
                    "(⟦data:image/png;base64,iVBORw0KGgo=⟧){width=300 height=200}",
                ),
                ("(../images/map.png \"", "(⟪../images/photo.heic⟫ \""),
                ("(../images/map.png \"", "(⟪../images/photo.avif⟫ \""),
                ("(../images/map.png \"", "(⟪../images/broken.png⟫ \""),
            ],
        ),
        swaps(
            "image wider than it has pixels",
            POST,
            &[(":::figure ../images/quay.png", ":::figure ⟪../images/stamp.png⟫")],
        ),
        swaps(
            "picture spoken of that is not there",
            EARLIER,
            &[
                ("Two metres, and", "Two metres, ⟦as the chart below shows⟧, and"),
                ("Two metres, and", "⟦See the attached table.⟧ Two metres, and"),
            ],
        ),
    ]
}
