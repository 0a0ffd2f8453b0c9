"""From a table to a model in use: learned, proposed by one person, published by another, put back, and watched
for drift, which opens cases."""
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

import flow
from flow import PROGRAM, ROOT


def table(path, rows, seed, shift=0.0):
    """Firms whose risk rises with debt; `shift` moves what they sell."""
    chance = random.Random(seed)
    lines = ["debt,sales,town,default"]
    for _ in range(rows):
        debt, sales = chance.random(), chance.random() + shift
        bad = chance.random() < 0.1 + 0.6 * debt * debt
        lines.append(f"{debt:.4f},{sales:.4f},{chance.choice('ABC')},{int(bad)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Models(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flow-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.county = flow.county.County(PROGRAM, self.folder / "data")
        self.county.make(ROOT / "packs/qingxi")
        self.county.start()
        self.addCleanup(self.county.end)
        self.county.set_up()
        self.county.end()

    def score(self, *words, who=None, password=flow.county.PASSWORD, want=0):
        more = ["--as", who, "--reason", "because"] if who else []
        done = subprocess.run(
            [PROGRAM, "score", *map(str, words), *more, "--json"], capture_output=True, text=True, check=False,
            env={**os.environ, "RONGQIAO_PASSWORD": password, "RONGQIAO_DATA": str(self.county.folder)})
        self.assertEqual(done.returncode, want, done.stdout + done.stderr)
        return json.loads(done.stdout or done.stderr)

    def test_two_people_put_a_model_to_use_and_one_puts_it_back(self):
        cases = table(self.folder / "cases.csv", 400, 1)
        files = []
        for shape in ("scorecard", "ridge"):
            files.append(self.folder / f"{shape}.model")
            self.score("train", "--data", cases, "--target", "default", "--positive", "1", "--model", shape, "--folds", "3",
                       "--out", files[-1])
        maker, keeper = "system_administrator", "security_administrator"
        first = self.score("propose", "--use", "post-loan", "--file", files[0], who=maker)
        self.assertEqual((first["state"], first["proposed_name"]), ("challenger", maker))
        refused = self.score("publish", first["id"], who=maker, want=1)
        self.assertEqual(refused["code"], "permission.denied")
        self.score("publish", first["id"], who=keeper, password="wrong", want=1)
        self.assertEqual(self.score("publish", first["id"], who=keeper)["state"], "champion")
        second = self.score("propose", "--use", "post-loan", "--file", files[1], who=maker)
        scores = self.folder / "scores.csv"
        shadow = self.score("shadow", "--use", "post-loan", "--table", cases, "--out", scores)
        self.assertEqual(shadow["champion"], first["id"])
        self.assertEqual([one["challenger"] for one in shadow["challengers"]], [second["id"]])
        interval = shadow["challengers"][0]["comparison"]["interval"]
        self.assertLess(interval["low"], interval["high"])
        self.assertEqual(scores.read_text().count("\n"), 401)
        self.score("publish", second["id"], who=keeper)
        self.assertEqual(self.score("rollback", "--use", "post-loan", who=keeper)["id"], first["id"])
        states = [(one["id"], one["state"]) for one in self.score("models")["models"]]
        self.assertEqual(states, [(second["id"], "refused"), (first["id"], "champion")])

        moved = table(self.folder / "moved.csv", 400, 2, shift=0.5)
        heed = ("heed", "--use", "post-loan", "--table")
        found = self.score(*heed, moved, want=1)
        self.assertEqual(found["champion"], first["id"])
        self.assertIn(("column_moved", "sales"), [(one["kind"], one["column"]) for one in found["drift"]["findings"]])
        self.assertEqual((found["opened"], found["joined"]), (len(found["drift"]["findings"]), 0))
        again = self.score(*heed, moved, want=1)  # the same table
        self.assertEqual((again["opened"], again["joined"]), (0, 0))
        other = self.score(*heed, table(self.folder / "later.csv", 400, 3, shift=0.5), want=1)
        self.assertGreater(other["joined"], 0)
        self.assertEqual(self.score(*heed, cases)["opened"], 0)


if __name__ == "__main__":
    unittest.main()
