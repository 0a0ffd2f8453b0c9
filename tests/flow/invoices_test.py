"""The real invoices of anonymised small firms, imported whole: nothing lost, dirt reported, a second time unchanged."""
import collections
import csv
import json
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from decimal import Decimal

from flow import PROGRAM, ROOT, SHARED, county

FOLDER = SHARED / "cn-sme-vat-invoices" if (SHARED / "cn-sme-vat-invoices").is_dir() else SHARED / "data/cn-sme-vat-invoices"


def scan(path):
    """What a plain reading of the file finds."""
    found, numbers = collections.Counter(), collections.Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found["rows"] += 1
            found["blank"] += row["发票状态"] != row["发票状态"].strip()
            found["sum"] += Decimal(row["金额"]) + Decimal(row["税额"]) != Decimal(row["价税合计"])
            found["red"] += Decimal(row["价税合计"]) < 0
            numbers[row["企业代号"], row["发票号码"]] += 1
    found["repeated"] = sum(count - 1 for count in numbers.values())
    return found


@unittest.skipUnless(FOLDER.is_dir(), f"the invoices are not here: {FOLDER}")
@unittest.skipUnless(shutil.which("zstd"), "zstd is not installed, which unpacks the invoices")
class Invoices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="flow-invoices-"))
        cls.data = cls.folder / "data"
        cls.run_program("init", "--pack", ROOT / "packs/jiashan")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def run_program(cls, *words):
        done = subprocess.run([PROGRAM, *map(str, words), "--data", cls.data, "--json"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout[:2000]}{done.stderr[:2000]}")
        return json.loads(done.stdout) if done.stdout.startswith("{") else None

    def load(self, kind, path):
        answer = self.run_program("import", kind, path)
        return answer["batch"], answer["seconds"]

    def test_all_firms_and_invoices_come_in_and_nothing_is_lost(self):
        for name in ("credit_enterprises.csv", "nocredit_enterprises.csv"):
            with (FOLDER / name).open(encoding="utf-8", newline="") as file:
                firms = sum(1 for _ in csv.DictReader(file))
            batch, _ = self.load("enterprises", FOLDER / name)
            self.assertEqual((batch["state"], batch["rows"], batch["rejected"]), ("done", firms, 0))
        for name in ("credit_output_invoices", "credit_input_invoices", "nocredit_output_invoices", "nocredit_input_invoices"):
            with self.subTest(name=name):
                path = self.folder / f"{name}.csv"
                subprocess.run(["zstd", "-dqf", FOLDER / f"{name}.csv.zst", "-o", path], check=True)
                found = scan(path)
                batch, seconds = self.load("vat_invoices", path)
                print(f"{name}: {batch['rows']} rows in {seconds:.2f} s, {batch['rows'] / max(seconds, 1e-9):,.0f} rows/s")
                self.assertEqual((batch["state"], batch["rows"], batch["rejected"]), ("done", found["rows"], 0))
                # Everything is in, and every kind of dirt has its line in the report.
                self.assertEqual(batch["accepted"] + batch["unchanged"], found["rows"])
                self.assertEqual(batch["reported"], found["blank"] + found["sum"] + found["red"] + found["repeated"])
                again, _ = self.load("vat_invoices", path)
                self.assertEqual((again["accepted"], again["unchanged"]), (0, found["rows"]))
                path.unlink()
        self.look_for_products()

    def look_for_products(self):
        """A department asks what an imported firm could have; every answer says why."""
        served = county.County(PROGRAM, self.data)
        served.start()
        try:
            security = served.set_up()
            with sqlite3.connect(f"file:{self.data / 'rongqiao.sqlite'}?mode=ro", uri=True) as database:
                unit = database.execute("select id from party_organisation where code = 'county_finance_centre'").fetchone()[0]
                firm = database.execute("select enterprise from invoice_book order by count desc").fetchone()[0]
            office = served.add_person(security, "office", ["supervisor"], str(unit))
            found = office.must("GET", f"/v1/matches?enterprise={firm}&amount=100000000&term_months=12")
            self.assertTrue(found["matches"])
            for match in found["matches"]:
                self.assertTrue(match["clauses"] or match["outcome"] == "eligible", match["product"]["code"])
            used = {one["name"] for match in found["matches"] for clause in match["clauses"] for one in clause["attributes"]}
            self.assertTrue({name for name in used if name.startswith("invoice_")}, used)
        finally:
            served.end()


if __name__ == "__main__":
    unittest.main()
