#!/usr/bin/env python3
"""How fast sessions are, beside Postfix's own client, against the same smtp-sink.

Single figures swing by a factor of two on a busy machine, so that both run in turn and the median
of their ratios is what counts: smtp.py EXAMPLE [ROUNDS], EXAMPLE being examples/smtp_rate, built
with --release.
"""
import socket
import statistics
import subprocess
import sys
import time

COUNT, CONNECTIONS, SIZE = 5000, 4, 30_000


def main():
    example, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"])
    try:
        time.sleep(0.5)
        print("ours  smtp-source  ratio (messages a second)")
        ratios = [ratio(example, port) for _ in range(rounds)]
        print(f"median ratio {statistics.median(ratios):.2f}")
    finally:
        sink.terminate()
        sink.wait()


def ratio(example, port):
    numbers = [str(number) for number in (port, COUNT, CONNECTIONS, SIZE)]
    ours = float(subprocess.run([example, *numbers], check=True, capture_output=True, text=True).stdout)
    begin = time.monotonic()
    # -d: the connection is kept from message to message, as ours is.
    command = ["smtp-source", "-d", "-s", str(CONNECTIONS), "-m", str(COUNT), "-l", str(SIZE)]
    subprocess.run([*command, "-f", "from@upstream.example", "-t", "to@x.example", f"127.0.0.1:{port}"], check=True)
    theirs = COUNT / (time.monotonic() - begin)
    print(f"{ours:6.0f} {theirs:6.0f} {ours / theirs:6.2f}", flush=True)
    return ours / theirs


main()
