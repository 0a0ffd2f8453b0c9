"""The verifiable log as outsiders see it: by the program, by Go's own implementation, by the script for browsers."""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import flow
from flow import PROGRAM, ROOT

# Published by the makers of the golden log for tests (transparency-dev/tessera, testdata); they sign nothing else.
GOLDEN_KEY = "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
GOLDEN_VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
GOLDEN_LINES = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
GOLDEN_CHECKPOINTS = "c366c82fdd7c77311b8141fbd3769670884dba48445f343867c348455de269fd"  # SHA-256 of all sixteen
GOLDEN_TILES = "6147d997134c4e075c775d78f068c9f0f34bde798afab9b0629bf9d4d052c883"
GOLDEN_BUNDLES = "7fed63ecf907418a98f8b444962460fa32b8db032e83f18d185be8fb1e498370"
WAIT_SECONDS = 30


def run(*words, given=None):
    return subprocess.run([str(word) for word in words], input=given, capture_output=True, text=True, check=False)


def log(*words, given=None):
    return run(PROGRAM, "log", *words, given=given)


def sha256(parts):
    return hashlib.sha256(b"".join(parts)).hexdigest()


class Folder(unittest.TestCase):
    """A folder of its own, and the Go check, compiled once."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="flow-log-"))
        cls.go = cls.folder / "check"
        environment = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
                                    "GOCACHE": str(ROOT / "build/go")}
        built = subprocess.run(["go", "build", "-o", str(cls.go), str(ROOT / "tests/log/check.go")],
                               capture_output=True, text=True, env=environment, check=False)
        if built.returncode != 0:
            raise AssertionError("the Go check does not compile: " + built.stderr)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def good(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout


class Golden(Folder):
    def test_the_published_log_is_written_bit_for_bit(self):
        out = self.folder / "golden"
        lines = "".join(line + "\n" for line in GOLDEN_LINES)
        self.good(log("write", "--origin", "example.com/log/testdata", "--key", GOLDEN_KEY, "--out", out, "--each",
                      given=lines))
        self.assertEqual(sha256((out / f"checkpoint.{n}").read_bytes() for n in range(16)), GOLDEN_CHECKPOINTS)
        self.assertEqual(sha256((out / f"tile/0/000.p/{n}").read_bytes() for n in range(1, 16)), GOLDEN_TILES)
        self.assertEqual(sha256((out / f"tile/entries/000.p/{n}").read_bytes() for n in range(1, 16)), GOLDEN_BUNDLES)
        self.good(log("verify", out, "--vkey", GOLDEN_VKEY))
        self.good(run(self.go, out, GOLDEN_VKEY))
        proof = self.folder / "five.tlog-proof"
        self.good(log("proof", 4, "--dir", out, "--out", proof))
        self.assertIn("index 4\nyiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=\n", proof.read_text())
        checked = json.loads(self.good(log("check", proof, "--vkey", GOLDEN_VKEY, "--json")))
        self.assertEqual((checked["entry"], checked["index"], checked["size"]), ("five", 4, 15))
        self.good(run(self.go, "-proof", proof, GOLDEN_VKEY))
        self.good(run("node", ROOT / "web/verifier/check.mjs", proof, "--vkey", GOLDEN_VKEY))
        (self.folder / "four").write_text("four")
        for refused in (log("check", proof, "--vkey", GOLDEN_VKEY, "--entry", self.folder / "four"),
                        run(self.go, "-proof", proof, "-entry", self.folder / "four", GOLDEN_VKEY),
                        run("node", ROOT / "web/verifier/check.mjs", proof, "--vkey", GOLDEN_VKEY, "--entry",
                            self.folder / "four")):
            self.assertEqual(refused.returncode, 1, refused.stdout)

    def test_a_log_written_in_pieces_is_the_log_written_at_once(self):
        key = self.folder / "pieces.key"
        self.good(log("key", "example.org/pieces", "--out", key))
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        lines = [f"line {n}\n" for n in range(700)]
        whole, pieces = self.folder / "whole", self.folder / "pieces"
        base = ("write", "--origin", "example.org/pieces", "--key", key)
        self.good(log(*base, "--out", whole, given="".join(lines)))
        for first, last in ((0, 0), (0, 1), (1, 255), (255, 256), (256, 513), (513, 700)):
            self.good(log(*base, "--out", pieces, given="".join(lines[first:last])))
        for file in sorted(path for path in whole.rglob("*") if path.is_file()):
            self.assertEqual(file.read_bytes(), (pieces / file.relative_to(whole)).read_bytes(), file)
        vkey = self.good(log("key", "x")).splitlines()[1]  # another's key is refused
        self.assertEqual(log("verify", whole, "--vkey", vkey).returncode, 1)


class Flips(Folder):
    def test_no_byte_of_any_file_can_be_changed_unnoticed(self):
        key = self.folder / "flips.key"
        vkey = self.good(log("key", "example.org/flips", "--out", key)).strip()
        out = self.folder / "flips"
        lines = "".join(f"entry {n}\n" for n in range(260))
        self.good(log("write", "--origin", "example.org/flips", "--key", key, "--out", out, given=lines))
        self.good(run(self.go, "-flip", out, vkey))
        self.good(log("verify", out, "--vkey", vkey))
        for file in sorted(path for path in out.rglob("*") if path.is_file()):
            bytes_of = file.read_bytes()
            for place in sorted({0, 1, len(bytes_of) // 2, len(bytes_of) - 1}):
                changed = bytearray(bytes_of)
                changed[place] ^= 4
                file.write_bytes(changed)
                refused = log("verify", out, "--vkey", vkey, "--json")
                self.assertEqual(refused.returncode, 1, f"{file} {place}")
                self.assertEqual(json.loads(refused.stderr)["field"], str(file.relative_to(out)))
            file.write_bytes(bytes_of)


class Witness:
    """A `rongqiao witness` of its own."""

    def __init__(self, folder, logs):
        self.folder, self.logs = folder, logs
        self.port = 0
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, "witness", "--data", str(self.folder), "--name", "office.example/witness", "--logs", str(self.logs),
             "--listen", f"127.0.0.1:{self.port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.vkey = self.process.stdout.readline().strip()
        self.port = int(re.search(r":(\d+)\s*$", self.process.stdout.readline())[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()
        self.process.stdout.close()

    def add(self, body):
        """(status, content type, the answer)."""
        try:
            with urllib.request.urlopen(self.url + "/add-checkpoint", body.encode()) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers["Content-Type"], refused.read().decode()


class County(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.demo = flow.DemoCounty("jiashan", enterprises=24)

    @classmethod
    def tearDownClass(cls):
        cls.demo.close()
        super().tearDownClass()

    def client(self):
        return self.demo.county.client()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.demo.county.port}/log"

    def view(self):
        return self.client().must("GET", "/v1/log")

    def draft(self, firm):
        """The journal's number of a new need."""
        wish = {"amount": 12_300_000, "term_months": 6, "purpose": "", "purpose_text": "收购", "rate_most": None,
                "guarantee_modes": [], "repayment_modes": [], "urgency": "normal", "first_loan": False, "tags": [],
                "products": [], "institutions": [], "scopes": []}
        return firm.must("POST", "/v1/needs", wish)["seq"]

    def proof(self, person, seq):
        until = time.monotonic() + WAIT_SECONDS
        while True:
            status, text = person.ask("GET", f"/v1/log/acts/{seq}/proof")
            if status != 503 or time.monotonic() > until:
                self.assertEqual(status, 200, text)
                return text
            time.sleep(0.05)

    def test_1_everybody_verifies_the_whole_log_by_its_address(self):
        self.proof(self.demo.sign_in("qiye1"), self.draft(self.demo.sign_in("qiye1")))
        view = self.view()
        self.assertEqual([key["kind"] for key in view["keys"]], ["ed25519", "sm2_sm3"])
        for key in view["keys"]:
            found = json.loads(self.good(log("verify", self.address, "--vkey", key["vkey"], "--json")))
            self.assertGreaterEqual(found["size"], view["size"])
        self.assertEqual(self.demo.county.client().ask("GET", "/log/tile/0/000.p/0")[0], 404)
        self.assertEqual(self.demo.county.client().ask("GET", "/log/tile/63/000")[0], 404)
        with urllib.request.urlopen(self.address + "/tile/0/000") as tile:
            self.assertEqual(len(tile.read()), 8192)
            self.assertIn("immutable", tile.headers["Cache-Control"])

    def test_2_an_act_has_a_proof_file_that_three_verifiers_accept(self):
        firm = self.demo.sign_in("qiye1")
        seq = self.draft(firm)
        file = self.folder / "act.tlog-proof"
        file.write_text(self.proof(firm, seq))
        document = firm.ask("GET", f"/v1/log/acts/{seq}/document")[1]
        act = self.folder / "act.txt"
        act.write_text(document)
        vkey = self.view()["keys"][0]["vkey"]
        checked = json.loads(self.good(log("check", file, "--vkey", vkey, "--json")))
        self.assertIn(f"\nevent {seq}\n", checked["entry"])
        self.assertIn("\nsha256 " + hashlib.sha256(document.encode()).hexdigest() + "\n", checked["entry"])
        self.assertNotIn("收购", checked["entry"])
        self.good(run(self.go, "-proof", file, vkey))
        self.good(run("node", ROOT / "web/verifier/check.mjs", file, "--vkey", vkey, "--act", act))
        act.write_text(document.replace("收购", "收贩"))
        self.assertEqual(run("node", ROOT / "web/verifier/check.mjs", file, "--vkey", vkey, "--act", act).returncode, 1)
        text = file.read_text()
        extra = base64.b64encode(checked["entry"].replace("kind finance", "kind ginance").encode()).decode()
        file.write_text(re.sub(r"extra \S+", "extra " + extra, text))
        for refused in (log("check", file, "--vkey", vkey), run(self.go, "-proof", file, vkey),
                        run("node", ROOT / "web/verifier/check.mjs", file, "--vkey", vkey)):
            self.assertEqual(refused.returncode, 1, refused.stdout)
        other = self.demo.sign_in("qiye2")
        self.assertEqual(other.ask("GET", f"/v1/log/acts/{seq}/proof")[0], 404)
        self.assertEqual(other.ask("GET", f"/v1/log/acts/{seq}/document")[0], 404)
        self.assertEqual(self.client().ask("GET", f"/v1/log/acts/{seq}/proof")[0], 401)

    def test_3_a_witness_cosigns_and_the_quorum_decides_what_is_published(self):
        county = self.demo.county
        vkey = self.view()["keys"][0]["vkey"]
        logs = self.folder / "logs.txt"
        logs.write_text(f"log {vkey}\nquorum none\n")
        witness = Witness(self.folder / "witness", logs)
        self.addCleanup(witness.process.kill)
        county.end()
        trust = f"witness office {witness.vkey} {witness.url}\nquorum office\n"
        (pathlib.Path(county.folder) / "log.trust").write_text(trust)
        county.start()
        firm = self.demo.sign_in("qiye1")
        file = self.folder / "cosigned.tlog-proof"
        policy = self.folder / "policy.txt"
        file.write_text(self.proof(firm, self.draft(firm)))
        policy.write_text(f"log {vkey}\nwitness office {witness.vkey}\nquorum office\n")
        checked = json.loads(self.good(log("check", file, "--policy", policy, "--json")))
        self.assertEqual([one["witness"] for one in checked["cosigned"]], ["office"])
        self.good(run(self.go, "-proof", file, vkey))
        self.good(run("node", ROOT / "web/verifier/check.mjs", file, "--policy", policy))
        self.good(log("verify", self.address, "--policy", policy))
        # The witness goes: acts go on, but nothing new is published; it comes back, and with it the checkpoints.
        witness.stop(signal.SIGKILL)
        published = self.view()["size"]
        seq = self.draft(firm)
        time.sleep(0.5)
        self.assertEqual(firm.ask("GET", f"/v1/log/acts/{seq}/proof")[0], 503)
        self.assertEqual(self.view()["size"], published)
        witness.start()
        county.end()
        policy_of_port = trust.replace(re.search(r"http\S+", trust)[0], witness.url)
        (pathlib.Path(county.folder) / "log.trust").write_text(policy_of_port)
        county.start()
        firm = self.demo.sign_in("qiye1")
        file.write_text(self.proof(firm, seq))
        self.good(log("check", file, "--policy", policy))
        self.witness_answers(witness, vkey)
        self.assertEqual(run(PROGRAM, "witness", "--data", witness.folder, "--logs", logs).returncode, 3)  # locked
        self.older_backup(witness)
        witness.stop()

    def witness_answers(self, witness, vkey):
        checkpoint = self.client().ask("GET", "/log/checkpoint")[1]
        status, kind, size = witness.add("old 0\n\n" + checkpoint)
        self.assertEqual((status, kind), (409, "text/x.tlog.size"))
        status, _, line = witness.add(f"old {size.strip()}\n\n" + checkpoint)
        held = int(size) == int(checkpoint.split("\n")[1])
        self.assertIn(status, (200,) if held else (400, 422), line)
        self.assertEqual(witness.add("nonsense")[0], 400)
        origin = hashlib.sha256(vkey.split("+")[0].encode()).hexdigest()
        with urllib.request.urlopen(f"{witness.url}/{origin}/checkpoint") as answer:
            self.assertEqual(answer.read().decode().count("\n\u2014 "), 2)

    def older_backup(self, witness):
        """Data from before what was signed are served, and never signed again, even when the log's own head is gone."""
        county = self.demo.county
        data = pathlib.Path(county.folder)
        copy = self.folder / "older.sqlite"
        self.good(run(PROGRAM, "backup", copy, "--data", data))
        firm = self.demo.sign_in("qiye1")
        self.proof(firm, self.draft(firm))
        county.end()
        for name in ("rongqiao.sqlite", "rongqiao.sqlite-wal", "rongqiao.sqlite-shm"):
            (data / name).unlink(missing_ok=True)
        self.good(run(PROGRAM, "restore", copy, "--data", data))
        head = (data / "log.head").read_text()
        for forget in (False, True):
            if forget:
                (data / "log.head").unlink()
                (data / "log.published").unlink()
            county.start()
            firm = self.demo.sign_in("qiye1")
            self.draft(firm)
            until = time.monotonic() + WAIT_SECONDS
            while not self.view()["halted"] and time.monotonic() < until:
                time.sleep(0.05)
            self.assertTrue(self.view()["halted"])
            county.end()
            if not forget:
                self.assertEqual((data / "log.head").read_text(), head)
        self.assertFalse((data / "log.head").exists())
        county.start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
