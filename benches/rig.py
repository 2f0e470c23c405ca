"""What the measurements of sending stand on: a server that takes all, a line that takes its time, a publication with
readers, and processes whose clock, processors and memory are read."""

import asyncio
import dataclasses
import multiprocessing
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

CONFIGURATION = """\
name: Speed
from: {{name: Speed, address: editor@speed.example}}
postal_address: 12 Example Lane
unsubscribe: {{url: "https://speed.example/leave/{{token}}"}}
subscribers: {{fields: {{city: text}}}}
smtp: {{host: 127.0.0.1, port: {port}, tls: none, connections: {connections}}}
{more}"""
# The least that passes the checks: what is measured is small messages, not ours.
SMALL = """<html lang="{{issue.language}}" dir="{{issue.dir}}"><title>{{issue.title}}</title><body>{{{issue.content}}}\
<p>{{newsletter.postal_address}} <a href="{{unsubscribe.url}}">{{words.unsubscribe}}</a></body></html>
"""
WORDS = """river county rail harbour border province market winter archive letter policy season region water
energy mineral village teacher factory signal bridge corridor station freight census valley desert grain""".split()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"nobody listens at port {port}")


@dataclasses.dataclass
class Used:
    """What a process took: seconds on the clock and of processors, and the most memory, in MB."""

    seconds: float
    processors: float
    memory: float


def keep_peak(process, peak, ended):
    """Keeps the most memory that a process had so far, in KB, until it has ended."""
    while not ended.wait(0.01):
        try:
            status = pathlib.Path(f"/proc/{process}/status").read_text()
        except OSError:
            return
        if found := re.search(r"^VmHWM:\s+(\d+)", status, re.M):
            peak[0] = max(peak[0], int(found[1]))


def run(command, may_end_with=(0,), **more):
    """Runs a command to its end; what it took, and what it said."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    # Not by `ru_maxrss`, which begins with what this process had when it made the other one.
    peak, ended = [0], threading.Event()
    watch = threading.Thread(target=lambda: keep_peak(process.pid, peak, ended))
    watch.start()
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in may_end_with:
        sys.exit(f"{command[0]} ended with {process.returncode}:\n{said[-3000:]}")
    return Used(time.monotonic() - begin, usage.ru_utime + usage.ru_stime, peak[0] / 1024), said


class Sink:
    """Postfix's smtp-sink, which takes every message and throws it away."""

    def __init__(self):
        self.port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{self.port}", "1000"])
        wait_for(self.port)

    def close(self):
        self.process.kill()
        self.process.wait()


class Line:
    """A line to a server on this machine that takes `delay` seconds each way. It counts its own time of a processor,
    which must stay well below one: else it is what is measured."""

    def __init__(self, server, delay):
        self.port = free_port()
        self.process = multiprocessing.Process(target=lambda: asyncio.run(self.serve(server, delay)), daemon=True)
        self.process.start()
        self.began = time.monotonic()
        wait_for(self.port)

    def round_trip(self):
        """What one takes by it indeed: timers are not that exact."""
        took = []
        with socket.create_connection(("127.0.0.1", self.port)) as one:
            file = one.makefile("rwb", buffering=0)
            file.readline()
            for _ in range(15):
                begin = time.monotonic()
                file.write(b"NOOP\r\n")
                file.readline()
                took.append(time.monotonic() - begin)
        return statistics.median(took)

    def busy(self):
        """Which share of a processor it took so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - self.began)

    def close(self):
        self.process.kill()
        self.process.join()

    async def serve(self, server, delay):
        self.server, self.delay = server, delay
        async with await asyncio.start_server(self.connection, "127.0.0.1", self.port) as here:
            await here.serve_forever()

    async def connection(self, reader, writer):
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.server)
        for one in (writer, server_writer):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(self.one_way(reader, server_writer), self.one_way(server_reader, writer))

    async def one_way(self, reader, writer):
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(1 << 18):
                loop.call_later(self.delay, writer.write, data)
        except OSError:
            pass
        loop.call_later(self.delay, writer.close)


class Publication:
    """A folder with one issue whose message is about `size` bytes, and readers."""

    def __init__(self, binary, folder, size, more=""):
        self.binary, self.folder, self.more = binary, folder, more
        (folder / "posts").mkdir(parents=True)
        self.connect(1)
        if size < 5000:
            (folder / "templates").mkdir()
            (folder / "templates" / "small.hbs").write_text(SMALL)
        template = "template: small\n" if size < 5000 else ""
        words, paragraphs = iter(WORDS * 4000), 0
        sentence = lambda: " ".join(next(words) for _ in range(60)).capitalize() + ".\n"
        # Each paragraph stands in the text and in the HTML: the second try meets the size.
        head = f"---\ntitle: A letter\ndate: 2026-01-05\nstatus: ready\n{template}---\n\nDear {{{{subscriber.name}}}} in {{{{subscriber.city}}}},\n\n"
        body = "" if size < 5000 else "\n".join(sentence() for _ in range(100))
        for _ in range(2):
            (folder / "posts" / "2026-01-05-letter.md").write_text(head + body + "\nThat is all.\n")
            message = folder / "out" / "letter" / "message.eml"
            run([binary, "-C", str(folder), "build", "--out", str(folder / "out")])
            self.size = message.stat().st_size
            if body:
                body = body[: max(1, int(len(body) * (1 - (self.size - size) / (self.size - 4000))))]
        shutil.rmtree(folder / "out")

    def connect(self, port, connections=10):
        text = CONFIGURATION.format(port=port, connections=connections, more=self.more)
        (self.folder / "newsletter.yaml").write_text(text)

    def command(self, *words):
        return [self.binary, "-C", str(self.folder), *words]

    def subscribe(self, readers):
        """A new list of so many readers."""
        shutil.rmtree(self.folder / "archive", ignore_errors=True)
        for old in self.folder.glob("subscribers.db*"):
            old.unlink()
        with open(self.folder / "readers.csv", "w") as file:
            file.write("address,name,city\n")
            file.writelines(f"reader{n}@example{n % 7}.org,Reader {n},City {n % 100}\n" for n in range(readers))
        run(self.command("subscribers", "import", "readers.csv"), cwd=self.folder)
        self.keep()

    def database(self):
        return self.folder / "subscribers.db"

    def keep(self):
        """Keeps the list as it is, for `restore`."""
        shutil.copyfile(self.database(), self.folder / "kept")

    def restore(self):
        shutil.rmtree(self.folder / "archive", ignore_errors=True)
        for old in self.folder.glob("subscribers.db*"):
            old.unlink()
        shutil.copyfile(self.folder / "kept", self.database())
        self.database().chmod(0o600)

    def send(self, *words, may_end_with=(0,), **more):
        return run(self.command("send", "letter", "--yes", *words), may_end_with, **more)


def smtp_source(port, messages, size, sessions=10):
    """Postfix's own client, which keeps its connections, knows what it sends beforehand, and writes nothing down."""
    command = ["smtp-source", "-d", "-s", str(sessions), "-m", str(messages), "-l", str(size)]
    return run([*command, "-f", "from@speed.example", "-t", "to@x.example", f"127.0.0.1:{port}"])[0]


def machine():
    """What the figures were measured on, without its name, and what else was going on there."""
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    uname = os.uname()
    return (
        f"{os.cpu_count()} cores ({model.group(1) if model else uname.machine}), {memory:.0f} GB, "
        f"{uname.sysname} {uname.release.partition('-')[0]}, load {os.getloadavg()[0]:.1f} at the start"
        + ("" if os.sched_getscheduler(0) == os.SCHED_OTHER else ", at real-time priority")
    )
