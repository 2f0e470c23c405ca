//! How long each step of a build takes for a post of about 1,000 words.

use std::hint::black_box;

use chrono::DateTime;
use criterion::{Criterion, criterion_group, criterion_main};
use newsletter::build::build_issue;
use newsletter::check::{Context, check_post};
use newsletter::diagnostic::Sink;
use newsletter::files::Memory;
use newsletter::message::dkim::{Algorithm, PrivateKey, Signer};
use newsletter::message::{MessageTemplate, Recipient, Stamp};
use newsletter::post;
use newsletter::publication::Publication;
use newsletter::render::{Assets, Input, email, page, render, text};
use newsletter::token::{CampaignId, KeyRing, ListId, PublicId};

/// As the command has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONFIG: &str = "\
name: Upstream
base_url: https://upstream.example
from: {name: Upstream, address: editor@upstream.example}
postal_address: 12 Example Lane
unsubscribe: {url: 'https://upstream.example/leave/{token}'}
";

const ENGLISH: &str = "\
## What counts as the west?

More than most maps suggest. Six provinces, five *autonomous* regions and one municipality make twelve units: over
70% of the country’s land, and 27% of its people — “a good half of the map”, as [one reader](https://e.org/reader)
wrote. It is also where the freight turns; see the China-Europe Railway Express, <https://e.org/express>.

- **Local industries.** First place goes to what a county can already make, which is a modest way to begin and a hard
  one to fake.
- **Science and technology.** Second, and close behind: the west is to invent things as well as supply them.

> The order is not decoration: at meetings like these it is where the argument hides.

";

const CHINESE: &str = "\
## 哪里算西部？

一句话：六个省、五个自治区、一个直辖市，合计687万平方公里，超过全国陆地面积的七成；人口3.82亿，占27%。货也在这里掉头：国际物流枢纽园区是五大编组中心之一，中欧班列和西部陆海新通道都从[这里](https://e.org/cn)出发。

- **地方产业：**先看本地已有什么，再谈添什么。

";

fn publication() -> (Memory, Publication) {
    let letter = |language, part: &str| {
        format!("---\ntitle: A letter\nlanguage: {language}\nstatus: ready\n---\n\nHello,\n\n{}", part.repeat(8))
    };
    let (english, chinese) = (letter("en", ENGLISH), letter("zh-Hans", CHINESE));
    let files = Memory::new([
        ("newsletter.yaml", CONFIG.as_bytes()),
        ("posts/2024-04-26-english.md", english.as_bytes()),
        ("posts/2024-04-27-chinese.md", chinese.as_bytes()),
    ]);
    let publication = Publication::load(&files).unwrap_or_else(|error| unreachable!("{error}"));
    (files, publication)
}

fn steps(criterion: &mut Criterion) {
    let (files, publication) = publication();
    let (config, templates) = (&*publication.config, &*publication.templates);
    for (language, post) in ["English", "Chinese"].into_iter().zip(&publication.posts) {
        let Some(document) = post.document.as_deref() else { unreachable!("{:?}", post.diagnostics) };
        let mut group = criterion.benchmark_group(format!("{language}, {} words", document.words));
        let assets = Assets::default();
        let web_url = Some("https://upstream.example/letter/".to_owned());
        let input = Input { config, document, templates, assets: &assets, web_url };
        let holes = || document.holes.clone();

        group.bench_function("read", |bencher| {
            bencher.iter(|| post::parse(&document.path, black_box(&document.source), config, &files));
        });
        group.bench_function("check", |bencher| {
            bencher
                .iter(|| check_post(&Context::new(black_box(document), config, &[], None, &files), &mut Sink::new()));
        });
        group.bench_function("e-mail", |bencher| {
            bencher.iter(|| email::render(black_box(&input), &mut holes(), &mut Sink::new()));
        });
        group.bench_function("text", |bencher| {
            bencher.iter(|| text::render(black_box(&input), &mut holes()));
        });
        group.bench_function("page", |bencher| {
            bencher.iter(|| page::render(black_box(&input), &mut holes(), &mut Sink::new()));
        });

        let Some(renditions) = render(&input, &mut Sink::new()) else { unreachable!("the templates are built in") };
        let message = || MessageTemplate::new(config, document, black_box(&renditions), &assets);
        let template = message().unwrap_or_else(|error| unreachable!("{error}"));
        let recipient = Recipient::sample(&renditions.holes);
        let keys = KeyRing::new([1; 32]);
        let stamp = Stamp::new(&keys, ListId(1), PublicId([2; 8]), CampaignId(3), DateTime::UNIX_EPOCH);
        group.bench_function("message, encoded once", |bencher| bencher.iter(message));
        group.bench_function("message, filled", |bencher| {
            bencher.iter(|| template.fill(black_box(&recipient), &stamp));
        });

        for (name, algorithm) in [("RSA", Algorithm::Rsa), ("Ed25519", Algorithm::Ed25519)] {
            let key = PrivateKey::generate(algorithm).unwrap_or_else(|error| unreachable!("{error}"));
            let signer = Signer::new("upstream.example", "news", key).unwrap_or_else(|error| unreachable!("{error}"));
            let message = template.fill(&recipient, &stamp);
            group.bench_function(format!("message, signed by {name}"), |bencher| {
                bencher.iter(|| signer.sign(black_box(&message), 0));
            });
        }

        group.bench_function("whole issue", |bencher| {
            bencher.iter(|| {
                let built = build_issue(&publication, black_box(post), &files);
                assert!(built.output.is_some(), "{:?}", built.diagnostics);
                built
            });
        });
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);
