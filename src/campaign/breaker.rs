//! Stops a campaign that a relay takes for spam, before it costs the sender's name.

use std::collections::VecDeque;

/// How many of the last answers count.
pub const WINDOW: usize = 100;
/// How many rejections among them are too many.
const LIMIT: usize = 10;
/// How many are too many with nothing else before them: a campaign that is refused from its first
/// letter on stops at once.
const IN_A_ROW: usize = 5;

/// Counts the answers that reject what we send for what it is.
#[derive(Clone, Debug, Default)]
pub struct Breaker {
    rejected: VecDeque<bool>,
    in_a_row: usize,
}

/// What an answer was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Our mail as such: policy, reputation, content.
    Rejection,
    /// Anything else.
    Other,
}

impl Breaker {
    /// As it is after these answers, the last of them last. Where they opened it, whoever goes on
    /// may have mended what was wrong: it is closed then, and one more rejection opens it again.
    pub fn after(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut breaker = Self::default();
        for answer in answers {
            breaker.note(answer);
        }
        breaker.in_a_row = breaker.in_a_row.min(IN_A_ROW - 1);
        while breaker.is_open() {
            breaker.rejected.pop_front();
        }
        breaker
    }

    /// Takes one answer in, and says whether sending has to stop.
    pub fn note(&mut self, answer: Answer) -> bool {
        let rejection = answer == Answer::Rejection;
        self.in_a_row = if rejection { self.in_a_row + 1 } else { 0 };
        if self.rejected.len() == WINDOW {
            self.rejected.pop_front();
        }
        self.rejected.push_back(rejection);
        self.is_open()
    }

    /// Whether sending has to stop.
    pub fn is_open(&self) -> bool {
        self.in_a_row >= IN_A_ROW || self.rejected.iter().filter(|rejected| **rejected).count() >= LIMIT
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Breaker};

    fn after(answers: impl IntoIterator<Item = Answer>) -> bool {
        let mut breaker = Breaker::default();
        answers.into_iter().any(|answer| breaker.note(answer))
    }

    #[test]
    fn five_rejections_in_a_row_open_it() {
        assert!(!after([Answer::Rejection; 4]));
        assert!(after([Answer::Rejection; 5]));
    }

    #[test]
    fn whoever_goes_on_after_it_opened_has_one_letter_to_find_out() {
        for rejections in [5, 40] {
            let mut breaker = Breaker::after([Answer::Rejection].repeat(rejections));
            assert!(!breaker.is_open());
            assert!(breaker.clone().note(Answer::Rejection), "it is as it was");
            assert!((0..200).all(|_| !breaker.note(Answer::Other)), "it was mended");
            assert!(!breaker.note(Answer::Rejection));
        }
        assert!(!Breaker::after([Answer::Other, Answer::Rejection]).note(Answer::Rejection), "far from open");
    }

    #[test]
    fn ten_in_a_hundred_open_it_and_nine_do_not() {
        let every = |step: usize| (0..1000).map(move |n| if n % step == 0 { Answer::Rejection } else { Answer::Other });
        assert!(after(every(10)));
        assert!(!after(every(12)));
        assert!(!after([]));
    }
}
