"""Another county with no change of the program, a kill, a backup and its return, and the command line's answers."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import flow
from flow import PROGRAM, ROOT


def run(*words):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)


class Qingxi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = flow.DemoCounty("qingxi", enterprises=40)

    @classmethod
    def tearDownClass(cls):
        cls.demo.close()

    def test_a_second_county_runs_by_its_own_pack(self):
        about = self.demo.county.client().must("GET", "/v1/about")
        self.assertEqual((about["pack"]["code"], about["demo"]), ("qingxi", True))
        firm = self.demo.sign_in("qiye1")
        self.assertEqual(len(firm.must("GET", "/v1/catalogue")["scopes"]), 2)
        self.assertGreater(self.demo.sign_in("jinrongban").must("GET", "/v1/needs")["total"], 0)

    def test_what_was_acknowledged_survives_a_kill_and_a_backup_comes_back(self):
        firm = self.demo.sign_in("qiye1")
        draft = {"amount": 12_300_000, "term_months": 6, "purpose": "purchase", "purpose_text": "收购", "rate_most": None,
                 "guarantee_modes": ["credit"], "repayment_modes": [], "urgency": "normal", "first_loan": False, "tags": [],
                 "products": [], "institutions": [], "scopes": ["tax"]}
        needs = [firm.must("POST", "/v1/needs", draft, key=f"kept-{n}")["subject"] for n in range(20)]
        self.demo.county.kill()
        self.demo.county.start()
        firm = self.demo.sign_in("qiye1")
        for need in needs:
            self.assertEqual(firm.must("GET", f"/v1/needs/{need}")["amount"], 12_300_000)
        self.assertEqual(firm.must("POST", "/v1/needs", draft, key="kept-7")["subject"], needs[7])
        copy = self.demo.folder / "copy.sqlite"
        self.assertEqual(run("backup", copy, "--data", self.demo.county.folder).returncode, 0)
        firm.must("POST", "/v1/needs", draft)  # the county goes on
        self.assertNotEqual(run("backup", copy, "--data", self.demo.county.folder).returncode, 0)
        other = self.demo.folder / "other"
        self.assertEqual(run("restore", copy, "--data", other).returncode, 0)
        kept = [(folder / "county.json").read_bytes() for folder in (self.demo.county.folder, other)]
        self.assertEqual(kept[0], kept[1], "the pack and the clock come back as well")
        health = run("doctor", "--json", "--data", other)
        self.assertEqual(health.returncode, 0, health.stderr)
        self.assertTrue(json.loads(health.stdout)["sound"])
        damaged = bytearray(copy.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        copy.write_bytes(damaged)
        self.assertNotEqual(run("restore", copy, "--data", self.demo.folder / "third").returncode, 0)


class CommandLine(unittest.TestCase):
    """Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 not available."""

    def test_exit_codes(self):
        code = flow.county.credit_code(7)
        empty = tempfile.mkdtemp(prefix="flow-empty-")
        self.addCleanup(shutil.rmtree, empty)
        for words, want in [
            (["--help"], 0),
            (["nonsense"], 2),
            ([], 2),
            (["code", code], 0),
            (["code", code[:-1] + ("0" if code[-1] != "0" else "1")], 1),
            (["pack", "check", ROOT / "packs/jiashan"], 0),
            (["pack", "check", ROOT / "packs/qingxi"], 0),
            (["serve", "--data", pathlib.Path(empty) / "none"], 3),
        ]:
            with self.subTest(words=words):
                self.assertEqual(run(*words).returncode, want)

    def test_json_is_one_document(self):
        for words in (["code", flow.county.credit_code(3)], ["calendar", "day", "2023-10-07", "--pack", ROOT / "packs/jiashan"],
                      ["pack", "check", ROOT / "packs/jiashan"]):
            with self.subTest(words=words):
                done = run(*words, "--json")
                self.assertEqual(done.returncode, 0, done.stderr)
                json.loads(done.stdout)


if __name__ == "__main__":
    unittest.main()
