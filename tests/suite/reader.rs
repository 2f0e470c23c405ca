//! The schema and the reader give the same verdict, and nothing makes the reader panic.

#![expect(clippy::indexing_slicing, reason = "the indices are made to fit")]

use boon::{Compiler, Schemas};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value as Json, json};

use newsletter::config::Config;
use newsletter::config::table::CONFIG;
use newsletter::diagnostic::{Sink, Source, Span};
use newsletter::files::RelPath;
use newsletter::post::front_matter::{self, table::FRONT_MATTER};
use newsletter::yaml::read::{Manner, check};
use newsletter::yaml::schema::schema;
use newsletter::yaml::{Kind, Table, parse};

/// What the schema says, and what the reader finds.
struct Verdict {
    schema: Result<(), String>,
    reader: Vec<String>,
}

struct Judge {
    table: &'static Table,
    schemas: Schemas,
    index: boon::SchemaIndex,
}

impl Judge {
    fn new(table: &'static Table) -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.add_resource("mem:schema", schema(table, "test")).unwrap();
        let index = compiler.compile("mem:schema", &mut schemas).unwrap();
        Self { table, schemas, index }
    }

    fn judge(&self, json: &Json) -> Verdict {
        // JSON is YAML.
        let source = Source::new("test.yaml", json.to_string());
        let mut sink = Sink::new();
        if let Some(mut root) = parse(&source, Span::new(0, source.text().len()), &mut sink) {
            check(&mut root, self.table, &source, Manner::Strict, &mut sink);
        }
        Verdict {
            schema: self.schemas.validate(json, self.index).map_err(|error| error.to_string()),
            reader: sink.found().iter().map(|found| found.message.clone()).collect(),
        }
    }

    fn agrees(&self, json: &Json) {
        let verdict = self.judge(json);
        assert!(
            verdict.schema.is_ok() == verdict.reader.is_empty(),
            "{json}\nschema: {:?}\nreader: {:?}",
            verdict.schema,
            verdict.reader
        );
    }
}

/// Texts that have the shape of something, and some that have none. Those with a shape can also
/// be meant: that a day exists is more than a schema can say.
const TEXTS: &[&str] = &[
    "",
    " ",
    "x",
    "ada",
    "a b",
    "a/b",
    "a\\b",
    "重庆",
    "#fff",
    "#A1b2C3",
    "#12345",
    "https://example.org",
    "http://",
    "example.org",
    "https://example.org/{token}",
    "http://example.org/{token}",
    "{token}@example.org",
    "ada@example.org",
    "ada@",
    "@",
    "a@b@c",
    "Ada <ada@example.org>",
    "en",
    "zh-Hans",
    "e",
    "en-",
    "Europe/Berlin",
    "Nowhere/City",
    "UTC",
    "2024-04-26",
    "2024-4-6 9:00 +0200",
    "2024-04-26T09:00:00.5Z",
    "2024-04-26 09:00:00 -0000",
    "2024-04-26T",
    "2024-04",
    "26 April 2024",
    "hosted",
    "embedded",
    "draft",
    "ready",
    "off",
    "error",
    "heading",
    "sign-off",
    "implicit",
    "true",
    "5",
    "null",
    "public",
    "private",
    "line\nbreak",
];

fn any_text() -> impl Strategy<Value = Json> {
    prop_oneof![4 => prop::sample::select(TEXTS).prop_map(Json::from), 1 => "[a-z#@:/{}. -]{0,12}".prop_map(Json::from)]
        .prop_filter("a mail address that only has the shape of one", |text| {
            let text = text.as_str().unwrap_or_default();
            TEXTS.contains(&text) || !text.contains(['@', ':'])
        })
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (0_u32..70_000).prop_map(Json::from),
        prop::sample::select(&[0.5, -1.5, 3.0, 1e30]).prop_map(|number| json!(number)),
        any_text(),
    ];
    leaf.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::btree_map("[a-z_]{1,6}", inner, 0..3)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// A value of the kind, as far as the pool of texts has one.
fn fitting(kind: &'static Kind) -> BoxedStrategy<Json> {
    match kind {
        Kind::Text(shape) => {
            let fit: Vec<_> =
                TEXTS.iter().copied().filter(|text| (shape.accepts)(text) && (shape.refuses)(text).is_none()).collect();
            assert!(!fit.is_empty(), "no text has the shape {}", shape.name);
            prop::sample::select(fit).prop_map(Json::from).boxed()
        }
        Kind::Choice(words) => prop::sample::select(words.to_vec()).prop_map(|(word, _)| json!(word)).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Json::from).boxed(),
        Kind::Integer { min, max } => (*min..=*max).prop_map(Json::from).boxed(),
        Kind::List(items) => prop::collection::vec(fitting(items), 0..3).prop_map(Json::from).boxed(),
        Kind::Filled(items) => prop::collection::vec(fitting(items), 1..3).prop_map(Json::from).boxed(),
        Kind::Table(table) => fitting_table(table),
        Kind::Secret(table) => (0..table.fields.len())
            .prop_flat_map(|index| {
                let field = &table.fields[index];
                fitting(&field.kind).prop_map(|value| json!({field.name: value}))
            })
            .boxed(),
        Kind::Map { values, .. } => prop::collection::btree_map("[a-z]{1,6}", fitting(values), 0..3)
            .prop_map(|map| Json::Object(map.into_iter().collect()))
            .boxed(),
        Kind::OneOf(kinds) => (0..kinds.len()).prop_flat_map(|index| fitting(&kinds[index])).boxed(),
        Kind::Any => any_json().boxed(),
    }
}

