//! `newsletter send`.

mod args;
mod due;
mod progress;
mod run;
mod summary;
mod test;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::archive::{Archive, Marks, Record};
use crate::build::{self, Built, Form, Output};
use crate::campaign::freeze::{self, Audience, Issue, RETRY_FOR, Settings};
use crate::campaign::gate::{self, Refusal};
use crate::campaign::ledger::{Campaign, DeliveryState, Kind, Ledger, LedgerError, Standing, State};
use crate::campaign::pace::Limits;
use crate::campaign::pick::{PickError, Picked};
use crate::campaign::run::{Ended, Halt};
use crate::campaign::{relay, when};
use crate::check;
use crate::cli::campaigns::{exit, next, zone};
use crate::cli::findings::{self, Format};
use crate::cli::global::{Global, Place, shell};
use crate::cli::output::Terminal;
pub(super) use crate::cli::send::args::Args;
use crate::cli::send::run::Means;
use crate::cli::send::summary::Plan;
pub(super) use crate::cli::send::test::CopyError;
use crate::cli::subscribers::{existing, number, segment};
use crate::cli::{Exit, Failure, ask};
use crate::diagnostic::Diagnostic;
use crate::message::MessageTemplate;
use crate::post::Document;
use crate::publication::{LoadError, Outline, Publication};
use crate::subscribers::List;

/// What all ways to send start from.
struct Desk<'a> {
    args: &'a Args,
    place: &'a Place,
    terminal: &'a Terminal,
    list: List,
    ledger: Ledger,
    archive: Archive,
    now: DateTime<Utc>,
}

/// When a campaign begins.
enum Start {
    /// At once, with what it takes.
    Now(Means),
    /// By `send --due`.
    Later(DateTime<Utc>),
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    if !args.test.is_empty() {
        return test::run(args, &place, terminal);
    }
    let list = existing(&place)?;
    let ledger = Ledger::new(list.store().clone());
    let archive = Archive::of(place.root());
    let desk = Desk { args, place: &place, terminal, list, ledger, archive, now: Utc::now() };
    let Some(post) = &args.post else { return desk.due() };
    // What was frozen is sent whatever became of its post.
    let campaigns = desk.campaigns(post)?;
    if args.retry_failed {
        return desk.retry_failed(post, &campaigns);
    }
    if let Some(campaign) = campaigns.iter().find(|campaign| desk.goes_on(campaign)) {
        return desk.resume(campaign);
    }
    if let Some(earlier) = campaigns.iter().find(|campaign| args.to_new && !campaign.state.is_ended()) {
        return Err(desk.earlier(earlier)?);
    }
    let publication = match build::open(&place.files, &place.selection(std::slice::from_ref(post))) {
        Err(LoadError::Config(found)) => return broken(&found, &place, terminal),
        result => result?,
    };
    let built = one(&publication, &place)?;
    let Some(document) = &built.document else { return to_mend(&publication, &built, &place, terminal) };
    desk.begin(&publication, &built, document)
}

fn broken(found: &[Diagnostic], place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    findings::show(&found.iter().collect::<Vec<_>>(), Format::Human, &place.folder(), terminal)?;
    terminal.next(&place.command("check"));
    Ok(Exit::Findings)
}

/// The one post that was named, built.
fn one(publication: &Publication, place: &Place) -> Result<Built, Failure> {
    let [post] = publication.posts.as_slice() else { return Err(Failure::NotOnePost(publication.posts.len())) };
    Ok(build::build_issue(publication, post, &place.files))
}

/// Shows what keeps a post from going out.
fn to_mend(publication: &Publication, built: &Built, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    findings::show(&gate::findings(publication, built), Format::Human, &place.folder(), terminal)?;
    terminal.next(&place.command(&format!("check {}", place.argument(built.path.as_str()))));
    Ok(Exit::Findings)
}

