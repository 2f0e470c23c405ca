use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::json;

use super::suppression::{Change, Reason};
use super::{
    Added, Export, FILE, Form, Formulas, Import, Left, List, ListError, Options, Record, State, Subscriber, Which,
    record,
};
use crate::address::EmailAddress;
use crate::segment::{FieldType, Fields};
use crate::store::{StoreError, values};
use crate::token::{CampaignId, Purpose};

pub(super) fn list() -> (tempfile::TempDir, List) {
    let folder = tempfile::tempdir().unwrap();
    let list = List::open(&folder.path().join(FILE)).unwrap();
    (folder, list)
}

pub(super) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(super) fn fields() -> Fields {
    [("name", FieldType::Text), ("city", FieldType::Text), ("age", FieldType::Number), ("since", FieldType::Date)]
        .into_iter()
        .chain([("vip", FieldType::Boolean)])
        .map(|(name, kind)| (name.to_owned(), kind))
        .collect()
}

fn read(text: &str) -> Import {
    Import::read(text.as_bytes(), &fields(), &Options::default()).unwrap()
}

fn import(list: &List, text: &str) -> Vec<(Added, u64)> {
    let read = read(text);
    assert_eq!(read.bad, []);
    list.import(read.records, Some("file"), 1000, |_| {}).unwrap().counts.into_iter().collect()
}

fn all(list: &List) -> Vec<Subscriber> {
    let mut all = Vec::new();
    list.each(Which::All, |one| {
        all.push(one);
        Ok::<_, ListError>(())
    })
    .unwrap();
    all
}

/// Each bad line with its reason.
fn bad(text: &str) -> String {
    let bad = read(text).bad.into_iter();
    bad.map(|bad| format!("{}: {}", bad.line, bad.fault)).collect::<Vec<_>>().join("\n")
}

#[test]
fn keys_are_made_once_and_stay() {
    let (folder, list) = list();
    let again = List::open_existing(&folder.path().join(FILE)).unwrap();
    assert_eq!(again.keys(), list.keys());
    assert_eq!(again.hash(&address("A@Example.org")), list.hash(&address("a@example.org")));
    let other = super::tests::list().1;
    assert_ne!(other.keys(), list.keys());
    assert_ne!(other.hash(&address("a@example.org")), list.hash(&address("a@example.org")));
}

#[test]
fn a_list_that_lost_a_key_makes_no_new_one() {
    let (folder, list) = list();
    list.store().write(|tx| tx.run("DELETE FROM meta WHERE name = 'token_keys'", &[])).unwrap();
    drop(list);
    assert!(matches!(List::open(&folder.path().join(FILE)), Err(ListError::Store(StoreError::Corrupt(_)))));
}

#[test]
fn an_import_adds_updates_and_revives_nobody() {
    let (_folder, list) = list();
    let first = "email,Name,age\nada@example.org,Ada,36\nbob@example.org,Bob,\neve@example.org,,\n";
    assert_eq!(import(&list, first), [(Added::New, 3)]);
    assert_eq!(import(&list, first), [(Added::Unchanged, 3)]);
    assert_eq!(list.unsubscribe(&address("bob@example.org"), 2000).unwrap(), Left::Now("bob@example.org".to_owned()));
    assert_eq!(list.suppress(&address("eve@example.org"), Reason::Manual, 2000).unwrap(), Change::Done);
    let again = "email,name,city\nADA@Example.org,Ada,London\nbob@example.org,Robert,\nEve@example.org,,x\n";
    let counts = [(Added::Updated, 1), (Added::Unsubscribed, 1), (Added::Suppressed(Reason::Manual), 1)];
    assert_eq!(import(&list, again), counts);
    let ada = list.find(&address("ada@example.org")).unwrap().unwrap();
    assert_eq!(json!(ada.fields), json!({"name": "Ada", "age": 36, "city": "London"}));
    assert_eq!((ada.source.as_deref(), ada.joined), (Some("file"), 1000));
    let bob = list.find(&address("bob@example.org")).unwrap().unwrap();
    assert_eq!((bob.state, bob.left, bob.fields["name"].as_str()), (State::Unsubscribed, Some(2000), Some("Bob")));
    assert_eq!(list.count(Which::Active).unwrap(), 1);
    // An address that is suppressed without being on the list does not come on it either.
    list.suppress(&address("new@example.org"), Reason::Manual, 2000).unwrap();
    assert_eq!(import(&list, "email\nnew@example.org\n"), [(Added::Suppressed(Reason::Manual), 1)]);
    assert_eq!(list.find(&address("new@example.org")).unwrap(), None);
}

