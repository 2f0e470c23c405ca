//! Faults of words and punctuation, in Latin, Chinese, Arabic and between emoji.

use super::good::{CHINESE, EARLIER, POST};
use super::operator::{Operator, several, swaps, together};

pub(super) fn operators() -> Vec<Operator> {
    vec![
        together([
            swaps(
                "placeholder",
                POST,
                &[
                    ("A container cost twice", "A container cost ⟪TK⟫"),
                    ("Six things, in", "⟪TODO⟫: the list. Six things, in"),
                    ("📦 desk 🚢 wrote", "📦 desk 🚢 ⟪[[name]]⟫ wrote"),
                    ("القبطان إن", "القبطان ⟪TK⟫ إن"),
                    ("| 15   |     41 |", "| 15   |     ⟪TK⟫ |"),
                    ("title: The river", "title: ⟪TK⟫ The river"),
                    ("Dry days, says", "⟪Lorem ipsum⟫ dolor. Dry days, says"),
                ],
            ),
            swaps(
                "placeholder",
                CHINESE,
                &[
                    ("没有人说谎：**港口", "没有人说谎：**⟪待补⟫：港口"),
                    ("明天会晴 😀，", "明天会晴 😀 ⟪[link]⟫，"),
                    ("النهر مرتفع", "النهر ⟪[[x]]⟫ مرتفع"),
                ],
            ),
        ]),
        together([
            swaps(
                "doubled word",
                POST,
                &[
                    ("The trains took a third", "The trains took a ⟪a⟫ third"),
                    ("said on day one that it", "said on ⟪on⟫ day one that it"),
                    ("wrote to us 😀 in the", "wrote to us 😀 in the ⟪the⟫"),
                    ("What it cost is\n", "What it cost is and\n⟪and⟫ "),
                    ("[table of the harbour]", "[table of ⟪of⟫ the harbour]"),
                    ("subtitle: What a wet", "subtitle: What a ⟪a⟫ wet"),
                    ("By the gauge at the", "By the gauge at the ⟪the⟫"),
                ],
            ),
            swaps(
                "doubled word",
                EARLIER,
                &[("It was dry, and", "It was dry, and ⟪and⟫"), ("## What the gauge", "## What the ⟪the⟫ gauge")],
            ),
        ]),
        together([
            swaps(
                "word that the house does not write",
                POST,
                &[
                    ("its e-mail was", "its ⟪email⟫ was"),
                    ("its e-mail was", "its ⟪mail message⟫ was"),
                    ("wrote to us 😀 in", "wrote an ⟪Email⟫ to us 😀 in"),
                    ("subtitle: What a wet", "subtitle: An ⟪email⟫ on what a wet"),
                    ("alt=\"Nine barges", "alt=\"An ⟪email⟫: nine barges"),
                ],
            ),
            swaps(
                "word that the house does not write",
                CHINESE,
                &[("重庆市的人", "⟪渝城⟫的人"), ("明天会晴 😀，后天", "明天会晴 😀，⟪渝城⟫后天")],
            ),
        ]),
        together([swaps(
            "half-width punctuation in Chinese",
            CHINESE,
            &[
                ("一直下雨，驳船", "一直下雨⟪,⟫驳船"),
                ("一共五条，次序", "一共五条⟪,⟫ 次序"),
                ("每天早上都去看水位，看完", "每天早上都去看水位⟪;⟫看完"),
                ("他说：“明天", "😀 他说⟪:⟫“明天"),
                ("江是会动的路，重庆市", "江是会动的路⟪,⟫重庆市"),
                ("preheader: 九天的雨，集", "preheader: 九天的雨⟪,⟫集"),
                ("title: 江水与铁路", "title: 江水与铁路⟪?⟫"),
                ("后天也会晴。”", "后天也会晴⟪.⟫”"),
                ("次序照旧。", "次序照旧⟪!⟫"),
            ],
        )]),
        swaps(
            "straight quotes beside curly ones",
            CHINESE,
            &[
                ("雨总会停：**写雨的信也", "雨总会停：**写雨的⟪\"⟫信\"也"),
                ("江是会动的路", "江是⟪\"⟫会动的路\""),
                ("阿拉伯语回答：النهر", "阿拉伯语回答：⟪\"⟫النهر\""),
            ],
        ),
        together([
            swaps(
                "variable of another tool",
                POST,
                &[
                    ("A container cost", "Dear ⟪{{user.name}}⟫, a container cost"),
                    ("📦 desk 🚢 wrote", "📦 desk 🚢 ⟪{{ first_name }}⟫ wrote"),
                    ("القبطان إن", "القبطان ⟪{{contact.name}}⟫ إن"),
                    ("A container cost", "⟪{% if rain %}⟫ A container cost"),
                    ("A container cost", "⟪%%first_name%%⟫, a container cost"),
                    ("A container cost", "⟦*|FNAME|*⟧, a container cost"),
                    ("A container cost", "⟪{{issue.title}}⟫: a container cost"),
                ],
            ),
            swaps(
                "variable of another tool",
                CHINESE,
                &[("各位读者：", "⟪{{name}}⟫，各位读者："), ("明天会晴 😀，", "明天会晴 😀 ⟪{{city}}⟫，")],
            ),
        ]),
        together([
            swaps(
                "hole without a default, or misspelt",
                POST,
                &[
                    ("{{default subscriber.first_name \"reader\"}}", "⟪{{subscriber.first_name}}⟫"),
                    ("{{default subscriber.first_name \"reader\"}}", "{{default subscriber.⟪frist_name⟫ \"reader\"}}"),
                    ("📦 desk 🚢 wrote", "📦 desk 🚢 ⟪{{subscriber.city}}⟫ wrote"),
                    ("{{default subscriber.first_name \"reader\"}}", "⟪{{subsriber.first_name}}⟫"),
                ],
            ),
            swaps(
                "hole without a default, or misspelt",
                CHINESE,
                &[("各位读者：", "⟪{{subscriber.city}}⟫的各位读者：")],
            ),
        ]),
        swaps(
            "hole that is written wrongly",
            POST,
            &[
                ("{{default subscriber.first_name \"reader\"}}", "⟪{{upper subscriber.first_name}}⟫"),
                ("{{default subscriber.first_name \"reader\"}}", "⟪{{#if subscriber.first_name}}⟫a{{/if}}"),
                ("{{default subscriber.first_name \"reader\"}}", "⟦{{default subscriber.first_name reader}}⟧"),
                ("{{default subscriber.first_name \"reader\"}}", "⟦{{default subscriber.first_name}}⟧"),
                ("{{default subscriber.first_name \"reader\"}}", "⟦{{subscriber.first_name | default: \"reader\"}}⟧"),
                ("{{default subscriber.first_name \"reader\"}}", "⟦{{default subscriber.first_name \"reader\"}⟧"),
                ("{{default subscriber.first_name \"reader\"}}", "⟦{default subscriber.first_name \"reader\"}⟧"),
                ("{{default subscriber.first_name \"reader\"}}", "⟦{{default subscriber.first_name “reader”}}⟧"),
            ],
        ),
        together([
            swaps(
                "comment that allows what is not there",
                POST,
                &[
                    ("Six things, in", "⟦<!-- allow doubled-wrod: a song -->⟧\nSix things, in"),
                    ("Six things, in", "⟦<!-- allow doubled-word -->⟧\n⟦Six⟧ things, in"),
                    ("Six things, in", "⟦<!-- allow doubled-word: a song -->⟧\nSix things, in"),
                ],
            ),
            swaps(
                "comment that allows what is not there",
                CHINESE,
                &[("一共五条", "⟦<!-- allow half-width-punctuation: 引文 -->⟧\n一共五条")],
            ),
        ]),
        several(
            "conflict of a merge in the text",
            POST,
            &[&[
                ("Six things, in", "⟦<<<<<<< HEAD⟧\nSix things, in"),
                ("they came.\n", "they came.\n⟦=======⟧\nIt rained.\n⟦>>>>>>> rain⟧\n"),
            ]],
        ),
    ]
}
