#!/usr/bin/env python3
"""Times a cold `newsletter build` of 1,000 posts against hugo's plain pages of the same posts, and
`newsletter check` against that build; of three posts, the processor time of a `check`.

    python3 benches/speed.py [--check] [--binary PATH] [--posts 1000] [--rounds 5] [--place DIR]

The runs alternate, which of them goes first too, and the medians of their ratios count, for single
figures swing with the machine; processor time is shown beside, which swings less. Both write to new
folders, in memory where there is room, and nothing is removed before the end, for a disk has a
history: ext4 looks at each inode that was freed in the last minutes before it takes one, so a run
would pay for the removal of another's files.
With --check, exits with 1 above the bounds. Needs hugo.
"""

import argparse
import pathlib
import os
import platform
import random
import resource
import statistics
import shutil
import subprocess
import sys
import tempfile
import time

BOUND_ALL, BOUND_ONE, BOUND_CHECK, BOUND_THREE = 0.8, 0.2, 0.5, 0.015
PARTS = ("index.html", "email.html", "email.txt", "message.eml", "build.json")
WORDS = """river county rail harbour border province market winter archive letter policy season region water
energy mineral village teacher factory signal bridge corridor station freight census valley desert grain""".split()

CONFIG = """\
name: Speed
base_url: https://speed.example
from: {name: Speed, address: editor@speed.example}
postal_address: 12 Example Lane
unsubscribe: {url: "https://speed.example/leave/{token}"}
"""


def sentence(draw):
    words = draw.sample(WORDS, draw.randint(8, 16))
    words[2] = f"**{words[2]}**" if draw.random() < 0.2 else words[2]
    words[4] = f"[{words[4]}](https://speed.example/{words[4]}/{draw.randint(1, 999)})" if draw.random() < 0.12 else words[4]
    return " ".join(words).capitalize() + "."


def post(draw, number):
    """About 1,000 words: six sections of paragraphs, a list each, one table, one footnote."""
    day = f"2024-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    parts = [f'---\ntitle: "Letter {number}"\nsubtitle: "{sentence(draw)}"\ndate: {day}\nstatus: ready\n---\n', "Hello,\n"]
    for section in range(6):
        parts.append(f"## {' '.join(draw.sample(WORDS, 4)).capitalize()}?\n")
        parts += [" ".join(sentence(draw) for _ in range(4)) + "\n" for _ in range(2)]
        parts.append("\n".join(f"- **{draw.choice(WORDS).capitalize()}.** {sentence(draw)}" for _ in range(5)) + "\n")
        if section == 2:
            rows = "\n".join(f"| {draw.choice(WORDS)} | {draw.randint(1, 9999)} |" for _ in range(6))
            parts.append(f"| Name | Figure |\n|------|-------:|\n{rows}\n")
    parts.append("The end.[^1]\n\n[^1]: " + sentence(draw))
    return day, "\n".join(parts) + "\n"


def prepare(work, count):
    ours, theirs = work / "ours", work / "theirs"
    (ours / "posts").mkdir(parents=True)
    (theirs / "content" / "posts").mkdir(parents=True)
    (theirs / "layouts" / "_default").mkdir(parents=True)
    (ours / "newsletter.yaml").write_text(CONFIG)
    (theirs / "config.toml").write_text(
        'baseURL = "https://speed.example/"\ntitle = "Speed"\n'
        'disableKinds = ["taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404", "home", "section"]\n')
    (theirs / "layouts" / "_default" / "single.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>'
        "<body><h1>{{ .Title }}</h1>{{ .Content }}</body></html>\n")
    draw, words = random.Random(41), 0
    for number in range(count):
        day, text = post(draw, number)
        words += len(text.split())
        for folder in (ours / "posts", theirs / "content" / "posts"):
            (folder / f"{day}-letter-{number}.md").write_text(text)
    print(f"{count} posts, {words // count} words each")
    return ours, theirs


def timed(command):
    """The seconds that it takes, on the clock and of processors."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        sys.exit(f"{command[0]} ended with {run.returncode}:\n{run.stderr[-2000:]}")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def three(binary, work):
    """The processor time of a `check` of three posts, in seconds."""
    (work / "three").mkdir()
    ours, _ = prepare(work / "three", 3)
    return statistics.median(timed([binary, "-C", str(ours), "check"])[1] for _ in range(21))


def memory():
    """A folder in memory with room for all runs, where there is one."""
    place = "/dev/shm"
    if os.access(place, os.W_OK) and shutil.disk_usage(place).free > 2 << 30:
        return place
    return tempfile.gettempdir()


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
        ours, theirs = prepare(work, given.posts)
        middle = str(sorted((ours / "posts").iterdir())[given.posts // 2])
        to_hugo, to_hugo_used, to_all, to_build = [], [], [], []
        for number in range(given.rounds):
            out, public = work / f"out-{number}", work / f"public-{number}"
            hugo = ["hugo", "--quiet", "--ignoreCache", "--source", str(theirs), "--destination", str(public)]
            build = [binary, "-C", str(ours), "build", "--out", str(out)]
            runs = [("all", build), ("hugo", hugo)]
            took = {name: timed(command) for name, command in (runs if number % 2 == 0 else reversed(runs))}
            (a, a_used), (h, h_used), (o, _) = took["all"], took["hugo"], timed([*build, middle])
            c, _ = timed([binary, "-C", str(ours), "check"])
            to_build.append(c / a)
            to_hugo.append(a / h)
            to_hugo_used.append(a_used / h_used)
            to_all.append(o / a)
            print(f"all {a:.3f} s   hugo {h:.3f} s   one {o:.3f} s   check {c:.3f} s   all/hugo {a / h:.2f}   one/all {o / a:.2f}   check/all {c / a:.2f}")
            # Whole pages on both sides, or the figures would mean nothing.
            made = [folder for folder in out.iterdir() if folder.is_dir() and all((folder / part).is_file() for part in PARTS)]
            pages = [page for page in public.rglob("*.html") if page.stat().st_size > 5000]
            if min(len(made), len(pages)) < given.posts:
                sys.exit(f"built {len(made)} posts and {len(pages)} pages of {given.posts}")
        few = three(binary, work)
    ratio, share, checked = (statistics.median(all) for all in (to_hugo, to_all, to_build))
    used = statistics.median(to_hugo_used)
    print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}, in {given.place}")
    print(f"build/hugo {ratio:.2f} (bound {BOUND_ALL}; of processor time {used:.2f}), one/all {share:.2f} (bound {BOUND_ONE})")
    print(f"check/build {checked:.2f} (bound {BOUND_CHECK}), check of three posts {few * 1000:.1f} ms of processor time (bound {BOUND_THREE * 1000:.0f})")
    sys.exit(given.check and (ratio > BOUND_ALL or share > BOUND_ONE or checked > BOUND_CHECK or few > BOUND_THREE))


if __name__ == "__main__":
    main()
