#!/usr/bin/env python3
"""Times the language server: from a keystroke to the findings, for a post of 2,000 words among 1,000.

    python3 benches/editor.py [--check] [--binary PATH] [--posts 1000] [--strokes 60]

With --check, exits with 1 above the bound.
"""

import argparse
import importlib.util
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

BOUND = 0.020
HERE = pathlib.Path(__file__).resolve().parent


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--binary", default="target/release/newsletter")
    arguments.add_argument("--posts", type=int, default=1000)
    arguments.add_argument("--strokes", type=int, default=60)
    given = arguments.parse_args()
    specification = importlib.util.spec_from_file_location("speed", HERE / "speed.py")
    speed = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(speed)
    with tempfile.TemporaryDirectory() as folder:
        top, _ = speed.prepare(pathlib.Path(folder), given.posts)
        draw = random.Random(7)
        day, first = speed.post(draw, given.posts)
        text = first + speed.post(draw, given.posts)[1].split("---\n", 2)[2].replace("[^1]", "")
        path = top / "posts" / f"{day}-long.md"
        path.write_text(text)
        server = subprocess.Popen([given.binary, "lsp"], cwd=top, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def send(message):
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            server.stdin.flush()

        def receive(wanted):
            while True:
                length = 0
                while (line := server.stdout.readline().strip()):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                message = json.loads(server.stdout.read(length))
                if message.get("id") == wanted or message.get("method") == wanted:
                    return message

        send({"id": 1, "method": "initialize", "params": {"capabilities": {}, "rootUri": top.as_uri()}})
        receive(1)
        send({"method": "initialized", "params": {}})
        document = {"uri": path.as_uri(), "languageId": "markdown", "version": 1, "text": text}
        send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        receive("textDocument/publishDiagnostics")
        times = []
        for stroke in range(given.strokes):
            text = text[:-1] + "abcdefgh "[stroke % 9] + "\n"
            change = {"textDocument": {"uri": path.as_uri(), "version": stroke + 2}, "contentChanges": [{"text": text}]}
            begin = time.perf_counter()
            send({"method": "textDocument/didChange", "params": change})
            receive("textDocument/publishDiagnostics")
            times.append(time.perf_counter() - begin)
        send({"id": 2, "method": "shutdown"})
        receive(2)
        send({"method": "exit"})
        server.wait(10)
    median, worst = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
    print(f"{len(text.split())} words among {given.posts} posts: median {median * 1000:.1f} ms, 95th percentile {worst * 1000:.1f} ms (bound {BOUND * 1000:.0f} ms)")
    sys.exit(given.check and median > BOUND)


main()
