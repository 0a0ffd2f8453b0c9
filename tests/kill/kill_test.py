#!/usr/bin/env python3
"""Kills a program with SIGKILL at random moments while many clients drive it, starts it again, and looks:

  * every acknowledged command is there, none twice, no refused one;
  * a command whose answer was lost either happened or did not, and sending it again gives it one answer for good;
  * an answer given once is given again, word for word;
  * sums hold, and the tables equal a rebuild from the journal.

usage: kill_test.py --store PROGRAM | --ledger PROGRAM | --server PROGRAM [--kills N] [--clients 16] [--seed N]

--store drives the program kill_store over pipes, --ledger kill_ledger in the same way, --server the program rongqiao over HTTP. A subject has start(), kill(),
send() and process; a book has wish(), heard() and check(). SIGKILL leaves the system's page cache
alive: this test shows that a process may die anywhere, not that the disk keeps its word.
"""
import argparse
import dataclasses
import functools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

import server_subject

OPENED_FEN = 10_000
ANSWER_SECONDS = 60


class Killed(Exception):
    """The program died before it answered."""


class StoreSubject:
    """kill_store over its pipes: one line a command, one line an answer."""

    def __init__(self, program, folder):
        self.command = [program, os.path.join(folder, "cell.db")]
        self.process = None

    def start(self, wait=True):
        self.lock = threading.Lock()
        self.answers = {}
        self.dead = False
        self.ready = threading.Event()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        if wait:
            self.ready.wait(ANSWER_SECONDS)
            if self.dead or not self.ready.is_set():
                raise AssertionError(f"the program did not start: exit {self.process.poll()}")

    def read(self):
        for line in self.process.stdout:
            if not line.endswith("\n"):
                break  # cut off by the kill: not an answer
            if line == "ready\n":
                self.ready.set()
                continue
            name, _, answer = line.rstrip("\n").partition(" ")
            with self.lock:
                waiting = self.answers.pop(name)
            waiting.append(answer)
            waiting[0].set()
        with self.lock:
            self.dead = True
            for waiting in self.answers.values():
                waiting[0].set()
        self.ready.set()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # words the dead program did not read

    def send(self, line):
        """The answer's words; Killed when none came."""
        name = line.split(" ")[1]
        waiting = [threading.Event()]
        try:
            with self.lock:
                if self.dead:
                    raise Killed
                self.answers[name] = waiting
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise Killed from None
        if not waiting[0].wait(ANSWER_SECONDS):
            raise AssertionError(f"no answer in {ANSWER_SECONDS} s to: {line}")
        if len(waiting) == 1:
            raise Killed
        return waiting[1]

    def state(self):
        return json.loads(self.send("state look").removeprefix("state "))


class Book:
    """What the clients know: every command sent, and the answers that came."""

    def __init__(self, rng, subject):
        self.rng, self.subject = rng, subject
        self.lock = threading.Lock()
        self.next = 0
        self.lines = {}    # command → what was sent
        self.answers = {}  # command → answer
        self.accounts = []

    def wish(self):
        with self.lock:
            self.next += 1
            name = f"c{self.next}"
            if len(self.accounts) < 4 or self.rng.random() < 0.02:
                line = f"open {name} {OPENED_FEN}"
            else:
                source, target = self.rng.sample(self.accounts, 2)
                # One movement in some asks for more than there is and is refused.
                fen = self.rng.choice((1, 50, 3_000, OPENED_FEN * 50))
                line = f"move {name} {source} {target} {fen}"
            self.lines[name] = line
            return name, line

    def heard(self, name, answer):
        with self.lock:
            first = self.answers.setdefault(name, answer)
            if first != answer:
                raise AssertionError(f"{self.lines[name]}: answered {first!r} at first and {answer!r} again")
            if self.lines[name].startswith("open ") and answer.startswith("ok ") and first is answer:
                self.accounts.append(answer.split(" ")[1])

    def check(self):
        """Looks at the program after its restart; then clears up what was in flight, and looks at some old answers."""
        state = self.subject.state()
        happened = state["happened"]
        twice = [name for name, count in happened.items() if count != 1]
        assert not twice, f"happened more than once: {twice[:5]}"
        unknown = [name for name in happened if name not in self.lines]
        assert not unknown, f"nobody sent: {unknown[:5]}"
        for name, answer in self.answers.items():
            ok = answer.startswith("ok ")
            assert ok == (name in happened), f"{self.lines[name]}: answered {answer!r}, happened: {name in happened}"
        opened = sum(OPENED_FEN for name in happened if self.lines[name].startswith("open "))
        assert state["sum"] == opened, f"the sum is {state['sum']}, opened were {opened}"
        assert state["events"] == len(happened), f"{state['events']} events of {len(happened)} commands"
        assert state["rebuilt"] is True, "the tables differ from a rebuild"

        lost = [name for name in self.lines if name not in self.answers]
        for name in lost:
            answer = self.subject.send(self.lines[name])
            assert name not in happened or answer.startswith("ok "), f"{self.lines[name]}: happened, and now {answer!r}"
            self.heard(name, answer)
        for name in self.rng.sample(sorted(self.answers), min(50, len(self.answers))):
            self.heard(name, self.subject.send(self.lines[name]))
        return len(lost), sum(name in happened for name in lost)


