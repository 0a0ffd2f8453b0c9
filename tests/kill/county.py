"""A county served by the real program, for scripts that drive it over HTTP: made, signed in to, stopped, killed."""
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PASSWORD = "Qingxi-2024-bamboo"
START_SECONDS = 60
CLOCK_AT_S = 1_717_376_400  # 2024-06-03 09:00 +08:00, a working morning of the small pack's years


LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of GB 32100


def credit_code(number):
    """A made-up unified social credit code whose two check characters hold; another for each number below 31^6."""
    body = ""
    for _ in range(6):
        number, digit = divmod(number, 31)
        body = LETTERS[digit] + body
    organisation = "MA" + body
    values = [int(c) if c.isdigit() else ord(c) - ord("A") + 10 for c in organisation]
    rest = 11 - sum(w * v for w, v in zip((3, 7, 9, 10, 5, 8, 4, 2), values)) % 11
    code = "91330421" + organisation + {10: "X", 11: "0"}.get(rest, str(rest))
    return code + LETTERS[-sum(LETTERS.index(c) * pow(3, i, 31) for i, c in enumerate(code)) % 31]


class Gone(Exception):
    """The program died before it answered."""


class Refused(Exception):
    """Any answer but a success."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem}")
        self.status, self.problem = status, problem


class Client:
    """One connection of one person."""

    def __init__(self, port, cookie="", timeout=60):
        self.cookie = cookie
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method, path, body=None, key=None, headers=None):
        """(status, the answer's text); Gone when there was none."""
        sent = {"Cookie": self.cookie, **(headers or {})}
        content = None
        if method != "GET":
            sent |= {"X-Rongqiao": "1", "Content-Type": "application/json", "Idempotency-Key": key or uuid.uuid4().hex}
            content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        try:
            self.connection.request(method, path, content, sent)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            self.connection.close()
            if isinstance(fault, TimeoutError):
                raise AssertionError(f"no answer in time to {method} {path}") from None
            raise Gone from None
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = cookie.partition(";")[0]
        return answer.status, text

    def must(self, method, path, body=None, key=None):
        status, text = self.ask(method, path, body, key)
        if status >= 300:
            raise Refused(status, text)
        return json.loads(text) if text else None

    def close(self):
        self.connection.close()


class County:
    def __init__(self, program, folder, site=None):
        self.program, self.folder = str(program), pathlib.Path(folder)
        self.process = None
        self.port = 0
        self.code = ""
        self.site = site

    def run(self, *words):
        """One command of the program on this county; its JSON answer."""
        done = subprocess.run([self.program, *words, "--data", self.folder, "--json"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else None

    def make(self, pack, at_s=CLOCK_AT_S):
        """An empty county by a pack, whose clock stands at a given moment now."""
        subprocess.run([self.program, "init", "--data", self.folder, "--pack", pack], check=True, stdout=subprocess.DEVNULL)
        file = self.folder / "county.json"
        kept = json.loads(file.read_text(encoding="utf-8"))
        kept["clock_offset_ms"] = int((at_s - time.time()) * 1000)
        file.write_text(json.dumps(kept), encoding="utf-8")

    def start(self, wait=True, environment=None):
        self.process = subprocess.Popen(
            [self.program, "serve", "--data", self.folder, "--listen", f"127.0.0.1:{0}", "--lang", "en"],
            stdout=subprocess.PIPE, stderr=(self.folder / "serve.log").open("ab"), text=True,
            env={**os.environ, **({"RONGQIAO_SITE": str(self.site)} if self.site else {}), **(environment or {})})
        if wait:
            watch = threading.Timer(START_SECONDS, self.process.kill)
            watch.start()
            for line in self.process.stdout:
                if found := re.search(r" at http://127\.0\.0\.1:(\d+)$", line):
                    self.port = int(found[1])
                elif found := re.search(r"administrators: (\S+)$", line):
                    self.code = found[1]
                elif line.startswith("Ctrl+C"):
                    break
            watch.cancel()
            if not self.port or self.process.poll() is not None:
                log = (self.folder / "serve.log").read_text(encoding="utf-8")
                raise AssertionError(f"the program did not start: exit {self.process.wait()}\n{log[-2000:]}")

    def end(self, sign=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
        if self.process:
            self.process.wait()
            self.process.stdout.close()

    def kill(self):
        self.end(signal.SIGKILL)

    def client(self, cookie=""):
        return Client(self.port, cookie)

    def sign_in(self, login, password=PASSWORD):
        """A signed-in client."""
        client = self.client()
        client.must("POST", "/v1/session", {"login": login, "password": password})
        return client

    def set_up(self):
        """The three administrators; a client of the one for security, who registers people."""
        try:
            roles = []
            self.client().must("POST", "/v1/setup", {"code": self.code, "people": roles})
        except Refused as refused:  # the refusal names the pack's three roles
            roles = re.findall(r"[a-z_]+", json.loads(refused.problem)["cure"])
        people = [{"login": role, "name": role, "password": PASSWORD, "role": role} for role in roles]
        self.client().must("POST", "/v1/setup", {"code": self.code, "people": people})
        return self.sign_in("security_administrator")

    def add_person(self, security, login, roles, party):
        """Registers a person and chooses a password of its own for it; a client of it."""
        made = security.must("POST", "/v1/people", {"login": login, "name": login, "party": party, "roles": roles})
        client = self.sign_in(login, made["one_time_password"])
        client.must("PUT", "/v1/session/password", {"old": made["one_time_password"], "new": PASSWORD})
        return client
