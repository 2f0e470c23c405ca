//! Records of `name=value` pairs between semicolons: DKIM's (RFC 6376 §3.2) and DMARC's.

/// The value of a tag, without the white space that a record may have in it.
pub(super) fn value(record: &str, tag: &str) -> Option<String> {
    let pairs = record.split(';').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case(tag)).map(|(_, value)| value);
    values.next().map(|value| value.split_ascii_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn a_value_is_found_by_its_tag() {
        let record = "v=DKIM1 ; k = rsa;p=MIIB IjAN\tBg==;; t=";
        assert_eq!(value(record, "p").as_deref(), Some("MIIBIjANBg=="));
        assert_eq!(value(record, "K").as_deref(), Some("rsa"));
        assert_eq!(value(record, "t").as_deref(), Some(""));
        assert_eq!(value(record, "s"), None);
    }
}