#[test]
fn a_trial_counts_and_changes_nothing() {
    let (_folder, list) = list();
    import(&list, "email\nada@example.org\n");
    let records = read("email,name\nada@example.org,Ada\nbob@example.org,Bob\n").records;
    let tried = list.try_import(records, None, 1000, |_| {}).unwrap();
    assert_eq!(tried.counts.into_iter().collect::<Vec<_>>(), [(Added::New, 1), (Added::Updated, 1)]);
    assert_eq!(all(&list).len(), 1);
    assert!(all(&list)[0].fields.is_empty());
}

#[test]
fn who_left_comes_back_only_by_asking() {
    let (_folder, list) = list();
    let ada = || Record::new(address("ada@example.org"));
    assert_eq!(list.add(ada(), 1).unwrap(), Added::New);
    list.unsubscribe(&ada().address, 2).unwrap();
    assert_eq!(list.add(ada(), 3).unwrap(), Added::Unsubscribed);
    assert_eq!(list.add_again(ada(), 4).unwrap(), Added::Updated);
    let one = list.find(&ada().address).unwrap().unwrap();
    assert_eq!((one.state, one.joined, one.left), (State::Active, 4, None));
    list.suppress(&ada().address, Reason::Complained, 5).unwrap();
    assert!(matches!(list.add_again(ada(), 6), Err(ListError::Suppressed(_, Reason::Complained))));
    assert_eq!(list.lift(&ada().address).unwrap(), Change::Done);
    assert_eq!(list.count(Which::Active).unwrap(), 1);
}

#[test]
fn a_leave_by_token_is_counted_to_its_issue_and_once() {
    let (_folder, list) = list();
    import(&list, "email\nada@example.org\n");
    let public = all(&list)[0].public;
    let token = list.keys().mint(Purpose::Unsubscribe, list.id(), public, CampaignId(7)).to_url();
    assert_eq!(list.unsubscribe_by_token(&token, 5).unwrap(), Left::Now("ada@example.org".to_owned()));
    assert_eq!(list.unsubscribe_by_token(&token, 6).unwrap(), Left::Before("ada@example.org".to_owned()));
    let left = |tx: &crate::store::Tx<'_>| {
        tx.all::<_, StoreError>("SELECT at, campaign FROM event WHERE kind = 'left'", &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
        })
    };
    assert_eq!(list.store().read(left).unwrap(), [(5, 7)]);
    for purpose in [Purpose::Bounce, Purpose::MessageId, Purpose::Test] {
        let other = list.keys().mint(purpose, list.id(), public, CampaignId(7)).to_url();
        assert!(matches!(list.unsubscribe_by_token(&other, 6), Err(ListError::Token(_))));
    }
    list.remove(&address("ada@example.org")).unwrap();
    assert_eq!(list.unsubscribe_by_token(&token, 7).unwrap(), Left::Nobody);
}

