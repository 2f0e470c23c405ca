//! The first sentences of a post, for cards and for the line that inboxes show.

use crate::post::Document;
use crate::post::cjk::is_ideograph;
use crate::post::tree::{Block, BlockKind, plain_text};

impl Document {
    /// The text's first sentences, at most `limit` characters; where the first alone is longer,
    /// it is cut at a word and ends in `…`. The greeting's salutation (`Dear reader,`) is left
    /// out. Empty where the post has no paragraph.
    pub fn summary(&self, limit: usize) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            let Some(paragraph) = paragraph(block) else { continue };
            if text.is_empty() && paragraph.ends_with([',', '，', ':', '：']) {
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&paragraph);
            if text.chars().count() > limit {
                break;
            }
        }
        cut(&text, limit)
    }
}

fn paragraph(block: &Block) -> Option<String> {
    let BlockKind::Paragraph(content) = &block.kind else { return None };
    let text = plain_text(content);
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn cut(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let fits = text.get(..end).unwrap_or_default();
    let mut sentence = None;
    let mut word = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next().filter(|&(at, _)| at < end) {
        let next = letters.peek().map(|&(_, next)| next);
        let after = at + c.len_utf8();
        if matches!(c, '。' | '！' | '？') || matches!(c, '.' | '!' | '?') && next.is_none_or(char::is_whitespace) {
            sentence = Some(after);
        }
        if after < end && (is_ideograph(c) || next.is_some_and(char::is_whitespace)) {
            word = Some(after);
        }
    }
    // A sentence that is but the start of the space is a poor summary.
    if let Some(sentence) = sentence.filter(|&sentence| sentence * 3 >= end) {
        return fits.get(..sentence).unwrap_or_default().to_owned();
    }
    let kept = match word {
        Some(word) => fits.get(..word).unwrap_or_default(),
        None => fits.get(..fits.char_indices().next_back().map_or(0, |(at, _)| at)).unwrap_or_default(),
    };
    format!("{}…", kept.trim_end_matches(|c: char| !c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn whole_sentences_are_kept_where_they_fill_the_space() {
        assert_eq!(cut("One two. Three four five.", 40), "One two. Three four five.");
        assert_eq!(cut("One two. Three four five.", 14), "One two.");
        assert_eq!(cut("第一句话在这里。第二句话。", 10), "第一句话在这里。");
    }

    #[test]
    fn else_the_text_is_cut_at_a_word() {
        assert_eq!(cut("One two, three four five", 12), "One two…");
        assert_eq!(cut("这是一个很长很长的句子没有标点", 6), "这是一个很…");
        assert_eq!(cut("Unbreakableword", 5), "Unbr…");
    }

    #[test]
    fn a_summary_is_never_longer_than_asked() {
        for limit in 1..30 {
            assert!(cut("A 词 of sentences. And。 more, of them: here", limit).chars().count() <= limit);
        }
    }
}