fn fitting_table(table: &'static Table) -> BoxedStrategy<Json> {
    let fields = table.fields.iter().map(|field| {
        let value = fitting(&field.kind);
        if field.required {
            value.prop_map(Some).boxed()
        } else {
            prop_oneof![2 => Just(None), 1 => value.prop_map(Some), 1 => Just(Some(Json::Null))].boxed()
        }
    });
    let names = table.fields.iter().map(|field| field.name);
    let fields: Vec<_> = fields.collect();
    fields
        .prop_map(move |values| {
            let present = names.clone().zip(values).filter_map(|(name, value)| Some((name.to_owned(), value?)));
            Json::Object(present.collect::<Map<_, _>>())
        })
        .boxed()
}

/// One change somewhere in a value: a step is taken at each level by the numbers of `path`.
fn mutated(json: &mut Json, path: &[usize], change: &Change) {
    let step = path.first().copied().unwrap_or_default();
    let rest = path.get(1..).unwrap_or_default();
    match json {
        Json::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(step % map.len()).unwrap().clone();
            if rest.is_empty() {
                match change {
                    Change::Replace(value) => _ = map.insert(key, value.clone()),
                    Change::Remove => _ = map.shift_remove(&key),
                    Change::Rename(name) => {
                        let value = map.shift_remove(&key).unwrap();
                        map.insert(name.clone(), value);
                    }
                }
            } else {
                mutated(map.get_mut(&key).unwrap(), rest, change);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let index = step % items.len();
            mutated(&mut items[index], rest, change);
        }
        other => {
            if let Change::Replace(value) = change {
                *other = value.clone();
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Change {
    Replace(Json),
    Remove,
    Rename(String),
}

fn changes() -> impl Strategy<Value = (Vec<usize>, Change)> {
    let change = prop_oneof![
        3 => any_json().prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => "[a-z_]{1,8}".prop_map(Change::Rename),
    ];
    (prop::collection::vec(0_usize..40, 1..4), change)
}

#[test]
fn a_file_that_fits_its_table_passes_the_schema_and_the_reader() {
    for table in [&CONFIG, &FRONT_MATTER] {
        let judge = Judge::new(table);
        proptest!(ProptestConfig::with_cases(300), |(json in fitting_table(table))| {
            let verdict = judge.judge(&json);
            prop_assert_eq!(verdict.reader, Vec::<String>::new());
            prop_assert_eq!(verdict.schema, Ok(()));
        });
    }
}

/// A way from the top of a file to one of its values.
#[derive(Clone)]
enum Step {
    Key(&'static Table, &'static str),
    Item,
    Entry,
}

/// Every value that a file can have, once for each kind it may be of.
fn places(kind: &'static Kind, way: &[Step], found: &mut Vec<(Vec<Step>, &'static Kind)>) {
    found.push((way.to_vec(), kind));
    let with = |step: Step| [way, &[step]].concat();
    match kind {
        Kind::Table(table) | Kind::Secret(table) => {
            for field in table.fields {
                places(&field.kind, &with(Step::Key(table, field.name)), found);
            }
        }
        Kind::List(items) | Kind::Filled(items) => places(items, &with(Step::Item), found),
        Kind::Map { values, .. } => places(values, &with(Step::Entry), found),
        Kind::OneOf(kinds) => kinds.iter().for_each(|kind| places(kind, way, found)),
        _ => {}
    }
}

/// A file that holds `value` at the end of `way`, and otherwise what it must.
fn file_with(value: Json, way: &[Step]) -> Json {
    way.iter().rev().fold(value, |value, step| match step {
        Step::Item => json!([value]),
        Step::Entry => json!({"x": value}),
        Step::Key(table, name) => {
            let required = table.fields.iter().filter(|field| field.required);
            let mut map: Map<_, _> = required.map(|field| (field.name.to_owned(), json!(field.example))).collect();
            map.insert((*name).to_owned(), value);
            map.into()
        }
    })
}

#[test]
fn every_place_takes_and_refuses_the_same_values_by_schema_and_reader() {
    let others = json!([
        null, true, 0, 1, 5, 25, 65535, 65536, 70000, -1, 0.5, 3.0, 1e30, [], {}, [[]], [null], ["x"], [{}], {"x": null},
        {"x": "y"}, {"x": {}}, {"env": "A", "file": "b"}, {"env": null}, {"command": []}, {"name": "x", "address": "a@b.example"}
    ]);
    let texts = TEXTS.iter().map(|text| json!(text));
    let values: Vec<_> = others.as_array().unwrap().iter().cloned().chain(texts).collect();
    for table in [&CONFIG, &FRONT_MATTER] {
        let judge = Judge::new(table);
        let mut found = Vec::new();
        for field in table.fields {
            places(&field.kind, &[Step::Key(table, field.name)], &mut found);
        }
        for (way, kind) in found {
            for value in &values {
                judge.agrees(&file_with(value.clone(), &way));
            }
            if let Kind::Map { values, .. } = kind {
                let value = fitting(values).new_tree(&mut TestRunner::deterministic()).unwrap().current();
                for text in TEXTS {
                    judge.agrees(&file_with(json!({*text: value.clone()}), &way));
                }
            }
        }
    }
}

#[test]
fn the_schema_and_the_reader_give_the_same_verdict() {
    for table in [&CONFIG, &FRONT_MATTER] {
        let judge = Judge::new(table);
        proptest!(ProptestConfig::with_cases(1000), |(
            mut json in fitting_table(table),
            changes in prop::collection::vec(changes(), 1..3),
        )| {
            for (path, change) in &changes {
                mutated(&mut json, path, change);
            }
            judge.agrees(&json);
        });
    }
}

#[test]
fn every_example_and_default_of_the_tables_fits() {
    fn tables(kind: &'static Kind, found: &mut Vec<&'static Table>) {
        match kind {
            Kind::Table(table) | Kind::Secret(table) => all(table, found),
            Kind::List(kind) | Kind::Filled(kind) | Kind::Map { values: kind, .. } => tables(kind, found),
            Kind::OneOf(kinds) => kinds.iter().for_each(|kind| tables(kind, found)),
            _ => {}
        }
    }
    fn all(table: &'static Table, found: &mut Vec<&'static Table>) {
        found.push(table);
        table.fields.iter().for_each(|field| tables(&field.kind, found));
    }
    let mut found = Vec::new();
    all(&CONFIG, &mut found);
    all(&FRONT_MATTER, &mut found);
    for table in found {
        for field in table.fields {
            for value in [Some(field.example), field.default].into_iter().flatten() {
                let source = Source::new("test.yaml", format!("{}: {value}", field.name));
                let mut sink = Sink::new();
                let mut root = parse(&source, Span::new(0, source.text().len()), &mut sink).unwrap();
                check(&mut root, table, &source, Manner::Strict, &mut sink);
                let wrong: Vec<_> = sink.found().iter().filter(|found| found.code.name != "missing-key").collect();
                assert!(wrong.is_empty(), "{}: {wrong:?}", source.text());
                assert!(root.get(field.name).is_some(), "{}", source.text());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_makes_the_reader_panic(text in arbitrary_text()) {
        read_as_both(&text);
    }
}

/// Texts made of what YAML and its readers stumble over.
fn arbitrary_text() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        "---\n",
        "---",
        "...\n",
        "\u{feff}",
        "\r\n",
        "\r",
        "\n",
        "\t",
        " ",
        "  ",
        ": ",
        ":",
        "- ",
        "#",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "!x ",
        "! ",
        "|\n",
        ">-\n",
        "%YAML 1.2\n",
        "title",
        "date",
        "smtp",
        "password",
        "allow",
        "authors",
        "checks",
        "levels",
        "2024-02-31",
        "重庆",
        "\u{0}",
        "\u{85}",
        "\u{2028}",
        "\\",
        "\\x",
        "<<: ",
        "? ",
        "@",
        "`",
        "~",
        "1e999",
        "0x",
        ".inf",
        "🦀",
        "e\u{301}",
        "name: x\n",
        "from: ",
    ];
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(PARTS), 0..30).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
    ]
}

fn read_as_both(text: &str) {
    let config = Config::named("Test");
    for text in [text.to_owned(), format!("---\n{text}"), format!("---\n{text}\n---\nbody")] {
        let source = Source::new("posts/a.md", text.as_str());
        let mut sink = Sink::new();
        let path = RelPath::new("posts/2024-04-26-a.md").unwrap();
        let read = front_matter::read(&source, &config, &path, &mut sink);
        assert!(read.is_some() || sink.has_errors(), "{text:?} is refused without a word");
        if let Some((_, body)) = read {
            assert!(source.text().is_char_boundary(body));
        }
        let loaded = Config::load(&source, &mut sink);
        assert!(loaded.is_some() || sink.has_errors());
        for found in sink.found() {
            let fits = |span: Span| found.source.text().get(span.range()).is_some();
            assert!(fits(found.span), "{text:?}: {found:?}");
            assert!(found.fix.iter().flat_map(|fix| &fix.edits).all(|edit| fits(edit.span)), "{text:?}: {found:?}");
        }
    }
}
