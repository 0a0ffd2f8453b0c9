#!/usr/bin/env python3
"""Kills a program with SIGKILL at random moments while many clients drive it, starts it again, and looks:

  * every acknowledged command is there, none twice, no refused one;
  * a command whose answer was lost either happened or did not, and sending it again gives it one answer for good;
  * an answer given once is given again, word for word;
  * sums hold, and the tables equal a rebuild from the journal.

usage: kill_test.py --store PROGRAM [--kills 200] [--clients 16] [--seed N]

A subject is a class with start(), kill(), send(), state(); see StoreSubject. SIGKILL leaves the system's page cache
alive: this test shows that a process may die anywhere, not that the disk keeps its word.
"""
import argparse
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

KILLS_OF_ONE_FILE = 20
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

    def __init__(self, rng):
        self.rng = rng
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


def check(subject, book):
    """Looks at the program after its restart; then clears up what was in flight, and looks at some old answers."""
    state = subject.state()
    happened = state["happened"]
    twice = [name for name, count in happened.items() if count != 1]
    assert not twice, f"happened more than once: {twice[:5]}"
    unknown = [name for name in happened if name not in book.lines]
    assert not unknown, f"nobody sent: {unknown[:5]}"
    for name, answer in book.answers.items():
        ok = answer.startswith("ok ")
        assert ok == (name in happened), f"{book.lines[name]}: answered {answer!r}, happened: {name in happened}"
    opened = sum(OPENED_FEN for name in happened if book.lines[name].startswith("open "))
    assert state["sum"] == opened, f"the sum is {state['sum']}, opened were {opened}"
    assert state["events"] == len(happened), f"{state['events']} events of {len(happened)} commands"
    assert state["rebuilt"] is True, "the tables differ from a rebuild"

    lost = [name for name in book.lines if name not in book.answers]
    for name in lost:
        answer = subject.send(book.lines[name])
        assert name not in happened or answer.startswith("ok "), f"{book.lines[name]}: happened, and now {answer!r}"
        book.heard(name, answer)
    for name in book.rng.sample(sorted(book.answers), min(50, len(book.answers))):
        book.heard(name, subject.send(book.lines[name]))
    return len(lost), sum(name in happened for name in lost)


def run(make_subject, options):
    rng = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    started = time.monotonic()
    commands = lost = lost_but_happened = early = 0
    subject = None
    folder = tempfile.mkdtemp(prefix="rongqiao-kill-")
    try:
        for number in range(options.kills):
            if number % KILLS_OF_ONE_FILE == 0:
                if subject:
                    subject.kill()
                    commands += len(book.answers)
                shutil.rmtree(folder)
                os.mkdir(folder)
                book = Book(rng)
                subject = make_subject(folder)
                subject.start()
            if rng.random() < 0.1:  # also while it opens the file
                subject.kill()
                subject.start(wait=False)
                time.sleep(rng.uniform(0, 0.02))
                early += 1
            else:
                work = Round(subject, book, options.clients)
                time.sleep(rng.uniform(0.01, 0.4))
                subject.kill()
                work.join()
            if subject.process.poll() is None:
                subject.kill()
            subject.start()
            missing, done = check(subject, book)
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", required=True, help="the program kill_store")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    run(lambda folder: StoreSubject(options.store, folder), options)


if __name__ == "__main__":
    main()