/// A campaign of number 7 that had ada in it.
fn sent_to_ada(list: &List) -> String {
    import(list, "email\nada@example.org\n");
    let (public, hash) = (all(list)[0].public, list.hash(&address("ada@example.org")));
    let sent = move |tx: &crate::store::Tx<'_>| {
        tx.run(
            "INSERT INTO campaign (id, slug, content, kind, subject, sender, template, settings, state, frozen, first, total)
             VALUES (7, 'west', zeroblob(32), 'first', '', '', x'', '{}', 'finished', 1, 1, 1)",
            &[],
        )?;
        let sql = "INSERT INTO delivery (id, campaign, public, hash, address, state, date) VALUES (1, 7, ?, ?, 'a', 'sent', 1)";
        tx.run(sql, crate::store::values![&public.0, &hash])
    };
    list.store().write::<_, StoreError, _>(sent).unwrap();
    list.keys().mint(Purpose::Unsubscribe, list.id(), public, CampaignId(7)).to_url()
}

#[test]
fn the_token_of_somebody_who_was_removed_keeps_them_away() {
    let (_folder, list) = list();
    let token = sent_to_ada(&list);
    let ada = || Record::new(address("ada@example.org"));
    list.remove(&ada().address).unwrap();
    for at in [5, 6] {
        assert_eq!(list.unsubscribe_by_token(&token, at).unwrap(), Left::Away);
    }
    let left = |tx: &crate::store::Tx<'_>| {
        tx.first::<i64, StoreError>("SELECT count(*) FROM event WHERE kind = 'left' AND campaign = 7", &[], |row| {
            row.get(0)
        })
    };
    assert_eq!(list.store().read(left).unwrap(), Some(1), "once");
    assert_eq!(list.add(ada(), 7).unwrap(), Added::Unsubscribed);
    assert_eq!(list.add_again(ada(), 8).unwrap(), Added::New);
    assert_eq!(list.unsubscribe_by_token(&token, 9).unwrap(), Left::Now("ada@example.org".to_owned()));
}

#[test]
fn the_token_of_somebody_who_is_forgotten_stands_for_nobody() {
    let (_folder, list) = list();
    let token = sent_to_ada(&list);
    list.forget(&address("ada@example.org"), 4).unwrap();
    assert_eq!(list.unsubscribe_by_token(&token, 5).unwrap(), Left::Nobody);
}

#[test]
fn who_left_and_was_removed_comes_back_only_by_asking() {
    let (_folder, list) = list();
    let ada = || Record::new(address("ada@example.org"));
    list.add(ada(), 1).unwrap();
    list.unsubscribe(&ada().address, 2).unwrap();
    list.remove(&ada().address).unwrap();
    assert_eq!(list.find(&ada().address).unwrap(), None);
    assert_eq!(list.add(ada(), 3).unwrap(), Added::Unsubscribed);
    let imported = list.import(vec![(2, ada())], None, 4, |_| ()).unwrap();
    assert_eq!(imported.counts, BTreeMap::from([(Added::Unsubscribed, 1)]));
    assert_eq!(list.find(&ada().address).unwrap(), None);
    assert_eq!(list.add_again(ada(), 5).unwrap(), Added::New);
    // Who had not left is anybody's to bring back.
    list.remove(&ada().address).unwrap();
    assert_eq!(list.add(ada(), 6).unwrap(), Added::New);
}

#[test]
fn tables_of_every_kind_are_read() {
    for text in [
        "address,name,tags\na@example.org,\"Ann, B\",\"x, Y\"\n",
        "\u{feff}E-Mail;Name;Tags\r\na@example.org;Ann, B;x,y\r\n",
        "email\tname\ttags\n\n\na@example.org\tAnn, B\ty;x\n",
        "email,name,tags,,\n a@example.org ,\"Ann,\r\n B\",x;y,,\n",
        "{\"email\": \"a@example.org\", \"name\": \"Ann, B\", \"tags\": [\"x\", \"y\"]}\n",
        "\n{\"address\":\"a@example.org\",\"fields\":{\"name\":\"Ann, B\"},\"tags\":\"x,y\",\"left\":null}\r\n",
    ] {
        let read = read(text);
        assert_eq!(read.bad, [], "{text}");
        let [(_, one)] = &read.records[..] else { panic!("{text}") };
        assert_eq!(one.address.as_str(), "a@example.org");
        assert_eq!(one.fields["name"], "Ann, B", "{text}");
        assert_eq!(one.tags, BTreeSet::from(["x".to_owned(), "y".to_owned()]), "{text}");
    }
}

