"""The kill test's subject `rongqiao serve`: people of three organisations change things over HTTP.

What the clients were told is compared with the journal and the tables of the database file, read beside the running
program, and with `rongqiao doctor`, which rebuilds every table from the journal.
"""
import base64
import hashlib
import json
import pathlib
import shutil
import sqlite3
import threading

from county import CLOCK_AT_S, ROOT, County, Gone

PACK = ROOT / "packs/qingxi"
PEOPLE = {  # login → role, code of the organisation; None: the enterprise registered for it
    "firm": ("enterprise_owner", None),
    "bank": ("account_manager", "stream_bank"),
    "office": ("supervisor", "finance_office"),
}


def enterprise(code, name):
    return {"credit_code": code, "name": name, "industry": "1530", "town": "", "founded": "2015-04-01",
            "legal_representative": "虚构", "contact": "虚构", "phone": "0000", "registered_capital": 100_000_000,
            "code_override": "虚构企业，代码仅供测试 / invented for a test"}


def tree_root(leaves):
    """RFC 6962 §2.1, over hashes of leaves; by peaks, since there are thousands."""
    peaks = []  # (leaves below, hash)
    for leaf in leaves:
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
            (count, right), (_, left) = peaks.pop(), peaks.pop()
            peaks.append((2 * count, hashlib.sha256(b"\1" + left + right).digest()))
    root = peaks.pop()[1] if peaks else hashlib.sha256(b"").digest()
    while peaks:
        root = hashlib.sha256(b"\1" + peaks.pop()[1] + root).digest()
    return root


class Wish:
    """One command: who sends what. `rows` says what its success leaves: a table, and how to count there."""

    def __init__(self, name, who, method, path, body, rows=None):
        self.name, self.who, self.method, self.path, self.body, self.rows = name, who, method, path, body, rows

    def __str__(self):
        return f"{self.name}: {self.who} {self.method} {self.path} {json.dumps(self.body, ensure_ascii=False)}"


class ServerSubject:
    def __init__(self, program, folder, killed):
        self.killed = killed
        self.county = County(program, pathlib.Path(folder) / "data")
        self.cookies, self.persons = {}, {}
        try:
            self.make()
        finally:
            self.county.end()

    @property
    def process(self):
        return self.county.process

    def make(self):
        """The county with its people."""
        county = self.county
        county.make(PACK)
        county.start()
        security = county.set_up()
        parties = dict(self.rows("select code, id from party_organisation"))
        clients = {}
        for login, (role, code) in sorted(PEOPLE.items(), reverse=True):  # the office first: it registers the firm
            if code is None:
                wish = enterprise("91330421MA2K111017", "溪边茶厂（虚构）")
                parties[code] = clients["office"].must("POST", "/v1/enterprises", wish)["subject"]
            client = clients[login] = county.add_person(security, login, [role], str(parties[code]))
            self.cookies[login] = client.cookie
            self.persons[login] = client.must("GET", "/v1/session")["id"]
        self.firm = parties[None]

    def start(self, wait=True):
        self.local = threading.local()
        self.county.start(wait)

    def kill(self):
        self.county.kill()

    def send(self, wish):
        """"ok RECEIPT" or "no STATUS CODE"; the sessions of before a kill must still do."""
        clients = self.local.__dict__.setdefault("clients", {})
        client = clients.get(wish.who)
        if client is None:
            client = clients[wish.who] = self.county.client(self.cookies[wish.who])
        try:
            status, text = client.ask(wish.method, wish.path, wish.body, wish.name)
        except Gone:
            raise self.killed from None
        if status < 300:
            receipt = json.loads(text)
            return f"ok {receipt['subject']} {receipt['seq']} {receipt['at']}"
        problem = json.loads(text)
        if status in (401, 403) or status >= 500:
            raise AssertionError(f"{wish}: {status} {text}")
        return f"no {status} {problem['code']}"

    def command_id(self, wish):
        return f"{self.persons[wish.who]}:{wish.name}"

    def rows(self, sql, *values):
        database = sqlite3.connect(f"file:{self.county.folder / 'rongqiao.sqlite'}?mode=ro", uri=True, timeout=30)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    def happened(self):
        """Command id → the events it left."""
        return {name: count for name, count in self.rows("select command, count(*) from journal group by command")}

    def doctor(self):
        return self.county.run("doctor")


