"""The main journey over HTTP: three people take one need from its posting to the county's indicators."""
import http.client
import io
import json
import threading
import time
import unittest
import urllib.parse
import zipfile

import flow
from flow import ask

AMOUNT_FEN = 300_000_000  # 300 万元


def setUpModule():
    global DEMO
    DEMO = flow.DemoCounty("jiashan")


def tearDownModule():
    DEMO.close()


def need_of(bank, catalogue, amount=AMOUNT_FEN):
    return {"amount": amount, "term_months": 12, "purpose": catalogue["loan_uses"][0]["code"], "purpose_text": "采购原材料",
            "rate_most": None, "guarantee_modes": ["credit"], "repayment_modes": [], "urgency": "normal",
            "first_loan": False, "tags": [], "products": [], "institutions": [bank],
            "scopes": [one["code"] for one in catalogue["scopes"]]}


class Three(unittest.TestCase):
    """An enterprise, a bank and a department, signed in."""

    @classmethod
    def setUpClass(cls):
        cls.firm, cls.bank, cls.office = (DEMO.sign_in(login) for login in ("qiye2", "yinhang1", "jinrongban"))
        cls.bank_id = cls.bank.must("GET", "/v1/session")["party"]["id"]
        cls.firm_id = cls.firm.must("GET", "/v1/session")["party"]["id"]
        cls.today = cls.firm.must("GET", "/v1/about")["today"]
        cls.catalogue = cls.firm.must("GET", "/v1/catalogue")

    def posted(self, amount=AMOUNT_FEN):
        need = self.firm.must("POST", "/v1/needs", need_of(self.bank_id, self.catalogue, amount))["subject"]
        consent = {"scopes": [one["code"] for one in self.catalogue["scopes"]], "valid_until": f"{int(self.today[:4]) + 1}-01-01"}
        self.firm.must("POST", f"/v1/needs/{need}/submit", {"consent": consent})
        return need

    def act(self, client, claim, act, **deed):
        return client.must("POST", f"/v1/claims/{claim}/acts/{act}", deed)


