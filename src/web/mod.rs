//! The one door to the web: asks whether addresses answer, and knows nothing of posts.
//!
//! It is polite: it says who it is, asks for no more than the head of a page where that will do,
//! asks one host one thing at a time with a pause between, and stops asking a host that wants to be
//! left alone. It never asks an address of a private network, whatever a redirect or a name server
//! says, nor one with a name or a password in it, and so never shows one either.

mod address;
mod cache;
mod error;
mod guard;
mod hosts;
mod round;

pub use address::Address;
pub use cache::Cache;
pub use error::AskError;
pub use guard::is_private;
pub use round::{Answers, Round, ask_all};

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;

use guard::Guard;
use hosts::Hosts;

/// How far asking goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest that one request may take, from the look-up of its name on.
    pub request: Duration,
    /// When a round of many addresses stops asking.
    pub round: Duration,
    /// The pause between two requests to one host.
    pub pause: Duration,
    /// How many hosts are asked at once.
    pub hosts: usize,
    /// How many redirects are followed.
    pub redirects: usize,
    /// Which addresses may be asked.
    pub reach: Reach,
}

/// Which addresses may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those that anybody can reach.
    Public,
    /// Those of this machine and its network as well, past any proxy: for tests.
    Everywhere,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(10),
            round: Duration::from_mins(5),
            pause: Duration::from_millis(250),
            hosts: 8,
            redirects: 8,
            reach: Reach::Public,
        }
    }
}

/// What a server said in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The status of the last page.
    pub status: u16,
    /// The redirects that led there, in order.
    pub redirects: Vec<Redirect>,
}

/// One step of a redirection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// The status that says how long it is meant to last.
    pub status: u16,
    /// Where it leads.
    pub to: String,
}

impl Answer {
    /// Whether the page is there.
    pub fn is_fine(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the server says that there is no such page.
    pub fn is_gone(&self) -> bool {
        matches!(self.status, 404 | 410)
    }

    /// Where the redirects ended; nothing where there was none.
    pub fn final_url(&self) -> Option<&str> {
        self.redirects.last().map(|redirect| redirect.to.as_str())
    }

    /// Where the page has moved to for good, if it is there: as far as every redirect says so.
    pub fn moved_to(&self) -> Option<&str> {
        let lasting = self.redirects.iter().take_while(|redirect| matches!(redirect.status, 301 | 308));
        lasting.last().filter(|_| self.is_fine()).map(|redirect| redirect.to.as_str())
    }
}

/// Asks one address after another.
#[derive(Debug)]
pub struct Web {
    agent: Agent,
    limits: Limits,
    hosts: Hosts,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// The head of a page alone.
    Head,
    /// The page, of which nothing but the head is read.
    Get,
}

impl Web {
    /// Asks within these limits. Nothing is asked yet.
    pub fn new(limits: Limits) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = Agent::config_builder()
            .user_agent(concat!("newsletter/", env!("CARGO_PKG_VERSION"), " (link check)"))
            .http_status_as_error(false)
            // Every step is looked at before it is taken.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(limits.request))
            .tls_config(tls);
        let config = match limits.reach {
            Reach::Public => config,
            Reach::Everywhere => config.proxy(None),
        };
        let agent = Agent::with_parts(config.build(), DefaultConnector::default(), Guard::new(limits.reach));
        Self { agent, limits, hosts: Hosts::default() }
    }

    /// Asks whether an address answers, by as many redirects as the limits allow.
    ///
    /// # Errors
    /// When no server gave an answer, or none was asked.
    pub fn ask(&self, url: &str) -> Result<Answer, AskError> {
        let mut at = Address::parse(url)?;
        let mut redirects: Vec<Redirect> = Vec::new();
        loop {
            let (status, location) = self.look(&at)?;
            let Some(location) = location.filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308)) else {
                return Ok(Answer { status, redirects });
            };
            let to = at.join(&location).map_err(|_| AskError::Location)?;
            let seen = redirects.iter().any(|redirect| redirect.to == to.as_str());
            if seen || to == at || redirects.len() >= self.limits.redirects {
                return Err(AskError::Redirects);
            }
            redirects.push(Redirect { status, to: to.as_str().to_owned() });
            at = to;
        }
    }

    /// Asks for the head of a page, and where that is refused for the page.
    fn look(&self, at: &Address) -> Result<(u16, Option<String>), AskError> {
        match self.request(Method::Head, at, "location") {
            // Many servers answer `HEAD` wrongly or not at all; one that asks for patience means it.
            Ok((status, _)) if status >= 400 && status != 429 => self.request(Method::Get, at, "location"),
            Err(error) if error.may_be_of_head() => self.request(Method::Get, at, "location"),
            answer => answer,
        }
    }

    /// What time it is where an address leads, by the `Date` of its answer (RFC 9110 §6.6.1); nothing where it
    /// does not say. No redirect is followed.
    ///
    /// # Errors
    /// As [`Web::ask`].
    pub fn time(&self, url: &str) -> Result<Option<DateTime<Utc>>, AskError> {
        let (_, date) = self.request(Method::Head, &Address::parse(url)?, "date")?;
        Ok(date.and_then(|date| DateTime::parse_from_rfc2822(&date).ok()).map(|date| date.to_utc()))
    }

    /// The status, and what one field of the answer's header says.
    fn request(&self, method: Method, at: &Address, field: &str) -> Result<(u16, Option<String>), AskError> {
        if self.limits.reach == Reach::Public && is_private(at.host()) {
            return Err(AskError::Private(at.host().to_owned()));
        }
        self.hosts.in_turn(at.host(), self.limits.pause, || {
            let answer = match method {
                Method::Head => self.agent.head(at.as_str()).call(),
                Method::Get => self.agent.get(at.as_str()).call(),
            };
            let answer = answer.map_err(|error| AskError::of(error, at.host()))?;
            let value = answer.headers().get(field);
            let value = value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            Ok((answer.status().as_u16(), value))
        })
    }

    /// Whether names can be looked up at all, asked of one that always stands (RFC 2606).
    fn is_online(&self) -> bool {
        use std::net::ToSocketAddrs;
        self.limits.reach == Reach::Everywhere || ("example.com", 443).to_socket_addrs().is_ok()
    }
}
