//! The test cases of isemail, which do not belong to this project, through our policy.
//!
//! `ISEMAIL_CASES` names them: one JSON object a line with `id`, `address` and `category`.

use newsletter::address::{AddressFault, EmailAddress};

/// Those that isemail calls valid, and why they are refused all the same.
const REFUSED: &[(&str, AddressFault)] = &[
    // `test@io`: a domain of one label. ICANN forbids such (RFC 7085 tells how they fail), and in a
    // list it is the rest of a domain cut short.
    ("5", AddressFault::SingleLabel),
];

#[test]
#[ignore = "needs the cases of isemail"]
fn the_cases_of_isemail_fall_as_the_policy_says() {
    let path = std::env::var("ISEMAIL_CASES").expect("ISEMAIL_CASES names the cases");
    let cases = std::fs::read_to_string(path).unwrap();
    let (mut wrong, mut verdicts) = (Vec::new(), Vec::new());
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let (id, address) = (case["id"].as_str().unwrap(), case["address"].as_str().unwrap());
        let read = EmailAddress::parse(address);
        let fault = read.as_ref().err().map(|error| error.fault);
        let expected = match case["category"].as_str().unwrap() {
            "ISEMAIL_ERR" => fault.is_some(),
            "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_DNSWARN" => {
                fault == REFUSED.iter().find(|(known, _)| *known == id).map(|(_, fault)| *fault)
            }
            // Legal, obsolete or too long: the policy decides, and the snapshot shows how.
            _ => true,
        };
        if !expected {
            wrong.push(format!("{id}: {address:?} {fault:?}"));
        }
        verdicts.push(format!("{id:>3} {}", fault.map_or_else(|| "accepted".to_owned(), |fault| fault.to_string())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!(verdicts.join("\n"));
}
