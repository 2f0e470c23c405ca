//! What lists of readers are made of.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use newsletter::address::{EmailAddress, TokenAddress};
use newsletter::segment::{FieldType, Fields, Segment, SegmentFault};
use newsletter::store::StoreError;
use newsletter::subscribers::query::select;
use newsletter::subscribers::{FILE, Formulas, Import, List, Options};

fn fields() -> Fields {
    let kinds = [("name", FieldType::Text), ("age", FieldType::Number), ("since", FieldType::Date)];
    kinds.into_iter().chain([("vip", FieldType::Boolean)]).map(|(name, kind)| (name.to_owned(), kind)).collect()
}

/// Any bytes as a file of subscribers.
pub fn lists(data: &[u8]) {
    for formulas in [Formulas::Raw, Formulas::Disarmed] {
        let read = Import::read(data, &fields(), &Options { formulas, ..Options::default() });
        for (_, record) in read.iter().flat_map(|import| &import.records) {
            let texts = record.fields.values().filter_map(|value| value.as_str()).chain(record.source.as_deref());
            let odd = texts.chain(record.tags.iter().map(String::as_str)).find(|text| text.contains(char::is_control));
            assert_eq!(odd, None, "what is kept stands in one line");
        }
    }
}

/// Any text as a mail address: what is accepted is read again as itself, cannot leave its place in
/// an envelope or a header, and stays one address.
pub fn addresses(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for text in [text.to_string(), format!("{text}@example.org"), format!("a@{text}")] {
        match EmailAddress::parse(&text) {
            Ok(address) => judge_address(&address),
            Err(error) => assert_eq!(error.text, text),
        }
        if let Ok(address) = TokenAddress::parse(&text) {
            let filled = address.fill(&"a".repeat(45));
            assert_eq!(EmailAddress::parse(filled.as_str()).as_ref(), Ok(&filled), "a token fits");
            assert!(filled.as_str().is_ascii());
        }
    }
}

fn judge_address(address: &EmailAddress) {
    assert_eq!(EmailAddress::parse(address.as_str()).as_ref(), Ok(address));
    let key = address.key();
    assert_eq!(EmailAddress::parse(&key).map(|address| address.key()).as_ref(), Ok(&key));
    let bad = |c: char| c.is_control() || c.is_whitespace() || "<>\",;:()[]\\".contains(c);
    assert!(!address.as_str().contains(bad), "{address:?}");
    assert_eq!(format!("{}@{}", address.local(), address.domain()), address.as_str());
    assert!(!address.local().contains('@') && !address.domain().contains(|c: char| !c.is_ascii() || c == '@'));
    assert!(address.local().len() <= 64 && address.as_str().len() <= 254);
    super::filling::judge_address(address);
}

const PIECES: &[&str] = &[
    "tag",
    "address",
    "source",
    "name",
    "age",
    "since",
    "vip",
    "joined",
    "has ",
    "not ",
    " and ",
    " or ",
    " in ",
    " contains ",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "(",
    ")",
    ",",
    " ",
    "\"a\"",
    "'é'",
    "\"",
    "'",
    "\\",
    "%",
    "_",
    "?",
    "1",
    "-2.5",
    "1e3",
    "2024-01-01",
    "2024-02-30",
    "true",
    "false",
    "9007199254740993",
    "\u{201c}",
    "\u{0}",
    ";",
    "--",
];

/// Any text as the expression of a segment, by an odd first byte one of pieces: SQLite takes what
/// is read, and each reader is either in it or in what it is not.
pub fn segments(data: &[u8]) {
    let Some((way, bytes)) = data.split_first() else { return };
    let text: String = if way % 2 == 0 {
        String::from_utf8_lossy(bytes).into()
    } else {
        bytes.iter().filter_map(|byte| PIECES.get(usize::from(*byte) % PIECES.len())).copied().collect()
    };
    let fields = fields();
    let segment = match Segment::parse(&text, &fields) {
        Ok(segment) => segment,
        Err(error) => {
            assert!(text.get(error.span.range()).is_some(), "the place of a fault is text: {error:?}");
            assert!(!error.to_string().is_empty() && !error.help().is_empty());
            return;
        }
    };
    assert_eq!(segment.text(), text);
    let (all, inside) = (members(None), members(Some(&segment)));
    for (text, expected) in [
        (format!("not ({text})"), all.difference(&inside).copied().collect()),
        (format!("({text}) or not ({text})"), all.clone()),
        (format!("({text}) and ({text})"), inside),
    ] {
        match Segment::parse(&text, &fields) {
            Ok(segment) => assert_eq!(members(Some(&segment)), expected, "{text}"),
            Err(error) => assert_eq!(error.fault, SegmentFault::TooLarge, "{text}"),
        }
    }
}

/// Whom a segment finds in a small list.
fn members(segment: Option<&Segment>) -> BTreeSet<i64> {
    static LIST: OnceLock<List> = OnceLock::new();
    let list = LIST.get_or_init(|| {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let list = List::open(&folder.path().join(FILE)).expect("a list can be made");
        let text = "email,name,age,since,vip,tags,source\na@e.org,a,1,2024-01-01,true,a,a\nb@e.org,é,-2.5,,false,,\n\
                    c@e.org,,,2024-02-29,,\"a,b\",b\nd@e.org,,,,,,\n";
        let read = Import::read(text.as_bytes(), &fields(), &Options::default()).expect("the lines above are a list");
        assert!(read.bad.is_empty(), "{:?}", read.bad);
        list.import(read.records, None, 1_704_067_200, |_| {}).expect("they can be imported");
        // The folder goes, and what is open stays.
        list
    });
    let sql = select(segment, Options::default().zone);
    let found = list.store().read(|tx| tx.all::<i64, StoreError>(&sql.text, &sql.values, |row| row.get(0)));
    found.expect("SQLite takes what a segment is translated to").into_iter().collect()
}
