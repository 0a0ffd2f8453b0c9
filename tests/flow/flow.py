"""What the flow tests share: the program under test, and a demo county with people signed in."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/kill"))
import county  # noqa: E402  (the county that the kill test drives as well)

PROGRAM = os.environ.get("RONGQIAO_PROGRAM", str(ROOT / "build/bin/rongqiao"))
SHARED = pathlib.Path(os.environ.get("RONGQIAO_SHARED", ROOT.parent / "shared"))


class DemoCounty:
    """A demo county in a folder of its own, served; `people` by login as the console printed them."""

    def __init__(self, pack, enterprises=64):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flow-"))
        self.county = county.County(PROGRAM, self.folder / "data")
        made = subprocess.run(
            [PROGRAM, "demo", "--only-make", "--json", "--enterprises", str(enterprises), "--data", self.county.folder,
             "--pack", ROOT / "packs" / pack], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise AssertionError(f"demo: exit {made.returncode}\n{made.stdout}{made.stderr}")
        printed = next(line for line in made.stdout.splitlines() if line.startswith("["))
        self.people = {one["login"]: one["one_time_password"] for one in json.loads(printed)}
        self.county.start()

    def sign_in(self, login):
        return self.county.sign_in(login, self.people[login])

    def close(self):
        self.county.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def ask(client, method, path, body=None, key=None, headers=None):
    """(status, the JSON answer)."""
    status, text = client.ask(method, path, body, key, headers)
    return status, json.loads(text) if text else None
