#!/usr/bin/env python3
"""Kills a watched stream with SIGKILL at random moments, tears or garbles what a crash may tear, starts it again, and
looks: every acknowledged event is there, in order, none twice; state and decisions equal those of a watch that took the
same events and never stopped; the log replays to the same bytes.

usage: kill_watch_test.py PROGRAM [--kills 200] [--seed N]

PROGRAM is kill_watch. Each kill is followed by one of: nothing; a torn group behind the log (a prefix of a real one, or
noise); the start of a state that was being written; a torn or foreign end of the decisions.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

KILLS_OF_ONE_FOLDER = 10
START_SECONDS = 60


class Watch:
    """kill_watch run, and what it has acknowledged."""

    def __init__(self, program, folder, seed):
        self.acked = 0
        self.ready = threading.Event()
        self.process = subprocess.Popen([program, "run", folder, str(seed)], stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if not line.endswith("\n"):
                break  # cut off by the kill: not an answer
            if line.startswith("acked "):
                self.acked = int(line.split()[1])
            self.ready.set()
        self.ready.set()

    def kill(self):
        assert self.process.poll() is None, f"the program ended by itself: {self.process.returncode}"
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


def tear(rng, folder):
    """What a crash of the machine may leave beside what SIGKILL leaves."""
    files = sorted(folder.glob("*.log"))
    kind = rng.choice(("nothing", "prefix", "noise", "state", "decisions"))
    if kind in ("prefix", "noise") and files:
        whole = files[-1].read_bytes()
        at = whole.rfind(b"RQLG")
        torn = whole[at:-1] if at >= 0 else whole[:-1]
        torn = torn[:rng.randrange(len(torn))] if kind == "prefix" else rng.randbytes(rng.randrange(1, 5_000))
        with files[-1].open("ab") as log:
            log.write(torn)
    elif kind == "state":
        (folder / "state.new").write_bytes(rng.randbytes(rng.randrange(2_000)))
    elif kind == "decisions":
        with (folder / "decisions.jsonl").open("ab") as decisions:
            decisions.write(rng.choice((b'{"kind":"decision","eve', b"\0" * 4_096, b'{"kind":"foreign"}\n')))
    return kind


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    rng = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    started = time.monotonic()
    events = early = from_state = cut = rewritten = 0
    top = pathlib.Path(tempfile.mkdtemp(prefix="rongqiao-kill-"))
    folder = top / "watch"
    for number in range(options.kills):
        if number % KILLS_OF_ONE_FOLDER == 0:
            shutil.rmtree(folder, ignore_errors=True)
            stream_seed, acked = rng.randrange(1 << 32), 0
        watch = Watch(options.program, folder, stream_seed)
        if rng.random() < 0.2:  # while it opens the folder
            early += 1
            time.sleep(rng.uniform(0, 0.02))
        else:
            assert watch.ready.wait(START_SECONDS), "the program did not start"
            time.sleep(rng.uniform(0, 0.05))
        watch.kill()
        acked = max(acked, watch.acked)
        if not folder.exists():
            continue
        torn = tear(rng, folder)
        seen = subprocess.run([options.program, "check", folder, str(stream_seed), str(acked)], capture_output=True, text=True,
                              check=False)
        assert seen.returncode == 0, f"kill {number}, stream {stream_seed}, {torn}: {seen.stderr.strip()}; kept for looking at: {folder}"
        found = json.loads(seen.stdout)
        events += found["events"] if number % KILLS_OF_ONE_FOLDER == KILLS_OF_ONE_FOLDER - 1 else 0
        from_state += found["from_state"]
        cut += found["cut_bytes"] > 0
        rewritten += found["rewritten_bytes"] > 0
    shutil.rmtree(top)
    print(f"{options.kills} kills ({early} while opening), {events} events in the end; {from_state} openings from a state, {cut} torn groups cut "
          f"off, {rewritten} ends of decisions written again; {time.monotonic() - started:.0f} s")
    assert from_state and cut and rewritten, "some of what was to be tried did not happen"


if __name__ == "__main__":
    sys.exit(main())
