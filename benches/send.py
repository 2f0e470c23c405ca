#!/usr/bin/env python3
"""Times `newsletter send`, the whole process with its ledger on the disk, against other programs and against bounds.

    python3 benches/send.py [--quick] [--check] [--write] [--only CASE …] [--binary PATH] [--readers N] [--rounds N]

What it compares runs in turn, and the median of the ratios counts, for single figures swing with the machine. It
prints a table in Markdown; --write puts it into docs/performance.md, and the chart of round trips beside it. With
--check it exits with 1 where a bound does not hold. --quick takes fewer messages and rounds: minutes instead of half an
hour. Needs smtp-sink and smtp-source (Postfix), sqlite3, openssl and a C compiler; builds what else it needs: the
product, benches/lettre, and an environment with mailmerge.
"""

import argparse
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import plot
import rig

HERE = pathlib.Path(__file__).resolve().parent
PAGE, CHART = HERE.parent / "docs" / "performance.md", HERE.parent / "docs" / "pictures" / "round-trips.svg"
CONNECTIONS = 10
# Of smtp-source's -l, which does not count its own header.
HEADER = 250


class Row:
    """A line of the table: what was measured, against what, and whether it holds."""

    def __init__(self, case, figure, against="", ratio=None, bound=None, unit=""):
        self.case, self.figure, self.against, self.ratio, self.bound, self.unit = case, figure, against, ratio, bound, unit

    def holds(self):
        if self.bound is None:
            return True
        value = statistics.median(self.ratio)
        return value >= self.bound[1] if self.bound[0] == "≥" else value <= self.bound[1]

    def line(self):
        shown = ""
        if self.ratio:
            low, high = min(self.ratio), max(self.ratio)
            shown = f"**{statistics.median(self.ratio):.2f}**" + (f" ({low:.2f}–{high:.2f})" if high > low else "")
        bound = f"{self.bound[0]} {self.bound[1]:g}{self.unit}{'' if self.holds() else ' ✗'}" if self.bound else ""
        return f"| {self.case} | {self.figure} | {self.against} | {shown} | {bound} |"


