"""Rules over all firms at once, beside DuckDB and SQLite answering the same questions; run.py calls measure()."""
import csv
import datetime
import json
import pathlib
import shutil
import sqlite3
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
DUCKDB = "@duckdb/node-api@1.5.6-r.1"
SQLITE_RULES = 20  # of all, for SQLite takes some 20 ms a rule
PAIR_ROWS, PAIR_RULES = 100_000, 1_000


class Absent(Exception):
    """A competitor that cannot be had here."""


def measure(bench, large=False):
    folder = bench.folder / "columns"
    folder.mkdir()
    quick = bench.options.quick
    rows, rules = (20_000, 200) if quick else (PAIR_ROWS, PAIR_RULES)
    report = bench.tool("bench_columns", "pairs", "--rows", rows, "--rules", rules, "--folder", folder)
    keep_pairs(bench, report, rows * rules)
    rate = figure(report, "decide.rate")
    duck = beside_duckdb(bench, folder, report)
    if duck:
        bench.keep("columns.pairs.duckdb", duck["pairs_per_second"], "pairs/s", "ours, one thread each",
                   rate / duck["pairs_per_second"], 80)
    rival = beside_sqlite(folder, report)
    bench.keep("columns.pairs.sqlite", rival, "pairs/s", "ours, one thread each", rate / rival, 500)
    (folder / "firms.csv").unlink()
    single = bench.tool("bench_columns", "single", "--rows", 100_000 if quick else 1_000_000)
    bench.keep("columns.single", figure(single, "p50"), f"ms a rule for {single['rows']:,} firms",
               f"mean {figure(single, 'mean'):.2f}, p99 {figure(single, 'p99'):.2f} ms")
    bench.keep("columns.single.bound", figure(single, "bound.share"), "of streaming what a rule looks at")
    for each in bench.tool("bench_columns", "sweep", "--rows", 100_000 if quick else 1_000_000)["figures"]:
        bench.keep("columns.sweep." + each["what"].replace(" ", "_"), each["value"], each["unit"])
    size = 10_000_000 if large else 100_000 if quick else 1_000_000
    memory = bench.tool("bench_columns", "memory", "--rows", size)
    bench.keep("columns.memory", figure(memory, "columns") / 2**30, f"GiB, {size:,} firms of 40 attributes",
               f"{figure(memory, 'a firm'):.0f} bytes a firm; resident {figure(memory, 'resident') / 2**30:.2f} GiB")
    bench.keep("columns.rebuild", figure(memory, "rebuild"), "s of processor time from rows")
    groups = bench.tool("bench_columns", "groups", "--rows", size, "--folder", folder)
    keep_groups(bench, groups, beside_duckdb(bench, folder, groups))
    shutil.rmtree(folder)


def figure(report, what):
    return next(each["value"] for each in report["figures"] if each["what"] == what)


def keep_pairs(bench, report, pairs):
    bench.keep("columns.pairs", figure(report, "decide.rate"), "pairs/s, both bitmaps kept",
               f"{pairs:,} pairs in {figure(report, 'decide'):.1f} ms of processor time; "
               f"prepared in {figure(report, 'prepare'):.1f} ms", expected=4e9)
    bench.keep("columns.tally", figure(report, "tally.rate"), "pairs/s, counted")
    bench.keep("columns.bound", figure(report, "bound.share"), "of reading the columns once and writing the answers",
               f"read {figure(report, 'stream.read') / 1e9:.1f}, write {figure(report, 'stream.write') / 1e9:.1f} GB/s")


def keep_groups(bench, report, duck):
    for place, group in enumerate(report["groups"]):
        keys = group["sql"].removeprefix("select ").split(", count")[0]
        sums = group["sql"].count("sum(")
        name = f"columns.group.{keys.replace(', ', '_')}" + (f".{sums}_sums" if sums else "")
        if duck:
            theirs = duck["groups"][place]
            bench.keep(name, group["ms"], "ms", f"DuckDB: {theirs['ms']:.1f} ms", theirs["ms"] / group["ms"], 1)
        else:
            bench.keep(name, group["ms"], "ms")
    for each in report["figures"]:
        bench.keep("columns." + each["what"].replace(" ", "_"), each["value"], each["unit"])


# --- DuckDB, by Node.js


