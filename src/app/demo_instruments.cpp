// Receivables, bills and receipts of the demo's own firms: one that went its whole way, one that is
// on its way, and some that wait for somebody.
#include "app/demo_world.hpp"

#include <algorithm>
#include <memory>

namespace app::demo {
namespace {

using instrument::Deed;
using instrument::Issue;
using instrument::Way;

// One instrument of the demo, from step to step.
struct Paper {
    Id<base::Instrument> id;
    Id<instrument::PushMark> push;
};

using Shared = std::shared_ptr<Paper>;

const pack::InstrumentKind* kind_with(const pack::Pack& pack, bool money) {
    for (const auto& kind : pack.instruments) {
        const bool is_money = kind.unit == pack::InstrumentUnit::fen;
        if (is_money == money && kind.divisible && kind.transferable && kind.pledgeable)
            return &kind;
    }
    return nullptr;
}

// Something for every required field, by its type.
std::vector<instrument::FieldValue> invented_fields(
    const pack::InstrumentKind& kind, const std::string& number, Date day) {
    std::vector<instrument::FieldValue> all;
    for (const auto& field : kind.fields) {
        if (!field.required && !field.key) continue;
        std::string value = number;
        if (field.type == "choice") value = field.choices.front();
        if (field.type == "date") value = day.text();
        if (field.type == "money") value = "100万元";
        if (field.name == "goods") value = "精密紧固件";
        if (field.name == "store") value = "一号库 A-12";
        if (field.name == "contract") value = "HT-" + number;
        all.push_back({field.name, std::move(value)});
    }
    return all;
}

class Street {
public:
    explicit Street(World& world)
        : world_(world) {}

    struct Wish {
        const pack::InstrumentKind* kind = nullptr;
        std::size_t creditor = 0;
        std::size_t debtor = 0;
        std::int64_t face = 0;
        int months = 5;
        std::string number;
    };

    Result<> issue(const Shared& paper, const Wish& wish, std::size_t by) {
        const auto today = world_.today();
        Issue issue;
        issue.kind = wish.kind->code;
        issue.creditor = firm(wish.creditor).id;
        issue.debtor = firm(wish.debtor).id;
        issue.face = wish.face;
        issue.issued_on = today;
        if (wish.kind->dated) issue.due = today.plus_months(months_within(*wish.kind, wish.months));
        issue.fields = invented_fields(*wish.kind, wish.number, today);
        const auto receipt = TRY(world_.county.instruments.issue(world_.by(firm(by).clerk), issue));
        paper->id = id_in<base::Instrument>(receipt);
        return {};
    }

    Result<> act(const Shared& paper, const char* name, const Deed& deed, const Actor& actor) {
        TRY(world_.county.instruments.act(world_.by(actor), paper->id, name, deed));
        return {};
    }

    // The part a firm holds; it holds one.
    Result<> with_part(const Shared& paper, const char* name, Deed deed, std::size_t holder) {
        const auto file = world_.read(
            [&](const store::Snapshot& db) { return instrument::dossier(db, paper->id); });
        for (const auto& part : file->parts) {
            if (part.holder == firm(holder).id && part.free() > 0) deed.part = part.id;
        }
        TRY(act(paper, name, deed, firm(holder).clerk));
        const auto after = world_.read(
            [&](const store::Snapshot& db) { return instrument::dossier(db, paper->id); });
        if (!after->pushes.empty()) paper->push = after->pushes.back().id;
        return {};
    }

    const Firm& firm(std::size_t at) const { return world_.firms[at]; }

    const Desk& desk(std::size_t at) const { return world_.desks[at]; }

