#!/usr/bin/env python3
"""Kills a campaign twenty times and asks the other side who got it: kills.py BINARY [SEED].

10,000 readers, Postfix's smtp-sink, and between them a line of some milliseconds, so that there is
something on the wire when SIGKILL comes. After each kill `status` has to account for everybody; at
the end, by the sink's own files, everybody has the letter, whoever has it twice was reported in
doubt, and both copies are the same.
"""

import asyncio
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

READERS, KILLS, CONNECTIONS, DELAY = 10_000, 20, 4, 0.004
BINARY = str(pathlib.Path(sys.argv[1]).resolve())
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
CHANCE = random.Random(SEED)
COUNTS = ("pending", "sending", "sent", "deferred", "failed", "in_doubt", "suppressed", "cancelled")
CONFIGURATION = """
postal_address: 1 Example Road, Dublin
unsubscribe: {url: "https://example.com/u/{token}"}
smtp: {host: 127.0.0.1, port: PORT, tls: none, connections: CONNECTIONS}
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Line(threading.Thread):
    """A line that takes DELAY each way. What is on it when its sender goes arrives, or does not."""

    def __init__(self, port, server):
        super().__init__(daemon=True)
        self.port, self.server = port, server

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        async with await asyncio.start_server(self.connection, "127.0.0.1", self.port) as server:
            await server.serve_forever()

    async def connection(self, reader, writer):
        sink_reader, sink_writer = await asyncio.open_connection("127.0.0.1", self.server)
        await asyncio.gather(self.one_way(reader, sink_writer), self.one_way(sink_reader, writer))

    async def one_way(self, reader, writer):
        loop, queue = asyncio.get_running_loop(), asyncio.Queue()

        async def deliver():
            while (item := await queue.get())[1]:
                await asyncio.sleep(item[0] - loop.time())
                writer.write(item[1])

        delivery = asyncio.create_task(deliver())
        data = b"begun"
        while data:
            try:
                data = await reader.read(1 << 16)
            except OSError:
                data = b""
            queue.put_nowait((loop.time() + DELAY, data))
        if random.random() < 0.5:
            delivery.cancel()
        await asyncio.wait([delivery])
        writer.close()


class Sink:
    """smtp-sink, which keeps what it has accepted, a file each, and nothing that was broken off."""

    def __init__(self, folder, port):
        self.folder = folder
        folder.mkdir()
        user = []
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
            user = ["-u", "nobody"]
        self.process = subprocess.Popen(
            ["smtp-sink", *user, "-d", "%M.", f"127.0.0.1:{port}", "100"], cwd=folder
        )
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("smtp-sink does not listen")

    def count(self):
        return sum(1 for _ in os.scandir(self.folder))

    def messages(self):
        """By recipient, all that was accepted for them, without what the sink wrote itself."""
        found = collections.defaultdict(list)
        for path in self.folder.iterdir():
            head, received, message = path.read_bytes().partition(b"\nReceived: ")
            recipients = re.findall(rb"^X-Rcpt-Args: <(.*)>$", head, re.M)
            assert received and recipients, f"{path} is no message"
            message = re.sub(rb"\A.*\n([ \t].*\n)*", b"", message)
            for recipient in recipients:
                found[recipient.decode()].append(message)
        return found


class Letter:
    """A publication, and the campaign of its first letter."""

    slug = "first-letter"

    def __init__(self, folder, port):
        self.folder = folder
        subprocess.run([BINARY, "init", str(folder)], check=True, capture_output=True)
        config = folder / "newsletter.yaml"
        more = CONFIGURATION.replace("PORT", str(port)).replace("CONNECTIONS", str(CONNECTIONS))
        config.write_text(config.read_text() + more)
        [post] = (folder / "posts").glob("*.md")
        text = post.read_text().replace("status: draft", "status: ready").replace("![](", "![Twelve bars](")
        post.write_text(text.replace("Dear reader", 'Dear {{default subscriber.name "reader"}}'))
        self.readers = [f"reader{n}@example{n % 7}.org" for n in range(READERS)]
        rows = (f"{address},Reader {n}" for n, address in enumerate(self.readers))
        (folder / "readers.csv").write_text("\n".join(["address,name", *rows, ""]))
        imported = self.run("subscribers", "import", "readers.csv")
        assert imported.returncode == 0, imported.stderr

    def command(self, *words):
        return [BINARY, "-C", str(self.folder), *words]

    def run(self, *words):
        # `readers.csv` is read from where the command runs.
        return subprocess.run(self.command(*words), cwd=self.folder, capture_output=True, text=True, timeout=600)

    def send(self):
        log = open(self.folder / "send.log", "a")
        return subprocess.Popen(self.command("send", self.slug, "--yes"), stdout=log, stderr=log)

    def status(self):
        """How it stands; nothing before it was frozen."""
        done = self.run("status", self.slug, "--recipients", "--format", "json")
        if done.returncode == 2 and "has no campaign" in done.stderr:
            return None
        assert done.returncode in (0, 3), (done.returncode, done.stderr)
        status = json.loads(done.stdout)
        listed = collections.Counter(one["state"] for one in status["recipients"])
        assert status["total"] == READERS == len(status["recipients"]), status["total"]
        assert sum(status[name] for name in COUNTS) == READERS, {name: status[name] for name in COUNTS}
        assert all(listed[name] == status[name] for name in COUNTS), (listed, {name: status[name] for name in COUNTS})
        return status


def those(status, *states):
    return {one["address"] for one in status["recipients"] if one["state"] in states}


def kill(process, sink):
    """Kills it: a third of the times at any moment of its start, else once some messages are out."""
    if CHANCE.random() < 0.33:
        time.sleep(CHANCE.uniform(0, 0.6))
    else:
        goal = sink.count() + CHANCE.randint(1, 600)
        while sink.count() < goal and process.poll() is None:
            time.sleep(0.003)
        time.sleep(CHANCE.uniform(0, 0.01))
    assert process.poll() is None, f"the run ended with {process.returncode} before it was killed"
    process.send_signal(signal.SIGKILL)
    process.wait()


def judge(letter, sink):
    # What a killed run had under way is settled by whoever looks, with the journal.
    doubt, stops = set(), 0
    for number in range(1, KILLS + 1):
        kill(letter.send(), sink)
        # The line still delivers what was on it.
        time.sleep(20 * DELAY)
        status = letter.status()
        if status is None:
            print(f"kill {number:2}: not frozen yet")
            continue
        stops += 1
        assert status["sent"] <= sink.count(), "sent without an acceptance"
        now = those(status, "in_doubt")
        assert doubt <= now, "a doubt went by itself"
        assert status["state"] != "running" and status["sending"] == 0, "what a dead run left is not settled"
        new, doubt = now - doubt, now
        assert len(new) <= CONNECTIONS * 16, f"{len(new)} were under way at once"
        print(
            f"kill {number:2}: {status['sent']:5} sent, {status['pending']:5} pending, "
            f"{len(new):2} of the last run and {len(doubt):3} in all in doubt"
        )

    code = letter.send().wait(600)
    status = letter.status()
    now = those(status, "in_doubt")
    assert doubt == now, "a doubt came or went by itself"
    assert status["sent"] + len(now) == READERS and code == (3 if now else 0), (code, status["sent"])
    doubt = now
    # Ours to decide now.
    received = set(sink.messages())
    arrived = len(doubt & received)
    assert not received - set(letter.readers)
    if doubt:
        resolved = letter.run("resolve", letter.slug, "--resend")
        assert resolved.returncode == 3, (resolved.returncode, resolved.stderr)
        code = letter.send().wait(600)
    assert code == 0, code
    status = letter.status()
    assert (status["state"], status["sent"]) == ("finished", READERS), status["state"]

    messages = sink.messages()
    assert set(messages) == set(letter.readers), f"{len(set(letter.readers) - set(messages))} have no letter"
    twice = {address for address, copies in messages.items() if len(copies) > 1}
    assert twice <= doubt, f"twice, and never in doubt: {sorted(twice - doubt)[:5]}"
    assert all(len(copies) <= 2 for copies in messages.values())
    assert all(len(set(copies)) == 1 for copies in messages.values()), "a resend differs"
    assert len(twice) == arrived
    assert stops > KILLS / 2 and doubt, "the kills came too early to show anything"
    return (
        f"{READERS} readers, {KILLS} kills, {len(messages)} covered; {len(doubt)} were in doubt, "
        f"{arrived} of which had arrived: these have it twice, byte by byte the same"
    )


def main():
    print(f"seed {SEED}")
    begin = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kills"))
    ports = free_port(), free_port()
    sink = Sink(folder / "sink", ports[1])
    try:
        Line(*ports).start()
        letter = Letter(folder / "my-letter", ports[0])
        print(judge(letter, sink), f"({time.monotonic() - begin:.0f} s)")
    except BaseException:
        log = folder / "my-letter/send.log"
        print(log.read_text()[-2000:] if log.exists() else "nothing was said", file=sys.stderr)
        raise
    finally:
        sink.process.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
