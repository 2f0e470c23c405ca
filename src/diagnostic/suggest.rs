//! 'Did you mean'.

/// The candidate nearest to `word`, when it is near enough to be what was meant: at most a third
/// of its letters differ, a swap of neighbours counting once. Case and `-`/`_` do not count.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |s: &str| s.to_lowercase().replace(['-', '_', ' '], "");
    let wanted = fold(word);
    let limit = (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &fold(candidate)), candidate))
        .filter(|&(distance, candidate)| distance <= limit && distance < candidate.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_swapped_letter_and_another_case_are_near() {
        assert_eq!(nearest("tilte", ["title", "subtitle"]), Some("title"));
        assert_eq!(nearest("Reply-To", ["from", "reply_to"]), Some("reply_to"));
        assert_eq!(nearest("colour", ["title", "date"]), None);
    }
}
