//! From words and signs to an expression.

use chrono::NaiveDate;

use crate::diagnostic::{Span, nearest};
use crate::segment::lex::{Kind, Token, lex};
use crate::segment::{
    Attribute, Expression, FieldType, Fields, Literal, Order, SegmentError, SegmentFault, Test, tag_key,
};

/// The longest expression, in bytes.
const LONGEST: usize = 16 * 1024;
/// How deep brackets and `not` may stand in each other.
const DEEPEST: usize = 32;
/// The most values and tests: SQLite takes expressions 1,000 deep, and a chain of `or` is one.
const MOST: usize = 500;
/// Beyond it not every whole number has a float.
const LARGEST: f64 = 9_007_199_254_740_992.0;

const OPERATOR: &str = "`=`, `!=`, `<`, `<=`, `>`, `>=`, `in` or `contains`";
const TEST: &str = "a test such as `tag = \"china\"`";

pub(super) fn parse(text: &str, fields: &Fields) -> Result<Expression, SegmentError> {
    let whole = Span::new(0, text.len());
    let too_large = || SegmentError { span: whole, fault: SegmentFault::TooLarge };
    if text.len() > LONGEST {
        return Err(too_large());
    }
    let tokens = lex(text)?;
    if tokens.iter().filter(|token| !matches!(token.kind, Kind::Sign(_))).count() > MOST {
        return Err(too_large());
    }
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, end: text.trim_end().len(), fields };
    let root = parser.any()?;
    match parser.peek() {
        None => Ok(root),
        Some(token) => Err(unexpected(token, "`and` or `or` between two tests")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    end: usize,
    fields: &'a Fields,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self, expected: &'static str) -> Result<&'a Token, SegmentError> {
        let token = self.peek().ok_or_else(|| {
            let start = self.tokens.last().map_or(0, |token| token.span.start);
            SegmentError { span: Span::new(start, self.end), fault: SegmentFault::Ended(expected) }
        })?;
        self.at += 1;
        Ok(token)
    }

    /// Whether the next token is this word of the language; it is taken then.
    fn takes(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token { kind: Kind::Word(next), .. }) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token { kind: Kind::Sign(next), .. }) if *next == sign);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self) -> Result<Expression, SegmentError> {
        let mut all = vec![self.all()?];
        while self.takes("or") {
            all.push(self.all()?);
        }
        Ok(one_or(all, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, SegmentError> {
        let mut all = vec![self.one()?];
        while self.takes("and") {
            all.push(self.one()?);
        }
        Ok(one_or(all, Expression::All))
    }

    fn one(&mut self) -> Result<Expression, SegmentError> {
        let opening = self.peek().map_or(Span::empty(self.end), |token| token.span);
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SegmentError { span: opening, fault: SegmentFault::TooLarge });
        }
        let found = if self.takes("not") {
            Expression::Not(Box::new(self.one()?))
        } else if self.takes_sign("(") {
            let inner = self.any()?;
            let closing = self.next("`)`")?;
            if closing.kind != Kind::Sign(")") {
                return Err(unexpected(closing, "`)`, `and` or `or`"));
            }
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(found)
    }

    fn test(&mut self) -> Result<Expression, SegmentError> {
        if self.takes("has") {
            let (_, attribute) = self.attribute()?;
            return Ok(Expression::Test(attribute, Test::Present));
        }
        let (name, attribute) = self.attribute()?;
        let negated = self.takes("not");
        let token = self.next(OPERATOR)?;
        let (operator, turned): (&'static str, bool) = match &token.kind {
            Kind::Sign("=") if !negated => ("=", false),
            Kind::Sign("!=") if !negated => ("=", true),
            Kind::Sign(sign @ ("<" | "<=" | ">" | ">=")) if !negated => (sign, false),
            Kind::Word(word) if word.eq_ignore_ascii_case("in") => ("in", negated),
            Kind::Word(word) if word.eq_ignore_ascii_case("contains") => ("contains", negated),
            _ if negated => return Err(unexpected(token, "`in` or `contains`")),
            _ => return Err(unexpected(token, OPERATOR)),
        };
        let kind = attribute.kind();
        let has = match kind {
            FieldType::Text => "`=`, `!=`, `in` and `contains`",
            FieldType::Number | FieldType::Date => "`=`, `!=`, `<`, `<=`, `>`, `>=` and `in`",
            FieldType::Boolean => "`=` and `!=`",
        };
        if !has.contains(&format!("`{operator}`")) {
            let fault = SegmentFault::WrongOperator { name, holds: kind.describe(), operator, has };
            return Err(SegmentError { span: token.span, fault });
        }
        let test = match operator {
            "in" => Test::OneOf(self.values(&name, &attribute)?),
            "contains" => match self.value(&name, &attribute)? {
                Literal::Text(text) => Test::Contains(text),
                // `contains` is for texts alone.
                value => Test::OneOf(vec![value]),
            },
            "=" => Test::OneOf(vec![self.value(&name, &attribute)?]),
            sign => {
                let order = match sign {
                    "<" => Order::Less,
                    "<=" => Order::AtMost,
                    ">" => Order::More,
                    _ => Order::AtLeast,
                };
                Test::Order(order, self.value(&name, &attribute)?)
            }
        };
        let test = Expression::Test(attribute, test);
        Ok(if turned { Expression::Not(Box::new(test)) } else { test })
    }

    fn attribute(&mut self) -> Result<(String, Attribute), SegmentError> {
        let token = self.next(TEST)?;
        let Kind::Word(name) = &token.kind else { return Err(unexpected(token, TEST)) };
        let attribute = match name.as_str() {
            "address" => Attribute::Address,
            "source" => Attribute::Source,
            "joined" => Attribute::Joined,
            "tag" => Attribute::Tag,
            name => match self.fields.get(name) {
                Some(kind) => Attribute::Field(name.to_owned(), *kind),
                None => return Err(SegmentError { span: token.span, fault: self.unknown(name) }),
            },
        };
        Ok((name.clone(), attribute))
    }

    fn unknown(&self, name: &str) -> SegmentFault {
        let own = ["tag", "joined", "source", "address"];
        let known = || own.into_iter().chain(self.fields.keys().map(String::as_str));
        let synonym = match name {
            "email" | "mail" => Some("address"),
            "tags" => Some("tag"),
            _ => None,
        };
        let nearest = synonym.or_else(|| nearest(name, known())).map(str::to_owned);
        SegmentFault::UnknownName { name: name.to_owned(), nearest, known: known().map(str::to_owned).collect() }
    }

    /// `("a", "b")`
    fn values(&mut self, name: &str, attribute: &Attribute) -> Result<Vec<Literal>, SegmentError> {
        const LIST: &str = "values in brackets, as `(\"a\", \"b\")`";
        let opening = self.next(LIST)?;
        if opening.kind != Kind::Sign("(") {
            return Err(unexpected(opening, LIST));
        }
        let mut values = vec![self.value(name, attribute)?];
        loop {
            let token = self.next("`,` or `)`")?;
            match token.kind {
                Kind::Sign(",") => values.push(self.value(name, attribute)?),
                Kind::Sign(")") => return Ok(values),
                _ => return Err(unexpected(token, "`,` or `)`")),
            }
        }
    }

    fn value(&mut self, name: &str, attribute: &Attribute) -> Result<Literal, SegmentError> {
        let kind = attribute.kind();
        let token = self.next("a value")?;
        let read = match &token.kind {
            Kind::Sign(_) => return Err(unexpected(token, "a value")),
            Kind::Text(text) if kind == FieldType::Text => Some(match attribute {
                Attribute::Tag => Literal::Text(tag_key(text)),
                _ => Literal::Text(text.clone()),
            }),
            // A quoted day says what it is.
            Kind::Text(text) if kind == FieldType::Date => day(text).map(Literal::Date),
            Kind::Text(_) => None,
            Kind::Word(word) => match kind {
                FieldType::Text => {
                    return Err(SegmentError { span: token.span, fault: SegmentFault::Unquoted(word.clone()) });
                }
                FieldType::Number => number(word).map(Literal::Number),
                FieldType::Date => day(word).map(Literal::Date),
                FieldType::Boolean => match word.as_str() {
                    "true" => Some(Literal::Boolean(true)),
                    "false" => Some(Literal::Boolean(false)),
                    _ => None,
                },
            },
        };
        read.ok_or_else(|| {
            let value = match &token.kind {
                Kind::Text(text) | Kind::Word(text) => text.clone(),
                Kind::Sign(sign) => (*sign).to_owned(),
            };
            let (holds, example) = (kind.describe(), kind.example());
            let fault = SegmentFault::WrongType { name: name.to_owned(), holds, example, value };
            SegmentError { span: token.span, fault }
        })
    }
}

fn unexpected(token: &Token, expected: &'static str) -> SegmentError {
    let found = match &token.kind {
        Kind::Word(word) => word.clone(),
        Kind::Text(text) => format!("\"{text}\""),
        Kind::Sign(sign) => (*sign).to_owned(),
    };
    SegmentError { span: token.span, fault: SegmentFault::Unexpected { found, expected } }
}

fn one_or(mut all: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match (all.len(), all.pop()) {
        (1, Some(only)) => only,
        (_, last) => many(all.into_iter().chain(last).collect()),
    }
}

/// A day as `2024-01-31`.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// A number that a float holds exactly, or nearly where it has a fraction.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'));
    let number: f64 = plain.then(|| text.parse().ok()).flatten()?;
    (number.is_finite() && number.abs() <= LARGEST).then_some(number)
}