class Round:
    """Clients that send until the program dies."""

    def __init__(self, subject, book, clients):
        self.subject, self.book, self.failure = subject, book, None
        self.threads = [threading.Thread(target=self.client) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def client(self):
        try:
            while True:
                name, line = self.book.wish()
                self.book.heard(name, self.subject.send(line))
        except Killed:
            pass
        except Exception as failure:  # shown by the main thread
            self.failure = failure

    def join(self):
        for thread in self.threads:
            thread.join()
        if self.failure:
            raise self.failure


def run(kind, options):
    rng = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    started = time.monotonic()
    commands = lost = lost_but_happened = early = 0
    subject = None
    folder = tempfile.mkdtemp(prefix="rongqiao-kill-")
    try:
        for number in range(options.kills):
            if number % kind.kills_of_one_file == 0:
                if subject:
                    subject.kill()
                    commands += len(book.answers)
                shutil.rmtree(folder)
                os.mkdir(folder)
                subject = kind.make_subject(folder)
                subject.start()
                book = kind.make_book(rng, subject)
            if rng.random() < 0.1:  # also while it opens the file
                subject.kill()
                subject.start(wait=False)
                time.sleep(rng.uniform(0, kind.opening_seconds))
                early += 1
            else:
                work = Round(subject, book, options.clients)
                time.sleep(rng.uniform(0.01, kind.working_seconds))
                subject.kill()
                work.join()
            if subject.process.poll() is None:
                subject.kill()
            subject.start()
            missing, done = book.check()
            lost, lost_but_happened = lost + missing, lost_but_happened + done
        commands += len(book.answers)
    finally:
        if subject and subject.process and subject.process.poll() is None:
            subject.kill()
        if sys.exc_info()[0] is None:
            shutil.rmtree(folder)
        else:
            print(f"kept for looking at: {folder}", flush=True)
    print(f"{options.kills} kills ({early} while opening), {commands} commands answered, {lost} answers lost by a kill, "
          f"{lost_but_happened} of these had happened; {time.monotonic() - started:.0f} s")


@dataclasses.dataclass
class Kind:
    """What is killed, and how often for how long."""
    make_subject: Callable
    make_book: Callable
    kills: int
    kills_of_one_file: int
    opening_seconds: float
    working_seconds: float


def main():
    parser = argparse.ArgumentParser()
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--store", help="the program kill_store")
    what.add_argument("--ledger", help="the program kill_ledger")
    what.add_argument("--server", help="the program rongqiao")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    if options.store:
        kind = Kind(functools.partial(StoreSubject, options.store), Book, 200, 20, 0.02, 0.4)
    elif options.ledger:
        kind = Kind(functools.partial(StoreSubject, options.ledger), Book, 60, 10, 0.02, 0.4)
    else:
        make = functools.partial(server_subject.ServerSubject, options.server, killed=Killed)
        kind = Kind(make, server_subject.ServerBook, 30, 10, 0.3, 1.5)
    options.kills = options.kills or kind.kills
    run(kind, options)


if __name__ == "__main__":
    main()