def duckdb_folder(bench):
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise Absent("no Node.js")
    folder = bench.build / "duckdb"
    if not (folder / "node_modules/@duckdb/node-api").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([npm, "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", DUCKDB],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Absent(f"npm could not install {DUCKDB}: {done.stderr.strip().splitlines()[-1:]}")
    shutil.copy(HERE / "duckdb.mjs", folder / "duckdb.mjs")
    return node, folder


def beside_duckdb(bench, folder, report):
    """What DuckDB answers on one thread; every answer must be ours."""
    try:
        node, place = duckdb_folder(bench)
        (folder / "questions.json").write_text(json.dumps(report), encoding="utf-8")
        done = subprocess.run([node, place / "duckdb.mjs", folder], capture_output=True, text=True)
        if done.returncode != 0:
            raise Absent(done.stderr.strip()[-300:])
    except Absent as reason:
        print(f"  DuckDB is left out: {reason}", flush=True)
        return None
    theirs = json.loads(done.stdout)
    for ours, (holds, unknown) in zip(report["answers"], theirs["answers"], strict=True):
        if (ours["holds"], ours["unknown"]) != (holds, unknown):
            raise AssertionError(f"DuckDB finds {holds} and {unknown}, not {ours}")
    for ours, group in zip(report["groups"], theirs["groups"], strict=True):
        told, asked = sorted(map(plain, ours["rows"])), sorted(group["rows"])
        if told != asked:
            first = next((pair for pair in zip(told, asked) if pair[0] != pair[1]), (len(told), len(asked)))
            raise AssertionError(f"DuckDB groups otherwise: {ours['sql']}: {first[1]}, not {first[0]}")
    seconds = theirs["answers_seconds"]
    theirs["pairs_per_second"] = report["rows"] * len(report["answers"]) / seconds if seconds else 0
    return theirs


def plain(row):
    """Our keys as DuckDB holds them: k3 is 3, a date its number of days since 1970."""
    cells = row.split(",")
    for place, cell in enumerate(cells):
        if cell.startswith("k"):
            cells[place] = cell[1:]
        elif cell.count("-") == 2:
            cells[place] = str((datetime.date.fromisoformat(cell) - datetime.date(1970, 1, 1)).days)
    return ",".join(cells)


# --- SQLite


def beside_sqlite(folder, report):
    """Pairs a second, on the first rules of all."""
    database = sqlite3.connect(":memory:")
    database.execute(report["table"])
    with open(folder / "firms.csv", encoding="utf-8") as file:
        lines = csv.reader(file)
        width = len(next(lines))
        database.executemany(f"insert into firms values ({','.join('?' * width)})",
                             ([int(cell) if cell else None for cell in line] for line in lines))
    taken = 0.0
    asked = report["answers"][:SQLITE_RULES]
    for ours in asked:
        best = None
        for _ in range(2):
            before = time.thread_time()
            found = database.execute(f"select count(*) filter (where {ours['sql']}), "
                                     f"count(*) filter (where ({ours['sql']}) is null) from firms").fetchone()
            spent = time.thread_time() - before
            best = spent if best is None else min(best, spent)
        if found != (ours["holds"], ours["unknown"]):
            raise AssertionError(f"SQLite finds {found}, not {ours}")
        taken += best
    database.close()
    return report["rows"] * len(asked) / taken


def measure_census(bench):
    """One rule asked of a whole county, firm by firm and from the census."""
    report = bench.tool("bench_census", bench.pack, "--firms", 5_000 if bench.options.quick else 100_000)
    bench.keep("census.ask_ms", report["ask_ms"], f"ms cpu a rule over {report['firms']:,} firms", "firm after firm",
               report["one_by_one_ms"] / report["ask_ms"])
    for part in ("ask_most_ms", "nearly_ms", "start_ms", "follow_1000_ms"):
        bench.keep(f"census.{part}", report[part], "ms cpu")
    bench.keep("census.follow_1_us", report["follow_1_us"], "us cpu after one firm changed")
    bench.keep("census.bytes_a_firm", report["bytes_a_firm"], "bytes")
    bench.keep("census.asked_write_us", report["asked_write_us"], "us by the clock, while the census is read without a pause; "
               f"{report['quiet_write_us']:.0f} with nobody reading")
