#!/usr/bin/env python3
"""Kills campaigns by SIGKILL, many times, and asks the other side who got what.

    kills.py BINARY [--kills 100] [--seed N] [--log FILE] [--plot FILE] [--forget-journal]

A campaign has 10,000 readers, Postfix's smtp-sink, and between them a line of some milliseconds, so
that there is something on the wire when the kill comes. Nearly four in five come during delivery, each
after at least 100 deliveries were settled since the last; the others while the campaign is being
frozen, while a run starts and settles what the last one left, near the end, and while doubts are
sent again. After each kill `status` has to account for everybody, and to have no more in doubt than
one letter a connection. At the end of a campaign, by the sink's own files, everybody has the
letter, whoever has it twice was reported in doubt before, and all copies are the same.

With --forget-journal each run loses the journal of the one before, and the judge has to notice.
"""

import argparse
import collections
import json
import math
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benches"))
import plot
from wire import Line, Sink

READERS, AT_ONCE, SETTLED = 10_000, 50, 100
DELIVERY = 0.78
COUNTS = ("pending", "sending", "sent", "deferred", "failed", "in_doubt", "suppressed", "cancelled")
CONFIGURATION = """
postal_address: 1 Example Road, Dublin
unsubscribe: {url: "https://example.com/u/{token}"}
smtp: {host: 127.0.0.1, port: PORT, tls: none}
"""


class Publication:
    """A publication with its readers."""

    def __init__(self, binary, folder, port):
        self.binary, self.folder = binary, folder
        subprocess.run([binary, "init", str(folder)], check=True, capture_output=True)
        config = folder / "newsletter.yaml"
        config.write_text(config.read_text() + CONFIGURATION.replace("PORT", str(port)))
        [post] = (folder / "posts").glob("*.md")
        text = post.read_text().replace("status: draft", "status: ready").replace("![](", "![Twelve bars](")
        self.text = text.replace("Dear reader", 'Dear {{default subscriber.name "reader"}}')
        post.unlink()
        self.readers = {f"reader{n}@example{n % 7}.org" for n in range(READERS)}
        rows = (f"{address},Reader {n}" for n, address in enumerate(sorted(self.readers)))
        (folder / "readers.csv").write_text("\n".join(["address,name", *rows, ""]))
        imported = self.run("subscribers", "import", "readers.csv")
        assert imported.returncode == 0, imported.stderr

    def write(self, slug):
        # The same words are not sent twice.
        (self.folder / "posts" / f"2024-04-26-{slug}.md").write_text(self.text.replace("Dear", f"{slug}: dear"))

    def command(self, *words):
        return [self.binary, "-C", str(self.folder), *words]

    def run(self, *words):
        # `readers.csv` is read from where the command runs.
        return subprocess.run(self.command(*words), cwd=self.folder, capture_output=True, text=True, timeout=600)

    def send(self, slug, connections):
        with open(self.folder / "send.log", "a") as log:
            words = self.command("send", slug, "--yes", "--connections", str(connections))
            return subprocess.Popen(words, stdout=log, stderr=log)

    def status(self, slug):
        """How a campaign stands; nothing before it was frozen."""
        done = self.run("status", slug, "--recipients", "--format", "json")
        if done.returncode == 2 and "has no campaign" in done.stderr:
            return None
        assert done.returncode in (0, 3), (done.returncode, done.stderr)
        status = json.loads(done.stdout)
        listed = collections.Counter(one["state"] for one in status["recipients"])
        counts = {name: status[name] for name in COUNTS}
        assert status["total"] == READERS == len(status["recipients"]) == sum(counts.values()), counts
        assert all(listed[name] == counts[name] for name in COUNTS), (listed, counts)
        return status


def those(status, state):
    return {one["address"] for one in status["recipients"] if one["state"] == state} if status else set()


class Kill:
    """A kill: when it was to come, and what `status` said after it."""

    def __init__(self, phase):
        self.phase, self.settled, self.doubts = phase, 0, 0


