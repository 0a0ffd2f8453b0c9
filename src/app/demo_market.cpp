#include "app/demo_market.hpp"

#include "app/demo_names.hpp"

#include <algorithm>

namespace app::demo {
namespace {

constexpr std::int64_t working_day_minutes = 480;

// Of a list of choices' codes, one or two.
template <class Choices>
std::vector<std::string> some_codes(Random& random, const Choices& choices, std::size_t most) {
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < most && !choices.empty(); ++i) {
        const auto& code = random.pick(choices).code;
        if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
    }
    return codes;
}

constexpr std::array<std::string_view, 6> purposes = {
    "在手订单增加，采购原材料周转",
    "新增生产线设备，扩大产能",
    "下游回款周期拉长，补充流动资金",
    "厂房节能改造与光伏建设",
    "新产品试制与检测投入",
    "旺季备货，短期资金需求"};

constexpr std::array<std::string_view, 4> requested = {
    "近两年审计报告", "主要购销合同", "抵押物权属证明", "最近六个月银行流水"};

} // namespace

std::int64_t Market::minutes(const Desk& desk, std::int64_t least, std::int64_t most) {
    return std::max<std::int64_t>(1, random_.between(least, most) * desk.slowness_percent / 100);
}

Result<bool> Market::done(const Result<store::Receipt>& receipt) const {
    if (receipt) return true;
    // What another did meanwhile.
    constexpr std::array overtaken = {
        "finance.taken",
        "finance.already_claimed",
        "finance.no_need",
        "finance.no_claim",
        "finance.offer_lapsed",
        "finance.chosen_enough",
        "finance.precheck"};
    const auto& code = receipt.error().code;
    if (code.starts_with("process.") || std::ranges::find(overtaken, code) != overtaken.end())
        return false;
    return receipt.error();
}

Result<bool> Market::act(
    const Actor& actor, Id<base::Claim> claim, const char* act, const finance::Deed& deed) {
    return done(world_.county.finance.act_on_claim(world_.by(actor), claim, act, deed));
}

finance::DraftNeed Market::invent(const Firm& firm, Fate fate) {
    const auto& policy = world_.policy();
    const auto& pack = policy.pack();
    constexpr std::array<std::int32_t, 7> terms = {6, 12, 12, 12, 24, 36, 60};
    finance::DraftNeed wish;
    const auto yuan = firm.sales_yuan * random_.between(6, 22) / 100;
    wish.amount = Money::wan(std::clamp<std::int64_t>(yuan / 100'000 * 10, 20, 6'000));
    wish.term_months = random_.pick(terms);
    if (!pack.loan_uses.empty()) wish.purpose = random_.pick(pack.loan_uses).code;
    wish.purpose_text = random_.pick(purposes);
    if (random_.chance(35)) wish.rate_most = Rate::basis_points(random_.between(400, 560));
    wish.guarantee_modes = some_codes(random_, pack.guarantee_modes, 2);
    wish.tags = some_codes(random_, pack.tags, random_.below(3));
    wish.urgency = random_.chance(18) ? finance::Urgency::urgent : finance::Urgency::normal;
    wish.first_loan = !firm.borrowed_before;
    for (const auto& scope : pack.scopes) {
        if (firm.ordinal < 4 || random_.chance(70)) wish.scopes.push_back(scope.code);
    }
    const bool directed =
        fate == Fate::refused_repairing || (fate == Fate::usual && random_.chance(14));
    if (directed)
        wish.institutions = {
            world_.desks[random_.below(std::min<std::size_t>(world_.desks.size(), 3))].id};
    return wish;
}

Result<> Market::post(const Posting& posting) {
    const auto& firm = world_.firms[posting.firm];
    if (!firm.clerk.person || world_.desks.empty()) return {};
    auto course = std::make_shared<Course>();
    course->posting = posting;
    course->wish = invent(firm, posting.fate);
    const auto drafted = TRY(world_.county.finance.draft(world_.by(firm.clerk), course->wish));
    course->need = id_in<base::Need>(drafted);
    if (posting.fate == Fate::stay_draft) return {};
    world_.after(random_.between(5, 90), [this, course] { return submit(course); });
    return {};
}

