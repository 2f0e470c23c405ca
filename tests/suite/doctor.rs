//! `newsletter doctor`, with a relay, a name server and a web site of the test's own.

use std::sync::LazyLock;

use insta::assert_snapshot;
use newsletter::message::dkim::{Algorithm, PrivateKey};
use newsletter::store::Store;

use crate::support::dns::{Act, NameServer, Zone};
use crate::support::relay::{Act as Says, Identity, Script, Scripted, Step};
use crate::support::server::Server;
use crate::support::{Project, Ran};

const EXTENSIONS: &[&str] = &["PIPELINING", "SIZE 20000000", "8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN"];

/// All that sending needs, in order until a test says otherwise.
struct World {
    project: Project,
    relay: Scripted,
    site: Server,
    zone: Zone,
    /// Lines of the configuration that stand in the place of the usual ones, by key.
    smtp: String,
    more: String,
    record: String,
}

/// One for all tests: to make one takes a while.
static KEY: LazyLock<String> = LazyLock::new(|| PrivateKey::generate(Algorithm::Rsa).unwrap().to_pem().unwrap());

impl World {
    async fn new() -> Self {
        let identity = Identity::new("localhost");
        Self::with(Script::offering(EXTENSIONS).implicit_tls(&identity), &identity).await
    }

    async fn with(script: Script, trusted: &Identity) -> Self {
        let key = PrivateKey::from_pem(&KEY).unwrap();
        let record = key.dns_record("news", "upstream.example").unwrap().value;
        let project = Project::empty()
            .env("SMTP_PASSWORD", "hunter2")
            .file("keys/news.pem", key.to_pem().unwrap())
            .file("ca.pem", &trusted.ca);
        restrict(&project, "keys/news.pem", 0o600);
        drop(Store::open(&project.path("subscribers.db")).unwrap());
        let now = chrono::Utc::now().format("%a, %d %b %Y %H:%M:%S GMT");
        let site = Server::start(move |_, _| Some(format!("200 OK\r\nDate: {now}")));
        let zone = Zone::default()
            .txt("bounce.upstream.example", "v=spf1 include:spf.relay.example -all")
            .txt("spf.relay.example", "v=spf1 ip4:192.0.2.0/24 a:mta.relay.example ~all")
            .txt("_dmarc.upstream.example", "v=DMARC1; p=quarantine")
            .mx("bounce.upstream.example", 10, "mx.upstream.example")
            .a("mx.upstream.example");
        Self {
            project,
            relay: script.start().await,
            site,
            zone,
            smtp: ", username: mira, password: {env: SMTP_PASSWORD}, ca_file: ca.pem".to_owned(),
            more: "unsubscribe: {url: \"https://upstream.example/leave/{token}\"}".to_owned(),
            record,
        }
    }

    fn zone(mut self, change: impl FnOnce(Zone) -> Zone) -> Self {
        self.zone = change(self.zone);
        self
    }

    fn names(&self) -> NameServer {
        self.zone.clone().txt("news._domainkey.upstream.example", &self.record).start()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_by(&self.names(), arguments)
    }

    fn run_by(&self, names: &NameServer, arguments: &[&str]) -> Ran {
        let Self { smtp, more, relay, site, .. } = self;
        let config = format!(
            "name: Upstream\nbase_url: {}\nfrom: Mira <mira@upstream.example>\n\
             postal_address: 1 Harbour Lane, Trieste\nbounces: \"bounce+{{token}}@bounce.upstream.example\"\n\
             smtp: {{host: localhost, port: {}{smtp}}}\ndkim: {{selector: news, key: {{file: keys/news.pem}}}}\n\
             checks: {{levels: {{insecure-base-url: off}}}}\n{more}\n",
            site.url(""),
            relay.port,
        );
        self.project.write("newsletter.yaml", config);
        let resolver = names.address.to_string();
        let ran = self.project.run(["doctor", "--resolver", &resolver].iter().chain(arguments));
        let steady = |text: String| {
            text.replace(&site.url(""), "[SITE]").replace(&format!("localhost:{}", relay.port), "localhost:[PORT]")
        };
        Ran { code: ran.code, stdout: steady(ran.stdout), stderr: steady(ran.stderr) }
    }
}