class Journey(Three):
    def figure(self, computation):
        board = self.office.must("GET", f"/v1/indicators?year={self.today[:4]}")
        view = next(one for one in board["items"] if one["computed"] == computation)
        return view["code"], view["actual"]["value"]

    def lent(self):
        """All that is owed to institutions here, as the columns of all enterprises have it."""
        return self.office.must("GET", "/v1/lists/groups?by=town&measure=loan_balance_here")["all"]["sum"]["value"]

    def never_borrowed(self):
        roster = next(one for one in self.office.must("GET", "/v1/lists") if one["code"] == "never_borrowed")
        query = urllib.parse.urlencode({"expression": roster["expression"], "per_page": 200})
        found = self.office.must("GET", f"/v1/lists/enterprises?{query}")
        self.assertEqual(found["total"], roster["enterprises"])
        return [str(one["id"]) for one in found["items"]]

    def test_a_loan_moves_the_indicators_by_exactly_itself_and_can_be_drilled_down_to(self):
        measures = ("loan.platform_amount", "loan.platform_count", "loan.manufacturing_balance")
        before = {name: self.figure(name) for name in measures}
        lent = self.lent()
        need = self.posted()
        claim = self.bank.must("POST", f"/v1/needs/{need}/claims", {"product": None})["subject"]
        self.act(self.bank, claim, "accept", officer={"name": "客户经理", "phone": "0573-00000000"})
        modes = self.catalogue["repayment_modes"][0]["code"]
        self.act(self.bank, claim, "offer", amount=AMOUNT_FEN, base="lpr_1y", spread_bp=40, term_months=12,
                 guarantee_mode="credit", repayment_mode=modes, valid_until=f"{self.today[:4]}-12-31")
        self.act(self.firm, claim, "choose")
        self.act(self.bank, claim, "grant", amount=AMOUNT_FEN)
        self.act(self.bank, claim, "contract", number="HT-FLOW-1")
        offer = self.firm.must("GET", f"/v1/claims/{claim}")["offer"]
        loan = {"number": "FLOW-2023-0001", "amount": AMOUNT_FEN, "rate": offer["rate"], "start": self.today,
                "due": f"{int(self.today[:4]) + 1}{self.today[4:]}", "guarantee_mode": "credit", "repayment_mode": modes,
                "use": self.catalogue["loan_uses"][0]["code"], "green": False}
        recorded = self.bank.must("POST", f"/v1/claims/{claim}/loans", loan)
        self.assertEqual(self.firm.must("GET", f"/v1/needs/{need}")["state"], "financed")
        moved = {"loan.platform_amount": AMOUNT_FEN, "loan.platform_count": 1, "loan.manufacturing_balance": AMOUNT_FEN}
        for name in measures:
            self.assertEqual(self.figure(name)[1] - before[name][1], moved[name], name)
            records = self.office.must("GET", f"/v1/indicators/{before[name][0]}/records?year={self.today[:4]}&per_page=200")
            self.assertIn(loan["number"], [one["number"] for one in records["items"]], name)
        self.assertEqual(self.lent() - lent, AMOUNT_FEN)
        self.assertNotIn(str(self.firm_id), self.never_borrowed())
        # The same 借据 again, under another command, is the same loan.
        self.assertEqual(self.bank.must("POST", f"/v1/claims/{claim}/loans", loan)["subject"], recorded["subject"])
        self.assertEqual(self.figure("loan.platform_count")[1] - before["loan.platform_count"][1], 1)

    def test_readings_need_a_consent_and_are_shown_to_the_enterprise(self):
        need = self.posted(50_000_000)
        before = self.firm.must("GET", "/v1/consents/readings")["total"]
        self.bank.must("POST", f"/v1/needs/{need}/claims", {"product": None})
        given = []
        for _ in range(100):  # the relay gives the need's consent in a moment; an older one may be there already
            consents = self.firm.must("GET", "/v1/consents?per_page=200")["items"]
            given = [one for one in consents if str(one["need"]) == str(need)]
            if given:
                break
            time.sleep(0.1)
        self.assertEqual([str(one["receiver"]["id"]) for one in given], [str(self.bank_id)])
        facts = self.bank.must("GET", f"/v1/enterprises/{self.firm_id}/facts")["facts"]
        self.assertTrue([one for one in facts if one["allowed"] and one["scope"] == "tax"])
        readings = self.firm.must("GET", "/v1/consents/readings")
        self.assertGreater(readings["total"], before)
        self.assertEqual(str(readings["items"][0]["reader"]["id"]), str(self.bank_id))
        for consent in self.firm.must("GET", "/v1/consents?per_page=200")["items"]:
            if str(consent["receiver"]["id"]) == str(self.bank_id) and consent["status"] in ("active", "paused"):
                self.firm.must("POST", f"/v1/consents/{consent['id']}/revoke", {"reason": "测试撤回"})
        status, answer = ask(self.bank, "GET", f"/v1/enterprises/{self.firm_id}/facts")
        shown = [one for one in answer["facts"] if one["allowed"] and one["scope"] == "tax"] if status == 200 else []
        self.assertEqual(shown, [])


