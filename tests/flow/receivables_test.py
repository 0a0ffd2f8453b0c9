"""A receivable over HTTP: uploaded, confirmed, split, passed on, pledged, discounted, redeemed, and never twice."""
import datetime
import http.client
import io
import time
import unittest
import zipfile

import flow
from flow import ask

WAN = 1_000_000  # 万元 in 分


def setUpModule():
    global DEMO
    DEMO = flow.DemoCounty("jiashan")


def tearDownModule():
    DEMO.close()


class Receivable(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.buyer, cls.supplier, cls.maker, cls.stranger = (DEMO.sign_in(f"qiye{n}") for n in (1, 2, 3, 4))
        cls.bank, cls.other_bank, cls.office = (DEMO.sign_in(login) for login in ("yinhang1", "yinhang2", "jinrongban"))
        cls.ids = {client: client.must("GET", "/v1/session")["party"]["id"]
                   for client in (cls.buyer, cls.supplier, cls.maker, cls.bank, cls.other_bank)}
        cls.today = datetime.date.fromisoformat(cls.buyer.must("GET", "/v1/about")["today"])
        cls.uploads = 0

    def wish(self, wan=100):
        type(self).uploads += 1
        return {"kind": "receivable", "creditor": self.ids[self.supplier], "debtor": self.ids[self.buyer], "face": wan * WAN,
                "issued_on": str(self.today), "due": str(self.today + datetime.timedelta(days=120)),
                "fields": [{"name": "contract", "value": "HT-FLOW"}, {"name": "invoice", "value": f"FLOW-{self.uploads}"}],
                "account": None, "term_reason": None}

    def uploaded(self, wan=100):
        return self.supplier.must("POST", "/v1/instruments", self.wish(wan))["subject"]

    def act(self, client, paper, act, **deed):
        return client.must("POST", f"/v1/instruments/{paper}/acts/{act}", deed)

    def refused(self, client, paper, act, **deed):
        status, problem = ask(client, "POST", f"/v1/instruments/{paper}/acts/{act}", deed)
        self.assertGreaterEqual(status, 400, f"{act} was not refused")
        return problem

    def part(self, client, paper, amount=None):
        parts = client.must("GET", f"/v1/instruments/{paper}")["parts"]
        return next(one for one in parts if one["mine"] and not one["ended"] and amount in (None, one["amount"]))

    def test_the_whole_way(self):
        paper = self.uploaded()
        self.assertEqual(self.refused(self.supplier, paper, "transfer", to=self.ids[self.maker])["code"], "instrument.not_now")
        self.assertEqual(self.refused(self.supplier, paper, "confirm")["code"], "instrument.not_yours")
        self.act(self.buyer, paper, "confirm")
        self.act(self.supplier, paper, "split", amount=40 * WAN)
        self.act(self.supplier, paper, "transfer", part=self.part(self.supplier, paper, 40 * WAN)["id"], to=self.ids[self.maker])
        self.act(self.supplier, paper, "pledge", to=self.ids[self.bank], contract="ZY-1", paid=50 * WAN, rate=42_000)
        problem = self.refused(self.supplier, paper, "pledge", to=self.ids[self.other_bank], contract="ZY-2", paid=50 * WAN)
        self.assertEqual(problem["code"], "instrument.amount_held")
        self.assertIn("600000.00", problem["detail"])
        self.assertTrue(problem["cure"])

        self.act(self.maker, paper, "push", funders=[self.ids[self.other_bank]])
        inbox = self.other_bank.must("GET", "/v1/instruments/pushes")["items"]
        push = next(one for one in inbox if one["instrument"] == paper)["id"]
        self.act(self.other_bank, paper, "intend", push=push, way="discount", paid=39 * WAN, rate=31_000)
        self.act(self.maker, paper, "accept", push=push)
        self.act(self.other_bank, paper, "notify", push=push)
        close = {"push": push, "contract": "TX-1", "reference": "YH-1", "registration": "DJ-1"}
        self.assertEqual(self.refused(self.other_bank, paper, "discount", **close)["code"], "instrument.notice_unread")
        notices = self.buyer.must("GET", "/v1/instruments/notices?state=notified")["items"]
        self.assertIn(push, [one["id"] for one in notices])
        self.act(self.buyer, paper, "read_notice", push=push)
        self.act(self.other_bank, paper, "discount", **close)

        whole = self.buyer.must("GET", f"/v1/instruments/{paper}")
        self.assertEqual(sum(one["amount"] for one in whole["parts"]), 100 * WAN)
        known = {one["id"] for one in whole["parts"]}
        self.assertEqual([one["number"] for one in whole["parts"] if one["parent"] is None], [whole["parts"][0]["number"]])
        self.assertTrue(all(one["parent"] in known for one in whole["parts"][1:]))
        self.assertEqual([one["paid"] for one in whole["deals"]], [None, None])  # prices are not the debtor's to see

        self.act(self.buyer, paper, "pay", reference="FK-1")
        for client in (self.other_bank, self.bank):
            self.act(client, paper, "redeem")
        whole = self.office.must("GET", f"/v1/instruments/{paper}")
        self.assertEqual(whole["item"]["state"]["code"], "redeemed")
        self.assertEqual(sum(one["amount"] for one in whole["parts"]), 0)
        acts = [one["act"]["code"] for one in whole["lines"]]
        self.assertEqual(acts[0], "issue")
        self.assertEqual(acts.count("redeem"), 2)
        self.assertEqual(len({one["seq"] for one in whole["lines"]}), len(acts))

    def test_nobody_else_sees_it_and_the_next_one_to_act_is_told(self):
        paper = self.uploaded()
        status, problem = ask(self.stranger, "GET", f"/v1/instruments/{paper}")
        self.assertEqual((status, problem["code"]), (404, "instrument.none"))
        self.assertEqual(ask(self.bank, "GET", f"/v1/instruments/{paper}")[0], 404)
        self.assertEqual(self.refused(self.stranger, paper, "confirm")["code"], "instrument.none")
        for _ in range(100):  # the relay tells the debtor in a moment
            notices = self.buyer.must("GET", "/v1/notices?per_page=200")["items"]
            if any(one["path"].endswith(f"/instruments/{paper}") for one in notices):
                break
            time.sleep(0.1)
        else:
            self.fail("the debtor was not told")

    def test_the_past_stays_as_it_was(self):
        paper = self.uploaded()
        at = self.supplier.must("GET", f"/v1/instruments/{paper}")["lines"][0]["at"]
        time.sleep(0.01)
        self.act(self.buyer, paper, "confirm")
        past = self.supplier.must("GET", f"/v1/instruments/{paper}?as_of={at}")
        self.assertEqual((past["item"]["state"]["code"], past["acts"]), ("unconfirmed", []))
        self.assertEqual(self.supplier.must("GET", f"/v1/instruments/{paper}")["item"]["state"]["code"], "confirmed")

    def test_a_table_is_taken_wholly_or_not_at_all(self):
        code = {client: client.must("GET", "/v1/session")["party"]["code"] for client in (self.supplier, self.buyer)}
        due = self.today + datetime.timedelta(days=90)
        head = "种类,债权人,债务人,金额或数量,开立日,到期日,贸易合同编号,发票号码\n"
        good = f"receivable,{code[self.supplier]},{code[self.buyer]},12万元,{self.today},{due},HT-T,T-1\n"
        bad = f"receivable,{code[self.supplier]},{code[self.buyer]},12万元,{self.today},{due},HT-T,\n"
        before = self.supplier.must("GET", "/v1/instruments")["total"]
        report = self.supplier.must("POST", "/v1/instruments/file?file=a.csv", (head + good + bad).encode())
        self.assertEqual((report["accepted"], report["rejected"]), (0, 1))
        self.assertEqual([(one["row"], one["column_label"]) for one in report["lines"]], [(3, "发票号码")])
        self.assertEqual(self.supplier.must("GET", "/v1/instruments")["total"], before)
        report = self.supplier.must("POST", "/v1/instruments/file?file=a.csv", (head + good).encode())
        self.assertEqual((report["accepted"], report["rejected"]), (1, 0))
        report = self.supplier.must("POST", "/v1/instruments/file?file=b.csv", (head + good).encode())
        self.assertEqual((report["accepted"], report["unchanged"]), (0, 1))

    def test_lists_open_as_workbooks(self):
        for path in ("", "/pushes", "/deals", "/notices"):
            connection = http.client.HTTPConnection("127.0.0.1", DEMO.county.port)
            connection.request("GET", f"/v1/instruments{path}?format=xlsx", headers={"Cookie": self.office.cookie})
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200, path)
            with zipfile.ZipFile(io.BytesIO(answer.read())) as book:
                self.assertIn("xl/workbook.xml", book.namelist())


if __name__ == "__main__":
    unittest.main()