Result<> Market::submit(const Shared& course) {
    const auto& firm = world_.firms[course->posting.firm];
    const finance::ConsentWish consent{
        .scopes = course->wish.scopes, .valid_until = world_.today().plus_days(180)};
    if (!TRY(done(world_.county.finance.submit(world_.by(firm.clerk), course->need, consent))))
        return {};
    switch (course->posting.fate) {
    case Fate::stay_draft:
    case Fate::unanswered: return {};
    case Fate::withdrawn:
        world_.after(random_.between(1, 4) * working_day_minutes, [this, course]() -> Result<> {
            const auto& owner = world_.firms[course->posting.firm].clerk;
            TRY(done(world_.county.finance.act_on_need(
                world_.by(owner), course->need, "withdraw", "已通过其他渠道解决资金需求")));
            return {};
        });
        break;
    case Fate::usual:
    case Fate::two_offers:
    case Fate::wait_documents:
    case Fate::refused_repairing:
    case Fate::breached: break;
    }
    plan_claims(course, 0);
    return {};
}

// Who takes the need on: the institutions asked, or one to three of those settled by now, banks
// first.
void Market::plan_claims(const Shared& course, std::int64_t delay_minutes) {
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < world_.desks.size(); ++i) {
        const auto& desk = world_.desks[i];
        const auto& asked = course->wish.institutions;
        const bool bank = desk.kind == pack::InstitutionKind::bank;
        if (!asked.empty() && std::ranges::find(asked, desk.id) == asked.end()) continue;
        if (asked.empty() && (desk.settled_on > world_.today() || (!bank && !random_.chance(22))))
            continue;
        candidates.push_back(i);
    }
    if (candidates.empty()) return;
    std::size_t wanted = random_.chance(30) ? 1 : random_.chance(60) ? 2 : 3;
    if (course->posting.fate == Fate::two_offers) wanted = 2;
    if (course->posting.fate == Fate::two_offers || course->posting.fate == Fate::wait_documents) {
        // The demo's own sign-ins are of the first banks.
        candidates.resize(std::min<std::size_t>(candidates.size(), 2));
    }
    for (std::size_t n = 0; n < wanted && !candidates.empty(); ++n) {
        const auto at = random_.below(candidates.size());
        const auto desk = candidates[at];
        candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(at));
        const auto wait = delay_minutes + minutes(world_.desks[desk], 12, 420);
        world_.after(wait, [this, course, desk] { return claim(course, desk); });
    }
}

// The first of the institution's products that fits amount and term, one that admits the firm
// before others.
std::optional<Id<base::Product>> Market::product_for(const Desk& desk, const Course& course) const {
    const auto today = world_.today();
    return world_.read([&](const store::Snapshot& db) -> std::optional<Id<base::Product>> {
        product::Filter filter;
        filter.institution = desk.id;
        const auto row = dossier::row(db, world_.policy(), world_.firms[course.posting.firm].id);
        std::optional<Id<base::Product>> found;
        for (const auto& version : product::list(db, filter, today)) {
            const auto& terms = version.terms;
            if (course.wish.amount < terms.amount_min || course.wish.amount > terms.amount_max ||
                course.wish.term_months > terms.term_max_months)
                continue;
            if (!found) found = version.product;
            const auto* program = world_.county.products.eligibility(version);
            if (program != nullptr && row &&
                rule::decide(*program, *row, today) == rule::Outcome::holds)
                return version.product;
        }
        return found;
    });
}