class ServerBook:
    """What the clients know: every command sent, and the answers that came."""

    def __init__(self, rng, subject):
        self.rng, self.subject = rng, subject
        self.lock = threading.Lock()
        self.next = 0
        self.wishes, self.answers, self.drafts, self.loans = {}, {}, [], []
        self.roots, self.sizes = {}, {}  # of the log: size → root signed; file → size
        self.events = {}  # command id → events, at the first look
        self.before = {table: self.count(table) for table in ("finance_need", "loan_loan", "plan_report", "party_enterprise")}

    def count(self, table):
        return self.subject.rows(f"select count(*) from {table}")[0][0]

    def wish(self):
        with self.lock:
            self.next += 1
            name = f"k{self.next}"
            kind = self.rng.choice(("draft", "draft", "submit", "facts", "loan", "repay", "report", "register"))
            wish = self.wishes[name] = getattr(self, kind)(name, self.next)
            return name, wish

    def draft(self, name, number):
        body = {"amount": 1_000_000 + number, "term_months": 12, "purpose": "purchase", "purpose_text": name,
                "rate_most": None, "guarantee_modes": ["credit"], "repayment_modes": [], "urgency": "normal",
                "first_loan": False, "tags": [], "products": [], "institutions": [], "scopes": ["tax"]}
        return Wish(name, "firm", "POST", "/v1/needs", body, "finance_need")

    def submit(self, name, number):
        if not self.drafts:
            return self.draft(name, number)
        # Now and then one that was submitted already, which is refused.
        return Wish(name, "firm", "POST", f"/v1/needs/{self.rng.choice(self.drafts[-20:])}/submit", {"consent": None})

    def facts(self, name, number):
        return Wish(name, "firm", "PUT", f"/v1/enterprises/{self.subject.firm}/facts", {"values": {"staff": number}})

    def loan(self, name, number):
        body = {"credit_code": "91330421MA2K111017", "number": name, "amount": 100 * number, "rate": 41_500,
                "start": "2024-05-06", "due": "2025-05-06", "guarantee_mode": "credit",
                "repayment_mode": "interest_then_principal", "use": "purchase", "green": False}
        return Wish(name, "bank", "POST", "/v1/loans", body, "loan_loan")

    def repay(self, name, number):
        if not self.loans:
            return self.loan(name, number)
        path = f"/v1/loans/{self.rng.choice(self.loans)}/repayments"
        # One repayment in some is more than what is owed and is refused.
        return Wish(name, "bank", "POST", path, {"at": "2024-05-20", "amount": self.rng.choice((1, 2, 100_000_000))})

    def report(self, name, number):
        body = {"text": name, "progress": number % 1_000_000, "blocker": None}
        return Wish(name, "office", "POST", "/v1/tasks/1/reports", body, "plan_report")

    def register(self, name, number):
        code = f"91330421MA2{number:06d}0"
        return Wish(name, "office", "POST", "/v1/enterprises", enterprise(code, f"虚构企业 {number}"), "party_enterprise")

    def heard(self, name, answer):
        with self.lock:
            first = self.answers.setdefault(name, answer)
            if first != answer:
                raise AssertionError(f"{self.wishes[name]}: answered {first!r} at first and {answer!r} again")
            if not answer.startswith("ok ") or first is not answer:
                return
            wish, subject = self.wishes[name], answer.split(" ")[1]
            if wish.rows == "finance_need":
                self.drafts.append(subject)
            elif wish.rows == "loan_loan":
                self.loans.append(subject)

    def check(self):
        """Looks after a restart, clears up what was in flight, sends old commands again, and looks once more."""
        lost = [name for name in self.wishes if name not in self.answers]
        done = self.look()
        for name in lost:
            answer = self.subject.send(self.wishes[name])
            if name in done and not answer.startswith("ok "):
                raise AssertionError(f"{self.wishes[name]}: happened, and now {answer!r}")
            self.heard(name, answer)
        for name in self.rng.sample(sorted(self.answers), min(50, len(self.answers))):
            self.heard(name, self.subject.send(self.wishes[name]))
        self.look()
        self.look_at_log()
        health = self.subject.doctor()
        assert health["sound"] is True, f"doctor: {health}"
        return len(lost), sum(name in done for name in lost)

    def look_at_log(self):
        """Every event has its entry, in order; no checkpoint ever seen goes back or says of a size what another does not."""
        # The program goes on sealing and signing: heads are read before what they cover, events and entries at one moment.
        heads = {name: (self.subject.county.folder / name).read_text(encoding="utf-8").split("\n")
                 for name in ("log.published", "log.head") if (self.subject.county.folder / name).exists()}
        rows = self.subject.rows("select 0, seq, seq, null from journal union all select 1, number, seq, leaf from evidence_entry order by 1, 2")
        events = [seq for kind, _, seq, _ in rows if kind == 0]
        assert [seq for kind, _, seq, _ in rows if kind == 1] == events, "the log has other events than the journal"
        leaves = [leaf for kind, _, _, leaf in rows if kind == 1]
        for name, lines in heads.items():
            size, root = int(lines[1]), base64.b64decode(lines[2])
            assert self.roots.setdefault(size, root) == root, f"two signed roots at size {size}: a fork"
            assert size >= self.sizes.get(name, 0), f"{name} went back from {self.sizes[name]} to {size}"
            assert size <= len(leaves), f"{name} covers {size} entries, there are {len(leaves)}"
            assert tree_root(leaves[:size]) == root, f"{name} is not the root of the entries"
            self.sizes[name] = size

    def look(self):
        """The commands that happened, by the journal; it and the tables agree with what was answered."""
        events = self.subject.happened()
        kept = {name for name, in self.subject.rows("select id from command where error is null union select command from journal where digest is not null")}
        done = {name for name, wish in self.wishes.items() if self.subject.command_id(wish) in events}
        for name, answer in self.answers.items():
            ok = answer.startswith("ok ")
            assert ok == (name in done), f"{self.wishes[name]}: answered {answer!r}, happened: {name in done}"
        for name in done:
            command = self.subject.command_id(self.wishes[name])
            seen = self.events.setdefault(command, events[command])
            assert seen == events[command], f"{self.wishes[name]}: {seen} events, and later {events[command]}"
            assert command in kept, f"{self.wishes[name]}: happened, and its receipt is lost"
        twice = self.subject.rows("select id, count(*) from command group by id having count(*) > 1 union all "
                                  "select command, count(*) from journal where digest is not null group by command having count(*) > 1")
        assert not twice, f"answered under two receipts: {twice[:5]}"
        for table, before in self.before.items():
            wanted = before + sum(self.wishes[name].rows == table for name in done)
            assert self.count(table) == wanted, f"{table} has {self.count(table)} rows, {wanted} were made"
        return done