#[cfg(unix)]
fn restrict(project: &Project, path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(project.path(path), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_that_is_in_order_is_told_so() {
    let world = World::new().await;
    let names = world.names();
    assert_snapshot!(world.run_by(&names, &[]).all());
    assert_eq!(world.relay.taken(), 0, "nothing is sent");
    assert_eq!(world.relay.told("MAIL") + world.relay.told("RCPT"), 0);
    assert_eq!(
        names.asked(),
        [
            "udp TXT bounce.upstream.example",
            "udp TXT spf.relay.example",
            "udp TXT news._domainkey.upstream.example",
            "udp TXT _dmarc.upstream.example",
            "udp MX bounce.upstream.example",
            "udp A mx.upstream.example",
            "udp AAAA mx.upstream.example",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_shown_nowhere() {
    let world = World::new().await;
    for format in ["human", "json"] {
        world.run(&["--format", format]).success().never_says("hunter2");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_read_the_same_checks() {
    let mut world = World::new().await;
    world.more = "unsubscribe: {mailto: \"leave+{token}@upstream.example\"}".to_owned();
    let ran = world.run(&["--format", "json"]).success();
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["version"], 1);
    let checks = report["checks"].as_array().unwrap();
    for check in checks {
        let keys: Vec<_> = check.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["check", "level", "message", "why", "help"]);
    }
    let names: Vec<_> = checks.iter().map(|check| check["check"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "configuration",
            "unsubscribe",
            "secrets",
            "subscribers",
            "relay",
            "tls",
            "capabilities",
            "authentication",
            "spf",
            "dkim",
            "dmarc",
            "bounces",
            "clock"
        ]
    );
    assert_snapshot!(checks[1], @r#"{"check":"unsubscribe","level":"warning","message":"readers leave by mail alone","why":"Gmail and Yahoo ask senders of more than 5,000 messages a day for leaving with one click","help":"add `unsubscribe.url`, an `https://…/{token}` that takes the click"}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_are_errors_only_where_that_is_asked_for() {
    let mut world = World::new().await;
    world.more = "unsubscribe: {mailto: \"leave+{token}@upstream.example\"}".to_owned();
    drop(world.run(&[]).success().says("0 errors, 1 warning"));
    drop(world.run(&["--deny", "warnings"]).exits(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_the_one_published_is_an_error_with_the_record() {
    let mut world = World::new().await;
    let right = std::mem::replace(&mut world.record, "v=DKIM1; k=ed25519; p=AAAA".to_owned());
    world
        .run(&[])
        .exits(1)
        .says("the key at `news._domainkey.upstream.example` is not the one that signs")
        .says(&format!("help: publish this TXT record at `news._domainkey.upstream.example`: {right}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_name_server_answers_names_are_not_checked_and_nothing_is_guessed() {
    let world = World::new().await.zone(|zone| zone.on("*", Act::Silence));
    let ran = world.run(&["--format", "json"]).success();
    assert!(ran.stdout.contains(
        r#"{"check":"dns","level":"note","message":"SPF, DKIM, DMARC and the domain of bounces are not checked: no name server answers""#
    ));
    assert!(!ran.stdout.contains(r#""check":"spf""#), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_server_that_fails_for_one_name_leaves_the_others_checked() {
    let world = World::new().await.zone(|zone| zone.on("_dmarc.upstream.example", Act::Fail));
    world
        .run(&[])
        .success()
        .says("warning  dmarc           not checked: the name servers of `_dmarc.upstream.example` fail")
        .says("ok       bounces");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_spf_record_is_read_as_servers_read_it() {
    let domain = "bounce.upstream.example";
    let fans = |zone: Zone, number: usize| {
        (0..number).fold(zone, |zone, n| zone.txt(&format!("s{n}.example"), "v=spf1 ip4:192.0.2.1 -all"))
    };
    let includes = |number: usize| {
        let all: Vec<_> = (0..number).map(|n| format!("include:s{n}.example")).collect();
        format!("v=spf1 {} -all", all.join(" "))
    };
    let cases: &[(&[&str], i32, &str)] = &[
        (&[], 0, "has no SPF record"),
        (&["google-site-verification=1", "v=spf1 mx -all"], 0, "has one SPF record, of 1 look-up"),
        (&["v=spf1 mx -all", "v=spf1 a -all"], 1, "has 2 SPF records"),
        (&["v=spf1 +all"], 1, "lets everybody send in its name (`+all`)"),
        (&["v=spf1 include:s0.example all"], 1, "lets everybody send in its name (`+all`)"),
        (&["v=spf1 -all"], 1, "says that it sends no mail"),
        (&["v=spf1 mx ?all"], 0, "it ends in `?all`"),
        (&["v=spf1 mx"], 0, "it does not end in `all`"),
        (&["v=spf1 redirect=s0.example"], 0, "has one SPF record, of 1 look-up"),
        (&["v=spf1 include:none.example -all"], 1, "leads to `none.example`, which has no SPF record"),
        (&["v=spf1 ip4:192.0.2 -all"], 1, "`ip4:192.0.2` in that of `bounce.upstream.example` is no term"),
        (&["v=spf1 include:%{d}.example mx -all"], 0, "of 2 or more look-ups"),
        (&[&includes(10)], 0, "has one SPF record, of 10 look-ups"),
        (&[&includes(11)], 1, "costs 11 look-ups, more than the 10 allowed"),
        // A circle ends.
        (&["v=spf1 include:bounce.upstream.example -all"], 1, "more than the 10 allowed"),
    ];
    let mut world = World::new().await;
    for (records, code, says) in cases {
        let zone = Zone::default().mx(domain, 10, "mx.upstream.example").a("mx.upstream.example");
        let zone = fans(zone, 11).txt("_dmarc.upstream.example", "v=DMARC1; p=none");
        world.zone = records.iter().fold(zone, |zone, record| zone.txt(domain, record));
        drop(world.run(&[]).exits(*code).says(says));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dmarc_record_is_looked_for_upwards_and_its_absence_is_a_warning() {
    let world = World::new().await;
    let mut none = world;
    none.zone = Zone::default().mx("bounce.upstream.example", 1, "mx.upstream.example").a("mx.upstream.example");
    none.run(&[]).success().says("`upstream.example` has no record of DMARC");
    let two = none.zone(|zone| {
        zone.txt("_dmarc.upstream.example", "v=DMARC1; p=none").txt("_dmarc.upstream.example", "v=DMARC1; p=reject")
    });
    two.run(&[]).exits(1).says("has 2 records of DMARC, so none counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn bounces_must_find_their_way() {
    let domain = "bounce.upstream.example";
    let spf = || Zone::default().txt(domain, "v=spf1 mx -all").txt("_dmarc.upstream.example", "v=DMARC1; p=none");
    let cases = [
        (spf().mx(domain, 0, ""), 1, "says that it takes no mail"),
        (spf(), 1, "where bounces go, has no mail server"),
        (spf().a(domain), 0, "bounces go to `bounce.upstream.example` itself"),
        (
            spf().mx(domain, 5, "gone.example"),
            1,
            "`gone.example`, the mail server of `bounce.upstream.example`, has no address",
        ),
        (
            Zone::default().txt("_dmarc.upstream.example", "v=DMARC1; p=none"),
            1,
            "there is no domain `bounce.upstream.example`",
        ),
    ];
    let mut world = World::new().await;
    for (zone, code, says) in cases {
        world.zone = zone;
        drop(world.run(&[]).exits(code).says(says));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_and_the_rest_is_looked_at_all_the_same() {
    let identity = Identity::new("localhost");
    let script = Script::offering(EXTENSIONS).implicit_tls(&identity);
    let script = script.on(Step::Auth, 1, Says::Say(b"535 5.7.8 bad credentials\r\n"));
    let world = World::with(script, &identity).await;
    world
        .run(&[])
        .exits(1)
        .says("the server answered `AUTH PLAIN` with `535 5.7.8 bad credentials`")
        .says("help: check `smtp.username` and `smtp.password`")
        .says("ok       tls")
        .never_says("lets `mira` in")
        .never_says("hunter2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_trusts_is_an_error_and_no_password_is_sent() {
    let identity = Identity::new("localhost");
    let world = World::with(Script::offering(EXTENSIONS).implicit_tls(&identity), &Identity::new("localhost")).await;
    world.run(&[]).exits(1).says("error    tls").says("the certificate of `localhost` is not valid");
    assert_eq!(world.relay.told("AUTH"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_not_there_leaves_the_rest_checked() {
    let mut world = World::new().await;
    world.relay.port = 1;
    world.run(&[]).exits(1).says("cannot be reached").says("ok       spf").says("ok       clock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_old_relay_on_this_machine_gets_notes() {
    let identity = Identity::new("localhost");
    let mut world = World::with(Script::offering(&["8BITMIME"]), &identity).await;
    world.smtp = ", tls: none".to_owned();
    world
        .run(&[])
        .success()
        .says("note     tls             the connection has no TLS")
        .says("note     authentication  nobody signs in")
        .says("without PIPELINING each message takes five round trips")
        .says("without SMTPUTF8");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_needs_and_has_not_is_named() {
    let mut world = World::new().await;
    world.smtp = ", username: mira, password: {file: none}".to_owned();
    world.run(&[]).exits(1).says("smtp.password: cannot read the secret from `none`").says("ok       spf");
}

#[tokio::test(flavor = "multi_thread")]
async fn starttls_is_looked_at_like_tls_from_the_start() {
    let identity = Identity::new("localhost");
    let mut world = World::with(Script::offering(&["STARTTLS", "AUTH PLAIN"]).tls(&identity), &identity).await;
    world.smtp += ", tls: starttls";
    world.run(&[]).success().says("ok       tls             TLS 1.3; the certificate is trusted, for `localhost`");
    let mut without = World::with(Script::offering(&["AUTH PLAIN"]), &identity).await;
    without.smtp += ", tls: starttls";
    without.run(&[]).exits(1).says("error    tls             `localhost` does not offer STARTTLS");
    assert_eq!(without.relay.told("AUTH"), 0);
}

#[test]
fn a_from_at_a_free_provider_is_an_error_whatever_its_level() {
    let resolver = Zone::default().on("*", Act::Refuse).start().address.to_string();
    let config = "name: Upstream\nfrom: upstream@gmail.com\nchecks: {levels: {freemail-from: note}}\n";
    let ran = Project::empty().file("newsletter.yaml", config).run(["doctor", "--resolver", &resolver]);
    drop(
        ran.exits(1).says("error    configuration   newsletter.yaml:2: `gmail.com` lets nobody else send in its name"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_issue_that_is_ready_must_fit() {
    let identity = Identity::new("localhost");
    let front_matter = "title: West\ndate: 2024-04-26\nstatus: ready\nprofile: null";
    for (size, code, says) in [
        ("SIZE 30000", 0, "ok       size            `posts/west.md` makes a message of"),
        ("SIZE 2000", 1, "and the relay takes no more than 2 KB"),
        ("SIZE", 0, "ok       capabilities"),
    ] {
        let script = Script::offering(&["PIPELINING", "SMTPUTF8", size, "AUTH PLAIN"]).implicit_tls(&identity);
        let mut world = World::with(script, &identity).await;
        let words = front_matter.replace("\nprofile: null", "");
        world.project = world.project.post("west", &words, "It rained.\n\nMira").post(
            "old",
            "title: Old\ndate: 2020-01-01",
            "Text.",
        );
        drop(world.run(&[]).exits(code).says(says));
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_or_a_list_that_others_can_read_is_a_warning() {
    let world = World::new().await;
    restrict(&world.project, "keys/news.pem", 0o644);
    restrict(&world.project, "subscribers.db", 0o640);
    world
        .run(&[])
        .success()
        .says("`keys/news.pem` (dkim.key) can be read by other users of this machine")
        .says("help: run `chmod 600 [DIR]/keys/news.pem`")
        .says("the database `subscribers.db` can be read by other users");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_git_would_take_is_a_warning_and_one_that_it_has_is_an_error() {
    let world = World::new().await;
    let git = |arguments: &[&str]| {
        let git = std::process::Command::new("git").args(arguments).current_dir(world.project.root()).output().unwrap();
        assert!(git.status.success(), "{git:?}");
    };
    git(&["init", "--quiet"]);
    world.project.write(".gitignore", "*.pem\n");
    world.run(&[]).success().says("`[DIR]/subscribers.db` is in a git repository and not ignored");
    git(&["add", "subscribers.db"]);
    world.run(&[]).exits(1).says("`[DIR]/subscribers.db` is tracked by git");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_used_is_an_error_and_none_is_a_note() {
    let world = World::new().await;
    for ending in ["", "-wal", "-shm"] {
        // What a crash would have left is read along with the file itself.
        drop(std::fs::remove_file(world.project.path(&format!("subscribers.db{ending}"))));
    }
    world.run(&[]).success().says("note     subscribers     there is no database of subscribers yet");
    world.project.write("subscribers.db", "not a database, whatever it is called: ".repeat(40));
    drop(world.run(&[]).exits(1).says("error    subscribers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_told_and_one_that_cannot_be_asked_is_a_note() {
    let mut world = World::new().await;
    world.site = Server::start(|_, _| Some("200 OK\r\nDate: Fri, 26 Apr 2024 10:00:00 GMT".to_owned()));
    world.run(&[]).exits(1).says("days ahead of that of `[SITE]`");
    world.site = Server::start(|_, _| Some("200 OK".to_owned()));
    world.run(&[]).success().says("the clock is not checked: `[SITE]` does not say what time it is");
}

#[test]
fn what_is_missing_altogether_is_named() {
    let resolver = Zone::default().on("*", Act::Refuse).start().address.to_string();
    let doctor = |project: &Project| project.run(["doctor", "--resolver", &resolver]);
    doctor(&Project::empty().file("newsletter.yaml", "name: Upstream\n"))
        .exits(1)
        .says("nobody sends the mail")
        .says("readers have no way to leave")
        .says("`newsletter.yaml` names no `smtp.host`")
        .says("nothing says who signs the mail")
        .says("there is no `base_url` to ask for the time");
    drop(doctor(&Project::empty().file("newsletter.yaml", "name: [\n")).exits(1));
    drop(doctor(&Project::empty()).exits(2).says("no `newsletter.yaml`"));
    drop(Project::new().run(["doctor", "--resolver", "dns.example"]).exits(2).says("write an IP address"));
}
