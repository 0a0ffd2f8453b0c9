"""Payments that are watched become cases: a row is taken once, what was acknowledged outlives a kill, and what a case was
found to be changes its rule's precision. What is known of borrowers becomes cases as well. Only departments see any of it."""
import pathlib
import shutil
import sqlite3
import tempfile
import time
import unittest

import flow
from flow import ask, county

# Cash of just below 50,000 paid in again and again, after the month in which ties are learned.
LEARNED = {"id": "T0", "time": "2024-04-01T01:00:00Z", "payer": "A1", "payee": "A2", "amount": 100, "kind": "card"}
CASH = [{"id": f"T{n}", "time": f"2024-05-2{n}T02:00:00Z", "payer": "", "payee": "SME-1", "amount": 4_500_000, "kind": "cash"}
        for n in range(1, 6)]


def refused(answer):
    return answer[0], answer[1]["code"]


class Risk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="flow-"))
        cls.served = county.County(flow.PROGRAM, cls.folder / "data")
        cls.served.make(flow.ROOT / "packs/jiashan")
        cls.bring_a_borrower_in_arrears()
        cls.served.start()
        cls.security = cls.served.set_up()
        with sqlite3.connect(f"file:{cls.folder / 'data/rongqiao.sqlite'}?mode=ro", uri=True) as database:
            ask_for = "select id from party_organisation where "
            unit = database.execute(ask_for + "code = 'county_finance_centre'").fetchone()[0]
            bank = database.execute(ask_for + "kind = 'institution' order by id").fetchone()[0]
        cls.officer = cls.served.add_person(cls.security, "officer", ["supervisor"], str(unit))
        cls.bank = cls.served.add_person(cls.security, "bank", ["account_officer"], str(bank))

    @classmethod
    def bring_a_borrower_in_arrears(cls):
        code = county.credit_code(1)
        files = {
            "enterprises": f"credit_code,name\n{code},某公司\n",
            "loans": "institution,number,credit_code,amount,rate,start,due,guarantee_mode,repayment_mode,use\n"
                     f"shanhe_rural_bank,JJ1,{code},100万元,4%,2024-03-01,2025-03-01,credit,interest_then_principal,working_capital\n",
            "facts": f"credit_code,as_of,tax_arrears,electricity_growth\n{code},2024-06-01,2万元,-5%\n"}
        for kind, text in files.items():
            file = cls.folder / f"{kind}.csv"
            file.write_text(text, encoding="utf-8")
            batch = cls.served.run("import", kind, file)["batch"]
            assert (batch["accepted"], batch["rejected"]) == (1, 0), batch

    @classmethod
    def tearDownClass(cls):
        cls.served.end()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def test_a_borrower_in_arrears_is_one_case_that_says_so(self):
        for _ in range(200):  # the signals are looked at within a second of the start
            page = self.officer.must("GET", "/v1/risk-cases?source=post_loan")
            if page["total"]:
                break
            time.sleep(0.1)
        self.assertEqual([one["rule"]["code"] for one in page["items"]], ["signal.tax_arrears"])
        whole = self.officer.must("GET", f"/v1/risk-cases/{page['items'][0]['id']}")
        self.assertEqual([(one["value"]["zh"], one["bound"]["zh"]) for one in whole["found"][0]["windows"]],
                         [("100万元", "高于 0元"), ("2万元", "不低于 1万元")])
        self.assertTrue(whole["holds_since"])
        rule = next(it for it in self.officer.must("GET", "/v1/risk-rules") if it["code"] == "signal.tax_arrears")
        self.assertEqual((rule["holding"], rule["cases"], rule["source"]), (1, 1, "post_loan"))

    def test_a_list_that_is_sent_warns_of_whom_it_names_once(self):
        def send(content, key=None, who=self.officer):
            return ask(who, "POST", "/v1/risk-lists/files?file=list.csv&list=black", content, key)
        named = f"企业名称,统一社会信用代码,备注\n某公司,{county.credit_code(1)},\n,,无名\n".encode()
        self.assertEqual(send(named, who=self.bank)[0], 403)
        self.assertEqual(refused(send("年份,金额\n2024,5\n".encode())), (400, "screen.no_column"))
        self.assertGreaterEqual(send(bytes(range(256)) * 64)[0], 400)
        status, first = send(named, "list-1")
        self.assertEqual((status, first["entries"], first["hits"], first["opened"], first["refused"]), (200, 1, 1, 1, 1))
        self.assertEqual(first["first"][0]["code"], "screen.no_name")
        again = send(named)[1]
        self.assertEqual((again["hits"], again["opened"], again["joined"]), (1, 0, 0))
        page = self.officer.must("GET", "/v1/risk-cases?source=list")
        self.assertEqual([one["rule"]["code"] for one in page["items"]], ["list.black"])

    def test_from_rows_to_a_rules_precision(self):
        rows = {"rows": [LEARNED, *CASH[:4]]}
        self.assertEqual(ask(self.bank, "POST", "/v1/stream/rows", rows)[0], 403)
        self.assertEqual(refused(ask(self.officer, "POST", "/v1/stream/replay", {})), (422, "risk.no_replay"))
        sent = self.officer.must("POST", "/v1/stream/rows", rows)
        self.assertEqual((sent["events"], sent["opened"]), (5, 1))
        self.served.kill()  # what was answered is kept
        self.served.start()
        officer = type(self).officer = self.served.sign_in("officer")
        again = officer.must("POST", "/v1/stream/rows", {"rows": [LEARNED, *CASH, {**LEARNED, "id": ""}]})
        self.assertEqual((again["known"], again["events"], again["refused"], again["opened"]), (5, 1, 1, 0))
        self.assertEqual(again["first_refused"][0]["code"], "watch.no_id")

        case = officer.must("GET", "/v1/risk-cases?state=open&source=transactions")["items"][0]
        one = f"/v1/risk-cases/{case['id']}"
        whole = officer.must("GET", one)
        self.assertEqual((whole["subject"], whole["rule"]["code"], len(whole["found"][-1]["payments"])), ("SME-1", "structuring", 4))
        counted = whole["found"][-1]["windows"][0]
        self.assertEqual((counted["value"]["zh"], counted["bound"]["zh"], counted["holds"]), ("4", "不低于 4", True))
        graph = officer.must("GET", one + "/graph")
        self.assertEqual([node["account"] for node in graph["nodes"]], ["SME-1"])  # cash has no other side
        bank = self.served.sign_in("bank")
        self.assertEqual((ask(bank, "GET", one)[0], ask(bank, "GET", "/v1/risk-cases")[0]), (403, 403))

        officer.must("POST", one + "/take")
        officer.must("POST", one + "/notes", {"action": "verify", "text": "已电话核实"})
        close = {"outcome": "confirmed", "reason": "suspicious", "text": "存入人员相同，已移送"}
        self.assertEqual(refused(ask(officer, "POST", one + "/close", {**close, "text": ""})), (400, "risk.text"))
        self.assertEqual(ask(officer, "POST", one + "/close", close, key="once")[0], 200)
        self.assertEqual(ask(officer, "POST", one + "/close", close, key="once")[0], 200)  # the same answer
        self.assertEqual(refused(ask(officer, "POST", one + "/close", close)), (409, "risk.closed"))
        rule = next(it for it in officer.must("GET", "/v1/risk-rules") if it["code"] == "structuring")
        self.assertEqual((rule["confirmed"], rule["precision"]["share"]), (1, 1_000_000))
        self.assertLess(rule["precision"]["low"], 300_000)


if __name__ == "__main__":
    unittest.main()
