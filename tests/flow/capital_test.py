"""Security, credit, guarantees and public money over HTTP: what is registered is ranked, what is limited is refused with
the room left, what is paid is paid once."""
import hashlib
import unittest

import flow
from flow import ask


def setUpModule():
    global DEMO
    DEMO = flow.DemoCounty("jiashan")


def tearDownModule():
    DEMO.close()


def refused(answer):
    status, problem = answer
    return status, problem["code"]


class Capital(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.firm, cls.bank, cls.office = (DEMO.sign_in(login) for login in ("qiye1", "yinhang1", "jinrongban"))
        cls.operator, cls.other = (DEMO.sign_in(login) for login in ("yinhang1.dengji", "yinhang2.dengji"))
        cls.firm_party = cls.firm.must("GET", "/v1/session")["party"]
        cls.today = cls.firm.must("GET", "/v1/about")["today"]

    def wish(self, **changes):
        return {"kind": "movables_mortgage", "debtor_code": self.firm_party["code"], "debtor_name": "", "claim": 100_000_000,
                "contract": "抵字-FLOW", "items": [{"asset": "equipment", "description": "注塑机一台", "mark": "SN-FLOW-1"}],
                "term_months": 12, "purchase_money": False, "delivered_at": None, "notified_at": None, "filing": None, **changes}


class Registrations(Capital):
    def test_it_is_registered_ranked_objected_to_extended_and_discharged(self):
        mine = self.operator.must("POST", "/v1/registrations", self.wish())["subject"]
        filing = {"registrar": "zhongdengwang", "number": "0928-FLOW", "at": f"{self.today}T00:00:00+08:00"}
        theirs = self.other.must("POST", "/v1/registrations", self.wish(filing=filing))["subject"]
        view = self.operator.must("GET", f"/v1/registrations/{mine}")
        second = self.other.must("GET", f"/v1/registrations/{theirs}")
        self.assertEqual([one["number"] for one in view["order"][:1]], [second["number"]])  # filed in law goes first
        self.assertTrue(all(one["article"] and one["explains"]["zh"] for one in view["reasons"]))
        self.assertEqual(refused(ask(self.operator, "POST", f"/v1/registrations/{mine}/extend", {"months": 12})),
                         (422, "registry.too_early"))
        self.firm.must("POST", f"/v1/registrations/{mine}/object", {"reason": "设备已售出"})
        self.assertTrue(self.operator.must("GET", f"/v1/registrations/{mine}")["objected_at"])
        self.operator.must("POST", f"/v1/registrations/{mine}/discharge", {"reason": "已结清"})
        after = self.other.must("GET", f"/v1/registrations/{theirs}")
        self.assertNotIn(view["number"], [one["number"] for one in after["order"]])

    def test_what_is_excluded_is_refused_with_the_rule(self):
        status, problem = ask(self.operator, "POST", "/v1/registrations", self.wish(kind="motor_vehicle"))
        self.assertEqual((status, problem["code"]), (422, "registry.excluded"))
        self.assertIn("国发〔2020〕18号", problem["detail"])

    def test_the_administrator_neither_registers_nor_searches(self):
        self.assertEqual(ask(self.bank, "POST", "/v1/registrations", self.wish())[0], 403)
        self.assertEqual(ask(self.bank, "GET", f"/v1/registrations/search?debtor_code={self.firm_party['code']}")[0], 403)

    def test_a_search_gives_a_certificate_that_its_digest_proves(self):
        code = self.firm_party["code"]
        made = self.operator.must("POST", "/v1/registrations/certificates", {"debtor_code": code})["subject"]
        certificate = self.operator.must("GET", f"/v1/registrations/certificates/{made}")
        self.operator.connection.request("GET", f"/v1/registrations/certificates/{made}/pdf", headers={"Cookie": self.operator.cookie})
        pdf = self.operator.connection.getresponse().read()
        self.assertTrue(pdf.startswith(b"%PDF-"))
        self.assertEqual(hashlib.sha256(pdf).hexdigest(), certificate["digest"])
        self.assertEqual(ask(self.other, "GET", f"/v1/registrations/certificates/{made}")[0], 404)


class Limits(Capital):
    def test_a_fourth_line_above_the_joint_limit_is_refused_with_the_room_left(self):
        line = {"borrower": self.firm_party["id"], "amount": 500_000_000, "contract": "授信-FLOW", "until": f"{int(self.today[:4]) + 1}-01-01"}
        fourth = DEMO.sign_in("yinhang3")
        status, problem = ask(fourth, "POST", "/v1/credit-lines", line)
        self.assertEqual((status, problem["code"]), (422, "credit.over_joint_limit"))
        self.assertIn("余 400.00 万元", problem["detail"])
        fourth.must("POST", "/v1/credit-lines", {**line, "amount": 400_000_000})
        joint = next(one for one in self.office.must("GET", "/v1/joint-limits") if one["borrower"]["id"] == self.firm_party["id"])
        self.assertEqual(joint["room"], 0)

    def test_the_agreements_add_up_to_the_plans_credit(self):
        summary = self.office.must("GET", "/v1/agreements/summary")
        self.assertEqual(summary["total"]["agreed"], 5_700 * 10_000_000_000)
        self.assertGreaterEqual(summary["total"]["approved"], summary["total"]["drawn"])
        self.assertEqual(sum(one["drawn"] for one in summary["banks"]), sum(one["drawn"] for one in summary["industries"]))

    def test_a_guarantee_beyond_one_clients_share_is_refused_with_the_clause(self):
        guarantor = DEMO.sign_in("danbao")
        wish = {"client": self.firm_party["id"], "related_to": None, "bank": None, "amount": 250_000_000, "fee": 8_000,
                "paper": "委保-FLOW", "from": self.today, "until": f"{int(self.today[:4]) + 1}-01-01"}
        status, problem = ask(guarantor, "POST", "/v1/guarantees", wish)
        self.assertEqual((status, problem["code"]), (422, "guarantee.single_client"))
        self.assertIn("条例第十六条", problem["detail"])
        self.assertEqual(refused(ask(guarantor, "POST", "/v1/guarantees", {**wish, "amount": 1_000_000, "fee": 10_001})),
                         (422, "guarantee.fee"))


class Money(Capital):
    def test_a_subsidy_is_applied_for_reserved_and_paid_once(self):
        programme = next(one for one in self.firm.must("GET", "/v1/programmes") if one["code"] == "first_set_premium")
        figures = {"principal": 0, "rate": 0, "days": 0, "loss": 0, "premium": 2_000_000, "insured": 100_000_000, "level": "nation",
                   "policy_year": 1}
        wish = {"programme": programme["code"], "object": "STZ-FLOW", "enterprise": None, "bank": None, "figures": figures}
        self.assertEqual(self.firm.must("POST", "/v1/budget-cases/estimate", {"programme": programme["code"], "figures": figures})["amount"],
                         1_600_000)
        case = self.firm.must("POST", "/v1/budget-cases", wish)["subject"]
        self.assertEqual(refused(ask(self.firm, "POST", "/v1/budget-cases", wish)), (409, "budget.claimed_already"))
        reviewer, treasurer = DEMO.sign_in("shenhe1"), DEMO.sign_in("bokuan1")
        reviewer.must("POST", f"/v1/budget-cases/{case}/act", {"act": "approve", "reason": "", "amount": None})
        self.assertEqual(ask(reviewer, "POST", f"/v1/budget-cases/{case}/act", {"act": "pay", "reason": "", "amount": None})[0], 403)
        treasurer.must("POST", f"/v1/budget-cases/{case}/act", {"act": "pay", "reason": "", "amount": None})
        after = next(one for one in self.firm.must("GET", "/v1/programmes") if one["code"] == "first_set_premium")
        self.assertEqual(after["paid"] - programme["paid"], 1_600_000)
        self.assertEqual(after["budget"], after["paid"] + after["reserved"] + after["left"])

    def test_a_pool_near_its_stop_line_stops(self):
        pool = self.bank.must("GET", "/v1/budget-pools")[0]
        self.assertFalse(pool["stopped"])
        self.assertGreater(pool["ratio"], pool["stop_line"] * 9 // 10)
        figures = {"principal": 0, "rate": 0, "days": 0, "loss": 300_000_000, "premium": 0, "insured": 0, "level": "", "policy_year": 1}
        wish = {"programme": "loan_risk_compensation", "object": "RC2023102", "enterprise": self.firm_party["id"], "bank": None,
                "figures": figures}
        self.assertEqual(refused(ask(self.bank, "POST", "/v1/budget-cases", wish)), (422, "budget.stop_line"))


if __name__ == "__main__":
    unittest.main()
