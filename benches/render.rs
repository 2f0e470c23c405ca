//! How long a rendition of a post of about 1,000 words takes.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use newsletter::config::Config;
use newsletter::diagnostic::Source;
use newsletter::files::{Memory, RelPath};
use newsletter::post::{self, Document};
use newsletter::render::{Assets, Input, Templates, text};

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

fn letter(language: &str, part: &str, times: usize, config: &Config) -> Document {
    let markdown = format!("---\ntitle: A letter\nlanguage: {language}\n---\n\n{}", part.repeat(times));
    let path = RelPath::new("posts/2024-04-26-letter.md").unwrap_or_else(|error| unreachable!("{error:?}"));
    let source = Arc::new(Source::new(path.as_str(), markdown.as_str()));
    let document = post::parse(&path, &source, config, &Memory::default()).document;
    document.unwrap_or_else(|| unreachable!("the letter has a title"))
}

fn plain_text(criterion: &mut Criterion) {
    let config = Config::named("Upstream");
    let (templates, assets) = (Templates::default(), Assets::default());
    for (name, language, part, times) in [("English", "en", ENGLISH, 8), ("Chinese", "zh-Hans", CHINESE, 8)] {
        let document = letter(language, part, times, &config);
        let input =
            Input { config: &config, document: &document, templates: &templates, assets: &assets, web_url: None };
        let name = format!("plain text, {name}, {} words", document.words);
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| text::render(black_box(&input), &mut document.holes.clone()));
        });
    }
}

criterion_group!(renditions, plain_text);
criterion_main!(renditions);