#[test]
fn every_bad_line_is_reported_with_its_number_and_reason() {
    let table = "email,name,age,since,vip,status,joined\n\
        good@example.org,\"two\nlines\",1,2024-01-31,yes,,2024-01-31\n\
        no address,Ann\n\
        ,Ann\n\
        \n\
        a@example.org,Ann,many\n\
        a@example.org,Ann,,31.1.2024\n\
        a@example.org,Ann,,,maybe\n\
        a@example.org,Ann,,,,sleeping\n\
        a@example.org,Ann,,,,,soon\n\
        a@example.org,Ann,,,,,,B\n\
        a@example.org\n\
        last@example.org,\"Ann\nb@example.org,Bob\n";
    insta::assert_snapshot!(bad(table), @r#"
    4: `no address` is not a mail address
    5: it has no address
    7: `age`: `many` is not a number such as `12` or `-0.5`
    8: `since`: `31.1.2024` is not a day such as `2024-01-31`
    9: `vip`: `maybe` is not `true` or `false`
    10: `sleeping` is no status: it is `active`, `unsubscribed`, `suppressed`, `bounced` or `complained`
    11: `joined`: `soon` is not a day or time such as `2024-01-31` or `2024-01-31T12:00:00Z`
    12: it has 8 cells for 7 columns; a text with the separator in it needs quotes
    14: a quote that opens here never closes
    "#);
    assert_eq!(read(table).records.len(), 3);
    let lines = "{\"email\": \"a@example.org\", \"nam\": \"Ann\"}\n[]\n{\"email\": 1}\n\n{\"email\": \"a@example.org\"\n\
        {\"email\": \"a@example.org\", \"city\": [1]}\n{\"name\": \"x\"}\n";
    insta::assert_snapshot!(bad(lines), @"
    1: there is no field `nam`; did you mean `name`?
    2: it is not the JSON of a subscriber: invalid type: sequence, expected a map
    3: `1` is not a mail address
    5: it is not the JSON of a subscriber: EOF while parsing an object
    6: it is not the JSON of a subscriber: `city` holds a list or an object, not one value
    7: it has no address
    ");
    let latin = Import::read(b"email,name\na@example.org,Andr\xe9\n", &fields(), &Options::default()).unwrap();
    assert_eq!(latin.bad[0].fault.to_string(), "it is not UTF-8; save the file as UTF-8");
}

#[test]
fn a_stray_quote_takes_no_rows_along() {
    let (first, last) = ("good@example.org,Ann\n", "last@example.org,Lee\n");
    for (rows, expected) in [
        (
            "a@example.org,\"Ann\nb@example.org,Bob\nc@example.org,\"Cid\"\n",
            "3: a quote that opens here takes the rows up to line 5",
        ),
        (
            "a@example.org,\"Ann\nb@example.org,Bob \"the cook\"\n",
            "3: a quote that opens here takes the rows up to line 4",
        ),
        (
            "\"a@example.org\",\"Ann\n\"b@example.org\",\"Bob\"\n",
            "3: a quote that opens here takes the rows up to line 4",
        ),
        (
            "a@example.org,\"12 Lane\nTrieste\"\nb@example.org,\"Bob\nc@example.org,\"Cid\"\n",
            "5: a quote that opens here takes the rows up to line 6",
        ),
        ("a@example.org,\"Ann\nb@example.org,Bob\n", "3: a quote that opens here never closes"),
    ] {
        let table = format!("email,name\n{first}{rows}{}", if rows.ends_with("Bob\n") { "" } else { last });
        let faults = bad(&table);
        assert!(faults.starts_with(expected) && faults.lines().count() == 1, "{faults}\n{table}");
        // The rows that were taken along are read by themselves.
        let addresses = table.matches('@').count();
        assert_eq!(read(&table).records.len(), addresses - 1, "{table}");
    }
    let name_first = "name,email\n\"Ann,a@example.org\n\"Cid\",c@example.org\nZoe,z@example.org\n";
    assert!(
        bad(name_first).starts_with("2: a quote that opens here takes the rows up to line 3"),
        "{}",
        bad(name_first)
    );
    let header =
        Import::read(b"email,\"name\na@example.org,Ann\nb@example.org,\"Bob\"\n", &fields(), &Options::default());
    let header = header.unwrap_err().to_string();
    assert!(header.starts_with("line 1, which names the columns: a quote that opens here takes the rows"), "{header}");
}

#[test]
fn lines_in_quotes_are_legal() {
    let table =
        "email,name\na@example.org,\"12 Harbour Lane\nTrieste\"\n\"b@example.org\",\"see\r\nx, y\r\n\"\"z\"\"\"\r\n";
    assert_eq!(bad(table), "");
    assert_eq!(read(table).records[0].1.fields["name"], "12 Harbour Lane Trieste");
    let last = "name,email\n\"Ann\nLee\",a@example.org\n\"Bob\nLee\",b@example.org\n";
    assert_eq!((bad(last).as_str(), read(last).records.len()), ("", 2));
    let named = "sep=;\r\nemail;name\r\na@example.org;\"A, B; C\"\r\nno address;B\r\n";
    assert_eq!(read(named).records[0].1.fields["name"], "A, B; C");
    assert_eq!(bad(named), "4: `no address` is not a mail address");
}

#[test]
fn columns_that_cannot_be_told_are_refused_with_a_remedy() {
    let fault = |text: &str, maps: &[(&str, &str)]| {
        let maps = maps.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let options = Options { maps, ..Options::default() };
        match Import::read(text.as_bytes(), &fields(), &options) {
            Ok(import) => format!("{} read", import.records.len()),
            Err(error) => format!("{error}; {}", error.help()),
        }
    };
    let all = [
        fault("ada@example.org,Ada\n", &[]),
        fault("name,city\nAda,London\n", &[]),
        fault("email,town\na@example.org,London\n", &[]),
        fault("email,ctiy\na@example.org,London\n", &[]),
        fault("email,town\na@example.org,London\n", &[("town", "city")]),
        fault("email,town\na@example.org,London\n", &[("town", "")]),
        fault("email,town\na@example.org,London\n", &[("twon", "city")]),
        fault("email,town\na@example.org,London\n", &[("town", "cty")]),
        fault("email,mail\na@example.org,b@example.org\n", &[]),
        fault("", &[]),
        fault("[{}]", &[]),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    the first line holds an address and no names of columns; put a line such as `address,name` at the top of the file
    no column of `name`, `city` holds the address; say which it is by `--map COLUMN=address`
    there is no field `town`; add it to `subscribers: {fields: …}` in `newsletter.yaml`, name a field by `--map "town=FIELD"`, or leave the column out by `--map "town="`
    there is no field `ctiy`; did you mean `city`? then `--map "ctiy=city"`
    1 read
    1 read
    there is no column `twon`; did you mean `town`?
    there is no field `cty`; did you mean `city`? then `--map "town=city"`
    `email` and `mail` are both `address`; `--map "mail="` takes `email`, and `--map "email="` takes `mail`
    the file is empty; its first line names the columns: `address,name`
    the file is one JSON array; write one object a line, without brackets and commas round them
    "#);
    let utf16 = Import::read(&[0xff, 0xfe, b'a', 0], &fields(), &Options::default());
    assert_eq!(utf16.unwrap_err().to_string(), "the file is UTF-16");
}

#[test]
fn a_name_of_two_lines_and_a_formula_do_no_harm() {
    let (_folder, list) = list();
    import(&list, "email,name,city\na@example.org,\"x\r\nBcc: y@z\",=cmd()\n");
    let one = &all(&list)[0];
    assert_eq!(one.fields["name"], "x Bcc: y@z");
    assert_eq!(one.fields["city"], "=cmd()");
    let mut out = Vec::new();
    list.export(Export { formulas: Formulas::Disarmed, ..Export::default() }, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
    address,status,reason,joined,left,source,tags,city,name
    a@example.org,active,,1970-01-01T00:16:40Z,,file,,'=cmd(),x Bcc: y@z
    "#);
}

#[test]
fn a_forgotten_one_leaves_a_hash_and_nothing_else() {
    let (folder, list) = list();
    import(&list, "email,name,source\nada@example.org,Ada Lovelace,fair\nbob@example.org,Bob,fair\n");
    let ada = list.find(&address("ada@example.org")).unwrap().unwrap();
    let (hash, public) = (list.hash(&address("ada@example.org")), ada.public);
    list.store()
        .write(move |tx| {
            tx.run(
                "INSERT INTO campaign (slug, content, kind, subject, sender, template, settings, state, frozen, first, total)
                 VALUES ('a', zeroblob(32), 'first', 's', 'f', x'', '{}', 'running', 1, 1, 1)",
                &[],
            )?;
            tx.run(
                "INSERT INTO delivery (campaign, address, hash, name, fields, public, reply)
                 VALUES (1, 'ada@example.org', ?, 'Ada Lovelace', '{\"name\": \"Ada Lovelace\"}', ?, '550 ada@example.org')",
                values![&hash, &public.0],
            )?;
            let attempt = "INSERT INTO attempt (delivery, n, at, epoch, outcome, reply) VALUES (1, 1, 1, 1, 'failed', 'no ada@example.org')";
            tx.run(attempt, &[])
        })
        .unwrap();
    list.suppress(&address("ada@example.org"), Reason::Manual, 2).unwrap();
    let forgotten = list.forget(&address("ADA@example.org"), 3).unwrap();
    assert_eq!((forgotten.subscribers, forgotten.deliveries), (1, 1));
    assert_eq!(import(&list, "email\nada@example.org\n"), [(Added::Suppressed(Reason::Forgotten), 1)]);
    let state = |tx: &crate::store::Tx<'_>| tx.first("SELECT state FROM delivery", &[], |row| row.get::<String>(0));
    assert_eq!(list.store().read::<_, StoreError>(state).unwrap().as_deref(), Some("suppressed"));
    assert_eq!(list.stats(Tz::UTC).unwrap().total.joined, 2);
    let others =
        |tx: &crate::store::Tx<'_>| tx.first("SELECT count(subscriber) FROM event", &[], |row| row.get::<i64>(0));
    assert_eq!(list.store().read::<_, StoreError>(others).unwrap(), Some(1), "what is known of others stays");
    for entry in folder.path().read_dir().unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for word in ["ada@example", "Lovelace"] {
            let there = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!there, "`{word}` is in {}", path.display());
        }
        assert!(!bytes.windows(8).any(|window| window == public.0), "the public id is in {}", path.display());
    }
    assert!(list.find(&address("bob@example.org")).unwrap().is_some());
}

#[test]
fn a_forgotten_one_of_many_is_in_no_page_that_was_split() {
    let (folder, list) = list();
    let rows: Vec<_> = (0..600).map(|number| format!("u{number}@d{}.org,N{number}\n", number % 3)).collect();
    import(&list, &format!("email,name\n{}", rows.concat()));
    let gone: Vec<_> = (0..60).map(|number| format!("u{number}@d{}.org", number % 3)).collect();
    for one in &gone {
        list.forget(&address(one), 3).unwrap();
    }
    for entry in folder.path().read_dir().unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for one in &gone {
            assert!(!bytes.windows(one.len()).any(|window| window == one.as_bytes()), "`{one}` is still there");
        }
    }
    assert!(list.find(&address("u100@d1.org")).unwrap().is_some());
}

#[test]
fn stats_count_by_source_and_week() {
    let (_folder, list) = list();
    let day = 86400;
    import(&list, "email,source,joined\na@example.org,fair,1970-01-05\nb@example.org,,1970-01-06\n");
    list.unsubscribe(&address("a@example.org"), 20 * day).unwrap();
    list.unsubscribe(&address("a@example.org"), 21 * day).unwrap();
    let stats = list.stats(Tz::UTC).unwrap();
    assert_eq!((stats.active, stats.unsubscribed, stats.suppressed), (1, 1, 0));
    let fair = stats.sources[&Some("fair".to_owned())];
    assert_eq!((fair.joined, fair.left), (1, 1));
    assert_eq!(stats.sources[&Some("file".to_owned())].joined, 1);
    let weeks: Vec<_> =
        stats.weeks.iter().map(|week| format!("{} {} {}", week.monday, week.counts.joined, week.counts.left)).collect();
    assert_eq!(weeks, ["1970-01-05 2 0", "1970-01-12 0 0", "1970-01-19 0 1"]);
}

fn one() -> impl Strategy<Value = Record> {
    let text = || prop::option::of("['=+@\",; éa重\n\r\t-]{1,12}");
    let standing = prop::sample::select(vec![
        record::Standing::Active,
        record::Standing::Unsubscribed,
        record::Standing::Suppressed(Reason::Bounced),
        record::Standing::Suppressed(Reason::Manual),
    ]);
    let numbers = (prop::option::of(-1_000_000_i32..1_000_000), prop::option::of(any::<bool>()));
    let tags = prop::collection::btree_set("[a-z'=重]{1,4}", 0..3);
    ("[a-z+=-]{1,8}", standing, 0_i64..4_000_000_000, text(), text(), text(), numbers, tags).prop_map(
        |(local, standing, joined, name, city, source, (age, vip), tags)| {
            let mut record = Record::new(address(&format!("{local}@example.org")));
            for (field, text) in
                [("name", name), ("city", city), ("age", age.map(|age| (f64::from(age) / 8.0).to_string()))]
            {
                record.set(field, &text.unwrap_or_default(), &fields()).unwrap();
            }
            record.set("vip", &vip.map(|vip| vip.to_string()).unwrap_or_default(), &fields()).unwrap();
            record.source = source.map(|source| super::text::one_line(&source)).filter(|source| !source.is_empty());
            record.left = (standing == record::Standing::Unsubscribed).then_some(joined + 5);
            (record.standing, record.joined) = (standing, Some(joined));
            for tag in &tags {
                record.tag(tag);
            }
            record
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_exported_and_imported_is_the_same(
        records in prop::collection::vec(one(), 0..12),
        disarmed in any::<bool>(),
        json in any::<bool>(),
    ) {
        let (_folder, list) = list();
        let records = records.into_iter().map(|one| (1, one)).collect();
        list.import(records, None, 1000, |_| {}).unwrap();
        let formulas = if disarmed { Formulas::Disarmed } else { Formulas::Raw };
        let form = if json { Form::JsonLines } else { Form::Csv };
        let mut out = Vec::new();
        list.export(Export { form, formulas, ..Export::default() }, &mut out).unwrap();
        let (_other_folder, other) = super::tests::list();
        let import = Import::read(&out, &fields(), &Options { formulas, ..Options::default() });
        if !out.is_empty() {
            let import = import.unwrap();
            prop_assert_eq!(import.bad, []);
            other.import(import.records, None, 9999, |_| {}).unwrap();
        }
        let known = |list: &List| all(list).into_iter().map(|one| one.to_json()).collect::<Vec<_>>();
        prop_assert_eq!(known(&list), known(&other));
    }

    #[test]
    fn no_file_makes_an_import_panic(text in "[\"a,;@.\n\r\t{}:'=0-9é\\[\\]]{0,60}", bytes in any::<Vec<u8>>()) {
        for bytes in [text.as_bytes(), &bytes, &[b"email,name\n", &bytes[..]].concat()] {
            if let Ok(import) = Import::read(bytes, &fields(), &Options::default()) {
                let lines = memchr::memchr_iter(b'\n', bytes).count() as u64 + 1;
                prop_assert!(import.bad.iter().all(|bad| bad.line <= lines));
            }
        }
    }
}
