// What a programme pays, and when it does not; no database.
#include "domain/budget/budget.hpp"

#include <algorithm>

namespace budget {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t days_of_year = 365; // 年化按 365 天

std::string in_wan(Money amount) { return Money{amount.fen / 10'000}.yuan_text() + " 万元"; }

base::Error wrong(const char* code, Text message, const char* field) {
    return base::invalid(
               code, std::move(message), {"请核对后重新填写。", "Check it and fill it in again."})
        .at(field);
}

Result<> above_zero(Money amount, const char* code, const char* field) {
    if (amount.fen > 0) return {};
    return wrong(code, {"金额应大于零。", "The amount is above zero."}, field);
}

Result<> days_within(const pack::Programme& programme, std::int32_t days) {
    if (days >= 1 && (programme.days_most == 0 || days <= programme.days_most)) return {};
    const auto most = std::to_string(programme.days_most);
    return wrong(
        "budget.days",
        {"天数应为 1 至 " + most + "（" + programme.clause.zh + "）。",
         "1 to " + most + " days (" + programme.clause.en + ")."},
        "/figures/days");
}

Result<Money> interest(const pack::Programme& programme, const Figures& figures, Rate lpr_1y) {
    TRY(above_zero(figures.principal, "budget.principal", "/figures/principal"));
    TRY(days_within(programme, figures.days));
    const auto ceiling = lpr_1y.ppm * programme.share.ppm / 1'000'000;
    const auto rate = std::min(figures.rate.ppm, ceiling);
    const auto principal = programme.principal_most.fen == 0
                               ? figures.principal
                               : std::min(figures.principal, programme.principal_most);
    return Money{static_cast<std::int64_t>(
        Wide{principal.fen} * rate * figures.days / (Wide{1'000'000} * days_of_year))};
}

Result<Money> premium(const pack::Programme& programme, const Figures& figures) {
    TRY(above_zero(figures.premium, "budget.premium", "/figures/premium"));
    TRY(above_zero(figures.insured, "budget.premium", "/figures/insured"));
    const auto level =
        std::ranges::find(programme.levels, figures.level, &pack::SubsidyLevel::code);
    if (level == programme.levels.end()) {
        return wrong(
            "budget.level", {"请选择认定档次。", "Choose the recognised level."}, "/figures/level");
    }
    const auto years = static_cast<std::int32_t>(level->shares.size());
    if (figures.policy_year < 1 || figures.policy_year > years) {
        return base::rejected(
                   "budget.level_over",
                   {"“" + level->label.zh + "”补贴 " + std::to_string(years) + " 年，第 " +
                        std::to_string(figures.policy_year) + " 年不再补贴。",
                    level->label.en + " is subsidised for " + std::to_string(years) +
                        " years, not in year " + std::to_string(figures.policy_year) + "."},
                   {"请核对保险年度。", "Check the policy year."})
            .at("/figures/policy_year");
    }
    auto counted = figures.premium;
    if (programme.rate_most.ppm > 0)
        counted =
            std::min(counted, figures.insured.share(programme.rate_most, base::Rounding::down));
    return counted.share(
        level->shares[static_cast<std::size_t>(figures.policy_year - 1)], base::Rounding::down);
}

Result<Money> lent_or_granted(const pack::Programme& programme, const Figures& figures) {
    TRY(above_zero(figures.principal, "budget.principal", "/figures/principal"));
    if (programme.kind == pack::ProgrammeKind::bridge_loan)
        TRY(days_within(programme, figures.days));
    if (programme.case_most.fen == 0 || figures.principal <= programme.case_most)
        return figures.principal;
    return base::rejected(
               "budget.case_most",
               {"单笔不超过 " + in_wan(programme.case_most) + "（" + programme.clause.zh + "）。",
                "At most " + in_wan(programme.case_most) + " a case (" + programme.clause.en +
                    ")."},
               {"请减少金额。", "Ask for less."})
        .at("/figures/principal");
}

} // namespace

Result<Money> entitled(const pack::Programme& programme, const Figures& figures, Rate lpr_1y) {
    Money amount;
    switch (programme.kind) {
    case pack::ProgrammeKind::interest_subsidy:
        amount = TRY(interest(programme, figures, lpr_1y));
        break;
    case pack::ProgrammeKind::risk_compensation:
        TRY(above_zero(figures.loss, "budget.loss", "/figures/loss"));
        amount = figures.loss.share(programme.share, base::Rounding::down);
        break;
    case pack::ProgrammeKind::premium_subsidy: amount = TRY(premium(programme, figures)); break;
    case pack::ProgrammeKind::bridge_loan:
    case pack::ProgrammeKind::quota: return lent_or_granted(programme, figures);
    }
    if (programme.case_most.fen > 0) amount = std::min(amount, programme.case_most);
    if (amount.fen > 0) return amount;
    return base::rejected(
        "budget.nothing",
        {"按填报数据计算的补贴为零。", "The figures come to nothing."},
        {"请核对利率、天数和金额。", "Check rate, days and amounts."});
}

std::optional<Money> budget_of(const pack::Programme& programme, std::int32_t year) {
    const auto found = std::ranges::find(programme.years, year, &pack::ProgrammeYear::year);
    if (found == programme.years.end()) return std::nullopt;
    return found->budget;
}

std::optional<Rate> pool_ratio(Money pool, Money compensated, Money more) {
    if (pool.fen <= 0) return std::nullopt;
    // Rounded up: a hair above the line is above it.
    const Wide parts = Wide{(compensated + more).fen} * 1'000'000;
    return Rate{static_cast<std::int64_t>((parts + pool.fen - 1) / pool.fen)};
}

namespace {

Result<> check_stop_line(const pack::Programme& programme, Money amount, const Standing& standing) {
    if (!standing.pooled) {
        return base::rejected(
                   "budget.not_pooled",
                   {"这笔贷款没有备案入池，不能申请补偿。",
                    "The loan was not filed into the pool before."},
                   {"入池备案应在贷款发放时办理。", "File loans when they are paid out."})
            .at("/object");
    }
    if (programme.stop_line.ppm == 0) return {};
    const auto ratio = pool_ratio(standing.pool, standing.compensated, amount);
    if (ratio && *ratio <= programme.stop_line) return {};
    const auto reached = ratio ? ratio->percent_text() + "%" : std::string("—");
    return base::rejected(
        "budget.stop_line",
        {"补偿后达到入池贷款的 " + reached + "，超过止损线 " + programme.stop_line.percent_text() +
             "%，已暂停（" + programme.clause.zh + "）。",
         "It would come to " + reached + " of the loans in the pool, above the stop line of " +
             programme.stop_line.percent_text() + "% (" + programme.clause.en + ")."},
        {"追回返还或扩大入池规模后再申请。", "Recover first, or file more loans into the pool."});
}

} // namespace

Result<> check(
    const pack::Programme& programme,
    const std::string& object,
    Money amount,
    const Standing& standing) {
    const bool ended = programme.to && standing.today > *programme.to;
    if (standing.today < programme.from || ended || !budget_of(programme, standing.today.year())) {
        return base::rejected(
            "budget.not_in_force",
            {"“" + programme.label.zh + "”今年没有安排。",
             "“" + programme.label.en + "” has no budget this year."},
            {"请查看其他资金项目。", "Look at the other programmes."});
    }
    if (standing.applicant != programme.applicant) {
        return base::forbidden(
            "budget.applicant",
            {programme.applicant == base::PartyKind::enterprise ? "这一项目由企业申报。"
                                                                : "这一项目由机构申请。",
             programme.applicant == base::PartyKind::enterprise ? "Enterprises apply for this."
                                                                : "Institutions apply for this."},
            {"请用相应的账号登录。", "Sign in accordingly."});
    }
    if (object.empty()) {
        return wrong(
            "budget.object",
            {"请填写" + programme.object.zh + "。", "Give it: " + programme.object.en + "."},
            "/object");
    }
    if (standing.claimed_by) {
        return base::conflict(
                   "budget.claimed_already",
                   {"同一" + programme.object.zh + "本年已在 " + *standing.claimed_by +
                        " 中申报，不能重复享受。",
                    "The same object was claimed for this year in " + *standing.claimed_by + "."},
                   {"请查看该申报的进度。", "See how that case stands."})
            .at("/object");
    }
    const auto all = standing.of_enterprise + amount;
    if (programme.enterprise_most.fen > 0 && all > programme.enterprise_most) {
        return base::rejected(
            "budget.enterprise_most",
            {"单户全年不超过 " + in_wan(programme.enterprise_most) + "，已申报 " +
                 in_wan(standing.of_enterprise) + "。",
             "At most " + in_wan(programme.enterprise_most) + " a year for one enterprise; " +
                 in_wan(standing.of_enterprise) + " was applied for."},
            {"请减少申报，或下一年度再申报。", "Apply for less, or next year."});
    }
    if (programme.kind != pack::ProgrammeKind::risk_compensation) return {};
    return check_stop_line(programme, amount, standing);
}

Result<> within(const pack::Programme& programme, std::int32_t year, Money left, Money amount) {
    if (amount <= left) return {};
    return base::rejected(
               "budget.exhausted",
               {"“" + programme.label.zh + "”" + std::to_string(year) + " 年预算只余 " +
                    in_wan(left) + "，不够 " + in_wan(amount) + "。",
                "The budget of " + std::to_string(year) + " for “" + programme.label.en + "” has " +
                    in_wan(left) + " left, not " + in_wan(amount) + "."},
               {"请按余额核减，或追加预算后再审定。",
                "Approve what is left, or have the budget raised first."})
        .at("/amount");
}

} // namespace budget