class Bench:
    def __init__(self, given, work):
        self.given, self.work = given, work
        self.readers = given.readers or (10_000 if given.quick else 50_000)
        self.rounds = given.rounds or (3 if given.quick else 5)
        self.binary = str(pathlib.Path(given.binary).resolve()) if given.binary else build()
        self.sink = rig.Sink()
        self.rows, self.chart = [], None
        self.publications = {}
        self.shim = work / "slow_sync.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(self.shim), str(HERE / "slow_sync.c"), "-ldl"], check=True)

    def add(self, *arguments, **named):
        self.rows.append(Row(*arguments, **named))
        print(self.rows[-1].line(), flush=True)

    def publication(self, size, signed=None, readers=None):
        """A publication whose list is ready, made once."""
        key = size, signed, readers
        if key not in self.publications:
            folder = self.work / f"{size}-{signed}-{readers}"
            folder.mkdir()
            more = ""
            if signed:
                kind = ["ed25519"] if signed == "ed25519" else ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"]
                subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", *kind, "-out", str(folder / "key.pem")], check=True)
                more = "dkim: {selector: speed, key: {file: key.pem}}\n"
            made = rig.Publication(self.binary, folder, size, more)
            made.subscribe(readers or self.readers)
            made.connect(self.sink.port, CONNECTIONS)
            self.publications[key] = made
        return self.publications[key]

    def send(self, publication, *words, **more):
        publication.restore()
        used, said = publication.send(*words, **more)
        assert f"{self.readers} sent" in said or words, said[-500:]
        return used

    def environment(self, microseconds=0):
        """One in which syncs take so much longer and are counted, and the file of the count."""
        count = self.work / "count"
        count.unlink(missing_ok=True)
        return dict(os.environ, LD_PRELOAD=str(self.shim), SYNC_MICROSECONDS=str(microseconds), SYNC_COUNT=str(count)), count

    def against_smtp_source(self, name, size, signed, bound):
        publication = self.publication(size, signed)
        ratios, ours, theirs = [], [], []
        for number in range(self.rounds):
            def other():
                theirs.append(rig.smtp_source(self.sink.port, self.readers, publication.size - HEADER, CONNECTIONS))
            if number % 2:
                other()
            ours.append(self.send(publication))
            if not number % 2:
                other()
            ratios.append(theirs[-1].seconds / ours[-1].seconds)
        rate = self.readers / statistics.median(one.seconds for one in ours)
        against = self.readers / statistics.median(one.seconds for one in theirs)
        processors = statistics.median(one.processors for one in ours) / self.readers * 1e6
        environment, count = self.environment()
        publication.restore()
        publication.send(env=environment)
        commits = int(count.read_text().split()[-1]) / self.readers
        memory = max(one.memory for one in ours)
        figure = f"{rate:,.0f}/s; {processors:.0f} µs and {commits:.3f} commits each; {memory:.0f} MB"
        self.add(name, figure, f"`smtp-source -d` {against:,.0f}/s", ratios, ("≥", bound))
        return processors

    def wire(self):
        plain = self.against_smtp_source("30 KB", 30_000, None, 0.9)
        self.against_smtp_source("30 KB, Ed25519", 30_000, "ed25519", 0.85)
        rsa = self.against_smtp_source("30 KB, RSA-2048", 30_000, "rsa", 0.4)
        said = rig.run(["openssl", "speed", "-seconds", "3", "rsa2048"])[1]
        one = float(next(line for line in said.splitlines() if line.startswith("rsa")).split()[3].rstrip("s")) * 1e6
        self.add("RSA-2048, processor time", f"{rsa:.0f} µs each", f"unsigned {plain:.0f} µs and openssl's signature {one:.0f} µs",
                 [rsa / (plain + one)], ("≤", 1.25))
        size = self.publication(1_000).size / 1000
        self.against_smtp_source(f"{size:.1f} KB, the smallest there is", 1_000, None, 1.2)

    def others(self):
        publication, size = self.publication(30_000), self.publication(30_000).size
        lettre = build_lettre()
        # Enough that their own start counts for little.
        few = max(1_000, self.readers // 25)
        ratios, rates = [], []
        for _ in range(self.rounds):
            ours = self.send(publication).seconds / self.readers
            theirs = rig.run([lettre, *(str(number) for number in (self.sink.port, few, CONNECTIONS, size))])[0].seconds / few
            ratios.append(theirs / ours)
            rates.append(1 / theirs)
        self.add("30 KB", "", f"lettre's pool {statistics.median(rates):,.0f}/s", ratios, ("≥", 15))
        folder = self.work / "mailmerge"
        mailmerge = build_mailmerge(folder)
        text = "A line that is as long as those of a letter that people write to others.\n" * (size // 73)
        (folder / "letter.txt").write_text(f"TO: {{{{email}}}}\nSUBJECT: A letter\nFROM: Speed <editor@speed.example>\n\nDear {{{{name}}}},\n\n{text}")
        rows = "".join(f"reader{number}@example.org,Reader {number}\n" for number in range(few))
        (folder / "readers.csv").write_text("email,name\n" + rows)
        (folder / "server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {self.sink.port}\n")
        command = [mailmerge, "--template", "letter.txt", "--database", "readers.csv", "--config", "server.conf",
                   "--no-dry-run", "--no-limit", "--output-format", "raw"]
        ratios, rates = [], []
        for _ in range(self.rounds):
            ours = self.send(publication).seconds / self.readers
            theirs = rig.run(command, cwd=folder)[0].seconds / few
            ratios.append(theirs / ours)
            rates.append(1 / theirs)
        self.add("30 KB", "", f"mailmerge {statistics.median(rates):,.0f}/s", ratios, ("≥", 15))

    def distance(self):
        """A line that takes its time: one message a connection and round trip is what can be had."""
        each = 200 if self.given.quick else 400
        publication = self.publication(30_000, readers=each * CONNECTIONS)
        ours, theirs = [], []
        for milliseconds in (10, 20, 50, 100, 200):
            number = each * CONNECTIONS if milliseconds == 50 else each * CONNECTIONS // 2
            rates = []
            line = rig.Line(self.sink.port, milliseconds / 2000)
            publication.connect(line.port, CONNECTIONS)
            trip = line.round_trip()
            for _ in range(min(3, self.rounds) if milliseconds == 50 else 1):
                publication.restore()
                used, _ = publication.send("--limit", str(number), may_end_with=(0, 3))
                rates.append(number / used.seconds)
            busy = line.busy()
            few = number // 10
            theirs.append((trip * 1000, few / rig.smtp_source(line.port, few, 30_000, CONNECTIONS).seconds))
            line.close()
            ours.append((trip * 1000, statistics.median(rates)))
            if milliseconds == 50:
                possible = CONNECTIONS / trip
                self.add(f"30 KB, {trip * 1000:.1f} ms of round trip", f"{statistics.median(rates):,.0f}/s; the line is busy for {busy:.0%}",
                         f"{possible:.0f}/s: one a connection and round trip", [rate / possible for rate in rates], ("≥", 0.9))
        possible = [(milliseconds, CONNECTIONS * 1000 / milliseconds) for milliseconds, _ in ours]
        self.chart = plot.chart(
            "A message costs one round trip",
            f"Messages of 30 KB to one server over {CONNECTIONS} connections, by how far it is.",
            plot.Axis("round trip, ms", end=200), plot.Axis("messages a second", log=True),
            [plot.Line("one a round trip", possible, dashed=True), plot.Line("newsletter", ours, "accent", marked=True),
             plot.Line("smtp-source -d", theirs, marked=True)])

    def disks(self):
        """Disks whose syncs take long: more intents share a commit."""
        publication = self.publication(30_000)
        for milliseconds in (0, 2, 10):
            environment, count = self.environment(milliseconds * 1000)
            publication.restore()
            used, _ = publication.send(env=environment)
            commits = int(count.read_text().split()[-1])
            name = f"30 KB, {milliseconds} ms more a sync" if milliseconds else "30 KB, this disk"
            self.add(name, f"{self.readers / used.seconds:,.0f}/s; {self.readers / commits:.0f} messages a commit")

    def many(self):
        """Long lists: memory, freezing, and the first message after a stop."""
        large = 100_000 if self.given.quick else 1_000_000
        memory, first, frozen = {}, {}, {}
        for readers in (10_000, large):
            publication = self.publication(5_500, readers=readers)
            publication.restore()
            frozen[readers], _ = publication.send("--at", "2099-01-01 07:30")
            publication.restore()
            used, _ = publication.send("--limit", "5000", may_end_with=(0, 3))
            memory[readers] = used.memory
            first[readers] = []
            for _ in range(self.rounds):
                watch = Watch()
                publication.connect(watch.port, CONNECTIONS)
                begin = time.monotonic()
                publication.send("--limit", "1", may_end_with=(0, 3))
                first[readers].append(watch.first - begin)
        self.add(f"memory, {large:,} readers", f"{memory[large]:.0f} MB", f"10,000 readers {memory[10_000]:.0f} MB",
                 [memory[large] / 100], ("≤", 1), unit=" (100 MB)")
        ratios = [a / b for a, b in zip(first[large], first[10_000])]
        self.add(f"the first message of {large:,}, resumed", f"{statistics.median(first[large]) * 1000:.0f} ms",
                 f"of 10,000 {statistics.median(first[10_000]) * 1000:.0f} ms", ratios, ("≤", 2))
        publication = self.publication(5_500, readers=large)
        seconds = self.imported(publication)
        self.add(f"to freeze {large:,}", f"{frozen[large].seconds:.1f} s, the check of every letter in it",
                 f"`sqlite3 .import` of the same rows {seconds:.1f} s", [frozen[large].seconds / seconds], ("≤", 5))

    def imported(self, publication):
        """How long sqlite3 takes to read the deliveries of a campaign into a table like theirs."""
        rows, database = self.work / "rows.csv", self.work / "import.db"
        columns = "id, campaign, hex(public), hex(hash), address, name, fields"
        subprocess.run(["sqlite3", "-csv", str(publication.database()), f"SELECT {columns} FROM delivery"],
                       check=True, stdout=open(rows, "w"))
        table = ("CREATE TABLE delivery (id INTEGER PRIMARY KEY, campaign INTEGER, public, hash, address, name, fields, "
                 "UNIQUE (campaign, hash));")
        script = f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {table}\n.import --csv {rows} delivery\n"
        begin = time.monotonic()
        subprocess.run(["sqlite3", str(database)], input=script, text=True, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - begin


class Watch(threading.Thread):
    """A server that tells when the first message was there."""

    def __init__(self):
        super().__init__(daemon=True)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.first = None
        self.start()

    def run(self):
        while True:
            connection, _ = self.door.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        file = connection.makefile("rwb", buffering=0)
        file.write(b"220 here\r\n")
        for line in file:
            if line.startswith(b"DATA"):
                file.write(b"354 go on\r\n")
                while file.readline() not in (b".\r\n", b""):
                    pass
                self.first = self.first or time.monotonic()
            file.write(b"250 ok\r\n" if not line.startswith(b"QUIT") else b"221 bye\r\n")


def build():
    """The product, as it is released."""
    subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "newsletter"], check=True, cwd=HERE.parent)
    target = os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target")
    return str(pathlib.Path(target).resolve() / "release" / "newsletter")


def build_lettre():
    subprocess.run(["cargo", "build", "--release", "--locked"], check=True, cwd=HERE / "lettre")
    target = os.environ.get("CARGO_TARGET_DIR", HERE / "lettre" / "target")
    return str(pathlib.Path(target).resolve() / "release" / "newsletter-bench-lettre")


def build_mailmerge(folder):
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([folder / "bin" / "pip", "--quiet", "install", "mailmerge"], check=True)
    return str(folder / "bin" / "mailmerge")


def write(lines):
    """Puts the table into the page, between its marks."""
    begin, end = "<!-- measured -->\n", "<!-- until here -->"
    before, rest = PAGE.read_text().split(begin)
    PAGE.write_text(before + begin + "\n".join([*lines, end]) + rest.split(end)[1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cases = ("wire", "others", "distance", "disks", "many")
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--only", nargs="+", choices=cases, default=cases)
    arguments.add_argument("--binary")
    arguments.add_argument("--readers", type=int)
    arguments.add_argument("--rounds", type=int)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="send") as folder:
        bench = Bench(given, pathlib.Path(folder))
        head = (
            f"{rig.machine()}; {bench.readers:,} readers, {CONNECTIONS} connections, medians of {bench.rounds} rounds where a "
            f"range is given{', --quick' if given.quick else ''}\n\n"
            "| case | `newsletter` | compared with | ratio | bound |\n|---|---|---|---|---|"
        )
        print(head, flush=True)
        try:
            for case in given.only:
                getattr(bench, case)()
        finally:
            bench.sink.close()
    if given.write:
        write([head, *(row.line() for row in bench.rows)])
        if bench.chart:
            CHART.write_text(bench.chart)
    failed = [row.case for row in bench.rows if not row.holds()]
    if failed:
        print(f"\nnot within their bounds: {', '.join(failed)}")
    sys.exit(1 if given.check and failed else 0)


if __name__ == "__main__":
    main()
