//! Tables as JSON Schema (draft 2020-12), for editors that complete and check while one writes.
//!
//! A file passes the schema when the reader finds nothing wrong with its shape. What no schema can
//! say stays with the reader: repeated keys, days that do not exist, names that nothing has.

use serde_json::{Map, Value, json};

use crate::diagnostic::{Sink, Source, Span};
use crate::yaml::field::Presence;
use crate::yaml::shape::Words;
use crate::yaml::{Field, Kind, Shape, Table, parse};

/// The schema of a file whose keys are `table`.
pub fn schema(table: &Table, title: &str) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), title.into());
    schema.extend(of_table(table));
    schema.into()
}

fn of_table(table: &Table) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    let properties = table.fields.iter().map(|field| (field.name.to_owned(), of_field(field, table.presence)));
    schema.insert("properties".into(), properties.collect::<Map<_, _>>().into());
    let required: Vec<_> = table.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    if table.presence == Presence::One {
        schema.insert("minProperties".into(), 1.into());
        schema.insert("maxProperties".into(), 1.into());
    }
    schema.insert("additionalProperties".into(), false.into());
    schema
}

fn of_field(field: &Field, presence: Presence) -> Value {
    let mut schema = of_kind(&field.kind);
    if !field.required && presence != Presence::One {
        allow_null(&mut schema);
    }
    schema.insert("description".into(), field.doc.into());
    if let Some(default) = field.default {
        schema.insert("default".into(), value(default));
    }
    schema.entry("examples").or_insert_with(|| json!([value(field.example)]));
    schema.into()
}

/// A key without a value is a key left out.
fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(kinds) = schema.get_mut("type") {
        match kinds {
            Value::Array(kinds) => kinds.push("null".into()),
            kind => *kind = json!([kind.take(), "null"]),
        }
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("anyOf") {
        kinds.push(json!({"type": "null"}));
    }
}

fn of_kind(kind: &Kind) -> Map<String, Value> {
    let schema = match kind {
        Kind::Any => json!({}),
        Kind::Text(shape) => of_shape(shape),
        Kind::Choice(words) => {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            json!({"enum": words})
        }
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::List(items) => json!({"type": "array", "items": of_kind(items)}),
        Kind::Filled(items) => json!({"type": "array", "items": of_kind(items), "minItems": 1}),
        Kind::Table(table) | Kind::Secret(table) => of_table(table).into(),
        Kind::Map { keys, values } => {
            let mut schema = json!({"type": "object", "additionalProperties": of_kind(values)});
            // Keys that are offered are properties, for editors complete those alone.
            if let (Words::Offered(words), Some(schema)) = (keys.words, schema.as_object_mut()) {
                let known = words().into_iter().map(|word| (word.to_owned(), of_kind(values).into()));
                schema.insert("properties".into(), known.collect::<Map<_, _>>().into());
            }
            if let (Some(pattern), Some(schema)) = (keys.pattern, schema.as_object_mut()) {
                schema.insert("propertyNames".into(), json!({"pattern": pattern}));
            }
            schema
        }
        Kind::OneOf(kinds) => json!({"anyOf": kinds.iter().map(of_kind).collect::<Vec<_>>()}),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn of_shape(shape: &Shape) -> Value {
    let mut schema = Map::new();
    // A number counts as the text it is written as, where the shape has room for one.
    let number = (shape.accepts)("1") && (shape.accepts)("-1.5");
    schema.insert("type".into(), if number { json!(["string", "number"]) } else { "string".into() });
    if let Some(pattern) = shape.pattern {
        schema.insert("pattern".into(), pattern.into());
    }
    match shape.words {
        Words::None => {}
        Words::Offered(words) => {
            schema.insert("examples".into(), words().into());
        }
        Words::Only(words) => {
            schema.shift_remove("pattern");
            schema.insert("enum".into(), words().into());
        }
    }
    schema.into()
}

/// A value that a table gives as YAML.
fn value(yaml: &str) -> Value {
    let text = format!("value: {yaml}");
    let source = Source::new("", text.as_str());
    let node = parse(&source, Span::new(0, text.len()), &mut Sink::new());
    node.and_then(|node| node.get("value").map(crate::yaml::Node::to_json)).unwrap_or_default()
}
