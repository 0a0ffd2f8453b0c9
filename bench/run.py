#!/usr/bin/env python3
"""Measures the program, each figure beside a limit or a competitor taken in the same run; `./dev bench` calls this.

usage: run.py [--only PART...] [--folder DIR] [--build DIR] [--pack DIR] [--record] [--quick] [--large] [--grow N,N]

Parts: commands log ledger imports matches index columns census allocate graph screen watch http memory. Figures go to build/bench.json. The steady ones, which a busy machine moves
little, are compared with bench/baseline.json; --record makes this run the baseline. --folder is where databases lie
while they are measured (default: a new folder in build/, on the disk of the repository). Everything listens on loopback.
"""
import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/kill"))
import columns  # noqa: E402  (beside this file)
from county import County, Refused, credit_code  # noqa: E402  (the path above)
from postgres import BATCH, ONE, Postgres  # noqa: E402

SHARED = pathlib.Path(os.environ.get("RONGQIAO_SHARED", ROOT.parent / "shared"))
CONNECTIONS = 64
WORSE = 0.7  # a figure below this part of the baseline's is said to be worse
# What a busy machine or a moody disk moves little: ratios of processor times, and commands that share a sync.
STEADY = ("commands.per_sync", "imports.rows", "matches.match.1000", "http.about.cpu", "http.products.cpu", "http.draft.per_sync")
MEMORY_ENTERPRISES = 100_000
MEMORY_SECONDS = 100
DEMO_CLOCK_S = 1_694_480_400  # 2023-09-12 09:00 +08:00, within the pack's years

DRAFT = {"amount": 100_000_000, "term_months": 12, "purpose": "", "purpose_text": "", "rate_most": None,
         "guarantee_modes": [], "repayment_modes": [], "urgency": "normal", "first_loan": False, "tags": [],
         "products": [], "institutions": [], "scopes": []}

# Every request is a command of its own, so its key is new.
WRITE_SCRIPT = """
local number = 0
local mark = %(mark)s
request = function()
    number = number + 1
    local headers = {["Cookie"] = %(cookie)s, ["X-Rongqiao"] = "1", ["Content-Type"] = "application/json",
                     ["Idempotency-Key"] = mark .. number}
    return wrk.format("POST", "/v1/needs", headers, %(body)s)
end
"""

NGINX = """
pid %(folder)s/nginx.pid;
error_log %(folder)s/nginx.log;
worker_processes 1;
events { worker_connections 1024; }
http {
    access_log off; etag off; keepalive_requests 1000000000; open_file_cache max=10; default_type application/json;
    client_body_temp_path %(folder)s/t; proxy_temp_path %(folder)s/t; fastcgi_temp_path %(folder)s/t;
    uwsgi_temp_path %(folder)s/t; scgi_temp_path %(folder)s/t;
    server { listen 127.0.0.1:%(port)d; root %(folder)s/www; location / { add_header Cache-Control no-store; } }
}
"""


