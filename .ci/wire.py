"""The other side of a campaign that is killed: a line of some milliseconds, and a server behind it that keeps what it
has accepted."""

import asyncio
import collections
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time


class Line(threading.Thread):
    """A line that takes `delay` each way. What is on it when its sender goes arrives, or does not."""

    def __init__(self, server, chance):
        super().__init__(daemon=True)
        self.server, self.chance, self.delay = server, chance, 0.004
        self.listens = threading.Event()
        self.start()
        assert self.listens.wait(10), "the line does not listen"

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        async with await asyncio.start_server(self.connection, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.listens.set()
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
            queue.put_nowait((loop.time() + self.delay, data))
        if self.chance.random() < 0.5:
            delivery.cancel()
        await asyncio.wait([delivery])
        writer.close()


class Sink:
    """smtp-sink, which keeps what it has accepted, a file each, and nothing that was broken off."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        user = []
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
            user = ["-u", "nobody"]
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        command = ["smtp-sink", *user, "-c", "-d", "%M.", f"127.0.0.1:{self.port}", "100"]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
        self.count = 0
        threading.Thread(target=self.listen, daemon=True).start()
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("smtp-sink does not listen")

    def listen(self):
        """It says how many messages it has accepted whenever that changes."""
        said = b""
        while more := os.read(self.process.stdout.fileno(), 1 << 16):
            said = (said + more)[-100:]
            if counts := re.findall(rb"mesg=(\d+)\r", said):
                self.count = int(counts[-1])

    def messages(self):
        """By recipient, all that was accepted for them, without what the sink wrote itself. It forgets them."""
        found = collections.defaultdict(list)
        for path in self.folder.iterdir():
            head, received, message = path.read_bytes().partition(b"\nReceived: ")
            recipients = re.findall(rb"^X-Rcpt-Args: <(.*)>$", head, re.M)
            assert received and recipients, f"{path} is no message"
            message = re.sub(rb"\A.*\n([ \t].*\n)*", b"", message)
            for recipient in recipients:
                found[recipient.decode()].append(message)
            path.unlink()
        return found
