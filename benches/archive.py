#!/usr/bin/env python3
"""Times a cold `newsletter archive build` of 1,000 issues against hugo's site of the same posts, with the
same kinds of pages (issues with neighbours and tags, home, tags, years or sections, a map, a page for what is
missing) and feeds with whole letters; and a rebuild after one change against the cold build, whose bytes
it must have.

    python3 benches/archive.py [--check] [--binary PATH] [--posts 1000] [--rounds 5] [--place DIR]

Runs and medians as in speed.py. Ours writes three forms of each feed, hugo one. With --check, exits with
1 above the bounds. Needs hugo.
"""

import argparse
import filecmp
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import tempfile

from speed import CONFIG, memory, post, timed

BOUND_ALL, BOUND_AGAIN = 1.0, 0.3
TAGS = [f"subject {number}" for number in range(20)]
# The letters in a feed.
FEED = 20

SINGLE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<link rel="canonical" href="{{ .Permalink }}"><meta name="description" content="{{ .Params.subtitle }}"></head>
<body><h1>{{ .Title }}</h1><p>{{ .Params.subtitle }}</p>{{ .TableOfContents }}{{ .Content }}
{{ range (.GetTerms "tags") }}<a href="{{ .Permalink }}">{{ .Title }}</a>{{ end }}
{{ with .PrevInSection }}<a href="{{ .Permalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .Permalink }}">{{ .Title }}</a>{{ end }}</body></html>
"""
LIST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
{{ range .RegularPagesRecursive }}<h2><a href="{{ .Permalink }}">{{ .Title }}</a></h2><p>{{ .Params.subtitle }}</p>
<time>{{ .Date.Format "2006-01-02" }}</time>{{ end }}</body></html>
"""
RSS = """{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}<rss version="2.0"><channel>
<title>{{ .Title }}</title><link>{{ .Permalink }}</link>{{ range first FEED .RegularPagesRecursive }}<item>
<title>{{ .Title }}</title><link>{{ .Permalink }}</link><description>{{ .Content | html }}</description>
</item>{{ end }}</channel></rss>
""".replace("FEED", str(FEED))


def prepare(binary, work, count):
    ours, theirs = work / "ours", work / "theirs"
    (ours / "posts").mkdir(parents=True)
    (theirs / "content" / "posts").mkdir(parents=True)
    layouts = theirs / "layouts" / "_default"
    layouts.mkdir(parents=True)
    # The posts link to the address of speed.py's, which is elsewhere.
    (ours / "newsletter.yaml").write_text(CONFIG.replace("base_url: https://speed", "base_url: https://site"))
    (theirs / "config.toml").write_text('baseURL = "https://speed.example/"\ntitle = "Speed"\nenableRobotsTXT = true\n')
    for name, text in (("single.html", SINGLE), ("list.html", LIST), ("rss.xml", RSS)):
        (layouts / name).write_text(text)
    (theirs / "layouts" / "404.html").write_text(LIST)
    draw, names = random.Random(41), []
    for number in range(count):
        day, text = post(draw, number)
        tags = f"tags: [{', '.join(draw.sample(TAGS, 2))}]\n"
        text = text.replace("status: ready\n", f"status: ready\n{tags}", 1)
        names.append(f"letter-{number}")
        for folder in (ours / "posts", theirs / "content" / "posts"):
            (folder / f"{day}-letter-{number}.md").write_text(text)
    run = subprocess.run([binary, "-C", str(ours), "archive", "add", *names], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"archive add ended with {run.returncode}:\n{run.stderr[-2000:]}")
    return ours, theirs, names


def same(one, other):
    """Whether two folders hold the same files with the same bytes."""
    files = [sorted(path.relative_to(top) for path in top.rglob("*") if path.is_file()) for top in (one, other)]
    if files[0] != files[1]:
        return False
    return not any(filecmp.cmpfiles(one, other, files[0], shallow=False)[1:])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--binary", default="target/release/newsletter")
    arguments.add_argument("--posts", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--place", default=memory())
    given = arguments.parse_args()
    binary = str(pathlib.Path(given.binary).resolve())
    with tempfile.TemporaryDirectory(dir=given.place) as folder:
        work = pathlib.Path(folder)
        ours, theirs, names = prepare(binary, work, given.posts)
        to_hugo, to_hugo_used, to_cold = [], [], []
        for number in range(given.rounds):
            out, public = work / f"out-{number}", work / f"public-{number}"
            hugo = ["hugo", "--quiet", "--ignoreCache", "--source", str(theirs), "--destination", str(public)]
            build = [binary, "-C", str(ours), "archive", "build", "--out", str(out)]
            runs = [("all", build), ("hugo", hugo)]
            took = {name: timed(command) for name, command in (runs if number % 2 == 0 else reversed(runs))}
            (a, a_used), (h, h_used) = took["all"], took["hugo"]
            change = [binary, "-C", str(ours), "archive", "correct", names[number], "It was a Tuesday."]
            timed(change)
            again, _ = timed(build)
            cold = work / f"cold-{number}"
            timed([*build[:-1], str(cold)])
            to_hugo.append(a / h)
            to_hugo_used.append(a_used / h_used)
            to_cold.append(again / a)
            print(f"site {a:.3f} s   hugo {h:.3f} s   again {again:.3f} s   site/hugo {a / h:.2f}   again/site {again / a:.2f}")
            # Whole sites on both sides, or the figures would mean nothing.
            made = [len(list(top.rglob("index.html"))) for top in (out, public)]
            if min(made) < given.posts + len(TAGS) + 1:
                sys.exit(f"pages of ours and of hugo: {made}")
            if not same(out, cold):
                sys.exit("a rebuild is not what a cold build makes")
    ratio, share = statistics.median(to_hugo), statistics.median(to_cold)
    print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}, in {given.place}")
    print(f"site/hugo {ratio:.2f} (bound {BOUND_ALL}; of processor time {statistics.median(to_hugo_used):.2f}), "
          f"again/site {share:.2f} (bound {BOUND_AGAIN})")
    sys.exit(given.check and (ratio > BOUND_ALL or share > BOUND_AGAIN))


if __name__ == "__main__":
    main()
