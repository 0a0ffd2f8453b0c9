// Strategic agreements of the banks, joint limits of a few borrowers, guarantees.
#include "app/demo_world.hpp"

#include <algorithm>
#include <array>

namespace app::demo {
namespace {

constexpr std::int64_t agreed_yi = 5'700; // the plan's strategic credit, of all banks together
constexpr int projects_each = 6;

std::vector<const Desk*> desks_of(const World& world, pack::InstitutionKind kind) {
    std::vector<const Desk*> found;
    for (const auto& desk : world.desks) {
        if (desk.kind == kind) found.push_back(&desk);
    }
    return found;
}

constexpr auto industries =
    std::to_array<const char*>({"digital_economy", "life_health", "new_energy_materials"});

Result<> sign(World& world, const Desk& bank, std::int64_t yi) {
    const auto today = world.today();
    const auto receipt = TRY(world.county.credit.sign(
        world.by(world.supervisor),
        {.bank = bank.id,
         .title = "产融合作战略合作协议",
         .agreed = Money::yi(yi),
         .signed_on = today,
         .until = today.plus_months(60),
         .use = "制造业转型升级与主导产业项目"}));
    const auto id = id_in<base::Agreement>(receipt);
    const auto& tags = world.policy().pack().tags;
    for (int n = 0; n < projects_each; ++n) {
        const auto day = today.plus_days(30 + n * 85);
        world.at(world.morning(day), [&world, &bank, &tags, id, yi, n]() -> Result<> {
            const std::string wanted = industries[static_cast<std::size_t>(n) % industries.size()];
            const bool known = std::ranges::find(tags, wanted, &pack::Choice::code) != tags.end();
            const auto& firm = world.firms[static_cast<std::size_t>(n * 5) % world.firms.size()];
            const auto amount = Money::yi(std::max<std::int64_t>(yi / 40, 1));
            const auto approved = TRY(world.county.credit.approve(
                world.by(bank.officer),
                id,
                {.name = "主导产业项目" + std::to_string(n + 1) + "期",
                 .industry = known ? wanted : tags.front().code,
                 .enterprise = firm.id,
                 .amount = amount}));
            TRY(world.county.credit.draw(
                world.by(bank.officer),
                id_in<base::CreditProject>(approved),
                Money{amount.fen / 10 * (4 + n % 5)}));
            return {};
        });
    }
    return {};
}

// Three banks have granted most of what the borrower may have; a fourth finds little room.
Result<> joint_limit(World& world, const Firm& firm, const std::vector<const Desk*>& banks) {
    TRY(world.county.credit.set_limit(
        world.by(world.supervisor),
        firm.id,
        {.limit = Money::wan(3'000),
         .reason = "按上年销售收入和净资产核定，主要债权银行协商一致"}));
    constexpr std::array<std::int64_t, 3> amounts = {1'000, 900, 700};
    for (std::size_t i = 0; i < std::min(banks.size(), amounts.size()); ++i) {
        TRY(world.county.credit.grant(
            world.by(banks[i]->officer),
            {.borrower = firm.id,
             .amount = Money::wan(amounts[i]),
             .contract = "授信字第" + std::to_string(i + 1) + "号",
             .until = world.today().plus_months(12)}));
    }
    return {};
}

Result<> guarantee_firms(World& world, const Desk& guarantor) {
    auto& guarantees = world.county.guarantees;
    TRY(guarantees.state_assets(
        world.by(guarantor.officer),
        {.net_assets = Money::wan(30'000), .as_of = world.today().plus_days(-15)}));
    std::vector<Id<base::Guarantee>> issued;
    for (std::size_t n = 0; n < std::min<std::size_t>(world.firms.size(), 18); ++n) {
        const auto receipt = TRY(guarantees.issue(
            world.by(guarantor.officer),
            {.client = world.firms[n].id,
             .bank = world.desks.front().id,
             .amount = Money::wan(static_cast<std::int64_t>(n == 0 ? 2'800 : 300 + n * 40)),
             .fee = Rate::basis_points(80),
             .paper = "委保" + std::to_string(n + 1) + "号",
             .from = world.today(),
             .until = world.today().plus_months(24)}));
        issued.push_back(id_in<base::Guarantee>(receipt));
    }
    for (std::size_t n = 3; n < issued.size(); n += 2)
        TRY(guarantees.release(world.by(guarantor.officer), issued[n], Money::wan(300)));
    if (issued.size() < 2) return {};
    TRY(guarantees.compensate(
        world.by(guarantor.officer), issued[1], Money::wan(80), "借款人逾期 90 天"));
    TRY(guarantees.recover(world.by(guarantor.officer), issued[1], Money::wan(20)));
    return {};
}

} // namespace

Result<> plan_credit(World& world) {
    const auto banks = desks_of(world, pack::InstitutionKind::bank);
    const auto& policy = world.policy();
    const auto last = policy.zone().date(world.end);
    const bool may = world.supervisor.rights.has(base::Right::credit_manage);
    if (banks.empty() || world.firms.empty() || !may) return {};
    const auto each = agreed_yi / static_cast<std::int64_t>(banks.size());
    const auto begin = last.plus_months(-17);
    for (std::size_t i = 0; i < banks.size(); ++i) {
        const auto yi =
            i == 0 ? agreed_yi - each * static_cast<std::int64_t>(banks.size() - 1) : each;
        world.at(
            world.morning(begin.plus_days(static_cast<std::int32_t>(i))),
            [&world, bank = banks[i], yi] { return sign(world, *bank, yi); });
    }
    world.at(world.morning(last.plus_days(-45)), [&world, banks] {
        return joint_limit(world, world.firms[0], banks);
    });
    for (const auto* guarantor : desks_of(world, pack::InstitutionKind::guarantor)) {
        world.at(world.morning(last.plus_days(-150)), [&world, guarantor] {
            return guarantee_firms(world, *guarantor);
        });
        break; // the county's own; the other has not begun
    }
    return {};
}

} // namespace app::demo
