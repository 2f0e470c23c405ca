//! Faults of the front matter.

use super::good::{self, CHINESE, EARLIER, POST};
use super::operator::{Operator, edited, keys, swaps, together};

pub(super) fn operators() -> Vec<Operator> {
    vec![
        misspelt_key(),
        duplicated_key(),
        swaps(
            "key in capitals",
            POST,
            &[
                ("\nsubtitle:", "\n⟪Subtitle⟫:"),
                ("\ndate:", "\n⟪DATE⟫:"),
                ("\nstatus:", "\n⟪Status⟫:"),
                ("\nseries:", "\n⟪Series⟫:"),
            ],
        ),
        swaps(
            "key of another tool",
            POST,
            &[
                ("\npreheader:", "\n⟪description⟫:"),
                ("\naliases:", "\n⟪permalink⟫:"),
                ("\ntags:", "\n⟪categories⟫:"),
                ("\ntemplate:", "\n⟪layout⟫:"),
                ("\nstatus: ready", "\n⟪draft⟫: false"),
            ],
        ),
        swaps(
            "colon left out",
            POST,
            &[
                ("title: The river", "⟦title The river⟧"),
                ("date: 2024", "⟦date 2024⟧"),
                ("status: ready", "⟦status ready⟧"),
                ("extra:\n", "⟦extra⟧\n"),
                ("  weather: rain", "  ⟦weather rain⟧"),
            ],
        ),
        swaps(
            "no space behind the colon",
            POST,
            &[
                ("title: The river", "⟦title:The river⟧"),
                ("number: 12", "⟦number:12⟧"),
                ("status: ready", "⟦status:ready⟧"),
                ("tags: [freight", "⟦tags:[freight⟧"),
            ],
        ),
        swaps(
            "tab in the header",
            POST,
            &[
                ("  weather: rain", "⟦\tweather: rain⟧"),
                ("subtitle: What", "⟦\tsubtitle: What⟧"),
                ("authors: [mira, chen]", "authors:\n⟦\t- mira⟧"),
            ],
        ),
        swaps(
            "unclosed quote in the header",
            POST,
            &[
                ("title: The river and the rail", "⟦title: \"The river and the rail⟧"),
                ("subtitle: What a wet", "⟦subtitle: 'What a wet⟧"),
                ("series: Spring", "⟦series: \"Spring⟧"),
                ("  weather: rain", "  ⟦weather: \"rain⟧"),
                ("preheader: Nine days", "⟦preheader: 'Nine days⟧"),
                ("tags: [freight", "⟦tags: [\"freight⟧"),
            ],
        ),
        swaps(
            "quote inside quotes",
            POST,
            &[
                ("title: The river and the rail", "⟦title: \"The \"river\" and the rail\"⟧"),
                ("preheader: Nine days of rain, and", "⟦preheader: 'It's nine days of rain, and'⟧"),
            ],
        ),
        swaps(
            "unclosed bracket in the header",
            POST,
            &[
                ("authors: [mira, chen]", "⟦authors: [mira, chen⟧"),
                ("tags: [freight, rivers]", "⟦tags: [freight, rivers⟧"),
                ("aliases: [/2024/river]", "⟦aliases: [/2024/river⟧"),
                ("attachments: [files/gauge.csv]", "⟦attachments: {files/gauge.csv⟧"),
            ],
        ),
        swaps(
            "sign that YAML reads",
            POST,
            &[
                ("title: The river", "⟦title: Spring: The river⟧"),
                ("title: The river", "⟦title: @The river⟧"),
                ("subtitle: What", "⟦subtitle: *What* a⟧"),
                ("subtitle: What", "⟦subtitle: [What] a⟧"),
                ("subject: Rivers", "⟦subject: {Rivers} a⟧"),
                ("preheader: Nine", "⟦preheader: %Nine⟧"),
                ("series: Spring", "⟦series: `Spring`⟧"),
                ("subtitle: What", "⟦subtitle: & What⟧"),
            ],
        ),
        swaps(
            "wrong indentation in the header",
            POST,
            &[
                ("\nsubtitle:", "\n⟦ subtitle:⟧"),
                ("\nnumber:", "\n⟦  number:⟧"),
                ("\n  weather: rain", "\n⟪weather⟫: rain"),
                ("authors: [mira, chen]", "authors:\n  - mira\n⟦ - chen⟧"),
            ],
        ),
        together([
            swaps(
                "value of the wrong kind",
                POST,
                &[
                    ("title: The river and the rail", "title: ⟪[The river, the rail]⟫"),
                    ("number: 12", "number: ⟪twelve⟫"),
                    ("number: 12", "number: ⟪-12⟫"),
                    ("number: 12", "number: ⟪12.5⟫"),
                    ("number: 12", "number: ⟪No. 12⟫"),
                    ("extra:\n  weather: rain", "extra: ⟪rain⟫"),
                    ("image: images/map.png", "image: ⟪true⟫"),
                ],
            ),
            swaps(
                "value of the wrong kind",
                EARLIER,
                &[
                    ("title: A quiet harbour", "title: ⟪false⟫"),
                    ("subtitle: The week", "subtitle:\n  ⟦text: The week⟧"),
                    ("date: 2024-04-19", "date: ⟪[2024-04-19]⟫"),
                ],
            ),
        ]),
        swaps(
            "bad date",
            POST,
            &[
                ("2024-04-26 09:00", "⟪2024-04-31⟫"),
                ("2024-04-26 09:00", "⟪2024-13-01⟫"),
                ("2024-04-26 09:00", "⟪26.4.2024⟫"),
                ("2024-04-26 09:00", "⟪April 26, 2024⟫"),
                ("2024-04-26 09:00", "⟪2024-04-26 25:00⟫"),
                ("2024-04-26 09:00", "⟪next Friday⟫"),
                ("2024-04-26 09:00", "⟪26/04/2024⟫"),
                ("2024-04-26 09:00", "⟪2024-04⟫"),
                ("2024-04-26 09:00", "⟪2024-04-26 9am⟫"),
                ("2024-04-26 09:00", "⟪20240426⟫"),
            ],
        ),
        swaps(
            "date of another year than the file's name",
            POST,
            &[("2024-04-26 09:00", "⟪2023-04-26⟫"), ("2024-04-26 09:00", "⟪2024-06-24⟫")],
        ),
        swaps(
            "fence of the header left out or misshapen",
            POST,
            &[
                ("---\ntitle: The river", "⟦⟧title: The river"),
                ("---\ntitle: The river", "⟦--⟧\ntitle: The river"),
                ("---\ntitle: The river", "⟦----⟧\ntitle: The river"),
                ("---\ntitle: The river", "⟦+++⟧\ntitle: The river"),
                ("---\ntitle: The river", "⟦```yaml⟧\ntitle: The river"),
            ],
        ),
        unclosed_header(),
        swaps(
            "wrong status",
            POST,
            &[
                ("status: ready", "status: ⟪redy⟫"),
                ("status: ready", "status: ⟪done⟫"),
                ("status: ready", "status: ⟪published⟫"),
                ("status: ready", "status: ⟪true⟫"),
                ("status: ready", "status: ⟪final⟫"),
            ],
        ),
        together([
            swaps(
                "unknown author",
                POST,
                &[
                    ("authors: [mira, chen]", "authors: [⟪miar⟫, chen]"),
                    ("authors: [mira, chen]", "authors: [mira, ⟪chne⟫]"),
                    (":::author mira", ":::author ⟪maria⟫"),
                ],
            ),
            swaps("unknown author", EARLIER, &[("authors: mira", "authors: ⟪mria⟫")]),
            swaps("unknown author", CHINESE, &[("authors: [chen]", "authors: [⟪chenmo⟫]")]),
        ]),
        swaps(
            "unknown segment",
            POST,
            &[
                ("visibility: public", "visibility: public\nsegment: ⟪member⟫"),
                ("template: letter", "template: letter\nsegment: ⟪subscribers⟫"),
            ],
        ),
        swaps(
            "unknown profile",
            POST,
            &[("profile: takeaway", "profile: ⟪takeway⟫"), ("profile: takeaway", "profile: ⟪letter⟫")],
        ),
        swaps(
            "unknown template",
            POST,
            &[("template: letter", "template: ⟪leter⟫"), ("template: letter", "template: ⟪letter.hbs⟫")],
        ),
        swaps(
            "field left out that the profile asks for",
            POST,
            // The title stands for the header, which has no line of its own.
            &[
                (
                    "title: The river and the rail\nsubtitle: What a wet spring did to freight\n",
                    "⟦title: The river and the rail⟧\n⟦⟧",
                ),
                ("title: The river and the rail\n", "⟦⟧"),
                ("title: The river and the rail", "⟦title:⟧"),
                ("title: The river and the rail", "⟦title: \"\"⟧"),
            ],
        ),
        swaps(
            "path out of the publication",
            POST,
            &[
                ("image: images/map.png", "image: ⟪../../map.png⟫"),
                ("image: images/map.png", "image: ⟪/home/mira/map.png⟫"),
                ("[files/gauge.csv]", "[⟪C:\\gauge.csv⟫]"),
                ("[files/gauge.csv]", "[⟪~/gauge.csv⟫]"),
            ],
        ),
        swaps(
            "missing file in the header",
            POST,
            &[
                ("image: images/map.png", "image: ⟪images/mpa.png⟫"),
                ("image: images/map.png", "image: ⟪map.png⟫"),
                ("[files/gauge.csv]", "[⟪files/guage.csv⟫]"),
                ("[files/gauge.csv]", "[files/gauge.csv, ⟪files/rain.pdf⟫]"),
            ],
        ),
        together([
            swaps(
                "bad language",
                CHINESE,
                &[
                    ("language: zh-Hans", "language: ⟪chinese⟫"),
                    ("language: zh-Hans", "language: ⟪zh_Hans⟫"),
                    ("language: zh-Hans", "language: ⟪中文⟫"),
                    ("language: zh-Hans", "language: ⟪en⟫"),
                ],
            ),
            swaps("bad language", EARLIER, &[("date: 2024-04-19", "date: 2024-04-19\nlanguage: ⟪zh⟫")]),
        ]),
        swaps(
            "subject that phones cut off or filters drop",
            POST,
            &[
                (
                    "subject: Rivers, rails and a wet spring",
                    "subject: ⟪Rivers, rails and a wet spring, and what all of it did to freight⟫",
                ),
                ("subject: Rivers, rails and a wet spring", "subject: ⟪RIVERS, RAILS AND A WET SPRING⟫"),
                ("subject: Rivers, rails and a wet spring", "subject: Rivers, rails and a wet spring⟦!!!⟧"),
                (
                    "subject: Rivers, rails and a wet spring",
                    "subject: ⟦⟧\"江水、铁路和一个多雨的春天怎样改变了货运，码头上的人又怎样等消息\"",
                ),
            ],
        ),
        swaps(
            "preheader that says too much or nothing new",
            POST,
            &[
                (
                    "preheader: Nine days of rain, and where the containers went.",
                    "preheader: ⟪Nine days of rain, and where the containers went, and who sent them there, and what the harbour had to say about it at last.⟫",
                ),
                (
                    "preheader: Nine days of rain, and where the containers went.",
                    "preheader: ⟪Rivers, rails and a wet spring⟫",
                ),
            ],
        ),
        swaps(
            "same as another post",
            POST,
            &[("number: 12", "number: ⟪11⟫"), ("number: 12", "slug: ⟪quiet-harbour⟫\nnumber: 12")],
        ),
        swaps("series out of order", POST, &[("number: 12", "number: ⟪10⟫")]),
        swaps("date still to come", POST, &[("2024-04-26 09:00", "⟦⟧2024-07-26 09:00")]),
        swaps(
            "allow that says nothing",
            POST,
            &[
                ("extra:\n", "allow:\n  ⟪doubled-wrod⟫: a quotation\nextra:\n"),
                ("extra:\n", "allow:\n  ⟪doubled-word⟫: a quotation\nextra:\n"),
                ("extra:\n", "allow:\n  ⟦doubled-word:⟧\nextra:\n"),
                ("extra:\n", "allow: ⟦[doubled-word]⟧\nextra:\n"),
            ],
        ),
        swaps(
            "bad address in the header",
            POST,
            &[
                ("https://mira.example/river", "⟪mira.example/river⟫"),
                ("https://mira.example/river", "⟪https//mira.example/river⟫"),
                ("https://mira.example/river", "⟪/river⟫"),
            ],
        ),
        swaps(
            "hole where none can be, or of no field",
            POST,
            &[
                ("title: The river", "title: \"⟪{{subscriber.first_name}}⟫, the river\" #"),
                ("subject: Rivers", "subject: \"{{default subscriber.⟪frist_name⟫ 'reader'}}, rivers\" #"),
                ("subject: Rivers", "subject: \"⟪{{user.name}}⟫, rivers\" #"),
                ("preheader: Nine", "preheader: ⟦*|FNAME|*, nine⟧ #"),
            ],
        ),
        swaps(
            "conflict of a merge in the header",
            POST,
            &[
                ("number: 12\n", "⟦<<<<<<< HEAD⟧\nnumber: 12\n⟦=======⟧\nnumber: 13\n⟦>>>>>>> rain⟧\n"),
                ("subject: Rivers", "⟦>>>>>>> rain⟧\nsubject: Rivers"),
            ],
        ),
    ]
}

