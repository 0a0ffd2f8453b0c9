// What is registered against whom: machines, stock and receivables, some registered twice, one
// objected to, one near its end.
#include "app/demo_world.hpp"

#include <array>

namespace app::demo {
namespace {

constexpr std::size_t registered_most = 24;

struct Thing {
    const char* kind;
    const char* asset;
    const char* description;
    const char* mark; // the ordinal follows
};

constexpr auto things = std::to_array<Thing>({
    {"movables_mortgage", "equipment", "数控加工中心一台", "SN-"},
    {"receivables_pledge", "receivables", "对整机厂的应收账款", "HT-"},
    {"movables_mortgage", "raw_materials", "铝合金棒材，现有的及将有的", ""},
    {"finance_lease", "equipment", "注塑机生产线一条", "ZL-"},
    {"factoring", "receivables", "对经销商的应收账款", "BL-"},
    {"documents_pledge", "warehouse_receipt", "铜材仓单 60 吨", "CD-"},
    {"title_retention", "equipment", "工业机器人两台", "JQ-"},
});

registry::Register wish_of(const World& world, const Firm& firm, std::size_t n) {
    const auto& thing = things[n % things.size()];
    registry::Register wish;
    wish.kind = thing.kind;
    wish.debtor_code = firm.credit_code;
    wish.claim = Money::wan(static_cast<std::int64_t>(100 + n * 37 % 900));
    wish.contract = "担字" + world.today().text().substr(0, 4) + "-" + std::to_string(n + 1);
    const std::string mark = thing.mark;
    wish.items = {{thing.asset, thing.description, mark.empty() ? "" : mark + std::to_string(n)}};
    wish.term_months = n % 3 == 0 ? 12 : 36;
    return wish;
}

registry::Filing filing(const World& world, std::size_t n) {
    return {"zhongdengwang", "0928" + std::to_string(71'000'000 + n * 7'919), world.clock.now()};
}

Result<Id<base::Registration>> enter(
    World& world, const Actor& who, const registry::Register& wish) {
    const auto receipt = TRY(world.county.registry.enter(world.by(who), wish));
    world.tell();
    return id_in<base::Registration>(receipt);
}

// One receivable factored twice by different banks: who comes first is for the law to say.
Result<> factored_twice(World& world, const Firm& firm) {
    auto wish = wish_of(world, firm, 4);
    wish.items = {{"receivables", "对整机厂的应收账款", "HT-2023-118"}};
    wish.notified_at = world.clock.now().plus_ms(-3'600'000);
    TRY(enter(world, world.operators[0], wish));
    wish.notified_at.reset();
    wish.filing = filing(world, 901);
    TRY(enter(world, world.operators[1 % world.operators.size()], wish));
    return {};
}

Result<> objected(World& world, const Firm& firm, std::size_t n) {
    const auto id =
        TRY(enter(world, world.operators[n % world.operators.size()], wish_of(world, firm, n)));
    if (!firm.clerk.person) return {};
    TRY(world.county.registry.object(
        world.by(firm.clerk), id, "设备已于上月结清货款并更换，登记信息与实际不符"));
    world.tell();
    return {};
}

// A month long: its last day is near, so that it may be extended at once.
Result<> near_its_end(World& world, const Firm& firm) {
    auto wish = wish_of(world, firm, 0);
    wish.term_months = 1;
    wish.items[0].mark = "SN-2023-009";
    wish.filing = filing(world, 902);
    TRY(enter(world, world.operators[0], wish));
    return {};
}

Result<> paid_back(World& world, const Firm& firm) {
    const auto& who = world.operators[0];
    const auto id = TRY(enter(world, who, wish_of(world, firm, 3)));
    const auto today = world.today();
    TRY(world.county.registry.end_claim(world.by(who), id, today));
    world.tell();
    return {};
}

} // namespace

Result<> plan_registrations(World& world) {
    const auto last = world.policy().zone().date(world.end);
    const auto first = last.plus_months(-18);
    if (world.operators.empty() || world.firms.empty() ||
        world.policy().security_regime(first) == nullptr)
        return {};
    const auto count = std::min(registered_most, world.firms.size());
    for (std::size_t n = 0; n < count; ++n) {
        const auto day = first.plus_days(static_cast<std::int32_t>(n * 20));
        world.at(world.morning(day), [&world, n]() -> Result<> {
            auto wish = wish_of(world, world.firms[n], n);
            if (n % 2 == 0) wish.filing = filing(world, n);
            TRY(enter(world, world.operators[n % world.operators.size()], wish));
            return {};
        });
    }
    const auto days_ago = [&](int days) { return world.morning(last.plus_days(-days)); };
    world.at(days_ago(40), [&world] { return factored_twice(world, world.firms[0]); });
    world.at(days_ago(20), [&world] { return objected(world, world.firms[0], 6); });
    world.at(days_ago(10), [&world] { return near_its_end(world, world.firms[0]); });
    world.at(days_ago(6), [&world] { return paid_back(world, world.firms[0]); });
    return {};
}

} // namespace app::demo