class Campaign:
    """The campaign of one post, its kills, and what is known of it."""

    # How long a run takes to its first message, when it freezes and when it resumes: the latest.
    starts = {"freeze": 0.5, "start-up": 0.3}

    def __init__(self, number, publication, sink, line, chance, forget_journal):
        self.publication, self.sink, self.line, self.chance = publication, sink, line, chance
        self.forget_journal = forget_journal
        self.slug, self.connections = f"letter-{number}", chance.choice((4, 6, 8, 10))
        line.delay = chance.choice((0.002, 0.004))
        publication.write(self.slug)
        self.kills, self.begin, self.status = [], sink.count, None
        # Who is in doubt, and how often each reader was.
        self.doubts, self.reported = set(), collections.Counter()

    def send(self):
        return self.publication.send(self.slug, self.connections)

    def left(self):
        return self.status["pending"] + self.status["sending"] if self.status else READERS

    def strike(self, phase):
        """Starts a run and kills it. Whether it lived that long; else it has ended by itself."""
        start = "start-up" if self.status else "freeze"
        goal = {
            "start": 0,
            # Not all that was accepted is settled yet.
            "delivery": SETTLED + 4 * self.connections + self.chance.randint(0, SETTLED),
            "end": self.left() - self.chance.randint(1, 4) * self.connections,
            "resend": self.chance.randint(0, self.left()),
        }[phase]
        begin, before = time.monotonic(), self.sink.count
        process = self.send()
        try:
            if phase == "start":
                phase = start
                time.sleep(self.chance.uniform(0, 1.1 * self.starts[start]))
            else:
                for count in (1, goal):
                    while self.sink.count - before < count and process.poll() is None:
                        assert time.monotonic() - begin < 120, "the run is stuck"
                        time.sleep(0.001)
                    if count == 1:
                        self.starts[start] = time.monotonic() - begin
                time.sleep(self.chance.uniform(0, 0.01))
            if process.poll() is not None:
                self.finish(process.returncode)
                return False
        finally:
            process.kill()
            process.wait()
        # The line still delivers what was on it.
        time.sleep(20 * self.line.delay)
        if self.forget_journal:
            for path in self.publication.folder.rglob("*.journal"):
                path.unlink()
        self.look(Kill(phase))
        return True

    def look(self, kill):
        """Looks at what a kill left."""
        self.kills.append(kill)
        last, self.status = self.status, self.publication.status(self.slug)
        if self.status is None:
            assert last is None, "the campaign is gone"
            return
        assert self.status["sent"] <= self.sink.count - self.begin, "sent without an acceptance"
        kill.settled = self.status["sent"] - (last["sent"] if last else 0)
        if kill.phase == "delivery" and kill.settled < SETTLED:
            kill.phase = "early"
        assert self.status["state"] != "running" and self.status["sending"] == 0, "what a dead run left is not settled"
        now = those(self.status, "in_doubt")
        new, self.doubts = now - self.doubts, now | self.doubts
        assert self.doubts == now, "a doubt went by itself"
        kill.doubts = len(new)
        assert kill.doubts <= self.connections, (
            f"{kill.doubts} in doubt after one kill, with {self.connections} connections"
        )
        self.reported.update(new)

    def finish(self, code):
        """Looks at what a run left that nobody killed."""
        self.status = self.publication.status(self.slug)
        assert those(self.status, "in_doubt") == self.doubts, "a doubt came or went by itself"
        assert self.left() == 0 and self.status["sent"] + len(self.doubts) == READERS, self.status["sent"]
        assert (code == 0) == (not self.doubts), code

    def run_to_its_end(self, phase):
        """A run that nobody kills, after one that is killed in `phase` if there is one and it had not all done."""
        if not phase or self.strike(phase) and self.status["state"] != "finished":
            self.finish(self.send().wait(600))

    def run(self, kills):
        """The whole campaign, with so many kills where it gets there."""
        deliveries = round(DELIVERY * kills)
        others = kills - deliveries
        freezes = others // 3
        later = ["delivery"] * deliveries + ["start"] * (others // 2)
        self.chance.shuffle(later)
        for phase in ["start"] * freezes + later:
            if self.left() > 3 * SETTLED + 8 * self.connections:
                assert self.strike(phase), "the run ended before it was killed"
        # The rest: near the end, and while doubts are sent again.
        self.run_to_its_end("end" if len(self.kills) < kills else None)
        while self.doubts:
            resolved = self.publication.run("resolve", self.slug, "--resend")
            assert resolved.returncode == 3, (resolved.returncode, resolved.stderr)
            self.status, self.doubts = self.publication.status(self.slug), set()
            self.run_to_its_end("resend" if len(self.kills) < kills else None)
        assert self.status["state"] == "finished", self.status["state"]

    def judge(self):
        """What the sink says of it, as a line of the log."""
        readers, messages = self.publication.readers, self.sink.messages()
        lost, strangers = readers - set(messages), set(messages) - readers
        copies = {address: len(found) for address, found in messages.items()}
        unknown = sorted(address for address, count in copies.items() if count > 1 + self.reported[address])
        assert not lost, f"{len(lost)} have no letter, as {sorted(lost)[:5]}"
        assert not strangers, f"letters to {sorted(strangers)[:5]}"
        assert not unknown, f"more often than they were in doubt: {unknown[:5]}"
        assert all(len(set(found)) == 1 for found in messages.values()), "a letter that was sent again differs"
        return (
            f"{self.slug}: {self.connections} connections, {2000 * self.line.delay:.0f} ms of round trip, "
            f"{len(self.kills)} kills; {len(messages)} have it, {len(lost)} lost, "
            f"{self.reported.total()} in doubt, {sum(copies.values()) - len(copies)} twice"
        )


HEAD = "kill phase     settled in-doubt"
ROW = re.compile(r"^ *\d+ (\S+) +(\d+) +(\d+)$", re.M)
VERDICT = re.compile(r"^letter-.* (\d+) kills; (\d+) have it, (\d+) lost, \d+ in doubt, (\d+) twice$", re.M)


def kill_on(options, folder, say):
    """Campaigns with kills until there were enough."""
    chance = random.Random(options.seed)
    sink = Sink(folder / "sink")
    try:
        line = Line(sink.port, random.Random(chance.random()))
        publication = Publication(options.binary, folder / "my-letter", line.port)
        kills = campaigns = 0
        while kills < options.kills:
            campaigns, rest = campaigns + 1, options.kills - kills
            campaign = Campaign(campaigns, publication, sink, line, chance, options.forget_journal)
            try:
                campaign.run(math.ceil(rest / math.ceil(rest / AT_ONCE)))
            finally:
                say(HEAD)
                for number, kill in enumerate(campaign.kills, kills + 1):
                    say(f"{number:4} {kill.phase:9} {kill.settled:7} {kill.doubts:8}")
            say(campaign.judge())
            kills += len(campaign.kills)
    finally:
        sink.process.kill()
        sink.process.wait()


def sum_up(log):
    """What the rows of a log come to, in a line."""
    rows, verdicts = ROW.findall(log), [[int(count) for count in found] for found in VERDICT.findall(log)]
    kills, letters, lost, twice = (sum(column) for column in zip(*verdicts))
    doubts = [int(doubts) for _, _, doubts in rows]
    deliveries = sum(phase == "delivery" for phase, _, _ in rows)
    assert len(rows) == kills and deliveries >= 0.7 * kills, f"{deliveries} of {kills} during delivery"
    assert kills < 20 or (sum(doubts) and twice), "the kills came too early or too late to show anything"
    return (
        f"{kills:,} kills, {deliveries:,} of them during delivery after {SETTLED} or more were settled; "
        f"{letters:,} letters in {len(verdicts)} campaigns: {lost} lost, {twice:,} twice, of {sum(doubts):,} "
        f"that had been reported in doubt, {max(doubts)} at most after one kill"
    )


def draw(log):
    """Kills against what was lost, in doubt and sent twice."""
    doubts, twice, lost = [(0, 0)], [(0, 0)], [(0, 0)]
    for _, _, count in ROW.findall(log):
        doubts.append((len(doubts), doubts[-1][1] + int(count)))
    for found in VERDICT.findall(log):
        kills, _, lost_now, twice_now = map(int, found)
        lost.append((lost[-1][0] + kills, lost[-1][1] + lost_now))
        twice.append((twice[-1][0] + kills, twice[-1][1] + twice_now))
    letters = sum(int(found[1]) for found in VERDICT.findall(log))
    return plot.chart(
        f"{lost[-1][0]:,} kills, {lost[-1][1] or 'nobody'} lost",
        f"{letters:,} letters, a process that is killed again and again; counted by the relay’s own files",
        plot.Axis("kills"),
        plot.Axis("letters"),
        [
            plot.Line("in doubt, reported", doubts),
            plot.Line("twice, after a resend", twice, dashed=True),
            plot.Line(f"lost: {lost[-1][1]}", lost, "accent"),
        ],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("binary", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--log", type=pathlib.Path)
    parser.add_argument("--plot", type=pathlib.Path)
    parser.add_argument("--forget-journal", action="store_true")
    options = parser.parse_args()
    begin, said = time.monotonic(), []

    def say(line):
        said.append(line)
        print(line, flush=True)

    folder = pathlib.Path(tempfile.mkdtemp(prefix="kills"))
    say(f"seed {options.seed}, {READERS:,} readers a campaign")
    try:
        kill_on(options, folder, say)
        log = "\n".join(said)
        say(sum_up(log))
    except BaseException:
        log = folder / "my-letter/send.log"
        print(log.read_text()[-2000:] if log.exists() else "nothing was said", file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - begin:.0f} s")
    if options.log:
        options.log.write_text("\n".join([*said, ""]))
    if options.plot:
        options.plot.write_text(draw(log))


if __name__ == "__main__":
    main()
