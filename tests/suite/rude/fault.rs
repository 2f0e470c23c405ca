//! What a relay can do wrong, as values.

use std::sync::Arc;

use crate::support::relay::{Act, Script, Step};

/// MAIL, RCPT and DATA.
pub(super) const OPENING: &[Step] = &[Step::Mail, Step::Rcpt, Step::Data];
/// What comes before the first letter.
pub(super) const BEFORE: &[Step] = &[Step::Greeting, Step::Ehlo, Step::Auth];
/// What TLS adds to that.
pub(super) const TLS: &[Step] = &[Step::StartTls, Step::Handshake];

/// One way to misbehave.
#[derive(Clone)]
pub(super) struct Fault {
    /// What the relay does, after 'it'.
    pub(super) name: &'static str,
    pub(super) manner: Manner,
    pub(super) cases: Vec<Case>,
}

/// What the connection is worth afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// It goes on: the reply has one meaning.
    GoesOn,
    /// Nothing more is said over it: no reply of it can be trusted any more.
    Ends,
    /// Either, in the course of the case.
    Either,
}

/// One place of a fault, and what has to come of it.
#[derive(Clone)]
pub(super) struct Case {
    /// Where, in words.
    pub(super) at: String,
    /// The script of a relay that is otherwise polite, made rude.
    pub(super) rude: Arc<dyn Fn(Script) -> Script + Send + Sync>,
    pub(super) modes: Vec<Mode>,
    pub(super) third: Third,
    /// Whether the relay wants to know who we are.
    pub(super) asks_password: bool,
    /// What the ledger has to say; see [`super::seen::Seen::ledger`].
    pub(super) ledger: &'static str,
}

/// How the dialogue goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Plain,
    Pipelined,
    /// Pipelined, after STARTTLS.
    Tls,
}

/// Who is third in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Third {
    Usual,
    /// Somebody whose letter is larger than what the network holds.
    Long,
    /// Somebody whose address is not ASCII.
    Wide,
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Times {
    Once,
    Each,
}

impl Fault {
    /// A fault that ends the connection.
    pub(super) fn that_ends(name: &'static str) -> Self {
        Self { name, manner: Manner::Ends, cases: Vec::new() }
    }

    /// A fault that the connection survives.
    pub(super) fn that_is_borne(name: &'static str) -> Self {
        Self { name, manner: Manner::GoesOn, cases: Vec::new() }
    }

    /// A fault that ends some connections and not others.
    pub(super) fn that_varies(name: &'static str) -> Self {
        Self { name, manner: Manner::Either, cases: Vec::new() }
    }

    /// Once: at the third letter, or on the first connection.
    pub(super) fn at(self, steps: &[Step], act: Act, ledger: &'static str) -> Self {
        self.place(steps, act, ledger, Times::Once)
    }

    /// Each time that it comes there.
    pub(super) fn each_time(self, steps: &[Step], act: Act, ledger: &'static str) -> Self {
        self.place(steps, act, ledger, Times::Each)
    }

    fn place(mut self, steps: &[Step], act: Act, ledger: &'static str, times: Times) -> Self {
        let act = Arc::new(act);
        for step in steps.iter().copied() {
            let (name, nth, modes): (_, _, &[Mode]) = match step {
                Step::Connect => ("connect", 1, &[Mode::Plain]),
                Step::Greeting => ("greeting", 1, &[Mode::Plain]),
                Step::Ehlo => ("EHLO", 1, &[Mode::Plain]),
                Step::Helo => ("HELO", 1, &[Mode::Plain]),
                Step::StartTls => ("STARTTLS", 1, &[Mode::Tls]),
                Step::Handshake => ("handshake", 1, &[Mode::Tls]),
                Step::Auth => ("AUTH", 1, &[Mode::Plain]),
                Step::Mail => ("MAIL", 3, BOTH),
                Step::Rcpt => ("RCPT", 3, BOTH),
                Step::Data => ("DATA", 3, BOTH),
                Step::Body => ("text", 3, BOTH),
                Step::Dot => ("dot", 3, BOTH),
                Step::Reset => ("RSET", 1, BOTH),
                Step::Quit => ("QUIT", 1, BOTH),
            };
            let nth = if times == Times::Each { 0 } else { nth };
            let act = Arc::clone(&act);
            let rude = move |script: Script| {
                let script = script.on(step, nth, Act::clone(&act));
                // RSET is said after a letter that was refused.
                let refused = Act::Say(b"550 5.2.1 disabled\r\n");
                if step == Step::Reset { script.on(Step::Rcpt, 2, refused) } else { script }
            };
            self.cases.push(Case {
                at: if times == Times::Each { format!("each {name}") } else { name.to_owned() },
                rude: Arc::new(rude),
                modes: modes.to_vec(),
                third: if step == Step::Body { Third::Long } else { Third::Usual },
                asks_password: step == Step::Auth,
                ledger,
            });
        }
        self
    }

    /// Where no step and act say it.
    pub(super) fn case(
        mut self,
        at: &str,
        modes: &[Mode],
        ledger: &'static str,
        rude: impl Fn(Script) -> Script + Send + Sync + 'static,
    ) -> Self {
        let (at, modes, rude) = (at.to_owned(), modes.to_vec(), Arc::new(rude));
        self.cases.push(Case { at, rude, modes, third: Third::Usual, asks_password: false, ledger });
        self
    }

    /// The last case with another third reader.
    pub(super) fn with_third(mut self, third: Third) -> Self {
        self.cases.last_mut().unwrap().third = third;
        self
    }

    /// The last case at a relay that wants to know who we are.
    pub(super) fn with_password(mut self) -> Self {
        self.cases.last_mut().unwrap().asks_password = true;
        self
    }

    /// The last case by another name.
    pub(super) fn named(mut self, at: &str) -> Self {
        at.clone_into(&mut self.cases.last_mut().unwrap().at);
        self
    }

    /// The last case in these modes.
    pub(super) fn only(mut self, modes: &[Mode]) -> Self {
        self.cases.last_mut().unwrap().modes = modes.to_vec();
        self
    }

    /// Every case of a letter under TLS too.
    pub(super) fn under_tls_too(mut self) -> Self {
        for case in &mut self.cases {
            if case.modes == BOTH {
                case.modes.push(Mode::Tls);
            }
        }
        self
    }
}

/// Without TLS, step by step and in groups.
pub(super) const BOTH: &[Mode] = &[Mode::Plain, Mode::Pipelined];