    void at(int working_days_before_end, int minute, std::function<Result<>()> step) {
        const auto day = world_.working_days_before_end(working_days_before_end);
        world_.at(day.plus_ms(minute * std::int64_t{60'000}), std::move(step));
    }

private:
    // As long as wished, but no longer than the rule of the day finds usual.
    int months_within(const pack::InstrumentKind& kind, int wished) const {
        const auto today = world_.today();
        for (auto term = kind.terms.rbegin(); term != kind.terms.rend(); ++term) {
            if (term->from > today) continue;
            const auto bound = term->usual_months != 0 ? term->usual_months : term->most_months;
            return bound == 0 ? wished : std::min(wished, static_cast<int>(bound));
        }
        return wished;
    }

    World& world_;
};

using SharedStreet = std::shared_ptr<Street>;

constexpr std::int64_t wan = 1'000'000; // fen

// What the third firm holds is discounted by the second institution, step by step.
void plan_discount(const SharedStreet& street, const Shared& paper) {
    street->at(36, 20, [=] {
        return street->with_part(
            paper, "push", {.funders = std::vector{street->desk(1).id}, .note = "希望本月到账"}, 2);
    });
    street->at(35, 60, [=] {
        return street->act(
            paper,
            "intend",
            {.push = paper->push,
             .way = Way::discount,
             .paid = Money::wan(29),
             .rate = Rate::basis_points(310)},
            street->desk(1).officer);
    });
    street->at(34, 15, [=] {
        return street->act(paper, "accept", {.push = paper->push}, street->firm(2).clerk);
    });
    street->at(34, 45, [=] {
        return street->act(paper, "notify", {.push = paper->push}, street->desk(1).officer);
    });
    street->at(33, 30, [=] {
        return street->act(paper, "read_notice", {.push = paper->push}, street->firm(0).clerk);
    });
    street->at(33, 120, [=] {
        return street->act(
            paper,
            "discount",
            {.push = paper->push,
             .contract = "TX-2301",
             .registration = "DEMO-0002",
             .reference = "YH-880231"},
            street->desk(1).officer);
    });
}

// Uploaded, confirmed, partly passed on, partly pledged, partly discounted; the rest is before a
// bank now.
void plan_running(const SharedStreet& street, const pack::InstrumentKind& kind) {
    const auto paper = std::make_shared<Paper>();
    const Street::Wish wish{
        .kind = &kind, .creditor = 1, .debtor = 0, .face = 120 * wan, .number = "2301"};
    const auto supplier = std::size_t{1};
    street->at(42, 5, [=] { return street->issue(paper, wish, supplier); });
    street->at(42, 90, [=] { return street->act(paper, "confirm", {}, street->firm(0).clerk); });
    street->at(40, 10, [=] {
        return street->with_part(
            paper,
            "transfer",
            {.amount = 30 * wan, .to = street->firm(2).id, .note = "支付货款"},
            supplier);
    });
    street->at(39, 30, [=] {
        return street->with_part(
            paper,
            "pledge",
            {.amount = 40 * wan,
             .to = street->desk(0).id,
             .paid = Money::wan(32),
             .rate = Rate::basis_points(420),
             .contract = "ZY-2301",
             .registration = "DEMO-0001"},
            supplier);
    });
    plan_discount(street, paper);
    street->at(20, 40, [=] {
        return street->act(paper, "release", {.amount = 10 * wan}, street->desk(0).officer);
    });
    street->at(1, 20, [=] {
        return street->with_part(
            paper, "push", {.funders = std::vector{street->desk(0).id}}, supplier);
    });
}

// One that has gone its whole way.
void plan_redeemed(const SharedStreet& street, const pack::InstrumentKind& kind) {
    const auto paper = std::make_shared<Paper>();
    const Street::Wish wish{
        .kind = &kind, .creditor = 2, .debtor = 0, .face = 80 * wan, .months = 3, .number = "2188"};
    street->at(130, 15, [=] { return street->issue(paper, wish, 0); });
    street->at(125, 15, [=] {
        return street->with_part(
            paper, "transfer", {.amount = 50 * wan, .to = street->firm(3).id}, 2);
    });
    street->at(60, 15, [=] {
        return street->act(
            paper, "pay", {.reference = "YH-771204", .note = "到期付款"}, street->firm(0).clerk);
    });
    street->at(59, 15, [=] { return street->act(paper, "redeem", {}, street->firm(2).clerk); });
    street->at(59, 45, [=] { return street->act(paper, "redeem", {}, street->firm(3).clerk); });
}

void plan_waiting(const SharedStreet& street, const pack::InstrumentKind& kind) {
    const Street::Wish wish{
        .kind = &kind, .creditor = 3, .debtor = 0, .face = 46 * wan, .number = "2377"};
    street->at(2, 25, [=] { return street->issue(std::make_shared<Paper>(), wish, 3); });
    const Street::Wish own{
        .kind = &kind, .creditor = 0, .debtor = 1, .face = 65 * wan, .number = "2379"};
    street->at(3, 25, [=] { return street->issue(std::make_shared<Paper>(), own, 1); });
}

void plan_goods(const SharedStreet& street, const pack::InstrumentKind& kind) {
    const auto paper = std::make_shared<Paper>();
    const Street::Wish wish{
        .kind = &kind, .creditor = 0, .debtor = 4, .face = 12'500'000, .number = "CD-0091"};
    street->at(30, 15, [=] { return street->issue(paper, wish, 0); });
    street->at(29, 15, [=] { return street->act(paper, "confirm", {}, street->firm(4).clerk); });
    street->at(27, 15, [=] {
        return street->with_part(
            paper,
            "pledge",
            {.amount = 8'000'000,
             .to = street->desk(1).id,
             .paid = Money::wan(18),
             .contract = "ZY-0091",
             .registration = "DEMO-0003"},
            0);
    });
}

} // namespace

Result<> plan_instruments(World& world) {
    std::size_t clerks = 0;
    while (clerks < world.firms.size() &&
           world.firms[clerks].clerk.rights.has(base::Right::instrument_hold))
        ++clerks;
    const bool funded = world.desks.size() > 1 &&
                        world.desks[0].officer.rights.has(base::Right::instrument_fund) &&
                        world.desks[1].officer.rights.has(base::Right::instrument_fund);
    const auto* money = kind_with(world.policy().pack(), true);
    const auto* goods = kind_with(world.policy().pack(), false);
    if (clerks < 5 || !funded || money == nullptr) return {};
    const auto street = std::make_shared<Street>(world);
    plan_running(street, *money);
    plan_redeemed(street, *money);
    plan_waiting(street, *money);
    if (goods != nullptr) plan_goods(street, *goods);
    return {};
}

} // namespace app::demo