fn header_of(text: &str) -> std::ops::Range<usize> {
    0..text.find("\n---\n").unwrap()
}

/// Two letters of each key change places.
fn misspelt_key() -> Operator {
    let text = good::texts().remove(POST).unwrap();
    let keys = keys(&text, header_of(&text)).into_iter().filter(|key| text[..key.start].ends_with('\n'));
    let edits = keys.take(10).map(|key| {
        let word = &text[key.clone()];
        let new = format!("⟪{}{}{}{}⟫", &word[..1], &word[2..3], &word[1..2], &word[3..]);
        vec![(key, new)]
    });
    edited("misspelt key in the header", POST, edits)
}

/// A line stands twice.
fn duplicated_key() -> Operator {
    let text = good::texts().remove(POST).unwrap();
    let keys = keys(&text, header_of(&text)).into_iter().filter(|key| text[..key.start].ends_with('\n'));
    let edits = keys.step_by(3).take(6).map(|key| {
        let line = text[key.start..].lines().next().unwrap();
        let (name, value) = line.split_once(':').unwrap();
        vec![(key.start + line.len()..key.start + line.len(), format!("\n⟪{name}⟫:{value}"))]
    });
    edited("duplicated key in the header", POST, edits)
}

/// The line that ends the header is left out; the one that starts it says so as well.
fn unclosed_header() -> Operator {
    let unclosed = |path: &'static str| {
        let text = good::texts().remove(path).unwrap();
        let (end, _) = text.match_indices("\n---\n").next().unwrap();
        let new = format!("⟦---⟧{}\n⟦⟧", &text[3..end]);
        edited("unclosed header", path, [vec![(0..end + 5, new)]])
    };
    together([unclosed(POST), unclosed(EARLIER), unclosed(CHINESE)])
}
