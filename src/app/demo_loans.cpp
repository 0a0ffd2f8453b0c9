// Loans after they are recorded, loans that did not come through the platform, and the consents
// that enterprises give, pause and take back.
#include "app/demo_world.hpp"

#include <algorithm>

namespace app::demo {
namespace {

std::optional<loan::Entry> entry_of(const World& world, Id<base::Loan> id) {
    return world.read([&](const store::Snapshot& db) { return loan::find(db, id); });
}

// When it is due it is repaid, all of what is left; then the claim it came from is settled.
Result<> repay(
    World& world,
    const Actor& officer,
    Id<base::Loan> id,
    Id<base::Claim> claim,
    std::int64_t percent) {
    const auto entry = entry_of(world, id);
    if (!entry || entry->balance.fen == 0 || entry->grade > loan::Grade::attention) return {};
    const auto part = percent == 100 ? entry->balance : Money{entry->amount.fen * percent / 100};
    TRY(world.county.loans.repay(
        world.by(officer), id, world.today(), std::min(part, entry->balance)));
    if (percent < 100 || !claim) return {};
    const auto settled = world.county.finance.act_on_claim(world.by(officer), claim, "settle", {});
    // A second loan of the claim may still run, or the claim be settled already.
    if (!settled && !settled.error().code.starts_with("process.")) return settled.error();
    return {};
}

Result<> grade(World& world, const Actor& officer, Id<base::Loan> id, loan::Grade worse) {
    const auto entry = entry_of(world, id);
    if (!entry || entry->balance.fen == 0 || entry->grade >= worse) return {};
    TRY(world.county.loans.grade(world.by(officer), id, world.today(), worse));
    return {};
}

// Balances of loans outside the platform are reported by the bank's own ordinal, so numbers differ.
std::string number_of(Desk& desk, Date day) {
    return "JD" + std::to_string(day.year()) + std::to_string(desk.officer.party.value % 1'000) +
           std::to_string(70'000 + ++desk.loans);
}

Result<> record_other(World& world, std::size_t at, std::size_t firm_at) {
    auto& desk = world.desks[at];
    const auto& firm = world.firms[firm_at];
    const auto& pack = world.policy().pack();
    Random random(world.wish.seed, "loan " + std::to_string(firm_at) + world.today().text());
    constexpr std::array<int, 5> terms = {12, 12, 24, 36, 60};
    const auto today = world.today();
    const auto& modes = world.policy().repayment_modes().table().modes;
    if (modes.empty() || pack.loan_uses.empty() || pack.guarantee_modes.empty()) return {};
    const auto lpr = world.policy().lpr().on(today);
    if (!lpr) return {};
    loan::Record wish;
    wish.institution = desk.id;
    wish.enterprise = firm.id;
    wish.number = number_of(desk, today);
    wish.amount = Money::wan(std::clamp<std::int64_t>(
        firm.sales_yuan / 10'000 * random.between(5, 18) / 100, 10, 8'000));
    wish.price =
        loan::Price{pack::PriceBase::lpr_1y, static_cast<std::int32_t>(random.between(0, 24) * 5)};
    wish.rate = lpr->one_year + Rate::basis_points(wish.price->spread_bp);
    wish.start = today;
    wish.due = today.plus_months(random.pick(terms));
    wish.guarantee_mode = random.pick(pack.guarantee_modes).code;
    wish.repayment_mode = modes.front().code;
    wish.use = random.pick(pack.loan_uses).code;
    wish.green = random.chance(14);
    const auto receipt = TRY(world.county.loans.record(world.by(desk.officer), wish));
    plan_loan_life(world, desk, id_in<base::Loan>(receipt), {});
    return {};
}

} // namespace

void plan_loan_life(World& world, const Desk& desk, Id<base::Loan> id, Id<base::Claim> claim) {
    const auto entry = entry_of(world, id);
    if (!entry) return;
    Random random(world.wish.seed, "life " + entry->number);
    const auto officer = desk.officer;
    if (entry->term_months > 12) {
        for (int month = 6; month < entry->term_months; month += 6) {
            const auto percent = std::int64_t{100} / (entry->term_months / 6 + 1);
            world.at(
                world.morning(entry->start.plus_months(month)),
                [&world, officer, id, claim, percent] {
                    return repay(world, officer, id, claim, percent);
                });
        }
    }
    world.at(world.morning(entry->due), [&world, officer, id, claim] {
        return repay(world, officer, id, claim, 100);
    });
    if (!random.chance(6)) return;
    const auto worse = [&](int months, loan::Grade to) {
        world.at(world.morning(entry->start.plus_months(months)), [&world, officer, id, to] {
            return grade(world, officer, id, to);
        });
    };
    worse(4, loan::Grade::attention);
    if (random.chance(30)) worse(8, loan::Grade::substandard);
}

// About four a month: what banks lend beside the platform and report by number.
Result<> plan_other_loans(World& world) {
    const bool many = world.firms.size() > 2'000;
    const auto count = world.desks.empty() || many ? 0 : 130;
    Random random(world.wish.seed, "other loans");
    const auto first = world.today();
    const auto last = world.policy().zone().date(world.end);
    for (int n = 0; n < count; ++n) {
        const auto at = random.below(world.desks.size());
        const auto firm = random.below(world.firms.size());
        const auto day = first.plus_days(
            static_cast<std::int32_t>(random.between(5, last.days - first.days - 1)));
        const auto kind = world.desks[at].kind;
        if (kind != pack::InstitutionKind::bank && kind != pack::InstitutionKind::leasing) continue;
        world.at(world.morning(day).plus_ms(random.between(0, 400) * 60'000), [&world, at, firm] {
            return record_other(world, at, firm);
        });
    }
    return {};
}

// The demo's own firms: one consent that stands, one that was paused, one taken back.
Result<> plan_consents(World& world) {
    const auto& pack = world.policy().pack();
    if (world.desks.size() < 2 || pack.purposes.empty() || pack.scopes.empty()) return {};
    const auto give = [&world](std::size_t firm, std::size_t desk, consent::Mode mode, int days)
        -> Result<Id<base::Consent>> {
        const auto& policy = world.policy().pack();
        consent::Give wish{
            .receiver = world.desks[desk].id,
            .purpose = policy.purposes.front().code,
            .scopes = {},
            .mode = mode,
            .valid_until = world.today().plus_days(days),
            .need = std::nullopt};
        for (const auto& scope : policy.scopes)
            wish.scopes.push_back(scope.code);
        const auto receipt =
            TRY(world.county.consents.give(world.by(world.firms[firm].clerk), wish));
        return id_in<base::Consent>(receipt);
    };
    const auto change = [&world](
                            std::size_t firm,
                            Id<base::Consent> id,
                            consent::State state,
                            const char* why) -> Result<> {
        TRY(world.county.consents.change_state(world.by(world.firms[firm].clerk), id, state, why));
        return {};
    };
    world.at(world.working_days_before_end(40), [give, change, &world]() -> Result<> {
        if (!world.firms[0].clerk.person || !world.firms[1].clerk.person) return {};
        TRY(give(0, 0, consent::Mode::period, 300));
        TRY(give(0, 1, consent::Mode::once, 60));
        const auto paused = TRY(give(1, 0, consent::Mode::period, 200));
        const auto revoked = TRY(give(1, 1, consent::Mode::period, 200));
        TRY(change(1, paused, consent::State::paused, "暂缓合作"));
        return change(1, revoked, consent::State::revoked, "已选定其他机构");
    });
    return {};
}

} // namespace app::demo