class Skip(Exception):
    """A part cannot be measured here."""


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = pathlib.Path(options.build).resolve()
        self.program = self.build / "bin/rongqiao"
        self.pack = pathlib.Path(options.pack).resolve()
        self.figures = {}
        self.seconds = 1 if options.quick else 3
        made = ROOT / "build"
        made.mkdir(exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=options.folder or made))

    def keep(self, name, value, unit, beside="", ratio=None, expected=None):
        """Prints and keeps a figure; `ratio` is what it is in the competitor's units, `expected` the least ratio."""
        self.figures[name] = {"value": value, "unit": unit, "beside": beside, "ratio": ratio, "expected": expected}
        shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
        line = f"  {name:<28} {shown:>12} {unit:<32}"
        if ratio is not None:
            line += f" {ratio:6.2f} × {beside}"
        elif beside:
            line += f"  {beside}"
        if expected is not None:
            line += f"  [{'met' if (ratio if ratio is not None else value) >= expected else 'NOT MET'}: ≥ {expected:g}]"
        print(line, flush=True)

    def tool(self, name, *words):
        done = subprocess.run([self.build / "bin" / name, *map(str, words)], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    # --- durable commands

    def commands(self):
        for place, folder in (("disk", self.folder), ("memory", pathlib.Path("/dev/shm"))):
            if not folder.is_dir():
                continue
            report = self.tool("bench_commands", "--folder", folder, "--seconds", str(self.seconds / 2), "--json")
            syncs = report["syncs_per_second"]
            self.keep(f"syncs.{place}", syncs, "fdatasync/s", f"{report['sync_ms']:.3f} ms each")
            for figure in report["figures"]:
                if figure["what"] == "open":
                    continue
                name = f"commands.{place}.{figure['what']}.{figure['clients']}"
                self.keep(name, figure["per_second"], f"/s, {figure['cpu_us']:.1f} us cpu, {figure['per_sync']:.0f} a commit",
                          "the sync rate", figure["per_second"] / syncs)
                if place == "disk" and figure["what"] == "blocked" and figure["clients"] == 64:
                    self.keep("commands.per_sync", figure["per_sync"], "commands a commit, 64 clients", expected=20)

    # --- the verifiable log

    def log(self):
        report = self.tool("bench_log", "--folder", self.folder, "--seconds", str(self.seconds), "--json")
        self.keep("log.entries", report["entries_per_second"], "entries/s, durable", "the same commands without a log",
                  report["entries_per_second"] / report["plain_per_second"], expected=10_000)
        self.keep("log.signed_ms", report["p99_ms"], f"ms p99 from the answer to a signed checkpoint, "
                  f"{report['p50_ms']:.1f} p50, {report['most_ms']:.1f} at most", expected=100)
        self.keep("log.audit", report["audit_entries_per_second"], "entries/s checked, tiles and all")
        speed = subprocess.run(["openssl", "speed", "-seconds", "1", "ed25519"], capture_output=True, text=True, check=False)
        figures = re.search(r"Ed25519.*\s([\d.]+)\s+([\d.]+)\s*$", speed.stdout, re.M)
        for each in report["algorithms"]:
            beside = figures if each["name"] == "ed25519" else None
            for at, what in enumerate(("sign", "verify")):
                rate = each[f"{what}_per_second"]
                self.keep(f"log.{each['name']}.{what}", rate, "/s on one core", "openssl speed" if beside else "",
                          rate / float(beside[at + 1]) if beside else None)
    # --- the ledger

    def ledger(self):
        grow = self.options.grow or ("10000,1000000,10000000" if self.options.large else "")
        words = (["--grow", grow] if grow else []) + (["--acts", "10000000"] if self.options.large else [])
        report = self.tool("bench_ledger", "--folder", self.folder, "--seconds", str(self.seconds), "--rebuild", "--json", *words)
        self.keep("ledger.sync_p99", report["sync_p99_ms"], "ms, the disk's fdatasync",
                  f"{report['syncs_per_second']:.0f}/s, p50 {report['sync_p50_ms']:.2f} ms")
        expected = {"memory": 1e6, "memory, one hot account": 1e6, "durable batches": 1e5,
                    "durable batches, one hot account": 1e5, "signed, one by one": 5e3}
        for figure in report["figures"]:
            what, rate = figure["what"], figure["per_second"]
            name = f"ledger.{what}.{figure['accounts']}"
            unit = f"acts/s, {figure['cpu_us']:.2f} us cpu"
            if what == "open":
                self.keep(name, figure["p50_ms"], f"ms to open, {figure['acts']:,} acts")
            elif figure["p99_ms"]:
                self.keep(name, rate, f"{unit}, p99 {figure['p99_ms']:.1f} ms")
            else:
                self.keep(name, rate, unit, expected=expected.get(what))
        missing = Postgres.missing()
        if missing:
            raise Skip("PostgreSQL beside it: " + missing)
        server = Postgres(self.folder)
        try:
            rates = {figure["what"]: figure["per_second"] for figure in report["figures"][:8]}
            ours = rates["durable batches, one hot account"]
            theirs = 500 * server.per_second(BATCH, 1, self.seconds)
            self.keep("ledger.postgres.500", theirs, "transfers/s, 500 a statement", "of it are ours", ours / theirs)
            for clients in (1, 64):
                theirs = server.per_second(ONE, clients, self.seconds)
                self.keep(f"ledger.postgres.one.{clients}", theirs, f"transfers/s, {clients} clients", "of it are ours",
                          rates[f"one by one, {clients} waiting"] / theirs)
        finally:
            server.end()

    # --- imports

    def plain_files(self):
        source = SHARED / "data/cn-sme-vat-invoices"
        if not source.is_dir() or not shutil.which("zstd"):
            raise Skip(f"no {source} (RONGQIAO_SHARED), or no zstd to unpack it")
        files = []
        for packed in sorted(source.glob("*_invoices.csv.zst")):
            plain = self.folder / packed.name.removesuffix(".zst")
            subprocess.run(["zstd", "-dqf", packed, "-o", plain], check=True)
            files.append(plain)
        return source, files

    def imports(self):
        source, files = self.plain_files()
        limit = self.tool("bench_parse", *files)
        self.keep("parse.rows", limit["rows"] / limit["parse_seconds"], "rows/s", "CSV into cells, nothing else")
        self.keep("read.bytes", limit["bytes"] / limit["read_seconds"] / 1e6, "MB/s", "the bytes, counting line ends")
        county = County(self.program, self.folder / "imports")
        county.make(self.pack, DEMO_CLOCK_S)
        for file in sorted(source.glob("*_enterprises.csv")):
            county.run("import", "enterprises", file)
        rows = seconds = accepted = 0
        for file in files:
            answer = county.run("import", "vat_invoices", file)
            rows, seconds = rows + answer["batch"]["rows"], seconds + answer["seconds"]
            accepted += answer["batch"]["accepted"]
        rate = rows / seconds
        self.keep("imports.rows", rate, "rows/s", "plain parsing of the same bytes", rate / (limit["rows"] / limit["parse_seconds"]))
        self.keep("imports.expected", rate, "rows/s", f"{rows:,} rows, {accepted:,} new, {seconds:.1f} s", expected=200_000)
        again = county.run("import", "vat_invoices", files[0])
        if again["batch"]["accepted"] != 0:
            raise AssertionError(f"a repeated import changed something: {again['batch']}")
        self.keep("imports.repeated", again["batch"]["rows"] / again["seconds"], "rows/s", "a file that is known already")
        shutil.rmtree(county.folder)

    # --- matching

    def matches(self):
        report = self.tool("bench_match", self.pack, "--seconds", str(self.seconds / 2), "--json")
        looks = {figure["products"]: figure["per_second"] for figure in report["figures"] if figure["what"] == "look"}
        for figure in report["figures"]:
            name = f"matches.{figure['what']}.{figure['products']}"
            beside, ratio = f"{figure['firm_us']:.0f} us a firm", None
            if figure["what"] == "match":
                beside, ratio = "the verdict alone, without ranking and reasons", figure["per_second"] / looks[figure["products"]]
            self.keep(name, figure["per_second"], "matches/s of processor time", beside, ratio)

    # --- rules over all firms

    def columns(self):
        columns.measure(self, self.options.large)

    # --- allocation

    def census(self):
        columns.measure_census(self)

    def allocate(self):
        words = ["--turns", "1" if self.options.quick else "3", "--json"] + ([] if self.options.quick else ["--clp"])
        for figure in self.tool("bench_allocate", *words)["figures"]:
            name, clp = f"allocate.{figure['what']}", figure.get("clp_s")
            beside = f"{figure['solve_s']:.2f} s: {figure['needs']:,} needs, {figure['quotas']} quotas, {figure['pairs']:,} pairs"
            # A firm is eligible for a few per cent of all products; the others are stress.
            self.keep(name, 1 / figure["solve_s"], "rounds/s of processor time", beside, expected=1.0 if figure["what"] == "5%" else None)
            if clp:
                self.keep(name + ".clp", clp, "s by COIN-OR CLP", "ours, same total", clp / figure["solve_s"])

    # --- one firm against very many products

    def index(self):
        report = self.tool("bench_index", "--questions", str(4_000 if self.options.quick else 20_000), "--json")
        scans = {(f["bounds"], f["products"]): f["cpu_us"] for f in report["figures"] if f["what"] == "scan"}
        limits = {("eligible", 10_000): 3, ("eligible", 100_000): 20}  # us, on a quiet machine
        for figure in report["figures"]:
            key = figure["bounds"], figure["products"]
            name = f"index.{figure['what']}.{figure['products']}.{figure['bounds'].replace(' ', '_')}"
            beside, ratio = f"p99 {figure['p99_us']:.1f} us, cpu {figure['cpu_us']:.1f} us, {figure['found']:.0f} found", None
            if figure["what"] == "eligible":
                beside, ratio = f"a plain scan; {beside}", scans[key] / figure["cpu_us"]
                if figure["bounds"] == "round" and (limit := limits.get(("eligible", figure["products"]))):
                    beside += f"; wanted: p50 at most {limit} us"
            self.keep(name, figure["p50_us"], "us p50", beside, ratio)
        self.keep("index.compared", report["compared"], "pairs", "index and scan gave the same answers")
        self.keep("index.bytes", report["index_bytes"] / 1e6, "MB", "of the largest index")

    # --- guarantees

    def graph(self):
        report = self.tool("bench_graph", "--turns", "2" if self.options.quick else "5")
        if not report["same_components"]:
            raise AssertionError("other strong components than Boost.Graph's")
        self.keep("graph.whole_ms", report["whole_ms"], "ms cpu", f"{report['firms']:,} firms, {report['edges']:,} guarantees, "
                  f"{report['circles']} circles; wanted: at most 100")
        self.keep("graph.strong_ms", report["strong_ms"], "ms cpu", "Boost.Graph's pace",
                  report["boost_strong_ms"] / report["strong_ms"])
        for part in ("make", "circles", "cut", "core", "weak"):
            self.keep(f"graph.{part}_ms", report[f"{part}_ms"], "ms cpu")
        self.keep("graph.edge_us", report["edge_p99_us"], "us cpu p99 for a new edge", f"p50 {report['edge_p50_us']:.1f}, at most "
                  f"{report['edge_most_us']:.0f}; wanted: at most 1,000")

    # --- names against lists

    def screen(self):
        report = self.tool("bench_screen", "--pack", self.pack, "--each", "50" if self.options.quick else "400")
        self.keep("screen.index_us", report["index_p99_us"], "us cpu p99 a name", f"{report['names']:,} names, p50 "
                  f"{report['index_p50_us']:.0f}, at most {report['index_most_us']:.0f}, {report['hits']:.2f} hits; wanted: at most 2,000")
        self.keep("screen.recall", report["index_recall"], "of listed names with slips", expected=0.98)
        self.keep("screen.blind_recall", report["index_blind_recall"], "of listed names with slips made without the comparison's tables")
        self.keep("screen.false", report["index_false"], "of other firms", "wanted: at most 0.02")
        for rival, said in (("scan", "edit distance at most two tenths"), ("trigrams", "SQLite FTS5 trigrams, ten best")):
            self.keep(f"screen.{rival}_us", report[f"{rival}_p50_us"], f"us cpu p50, {said}, recall {report[f'{rival}_recall']:.3f}, "
                      f"false {report[f'{rival}_false']:.3f}", "ours, p50", report[f"{rival}_p50_us"] / report["index_p50_us"])
        for kind in report["index_kinds"]:
            self.keep(f"screen.{kind['kind']}", kind["found"] / kind["asked"], f"of {kind['asked']}")

    # --- windows over a stream

    def watch(self):
        for keys in (10_000, 100_000):
            words = ["--events", "500000"] if self.options.quick else []
            if keys == 10_000:
                words += ["--folder", str(self.folder)]
            report = self.tool("bench_watch", "--keys", str(keys), *words)
            rate = report["per_cpu_second"]
            name = f"watch.windows.{keys}"
            self.keep(name, rate, f"events/s of processor time, {report['per_second']:,.0f}/s by the clock",
                      "going through the key's own events (a tenth of the stream)", rate / report["through_per_cpu_second"])
            if keys == 10_000:
                self.keep(f"{name}.expected", rate, "events/s of processor time, 12 aggregates each", expected=1_000_000)
                syncs = report["flushes_per_second"]
                self.keep("watch.durable", report["durable_per_second"], f"events/s by the clock, kept on disk, {report['group']} a flush, "
                          f"{report['log_bytes_per_event']:.0f} bytes each; {report['durable_per_cpu_second']:,.0f}/s of processor time",
                          "the disk's flushes", report["durable_per_second"] / syncs)
                self.keep("watch.durable.expected", report["durable_per_second"], "events/s by the clock", expected=100_000)
                self.keep("watch.flushes", syncs, f"fdatasync/s of {report['group_bytes']:,} bytes at the end of a file")

    # --- HTTP

    def wrk(self, process, port, path, cookie="", script=None):
        """What a load on one core gets from a process on the other."""
        words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{self.seconds}s", "--latency"]
        if cookie:
            words += ["-H", f"Cookie: {cookie}"]
        if script:
            words += ["-s", script]
        before = cpu_us(process)
        done = subprocess.run(pinned(1, [*words, f"http://127.0.0.1:{port}{path}"]), capture_output=True, text=True, check=True)
        spent, text = cpu_us(process) - before, done.stdout
        if found := re.search(r"Non-2xx or 3xx responses: (\d+)", text):
            raise AssertionError(f"{path}: {found[1]} answers were no success\n{text}")
        times = {"us": 1e-3, "ms": 1.0, "s": 1e3}
        wait = {part: float(value) * times[unit] for part, value, unit in re.findall(r"^ +(50|99)% +([\d.]+)(us|ms|s)$", text, re.M)}
        count = int(re.search(r"^ +(\d+) requests in", text, re.M)[1])
        return Load(float(re.search(r"Requests/sec: +([\d.]+)", text)[1]), wait["50"], wait["99"], spent / count)

    def http(self):
        if not shutil.which("wrk") or not shutil.which("nginx"):
            raise Skip("no wrk, or no nginx")
        county, nginx = County(self.program, self.folder / "http"), None
        os.chmod(self.folder, 0o755)
        try:
            cookie = self.people(county)
            nginx = Nginx(self.folder / "nginx")
            pin(county.process.pid, 0)
            for name in ("about", "products"):
                self.read_beside_nginx(name, county, nginx, f"/v1/{name}", cookie)
            self.writes(county, cookie)
        finally:
            if nginx:
                nginx.end()
            county.end()
        shutil.rmtree(county.folder)

    def read_beside_nginx(self, name, county, nginx, path, cookie):
        _, body = county.client(cookie).ask("GET", path)
        (nginx.folder / "www" / path[1:]).write_text(body, encoding="utf-8")
        ours, theirs = [], []
        for _ in range(2):  # in turns, for a machine's mood changes
            theirs.append(self.wrk(nginx.worker(), nginx.port, path))
            ours.append(self.wrk(county.process.pid, county.port, path, cookie))
        best, rival = max(ours), max(theirs)
        self.keep(f"http.{name}.nginx", rival.rate, "requests/s",
                  f"{len(body.encode())} bytes from a file, {rival.cpu_us:.1f} us cpu, p99 {rival.slow_ms:.2f} ms")
        self.keep(f"http.{name}", best.rate, "requests/s", "nginx, same bytes, one core each", best.rate / rival.rate,
                  0.5)
        # Processor time says the same as rates on a quiet machine, and still says it on a busy one.
        ours_us, theirs_us = min(load.cpu_us for load in ours), min(load.cpu_us for load in theirs)
        self.keep(f"http.{name}.cpu", ours_us, "us cpu a request", "nginx's pace by processor time", theirs_us / ours_us)
        self.keep(f"http.{name}.p99", best.slow_ms, "ms", f"p50 {best.middle_ms:.2f} ms")

    def writes(self, county, cookie):
        script = self.folder / "write.lua"
        script.write_text(WRITE_SCRIPT % {"mark": json.dumps(f"b{time.time_ns()}-"), "cookie": json.dumps(cookie),
                                          "body": json.dumps(json.dumps(DRAFT))}, encoding="utf-8")
        before = commits(county)
        load = self.wrk(county.process.pid, county.port, "/v1/needs", script=script)
        after = commits(county)
        per_commit = (after[1] - before[1]) / max(1, after[0] - before[0])
        bare = self.figures.get("commands.disk.blocked.64", {}).get("value")
        self.keep("http.draft", load.rate, f"commands/s, {load.cpu_us:.0f} us cpu", "bare durable commands",
                  load.rate / bare if bare else None)
        self.keep("http.draft.per_sync", per_commit, "events a commit")
        self.keep("http.draft.p99", load.slow_ms, "ms", f"p50 {load.middle_ms:.2f} ms")

    def people(self, county):
        """Makes and serves a county; the cookie of an enterprise's person."""
        county.make(self.pack, DEMO_CLOCK_S)
        county.start()
        security = county.set_up()
        roles = {role["kind"]: role["code"] for role in pack_roles(security) if role["kind"] != "platform"}
        wish = {"credit_code": "91330421MA2BENCH17", "name": "虚构企业", "industry": "3011", "town": "", "founded": "2015-04-01",
                "legal_representative": "虚构", "contact": "虚构", "phone": "0000", "registered_capital": 100_000_000,
                "code_override": "虚构企业 / invented"}
        file = self.folder / "one.csv"
        file.write_text(f"统一社会信用代码,企业名称\n{wish['credit_code']},{wish['name']}\n", encoding="utf-8")
        county.end()
        county.run("import", "enterprises", file)
        county.start()
        security = county.sign_in("security_administrator")
        party = enterprise_id(county)
        firm = county.add_person(security, "firm", [roles["enterprise"]], party)
        return firm.cookie

    # --- memory

    def memory(self):
        county = County(self.program, self.folder / "many")
        rate = self.demo_county(county) or self.listed_county(county)
        self.keep("memory.make", rate, "enterprises/s", f"{MEMORY_ENTERPRISES:,} enterprises made")
        size = sum(file.stat().st_size for file in county.folder.glob("rongqiao.sqlite*"))
        self.keep("memory.database", size / 1e6, "MB", f"{size / MEMORY_ENTERPRISES:,.0f} bytes an enterprise")
        started = time.monotonic()
        county.start()
        try:
            self.keep("memory.start", time.monotonic() - started, "s", "from the command to the first answer")
            for _ in range(200):
                county.client().ask("GET", "/v1/about")
            resident = resident_bytes(county.process.pid)
            self.keep("memory.resident", resident / 1e6, "MB", "the database's bytes", resident / size)
        finally:
            county.end()
        shutil.rmtree(county.folder)

    def demo_county(self, county):
        """Enterprises a second, made by the demo's generator; nothing when it cannot or takes too long."""
        words = [self.program, "demo", "--only-make", "--enterprises", str(MEMORY_ENTERPRISES), "--data", county.folder,
                 "--pack", self.pack]
        started = time.monotonic()
        try:
            subprocess.run(words, capture_output=True, text=True, timeout=MEMORY_SECONDS, check=True)
            return MEMORY_ENTERPRISES / (time.monotonic() - started)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as fault:
            said = (getattr(fault, "stderr", None) or str(fault)).strip().splitlines()
            print(f"  the demo's generator did not make them ({said[0] if said else fault}); a list is imported instead", flush=True)
            shutil.rmtree(county.folder, ignore_errors=True)
            return None

    def listed_county(self, county):
        """The same from a list of enterprises with a few facts each."""
        dice = random.Random(20211011)
        file = self.folder / "many.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write("统一社会信用代码,企业名称,行业代码,成立日期,近12个月开票张数,近12个月客户数,研发人员,有效发明专利数,年报已公示\n")
            for number in range(MEMORY_ENTERPRISES):
                founded = datetime.date(2000, 1, 1) + datetime.timedelta(days=dice.randrange(8000))
                out.write(f"{credit_code(number)},虚构企业{number}号有限公司,3011,{founded},{dice.randrange(2000)},{dice.randrange(200)},"
                          f"{dice.randrange(50)},{dice.randrange(9)},{'是' if dice.random() < 0.9 else '否'}\n")
        county.make(self.pack, DEMO_CLOCK_S)
        answer = county.run("import", "enterprises", file)
        if answer["batch"]["accepted"] != MEMORY_ENTERPRISES:
            raise AssertionError(f"not every enterprise was taken: {answer['batch']}")
        return MEMORY_ENTERPRISES / answer["seconds"]


@dataclasses.dataclass(order=True)
class Load:
    """What wrk saw, and the processor time a request cost those who served it."""
    rate: float
    middle_ms: float
    slow_ms: float
    cpu_us: float


class Nginx:
    """The yardstick: one worker on one core, files from its cache."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        (folder / "www/v1").mkdir(parents=True)
        (folder / "t").mkdir()
        user = "user root;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(user + NGINX % {"folder": folder, "port": self.port}, encoding="utf-8")
        self.process = subprocess.Popen(
            pinned(0, ["nginx", "-p", folder, "-e", folder / "nginx.log", "-c", config, "-g", "daemon off;"]))
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("nginx did not start: " + (folder / "nginx.log").read_text(encoding="utf-8"))

    def worker(self):
        master = self.process.pid
        return int(pathlib.Path(f"/proc/{master}/task/{master}/children").read_text(encoding="utf-8").split()[0])

    def end(self):
        self.process.terminate()
        self.process.wait()


def cpu_us(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1e6 / os.sysconf("SC_CLK_TCK")


def resident_bytes(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def pinned(core, words):
    """On a core of its own where there are two."""
    return (["taskset", "-c", str(core)] if (os.cpu_count() or 1) > 1 else []) + [str(word) for word in words]


def pin(process, core):
    if (os.cpu_count() or 1) > 1:
        subprocess.run(["taskset", "-acp", str(core), str(process)], check=True, stdout=subprocess.DEVNULL)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def commits(county):
    """(commits, events) so far."""
    _, text = county.client().ask("GET", "/metrics")
    return tuple(int(re.search(rf"^rongqiao_{name}_total (\d+)$", text, re.M)[1]) for name in ("commits", "events"))


def pack_roles(security):
    return security.must("GET", "/v1/catalogue")["roles"]


def enterprise_id(county):
    database = sqlite3.connect(f"file:{county.folder / 'rongqiao.sqlite'}?mode=ro", uri=True)
    try:
        return str(database.execute("select id from party_enterprise").fetchone()[0])
    finally:
        database.close()


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(encoding="utf-8"))
    disk = subprocess.run(["stat", "-f", "-c", "%T", ROOT / "build"], capture_output=True, text=True, check=True).stdout.strip()
    return {"date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M"), "cpu": cpu[1] if cpu else platform.processor(),
            "cores": os.cpu_count(), "memory_gb": round(int(memory[1]) / 1e6), "kernel": platform.release(), "disk": disk,
            "load": os.getloadavg()[0]}


def compare(figures, baseline):
    """Prints what has become worse; True when nothing has."""
    worse = []
    for name in STEADY:
        now, held = figures.get(name), baseline["figures"].get(name)
        if not now or not held:
            continue
        now, held = ((figure["ratio"] if figure["ratio"] is not None else figure["value"]) for figure in (now, held))
        if now < held * WORSE:
            worse.append(f"  {name}: {now:.3g}; the baseline has {held:.3g}")
    if worse:
        print("\nWorse than the baseline of", baseline["machine"]["date"] + ":", *worse, sep="\n")
    return not worse


def main():
    parts = ("commands", "log", "ledger", "imports", "matches", "index", "columns", "census", "allocate", "graph", "screen", "watch", "http", "memory")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    parser.add_argument("--folder")
    parser.add_argument("--build", default=ROOT / "build")
    parser.add_argument("--pack", default=ROOT / "packs/jiashan")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", action="store_true", help="columns: 10,000,000 firms; ledger: 10,000,000 acts and accounts; takes minutes, 8 GiB "
                        "of memory and 20 GB of disk")
    parser.add_argument("--grow", help="the ledger with so many accounts as well: 10000,1000000,10000000")
    options = parser.parse_args()
    bench = Bench(options)
    here = machine()
    print("; ".join(f"{name} {value}" for name, value in here.items()), flush=True)
    skipped, failed = {}, []
    started = time.monotonic()
    try:
        for part in options.only:
            print(f"{part} (load {os.getloadavg()[0]:.1f})", flush=True)
            try:
                getattr(bench, part)()
            except Skip as reason:
                skipped[part] = str(reason)
                print(f"  not measured: {reason}", flush=True)
            except (AssertionError, Refused, subprocess.CalledProcessError) as fault:
                failed.append(part)
                print(f"  FAILED: {fault}\n{getattr(fault, 'stderr', None) or ''}", flush=True)
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)
    here["load_at_end"] = os.getloadavg()[0]
    report = {"machine": here, "figures": bench.figures, "skipped": skipped, "failed": failed}
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    (ROOT / "build/bench.json").write_text(text, encoding="utf-8")
    print(f"in {time.monotonic() - started:.0f} s, load {here['load']:.1f} to {here['load_at_end']:.1f}; build/bench.json")
    held = ROOT / "bench/baseline.json"
    good = compare(bench.figures, json.loads(held.read_text(encoding="utf-8"))) if held.exists() else True
    if options.record:
        held.write_text(text, encoding="utf-8")
    sys.exit(0 if good and not failed else 1)


if __name__ == "__main__":
    main()