impl Desk<'_> {
    /// The campaigns of the post that the user named, the newest first. Of a post that is gone they
    /// are known by the name that it had.
    fn campaigns(&self, post: &str) -> Result<Vec<Campaign>, Failure> {
        let wanted = self.place.wanted(post);
        let outlines = Outline::all(&self.place.files).unwrap_or_default();
        let slug = match wanted.among(&outlines).collect::<Vec<_>>().as_slice() {
            [outline] => outline.slug.as_str().to_owned(),
            _ => match Picked::find(&self.ledger, &wanted, &[], None) {
                Ok(picked) => picked.slug,
                Err(PickError::Unknown { .. }) => return Ok(Vec::new()),
                Err(error) => return Err(error.into()),
            },
        };
        let all = self.ledger.campaigns()?;
        Ok(all.into_iter().filter(|campaign| campaign.slug == slug).collect())
    }

    /// Whether to go on with a campaign, instead of beginning another.
    fn goes_on(&self, campaign: &Campaign) -> bool {
        !campaign.state.is_ended() && (!self.args.to_new || matches!(campaign.kind, Kind::New(_)))
    }

    /// Nobody can have joined after a campaign that is still under way.
    fn earlier(&self, campaign: &Campaign) -> Result<Failure, Failure> {
        let standing = self.ledger.standing(campaign.id)?;
        let slug = campaign.slug.clone();
        let (left, total) = (standing.counts.left(), standing.counts.total());
        let command = standing.steps(self.now).first().map_or_else(String::new, |step| step.arguments(&shell(&slug)));
        Ok(Failure::Earlier { slug, left, total, command })
    }

    /// The newest campaign of an issue that somebody has got, or may get.
    fn reached(&self, slug: &str) -> Result<Campaign, Failure> {
        let counts = |one: &Standing| one.campaign.state != State::Cancelled || one.has_reached();
        let found = self.ledger.standings(Some(slug))?.into_iter().find(counts);
        found.map(|one| one.campaign).ok_or_else(|| Failure::NeverSent(slug.to_owned()))
    }

    /// The campaign that an issue began with.
    fn first(&self, slug: &str) -> Result<Campaign, Failure> {
        let is_first = |one: &Campaign| one.slug == slug && !matches!(one.kind, Kind::New(_));
        let found = self.ledger.campaigns()?.into_iter().find(is_first);
        found.ok_or_else(|| Failure::NeverSent(slug.to_owned()))
    }

    /// The newest campaign of an issue.
    fn last(&self, slug: &str) -> Result<Campaign, Failure> {
        let found = self.ledger.campaigns()?.into_iter().find(|campaign| campaign.slug == slug);
        found.ok_or_else(|| Failure::NeverSent(slug.to_owned()))
    }

    /// Tries once more what failed of the newest campaign that has such, or says why nothing can be.
    fn retry_failed(&self, post: &str, campaigns: &[Campaign]) -> Result<Exit, Failure> {
        let standings: Result<Vec<_>, _> = campaigns.iter().map(|one| self.ledger.standing(one.id)).collect();
        let standings = standings?;
        let able = |one: &&Standing| one.retryable > 0 && one.campaign.state != State::Cancelled;
        let Some(standing) = standings.iter().find(able).or(standings.first()) else {
            return Err(Failure::NeverSent(post.to_owned()));
        };
        let Standing { campaign, counts, retryable, .. } = standing;
        if campaign.state == State::Cancelled {
            return Err(LedgerError::Illegal { from: campaign.state, to: State::Running }.into());
        }
        if *retryable == 0 {
            self.terminal.say(&match counts.of(DeliveryState::Failed) {
                0 => "nothing failed".to_owned(),
                failed => {
                    format!("{} failed, at addresses that get no more mail", number(failed, "message", "messages"))
                }
            });
            let zone = zone(self.place);
            next(standing, self.place, zone, self.terminal);
            return Ok(exit(standing));
        }
        if self.args.dry_run {
            self.terminal.say(&format!("{} would be tried once more", number(*retryable, "message", "messages")));
            self.terminal.next(&self.place.command(&self.args.in_earnest(&campaign.slug)));
            return Ok(Exit::Done);
        }
        let decided = self.ledger.retry_failed(campaign.id, self.now)?;
        self.terminal.say(&format!("{} to try once more", number(decided.changed, "message", "messages")));
        self.resume(&self.ledger.campaign(campaign.id)?)
    }

    /// Begins a campaign.
    fn begin(&self, publication: &Publication, built: &Built, document: &Arc<Document>) -> Result<Exit, Failure> {
        let config = &publication.config;
        let front = &document.front_matter;
        let slug = front.slug.as_str();
        let mut refusals = gate::of_issue(publication, built);
        let scheduled = self.args.at.as_deref().map(|at| when::parse(at, config.timezone, self.now)).transpose()?;
        let Some(output) = built.output.as_ref().filter(|_| refusals.is_empty()) else {
            return self.refuse(&refusals, publication, built);
        };
        let template = Arc::new(template(publication, document, output)?);
        if self.args.to_dir.is_none() {
            // A rehearsal, and what is frozen for later, would only find it out too late.
            relay::check(config, self.place.root())?;
        }
        let signer = relay::signer(config, self.place.root())?.map(Arc::new);
        let kind = match (self.args.to_new, &self.args.correction_of) {
            (true, _) => Kind::New(self.reached(slug)?.id),
            (false, Some(of)) => Kind::Correction(self.last(of)?.id),
            (false, None) => Kind::First,
        };
        let [content, former @ ..] = contents(document, output, &template);
        if !self.args.to_new {
            let content = [content].into_iter().chain(former).collect();
            let marks = Marks { slug, number: front.number, content };
            refusals.extend(gate::sent_before(&self.ledger, &self.archive, &marks, config.timezone)?);
        }
        refusals.extend(gate::approved(self.list.store(), publication, built)?);
        if !refusals.is_empty() {
            return self.refuse(&refusals, publication, built);
        }
        if !self.args.accept_old {
            self.ledger.check_journals()?;
        }
        // Those who are new to an issue are new to the part of the list that it went to.
        let usual = if let Kind::New(_) = kind { self.first(slug)?.segment } else { front.segment.clone() };
        let name = self.args.segment.as_deref().or(usual.as_deref());
        let segment = name.map(|name| Ok::<_, Failure>((name, segment(config, name)?))).transpose()?;
        let audience = Audience { segment, zone: config.timezone, kind, slug };
        let report = match self.args.copies() {
            Some(folder) => {
                let most = self.args.limit.unwrap_or(u64::MAX);
                test::copies(&self.list, &audience, &template, signer.as_ref(), &self.place.resolve(folder), most)?
            }
            None => freeze::rehearse(&self.list, &audience, &template, None, self.now, None)?,
        };
        if report.total == 0 {
            return Err(match kind {
                Kind::First => Failure::NobodyToSend(name.map(str::to_owned)),
                Kind::New(_) if freeze::count(&self.list, &Audience { kind: Kind::First, ..audience })? == 0 => {
                    Failure::NobodyToSend(name.map(str::to_owned))
                }
                Kind::New(_) => Failure::NobodyNew { slug: slug.to_owned(), segment: name.map(str::to_owned) },
                Kind::Correction(_) => Failure::NobodyToCorrect(self.args.correction_of.clone().unwrap_or_default()),
            });
        }
        if !report.missing.is_empty() {
            let found = check::lacking(&report.missing, document, config, &publication.templates);
            findings::show(&found.iter().collect::<Vec<_>>(), Format::Human, &self.place.folder(), self.terminal)?;
            self.terminal.next(&self.place.command("subscribers list"));
            return Ok(Exit::Findings);
        }
        self.summary(&Plan {
            publication,
            built,
            audience: &audience,
            template: &template,
            report: &report,
            signer: signer.as_deref(),
            scheduled,
        })?;
        if self.args.dry_run {
            self.terminal.next(&self.place.command(&self.args.in_earnest(slug)));
            return Ok(Exit::Done);
        }
        if !self.args.yes && !ask::count(report.total, self.terminal)? {
            self.terminal.say("nothing was sent");
            self.terminal.next(&self.place.command(&format!("send {} --dry-run", shell(slug))));
            return Ok(Exit::CouldNotRun);
        }
        let start = match scheduled {
            Some(then) => Start::Later(then),
            None => Start::Now(self.ready(config, signer)?),
        };
        let settings = Settings {
            key: self.list.keys().newest(),
            warmup: self.args.warmup.clone(),
            retry_for: self.args.retry_for.map_or(RETRY_FOR, |time| time.as_secs()),
            page: build::web_page(config, document),
            images: crate::message::hosted_images(config, document, &output.renditions, &output.assets),
        };
        let sender = config.from.as_ref().map_or_else(String::new, |from| from.address.as_str().to_owned());
        let record = (!self.args.to_new).then(|| Record::new(document, output, &template));
        let number = front.number.map(i64::from);
        let issue = Issue { number, content, subject: template.subject(), sender, template };
        let id = freeze::freeze(&self.list, &audience, &issue, &settings, scheduled, Utc::now())?;
        let campaign = self.ledger.campaign(id)?;
        // `View in browser` is to work before the first message is there.
        if let Some(record) = record {
            self.archive.write(&record)?;
        }
        match start {
            Start::Now(means) => self.deliver(&campaign, config, means, &mut None),
            Start::Later(then) => {
                self.terminal.say(&format!(
                    "frozen for {}; `{}` sends it at {}",
                    readers(campaign.total),
                    self.place.command("send --due"),
                    when::shown(then, config.timezone)
                ));
                self.terminal.next(&self.place.command("schedule print"));
                Ok(Exit::Done)
            }
        }
    }

    fn refuse(&self, refusals: &[Refusal], publication: &Publication, built: &Built) -> Result<Exit, Failure> {
        match refusals {
            [Refusal::Findings(_)] => return to_mend(publication, built, self.place, self.terminal),
            [Refusal::Findings(_), ..] => {
                let all = gate::findings(publication, built);
                findings::show(&all, Format::Human, &self.place.folder(), self.terminal)?;
            }
            _ => {}
        }
        for refusal in refusals {
            if let Refusal::Changed { diff, .. } = refusal {
                self.terminal.result(diff)?;
            }
        }
        Err(Failure::Refused(refusals.to_vec()))
    }

    fn limits(&self, config: &crate::config::Config) -> Limits {
        let smtp = config.smtp.as_ref().filter(|_| self.args.instead_of_relay().is_none());
        Limits {
            rate: self.args.rate.or(smtp.and_then(|smtp| smtp.rate)).map(f64::from),
            per_day: smtp.and_then(|smtp| smtp.per_day).map(u64::from),
            domain_rate: smtp.and_then(|smtp| smtp.domain_rate).map(f64::from),
        }
    }

    /// Tells of a campaign that ended, and what is next.
    fn ended(&self, campaign: &Campaign, ended: &Ended, zone: Tz) -> Result<Exit, Failure> {
        let counts = ended.counts;
        let shown = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| format!("{count} {}", state.name().replace('_', " ")));
        self.terminal.say(&format!("{}: {}", campaign.slug, shown.collect::<Vec<_>>().join(", ")));
        // When what is left is due is told below.
        if let Some(halt) = ended.halt.as_ref().filter(|halt| !matches!(halt, Halt::Later(_))) {
            let reason = when::in_zone(&halt.reason(), zone);
            self.terminal.say(&crate::cli::output::printable(&reason));
        }
        let standing = self.ledger.standing(campaign.id)?;
        next(&standing, self.place, zone, self.terminal);
        Ok(exit(&standing))
    }
}

fn readers(count: u64) -> String {
    number(count, "reader", "readers")
}

/// By what the content of an issue is known: the hash of today, then those of earlier versions, the
/// first of which took all that is the same for everybody.
fn contents(document: &Document, output: &Output, template: &MessageTemplate) -> [[u8; 32]; 3] {
    let hash = |form| build::content_hash(document, &output.assets, form);
    [hash(Form::Seen), hash(Form::Written), template.hash()]
}

/// The message of an issue.
fn template(
    publication: &Publication,
    document: &Document,
    output: &Output,
) -> Result<MessageTemplate, crate::message::MessageError> {
    MessageTemplate::new(&publication.config, document, &output.renditions, &output.assets)
}
