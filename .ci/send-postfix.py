#!/usr/bin/env python3
"""Does what docs/sending.md tells, against a Postfix: send-postfix.py BINARY.

Commands, configuration and list are the blocks of the document's first section, run in order as
they stand there. Afterwards the same letter goes to 10,000 readers, each of whom has to have it
once, by all ways of TLS and of signing in, and what has to be refused is. Runs as root.
"""

import collections
import email
import email.policy
import mailbox
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BINARY = pathlib.Path(sys.argv[1]).resolve()
DOCUMENT = (HERE.parent / "docs/sending.md").read_text()
FIRST, _, REST = DOCUMENT.partition("\n## From an empty folder")[2].partition("\n## ")
RELAY = pathlib.Path("/tmp/relay")
READERS = 10_000
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


class Shell:
    """One shell for the whole document, in a terminal, for it asks."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "PATH": f"{BINARY.parent}:{os.environ['PATH']}", "NO_COLOR": "1"}

    def run(self, line, answer=""):
        """Runs a line, and remembers where it went and what it exported; its exit code and output."""
        keep = self.folder.parent / "environment"
        script = f"cd '{self.folder}'\n{line}\ncode=$?\npwd >'{keep}'\nenv -0 >>'{keep}'\nexit $code"
        ours, theirs = pty.openpty()
        child = subprocess.Popen(
            ["bash", "-c", script], stdin=theirs, stdout=theirs, stderr=theirs, env=self.environment, start_new_session=True
        )
        os.close(theirs)
        if answer:
            os.write(ours, f"{answer}\n".encode())
        said = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:
                break
            if not data:
                break
            said += data
        os.close(ours)
        code = child.wait()
        folder, _, environment = keep.read_text().partition("\n")
        self.folder = pathlib.Path(folder)
        self.environment = dict(pair.split("=", 1) for pair in environment.split("\0") if pair)
        # Of the bar only what it showed last.
        return code, re.sub(r"(?m)^.*\r(\x1b\[2K)?", "", said.decode().replace("\r\n", "\n"))


def must(shell, line, code=0, says="", answer=""):
    """A line that has to exit with `code` and to say something."""
    found, said = shell.run(line, answer)
    print(f"$ {line}\n{said.strip()}", flush=True)
    assert found == code, f"exited with {found}, not {code}"
    assert re.search(says, said), f"does not say `{says}`"
    return said


def delivered(expected=None):
    """How often each reader has each subject, once there are as many messages as expected."""
    box = RELAY / "mail/mbox"
    last, since = -1, time.monotonic()
    while True:
        size = box.stat().st_size if box.exists() else 0
        text = box.read_bytes() if box.exists() else b""
        count = len(re.findall(rb"^Delivered-To: ", text, re.M))
        if count >= (expected or 0):
            break
        if size != last:
            last, since = size, time.monotonic()
        assert time.monotonic() - since < 60, f"{count} of {expected} messages were delivered, and no more come"
        time.sleep(1)
    found = collections.Counter()
    for message in mailbox.mbox(box):
        found[message["Delivered-To"], message["Subject"]] += 1
    return found


def expectations(line):
    """What the text beside a command promises of it: exit code, words, what is typed."""
    command = line.partition(" #")[0].strip()
    if line.endswith("# refused"):
        return {"code": 2, "says": "`first-letter` was sent to 3 on .*\nhelp: "}
    if command == "newsletter send first-letter":
        return {"answer": "3", "says": "first-letter: 3 sent"}
    promised = {
        "newsletter check": "no findings|without-alt",
        "newsletter send first-letter --dry-run": "3 readers",
        "newsletter status first-letter": "finished",
    }
    return {"says": promised.get(command, "")}


def path(folder):
    """The stranger's path: the blocks of the first section."""
    assert ".ci/postfix.sh up /tmp/relay 2525 2465" in FIRST
    shell = Shell(folder)
    commands = 0
    for kind, text in BLOCK.findall(FIRST):
        [post] = (folder / "my-letter/posts").glob("*.md") if (folder / "my-letter").exists() else [None]
        if kind == "sh":
            for line in text.splitlines():
                must(shell, line, **expectations(line))
                commands += 1
        elif kind == "diff":
            letter = post.read_text()
            for removed, added in re.findall(r"^-(.*)\n\+(.*)$", text, re.M):
                assert letter.count(removed) == 1, removed
                letter = letter.replace(removed, added)
            post.write_text(letter)
        elif kind == "yaml":
            with open(shell.folder / "newsletter.yaml", "a") as config:
                config.write(text)
        elif kind == "csv":
            (shell.folder / "readers.csv").write_text(text)
        else:
            sys.exit(f"a block of {kind}")
    assert commands >= 10, commands
    [copy] = (shell.folder / "test").glob("*.eml")
    copy = email.message_from_bytes(copy.read_bytes(), policy=email.policy.default)
    assert copy["Subject"] == "[TEST] The first letter", copy["Subject"]
    assert copy["To"] == "Ada <ada@example.org>", copy["To"]
    found = delivered(3)
    readers = "ada@example.org", "li@example.org", "grace@example.net"
    assert found == {(reader, "The first letter"): 1 for reader in readers}, found
    return shell


def again(shell, number, *changes):
    """The same letter as another issue; its configuration with some changes."""
    config = shell.folder / "newsletter.yaml"
    kept = config.read_text()
    text = kept
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    config.write_text(text)
    [first] = (shell.folder / "posts").glob("*-first-letter.md")
    post = first.with_name(f"2026-01-{number:02}-issue-{number}.md")
    post.write_text(first.read_text().replace("The first letter", f"Issue {number}"))
    return lambda: config.write_text(kept)