class Protocol(Three):
    def test_the_same_key_gives_the_same_answer_and_another_body_is_a_conflict(self):
        wish = need_of(self.bank_id, self.catalogue)
        first = ask(self.firm, "POST", "/v1/needs", wish, "flow-same")
        self.assertLess(first[0], 300)
        self.assertEqual(ask(self.firm, "POST", "/v1/needs", wish, "flow-same"), first)
        status, problem = ask(self.firm, "POST", "/v1/needs", wish | {"amount": 1}, "flow-same")
        self.assertEqual((status, problem["code"]), (409, "store.command_reused"))

    def test_an_edit_names_the_version_it_saw(self):
        wish = need_of(self.bank_id, self.catalogue)
        need = self.firm.must("POST", "/v1/needs", wish)["subject"]
        path = f"/v1/needs/{need}"
        self.assertEqual(ask(self.firm, "PUT", path, wish)[1]["code"], "http.precondition_required")
        version = self.firm.must("GET", path)["version"]
        self.assertLess(ask(self.firm, "PUT", path, wish, headers={"If-Match": f'"{version}"'})[0], 300)
        status, problem = ask(self.firm, "PUT", path, wish, headers={"If-Match": f'"{version}"'})
        self.assertEqual((status, problem["code"]), (412, "finance.version"))

    def test_a_problem_says_in_the_readers_language_what_where_and_how_to_mend(self):
        need = self.firm.must("POST", "/v1/needs", need_of(self.bank_id, self.catalogue) | {"purpose": ""})["subject"]
        said = {}
        for language in ("zh-CN", "en"):
            status, text = self.firm.ask("POST", f"/v1/needs/{need}/submit", {"consent": None}, headers={"Accept-Language": language})
            said[language] = json.loads(text)
            self.assertIn(status, (400, 422))
            self.assertEqual(said[language]["code"], "finance.incomplete")
            self.assertEqual(said[language]["field"], "/purpose")
            self.assertTrue(said[language]["cure"])
        self.assertIn("用途", said["zh-CN"]["detail"])
        self.assertIn("purpose", said["en"]["detail"])

    def test_a_change_from_another_site_is_refused(self):
        for headers in ({}, {"X-Rongqiao": "1", "Sec-Fetch-Site": "cross-site"}):
            connection = http.client.HTTPConnection("127.0.0.1", DEMO.county.port)
            connection.request("POST", "/v1/needs", b"{}", {"Cookie": self.firm.cookie, "Content-Type": "application/json",
                                                            "Idempotency-Key": "x", **headers})
            answer = connection.getresponse()
            self.assertEqual((answer.status, json.loads(answer.read())["code"]), (403, "http.cross_site"))

    def test_limits_hold(self):
        self.assertEqual(ask(self.firm, "POST", "/v1/needs", b'"' + b"x" * 3_000_000 + b'"')[0], 413)
        status, page = ask(self.office, "GET", "/v1/needs?per_page=100000")
        self.assertTrue(status == 400 or page["per_page"] <= 200)

    def test_a_list_opens_as_a_workbook(self):
        connection = http.client.HTTPConnection("127.0.0.1", DEMO.county.port)
        connection.request("GET", "/v1/needs?format=xlsx", headers={"Cookie": self.office.cookie})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        with zipfile.ZipFile(io.BytesIO(answer.read())) as book:
            self.assertIn("xl/workbook.xml", book.namelist())
            self.assertIn(b"XQ", b"".join(book.read(name) for name in book.namelist()))

    def test_a_change_is_told_to_open_screens_within_a_second(self):
        connection = http.client.HTTPConnection("127.0.0.1", DEMO.county.port, timeout=5)
        connection.request("GET", "/v1/live", headers={"Cookie": self.office.cookie, "Accept": "text/event-stream"})
        stream = connection.getresponse()
        told, ready = [], threading.Event()

        def listen():
            ready.set()
            for line in stream:
                if line.startswith(b"data:") and json.loads(line[5:]).get("topic") == "need":
                    told.append(time.monotonic())
                    return

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        ready.wait()
        time.sleep(0.2)
        begun = time.monotonic()
        self.firm.must("POST", "/v1/needs", need_of(self.bank_id, self.catalogue))
        listener.join(5)
        self.assertTrue(told, "no change was told")
        self.assertLess(told[0] - begun, 1.0)


class Imports(unittest.TestCase):
    def upload(self, client, content, name):
        started = client.must("POST", f"/v1/imports?kind=vat_invoices&file={name}", content.encode())["import"]
        for _ in range(200):
            batch = client.must("GET", f"/v1/imports/{started}")
            if batch["state"] != "running":
                return batch
            time.sleep(0.05)
        self.fail("the import did not end")

    def test_dirt_is_reported_by_row_and_a_repeated_import_changes_nothing(self):
        importer = DEMO.sign_in("daoru")
        code = DEMO.sign_in("qiye3").must("GET", "/v1/session")["party"]["code"]
        head = "统一社会信用代码,发票号码,开票日期,购方单位代号,金额,税额,价税合计,发票状态\n"
        dirty = head + (f"{code},7000001,2023-08-01,B1,100.00,13.00,113.00,有效发票\n"
                        f"{code},7000002,2023-08-02,B2,100.00,13.00,120.00, 作废发票\n"
                        f"{code},7000003,2023-13-45,B3,100.00,13.00,113.00,有效发票\n")
        refused = self.upload(importer, dirty, "dirty.csv")
        self.assertEqual((refused["state"], refused["rejected"], refused["accepted"]), ("refused", 1, 0))
        report = importer.must("GET", f"/v1/imports/{refused['id']}/report")["items"]
        bad = [line for line in report if line["severity"] == "error"]
        self.assertEqual([(line["row"], line["column_label"]) for line in bad], [(4, "开票日期")])
        self.assertTrue(bad[0]["reason"]["zh"] and bad[0]["cure"]["zh"] and bad[0]["reason"]["en"])
        self.assertIn(3, [line["row"] for line in report if line["severity"] != "error"])
        clean = "".join(dirty.splitlines(keepends=True)[:3])
        first = self.upload(importer, clean, "clean.csv")
        self.assertEqual((first["state"], first["accepted"], first["unchanged"]), ("done", 2, 0))
        again = self.upload(importer, clean, "clean.csv")
        self.assertEqual((again["state"], again["accepted"], again["unchanged"]), ("done", 0, 2))


if __name__ == "__main__":
    unittest.main()