Result<> Market::claim(const Shared& course, std::size_t at) {
    const auto& desk = world_.desks[at];
    const auto receipt = world_.county.finance.claim(
        world_.by(desk.officer), course->need, product_for(desk, *course));
    if (!TRY(done(receipt))) return {};
    const auto claim = id_in<base::Claim>(*receipt);
    if (course->posting.fate == Fate::breached) return {};
    // One officer in fifty lets the clock run out before he accepts.
    const auto delay = random_.chance(2) ? minutes(desk, 900, 2'400) : minutes(desk, 25, 460);
    world_.after(delay, [this, course, at, claim] { return accept(course, at, claim); });
    return {};
}

Result<> Market::supervise() {
    const auto overdue = world_.read([&](const store::Snapshot& db) {
        auto clocks = finance::clocks_of_unit(db, world_.supervisor.unit);
        std::erase_if(clocks, [&](const finance::ClockRow& clock) {
            return !clock.due || *clock.due > world_.clock.now();
        });
        return clocks;
    });
    for (const auto& clock : overdue) {
        const auto* act = clock.rule == "feed_back_first" ? "feed_back" : "urge";
        TRY(done(world_.county.finance.act_on_need(
            world_.by(world_.supervisor), clock.need, act, "每周督办：已与企业和机构联系")));
    }
    return {};
}

Result<> Market::accept(const Shared& course, std::size_t at, Id<base::Claim> claim) {
    const auto& desk = world_.desks[at];
    finance::Deed deed;
    deed.officer = finance::Officer{desk.officer.name, phone_number(random_)};
    if (!TRY(act(desk.officer, claim, "accept", deed))) return {};
    TRY(look(course, at));
    world_.after(
        minutes(desk, 200, 1'100), [this, course, at, claim] { return visit(course, at, claim); });
    return {};
}

// The officer reads the firm's data under the consent that came with the need; the reading is
// recorded as the interface does it.
Result<> Market::look(const Shared& course, std::size_t at) {
    const auto& desk = world_.desks[at];
    const auto firm = world_.firms[course->posting.firm].id;
    const auto portrait = world_.read([&](const store::Snapshot& db) {
        const auto enterprise = party::find_enterprise(db, firm);
        const auto permits = consent::permits(db, firm, desk.id, world_.clock.now());
        return dossier::portrait(
            world_.policy(),
            dossier::now(db, *enterprise),
            desk.officer,
            permits,
            world_.clock.now());
    });
    if (portrait.consents_used.empty()) return {};
    TRY(world_.county.consents.record_reading(
        world_.by(desk.officer), firm, portrait.consents_used, portrait.attributes_shown));
    return {};
}

Result<> Market::visit(const Shared& course, std::size_t at, Id<base::Claim> claim) {
    const auto& desk = world_.desks[at];
    finance::Deed deed;
    deed.note = "现场走访，查看生产和订单情况";
    deed.at = world_.clock.now();
    if (!TRY(act(desk.officer, claim, "due_diligence", deed))) return {};
    const bool ask = course->posting.fate == Fate::wait_documents ||
                     (course->posting.fate == Fate::usual && random_.chance(26));
    if (ask) {
        world_.after(minutes(desk, 60, 500), [this, course, at, claim] {
            return ask_documents(course, at, claim);
        });
        return {};
    }
    world_.after(
        minutes(desk, 400, 3'000), [this, course, at, claim] { return answer(course, at, claim); });
    return {};
}

Result<> Market::ask_documents(const Shared& course, std::size_t at, Id<base::Claim> claim) {
    const auto& desk = world_.desks[at];
    finance::Deed deed;
    deed.documents = std::vector<std::string>{std::string(random_.pick(requested))};
    deed.reason = "核实经营和还款来源";
    if (!TRY(act(desk.officer, claim, "request_documents", deed))) return {};
    if (course->posting.fate == Fate::wait_documents) return {};
    world_.after(random_.between(240, 3'100), [this, course, at, claim]() -> Result<> {
        finance::Deed supply;
        supply.note = "材料已补充，请审阅";
        const auto& owner = world_.firms[course->posting.firm].clerk;
        if (!TRY(act(owner, claim, "supply_documents", supply))) return {};
        world_.after(minutes(world_.desks[at], 300, 2'000), [this, course, at, claim] {
            return answer(course, at, claim);
        });
        return {};
    });
    return {};
}

Result<> Market::answer(const Shared& course, std::size_t at, Id<base::Claim> claim) {
    const auto fate = course->posting.fate;
    const auto health = world_.firms[course->posting.firm].health;
    if (fate == Fate::refused_repairing) return refuse(course, at, claim);
    if (fate == Fate::two_offers) return offer(course, at, claim);
    if (random_.chance(5)) {
        finance::Deed deed;
        deed.reason = "本月信贷额度已用完";
        TRY(act(world_.desks[at].officer, claim, "withdraw", deed));
        return {};
    }
    if (random_.between(0, 100) > health + 38) return refuse(course, at, claim);
    return offer(course, at, claim);
}

Result<> Market::offer(const Shared& course, std::size_t at, Id<base::Claim> claim) {
    const auto& desk = world_.desks[at];
    const auto& policy = world_.policy();
    finance::Deed deed;
    const auto share = random_.chance(55) ? 100 : random_.between(5, 9) * 10;
    deed.amount = Money{course->wish.amount.fen * share / 100};
    deed.term_months = course->wish.term_months;
    deed.base = course->wish.term_months > 60 ? pack::PriceBase::lpr_5y : pack::PriceBase::lpr_1y;
    deed.spread_bp = static_cast<std::int32_t>(random_.between(-2, 20) * 5);
    deed.guarantee_mode = course->wish.guarantee_modes.front();
    const auto& modes = policy.repayment_modes().table().modes;
    deed.repayment_mode =
        modes.empty() ? std::string("interest_then_principal") : modes.front().code;
    deed.fee_rate = desk.kind == pack::InstitutionKind::guarantor ? Rate::basis_points(80) : Rate{};
    deed.valid_until = world_.today().plus_days(static_cast<std::int32_t>(random_.between(12, 25)));
    deed.note = "利率以签约日 LPR 为准";
    if (!TRY(act(desk.officer, claim, "offer", deed))) return {};
    if (course->choosing || course->posting.fate == Fate::two_offers) return {};
    course->choosing = true;
    world_.after(random_.between(500, 2'600), [this, course] { return choose(course); });
    return {};
}

Result<> Market::refuse(const Shared& course, std::size_t at, Id<base::Claim> claim) {
    const auto& desk = world_.desks[at];
    const auto& refusals = world_.policy().pack().refusals;
    std::vector<const pack::Refusal*> fitting;
    for (const auto& one : refusals) {
        if (course->posting.fate != Fate::refused_repairing || one.repairable)
            fitting.push_back(&one);
    }
    if (fitting.empty()) return {};
    const auto* reason = fitting[random_.below(fitting.size())];
    finance::Deed deed;
    deed.reason = reason->code;
    deed.text = reason->label.zh + "，暂不符合本机构准入条件；" + reason->cure.zh;
    if (!TRY(act(desk.officer, claim, "refuse", deed)) || !reason->repairable) return {};
    if (course->posting.fate == Fate::refused_repairing) return {};
    world_.after(random_.between(3, 14) * working_day_minutes, [this, course, claim] {
        return repair(course, claim);
    });
    return {};
}

Result<> Market::repair(const Shared& course, Id<base::Claim> claim) {
    finance::Deed deed;
    deed.reason = "已协助完成修复";
    deed.text = "经核实，相关事项已整改完毕，修复结果已更新。";
    if (!TRY(act(world_.supervisor, claim, "repaired", deed))) return {};
    if (!random_.chance(60)) return {};
    world_.after(random_.between(200, 1'400), [this, course]() -> Result<> {
        const auto& owner = world_.firms[course->posting.firm].clerk;
        const bool again = TRY(done(world_.county.finance.act_on_need(
            world_.by(owner), course->need, "reroute", "修复完成，请重新推送")));
        if (!again) return {};
        course->wish.institutions.clear();
        course->choosing = false;
        plan_claims(course, 30);
        return {};
    });
    return {};
}

// The cheapest of the offers that stand; the others are declined with a word.
Result<> Market::choose(const Shared& course) {
    const auto& owner = world_.firms[course->posting.firm].clerk;
    course->choosing = false;
    auto offers = world_.read(
        [&](const store::Snapshot& db) { return finance::claims_of(db, course->need); });
    std::erase_if(offers, [&](const finance::ClaimRow& row) {
        return row.state != "offered" || !row.offer || row.offer->valid_until < world_.today();
    });
    if (offers.empty() || random_.chance(5)) return {};
    std::ranges::stable_sort(
        offers, {}, [](const finance::ClaimRow& row) { return row.offer->rate; });
    const auto best = offers.front();
    if (!TRY(act(owner, best.id, "choose", {}))) return {};
    for (std::size_t i = 1; i < offers.size(); ++i) {
        finance::Deed deed;
        deed.reason = "已选用利率更低的方案";
        TRY(act(owner, offers[i].id, "decline", deed));
    }
    for (std::size_t at = 0; at < world_.desks.size(); ++at) {
        if (world_.desks[at].id != best.institution) continue;
        world_.after(minutes(world_.desks[at], 120, 900), [this, course, at, id = best.id] {
            return grant(course, at, id);
        });
    }
    return {};
}

Result<> Market::grant(const Shared& course, std::size_t at, Id<base::Claim> claim) {
    const auto& desk = world_.desks[at];
    const auto row =
        world_.read([&](const store::Snapshot& db) { return finance::find_claim(db, claim); });
    finance::Deed deed;
    deed.amount = row->offer->amount;
    if (!TRY(act(desk.officer, claim, "grant", deed))) return {};
    world_.after(minutes(desk, 60, 400), [this, course, at, claim]() -> Result<> {
        finance::Deed contract;
        contract.number = "HT" + std::to_string(world_.today().year()) + "-" +
                          std::to_string(claim.value % 1'000'000);
        TRY(act(world_.desks[at].officer, claim, "contract", contract));
        return {};
    });
    const auto whole = row->offer->amount;
    const bool split = whole >= Money::wan(200) && random_.chance(15);
    const auto first = split ? Money{whole.fen / 2} : whole;
    world_.after(minutes(desk, 500, 1'500), [this, course, at, claim, first] {
        return disburse(course, at, claim, first);
    });
    if (split) {
        world_.after(minutes(desk, 2'500, 6'000), [this, course, at, claim, rest = whole - first] {
            return disburse(course, at, claim, rest);
        });
    }
    return {};
}

Result<> Market::disburse(
    const Shared& course, std::size_t at, Id<base::Claim> claim, Money amount) {
    auto& desk = world_.desks[at];
    const auto row =
        world_.read([&](const store::Snapshot& db) { return finance::find_claim(db, claim); });
    const auto today = world_.today();
    const finance::RecordLoan loan{
        .number = "YS" + std::to_string(at + 1) + std::to_string(today.year()) +
                  std::to_string(10'000 + ++desk.loans),
        .amount = amount,
        .rate = row->offer->rate,
        .start = today,
        .due = today.plus_months(row->offer->term_months),
        .guarantee_mode = row->offer->guarantee_mode,
        .repayment_mode = row->offer->repayment_mode,
        .use = course->wish.purpose,
        .green = random_.chance(12)};
    const auto receipt = world_.county.finance.disburse(world_.by(desk.officer), claim, loan);
    if (!TRY(done(receipt))) return {};
    plan_loan_life(world_, desk, id_in<base::Loan>(*receipt), claim);
    return {};
}

} // namespace app::demo