def ways_in(shell):
    """Implicit TLS and both ways to sign in deliver; a wrong password and a stranger's certificate stop all."""
    implicit = (("port: 2525", "port: 2465"), ("tls: starttls", "tls: implicit"))
    login = (("username: news", "username: news\n  auth: login"),)
    plain = (("username: news", "username: news\n  auth: plain"),)
    ways = {2: implicit, 3: (*implicit, *login), 4: login, 5: plain}
    for number, changes in ways.items():
        back = again(shell, number, *changes)
        must(shell, f"newsletter send issue-{number} --yes", says=f"issue-{number}: 3 sent")
        back()
        found = delivered(3 * number)
        assert [count for (_, subject), count in found.items() if subject == f"Issue {number}"] == [1] * 3
    wrong = {
        6: ("no authority that is trusted here", ("  ca_file: /tmp/relay/ca/ca.pem\n", "")),
        7: ("535 5.7.8", ("{env: SMTP_PASSWORD}", "{command: [echo, wrong]}")),
        8: ("", ("tls: starttls", "tls: implicit")),
    }
    for number, (says, change) in wrong.items():
        back = again(shell, number, change)
        must(shell, f"timeout 60 newsletter send issue-{number} --yes", code=2, says=f"error: .*{says}.*\nhelp: ")
        back()
    # Who does not sign in learns it of each reader; what failed can be sent once that is mended.
    back = again(shell, 9, ("  username: news\n  password: {env: SMTP_PASSWORD}\n", ""))
    must(shell, "newsletter send issue-9 --yes", code=3, says="issue-9: 3 failed")
    must(shell, "newsletter status issue-9", says="554 5.7.1 ")
    back()
    must(shell, "newsletter send issue-9 --retry-failed --yes", says="issue-9: 3 sent")
    log = (RELAY / "maillog").read_text()
    tls = collections.Counter(re.findall(r"postfix/(?:(implicit)/)?smtpd\[.*TLS connection established from", log))
    signed_in = collections.Counter(re.findall(r"sasl_method=(\w+)", log))
    print(f"TLS: {tls['implicit']} implicit, {tls['']} by STARTTLS; messages by AUTH: {dict(signed_in)}")
    assert tls["implicit"] >= 2 and tls[""] >= 4 and signed_in == {"PLAIN": 12, "LOGIN": 6}
    found = collections.Counter(subject for _, subject in delivered(18).elements())
    assert found == {"The first letter": 3, **{f"Issue {number}": 3 for number in (2, 3, 4, 5, 9)}}, found


def the_rest(shell):
    """The other commands of the document, and its word on mailto alone."""
    back = again(shell, 20, ('  url: "https://example.com/leave/{token}"\n', ""))
    must(shell, "newsletter send issue-20 --dry-run", says="note  without `unsubscribe.url`")
    back()
    number = 20
    for kind, text in BLOCK.findall(REST):
        for line in text.splitlines() if kind == "sh" else ():
            if "POST" in line:
                number += 1
                again(shell, number)
                line = line.replace("POST", f"issue-{number}") + " --yes"
            must(shell, line)
    assert number == 22
    must(shell, "newsletter schedule list", says="07:30.*issue-21")
    must(shell, "newsletter status issue-22", says="finished")
    delivered(21)


def many(shell):
    """10,000 readers, each of whom has it once."""
    before = sum(delivered().values())
    again(shell, 10)
    readers = [f"reader{n}@example{n % 7}.org" for n in range(READERS - 3)]
    rows = "".join(f"{address},Reader {n}\n" for n, address in enumerate(readers))
    (shell.folder / "many.csv").write_text("address,name\n" + rows)
    must(shell, "newsletter subscribers import many.csv", says=f"{READERS - 3}|9,997")
    begin = time.monotonic()
    must(shell, "newsletter send issue-10 --yes | cat", says="10000 sent|10,000 sent")
    sent = time.monotonic() - begin
    found = {reader: count for (reader, subject), count in delivered(before + READERS).items() if subject == "Issue 10"}
    taken = time.monotonic() - begin
    everybody = {*readers, "ada@example.org", "li@example.org", "grace@example.net"}
    assert set(found) == everybody, f"{len(everybody - set(found))} have none"
    assert set(found.values()) == {1}, f"{sum(count > 1 for count in found.values())} have more than one"
    print(f"{READERS} readers, each of whom has it once; handed over in {sent:.0f} s, delivered in {taken:.0f} s")


def examples(folder):
    """The configuration that the rest of the document shows has no findings."""
    count = 0
    for kind, text in BLOCK.findall(REST):
        if kind != "yaml":
            continue
        count += 1
        place = folder / f"example-{count}"
        subprocess.run([BINARY, "init", place], check=True, capture_output=True)
        with open(place / "newsletter.yaml", "a") as config:
            config.write(text)
        done = subprocess.run([BINARY, "-C", place, "check", "--format", "short"], capture_output=True, text=True)
        about = [line for line in done.stdout.splitlines() if line.startswith("newsletter.yaml")]
        assert not about, about
    assert count >= 6, count
    print(f"{count} examples of configuration have no findings")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="send-postfix"))
    assert not RELAY.exists(), f"{RELAY} is there already"
    try:
        subprocess.run([HERE / "postfix.sh", "up", RELAY, "2525", "2465"], check=True)
        shell = path(folder)
        ways_in(shell)
        the_rest(shell)
        many(shell)
        examples(folder)
    finally:
        subprocess.run([HERE / "postfix.sh", "down", RELAY], check=False)
        shutil.rmtree(RELAY, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
