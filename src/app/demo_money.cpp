// Public money: interest subsidies and premiums paid and refused, a pool of risk compensation near
// its stop line, bridge loans out and back, a quota.
#include "app/demo_world.hpp"

#include <algorithm>

namespace app::demo {
namespace {

using pack::ProgrammeKind;

struct Asking {
    const pack::Programme* programme = nullptr;
    Actor who;
    std::string object;
    Id<base::Party> enterprise;
    Id<base::Party> bank;
    budget::Figures figures;
};

Result<Id<base::BudgetCase>> apply_for(World& world, const Asking& asking) {
    budget::Apply wish;
    wish.programme = asking.programme->code;
    wish.object = asking.object;
    if (asking.enterprise) wish.enterprise = asking.enterprise;
    if (asking.bank) wish.bank = asking.bank;
    wish.figures = asking.figures;
    const auto receipt = TRY(world.county.budgets.apply(world.by(asking.who), wish));
    world.tell();
    return id_in<base::BudgetCase>(receipt);
}

// Plans an act some days on, by whoever the course asks for it.
void later(
    World& world,
    int days,
    const Actor& who,
    Id<base::BudgetCase> id,
    std::string act,
    std::string reason = "") {
    world.at(
        world.morning(world.today().plus_days(days)), [&world, who, id, act, reason]() -> Result<> {
            TRY(world.county.budgets.act(world.by(who), id, {.act = act, .reason = reason}));
            world.tell();
            return {};
        });
}

const Actor& decides(const World& world, const pack::Programme& programme) {
    return world.reviewers.at(programme.decides);
}

const Actor& pays(const World& world, const pack::Programme& programme) {
    return world.payers.at(programme.pays);
}

// Of every four: two paid, one refused, one still under review.
Result<> subsidy(World& world, Asking asking, std::size_t n) {
    const auto id = TRY(apply_for(world, asking));
    const auto& programme = *asking.programme;
    later(world, 3, decides(world, programme), id, "review");
    if (n % 4 == 3) return {};
    if (n % 4 == 2) {
        later(world, 6, decides(world, programme), id, "refuse", "申报材料与借据、保单不一致");
        return {};
    }
    later(world, 8, decides(world, programme), id, "approve");
    later(world, 22, pays(world, programme), id, "pay");
    return {};
}

Result<> bridge(World& world, Asking asking, const Actor& bank, bool back) {
    const auto id = TRY(apply_for(world, asking));
    const auto& programme = *asking.programme;
    later(world, 1, bank, id, "commit");
    later(world, 2, decides(world, programme), id, "approve");
    later(world, 3, pays(world, programme), id, "lend");
    if (!back) return {};
    later(world, 9, bank, id, "renew");
    later(world, 10, pays(world, programme), id, "give_back");
    return {};
}

void plan_subsidies(World& world, const pack::Programme& programme, Date last) {
    const bool premium = programme.kind == ProgrammeKind::premium_subsidy;
    const auto clerks = std::ranges::count_if(
        world.firms, [](const Firm& firm) { return static_cast<bool>(firm.clerk.person); });
    for (std::size_t n = 0; n < std::min<std::size_t>(static_cast<std::size_t>(clerks), 12); ++n) {
        Asking asking;
        asking.programme = &programme;
        asking.who = world.firms[n].clerk;
        asking.object = (premium ? "STZ-" : "JD2023") + std::to_string(4'000 + n);
        if (premium) {
            asking.figures.insured = Money::wan(static_cast<std::int64_t>(400 + 100 * n));
            asking.figures.premium = Money::wan(static_cast<std::int64_t>(8 + 2 * n));
            asking.figures.level = programme.levels[n % programme.levels.size()].code;
        } else {
            asking.figures.principal = Money::wan(static_cast<std::int64_t>(200 + 150 * n));
            asking.figures.rate = Rate::basis_points(410);
            asking.figures.days = 365;
        }
        const auto day = last.plus_days(-160 + static_cast<std::int32_t>(n) * 13);
        world.at(world.morning(day), [&world, asking, n] { return subsidy(world, asking, n); });
    }
}

// Eight loans in the pool, 2,400 万; compensations come to a hair below the stop line.
Result<> pool(World& world, const pack::Programme& programme, const Desk& bank) {
    auto& budgets = world.county.budgets;
    for (std::size_t n = 0; n < 8; ++n) {
        TRY(budgets.file_loan(
            world.by(bank.officer),
            {.programme = programme.code,
             .loan = "RC2023" + std::to_string(100 + n),
             .enterprise = world.firms[n % world.firms.size()].id,
             .amount = Money::wan(300)}));
    }
    const auto most = Money::wan(2'400).share(programme.stop_line, base::Rounding::down);
    // 0.4 × the loss is paid: two thirds of the line in one case, nearly the rest in another.
    const auto loss = [&](std::int64_t percent) {
        return Money{most.fen * percent / 100 * 1'000'000 / programme.share.ppm};
    };
    const std::pair<const char*, std::int64_t> losses[] = {{"RC2023100", 65}, {"RC2023101", 31}};
    for (const auto& [object, percent] : losses) {
        Asking asking;
        asking.programme = &programme;
        asking.who = bank.officer;
        asking.object = object;
        asking.enterprise = world.firms[0].id;
        asking.figures.loss = loss(percent);
        const auto id = TRY(apply_for(world, asking));
        const auto days = percent > 50 ? 5 : 40;
        later(world, days, decides(world, programme), id, "approve");
        later(world, days + 12, pays(world, programme), id, "pay");
    }
    return {};
}

void plan_bridges(World& world, const pack::Programme& programme, const Desk& bank, Date last) {
    for (std::size_t n = 0; n < 5; ++n) {
        if (n >= world.firms.size() || !world.firms[n].clerk.person) break;
        Asking asking;
        asking.programme = &programme;
        asking.who = world.firms[n].clerk;
        asking.object = "JD2022" + std::to_string(900 + n);
        asking.bank = bank.id;
        asking.figures.principal =
            std::min(programme.case_most, Money::wan(static_cast<std::int64_t>(300 + 250 * n)));
        asking.figures.days = programme.days_most;
        const bool back = n < 4;
        // The last is out since longer than its days.
        const auto day = last.plus_days(back ? -100 + static_cast<std::int32_t>(n) * 18 : -18);
        world.at(world.morning(day), [&world, asking, officer = bank.officer, back] {
            return bridge(world, asking, officer, back);
        });
    }
}

void plan_quota(World& world, const pack::Programme& programme, Date last) {
    for (const auto& desk : world.desks) {
        if (desk.kind != pack::InstitutionKind::fund) continue;
        world.at(world.morning(last.plus_days(-90)), [&world, &programme, &desk]() -> Result<> {
            Asking asking;
            asking.programme = &programme;
            asking.who = desk.officer;
            asking.object = desk.name + "一期";
            asking.figures.principal = Money::yi(5);
            const auto id = TRY(apply_for(world, asking));
            later(world, 12, decides(world, programme), id, "recognise");
            later(world, 30, pays(world, programme), id, "grant");
            return {};
        });
        return;
    }
}

} // namespace

Result<> plan_money(World& world) {
    const auto last = world.policy().zone().date(world.end);
    const Desk* bank = nullptr;
    for (const auto& desk : world.desks) {
        if (desk.kind == pack::InstitutionKind::bank && bank == nullptr) bank = &desk;
    }
    if (bank == nullptr || world.firms.empty()) return {};
    for (const auto& programme : world.policy().pack().programmes) {
        const bool open = world.reviewers.contains(programme.decides) &&
                          world.payers.contains(programme.pays) &&
                          programme.from <= last.plus_days(-170) &&
                          budget::budget_of(programme, last.year()).has_value();
        if (!open) continue;
        switch (programme.kind) {
        case ProgrammeKind::interest_subsidy:
        case ProgrammeKind::premium_subsidy: plan_subsidies(world, programme, last); break;
        case ProgrammeKind::risk_compensation:
            world.at(world.morning(last.plus_days(-120)), [&world, &programme, bank] {
                return pool(world, programme, *bank);
            });
            break;
        case ProgrammeKind::bridge_loan: plan_bridges(world, programme, *bank, last); break;
        case ProgrammeKind::quota: plan_quota(world, programme, last); break;
        }
    }
    return {};
}

} // namespace app::demo
