"""PostgreSQL 15 as a yardstick for the ledger: a server of its own in a folder, and pgbench against it."""
import os
import pathlib
import re
import shutil
import subprocess

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
ACCOUNTS = 100_000

TABLES = f"""
create table account (id bigint primary key, debits bigint not null, credits bigint not null,
    check (id = 1 or debits <= credits)) with (fillfactor = 50);
create table transfer (id bigint primary key, debit bigint not null, credit bigint not null, amount bigint not null);
create sequence ids cache 1000;
insert into account select n, 0, 1000000000 from generate_series(1, {ACCOUNTS}) as n;
vacuum analyze account;
"""

# Everything is credited to account 2, from random accounts.
BATCH = f"""
with made as (insert into transfer select nextval('ids'), 3 + floor(random() * {ACCOUNTS - 2})::bigint, 2, 1
        from generate_series(1, 500) returning debit, credit, amount),
    debited as (update account as a set debits = a.debits + s.amount
        from (select debit, sum(amount) as amount from made group by debit) as s where a.id = s.debit)
update account as a set credits = a.credits + s.amount
    from (select credit, sum(amount) as amount from made group by credit) as s where a.id = s.credit;
"""

ONE = r"""
\set debit random(3, %d)
begin;
insert into transfer values (nextval('ids'), :debit, 2, 1);
update account set debits = debits + 1 where id = :debit;
update account set credits = credits + 1 where id = 2;
commit;
""" % ACCOUNTS


class Postgres:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "postgres"
        self.folder.mkdir()
        # The server refuses to run as root.
        self.user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            pathlib.Path(folder).chmod(0o711)
            os.chown(self.folder, 65534, 65534)
        self.run("initdb", "-D", "data", "-U", "bench", "-A", "trust", "-N")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c shared_buffers=256MB"
        self.run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        self.run("psql", "-h", self.folder, "-U", "bench", "-d", "postgres", "-v", "ON_ERROR_STOP=1", text=TABLES)

    @staticmethod
    def missing():
        """Why it cannot be measured here; empty when it can."""
        absent = [name for name in ("initdb", "pg_ctl", "psql", "pgbench") if not (PROGRAMS / name).exists()]
        if os.geteuid() == 0 and not shutil.which("setpriv"):
            absent.append("setpriv")
        return f"no {', '.join(absent)} (Debian postgresql-15)" if absent else ""

    def run(self, name, *words, text=None):
        command = [*self.user, PROGRAMS / name, *map(str, words)]
        # pg_ctl leaves a server behind that keeps its output open: a file, not a pipe.
        with open(self.folder / "output", "w+", encoding="utf-8") as out:
            done = subprocess.run(command, cwd=self.folder, input=text, stdout=out, stderr=subprocess.STDOUT, text=True,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)})
            out.seek(0)
            said = out.read()
        if done.returncode != 0:
            raise AssertionError(f"{name}: {said[-500:]}")
        return said

    def per_second(self, script, clients, seconds):
        file = self.folder / "script.sql"
        file.write_text(script, encoding="utf-8")
        said = self.run("pgbench", "-h", self.folder, "-U", "bench", "-n", "-M", "prepared", "-c", clients, "-j", 1,
                        "-T", max(int(seconds), 5), "-f", file, "postgres")
        found = re.search(r"tps = ([0-9.]+)", said)
        if not found:
            raise AssertionError("pgbench: " + said[-500:])
        return float(found.group(1))

    def end(self):
        self.run("pg_ctl", "-D", "data", "-m", "immediate", "stop")
