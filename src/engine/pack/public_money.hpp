// 融资担保与财政资金 as a pack says them: the limits of guarantors, and the programmes that pay
// subsidies, compensate losses, lend for days or grant a quota, each out of a budget a year.
#pragma once

#include "base/actor.hpp"
#include "base/json.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pack {

using base::Date;
using base::Money;
using base::PartyKind;
using base::Rate;
using base::Text;

// ---- guarantees

struct RiskShare { // 分险: who bears how much of a compensation
    std::string code;
    Text label;
    Rate share;
};
BOOST_DESCRIBE_STRUCT(RiskShare, (), (code, label, share))

// The limits from a day on. Multiples are of net assets; shares and rates in parts per million.
struct GuaranteeRules {
    std::string code;
    Date from;
    Text source;
    std::int32_t multiple = 10;       // 责任余额 over net assets
    std::int32_t multiple_small = 15; // when most of it is for small firms and farmers
    Rate small_share;                 // 小微三农 share from which that holds
    Text multiple_clause;
    Rate single_most; // one client, of net assets
    Text single_clause;
    Rate related_most; // with its related parties
    Text related_clause;
    Rate fee_most; // a year
    Text fee_clause;
    Rate tolerance; // 代偿率: this year's compensations over what was released
    Text tolerance_clause;
    std::vector<RiskShare> shares; // add up to 100 %
};
BOOST_DESCRIBE_STRUCT(
    GuaranteeRules,
    (),
    (code,
     from,
     source,
     multiple,
     multiple_small,
     small_share,
     multiple_clause,
     single_most,
     single_clause,
     related_most,
     related_clause,
     fee_most,
     fee_clause,
     tolerance,
     tolerance_clause,
     shares))

// ---- programmes

// How the amount of a case is worked out.
//   interest_subsidy   principal × days ÷ 365 × the lower of the rate paid and `share` of the LPR
//   risk_compensation  `share` of the loss on a loan that was filed into the pool before
//   premium_subsidy    `levels`: a share of the premium that falls from year to year
//   bridge_loan        what is lent for days and comes back
//   quota              what is granted out of a quota, and comes back when it is given up
enum class ProgrammeKind {
    interest_subsidy,
    risk_compensation,
    premium_subsidy,
    bridge_loan,
    quota
};
BOOST_DESCRIBE_ENUM(
    ProgrammeKind, interest_subsidy, risk_compensation, premium_subsidy, bridge_loan, quota)

// What an act does to the budget: reserve, pay what was reserved, give the reserve back, take back
// what was paid.
enum class MoneyEffect { none, hold, pay, release, give_back };
BOOST_DESCRIBE_ENUM(MoneyEffect, none, hold, pay, release, give_back)

struct CourseState {
    std::string code;
    Text label;
    bool ends = false;
    std::int32_t due_days = 0; // calendar days after which it is overdue; 0: it has no term
};
BOOST_DESCRIBE_STRUCT(CourseState, (), (code, label, ends, due_days))

struct CourseStep {
    std::string act;
    Text label;
    std::vector<std::string> from;
    std::string to;
    PartyKind by = PartyKind::department;
    MoneyEffect effect = MoneyEffect::none;
    bool reason_required = false;
};
BOOST_DESCRIBE_STRUCT(CourseStep, (), (act, label, from, to, by, effect, reason_required))

struct Course { // 办理流程; the first state is where a case begins
    std::string code;
    Text label;
    std::vector<CourseState> states;
    std::vector<CourseStep> steps;
};
BOOST_DESCRIBE_STRUCT(Course, (), (code, label, states, steps))

struct ProgrammeYear {
    std::int32_t year = 2021;
    Money budget;
};
BOOST_DESCRIBE_STRUCT(ProgrammeYear, (), (year, budget))

struct SubsidyLevel { // 国际首台套, 国内首台套 …: the share of the premium in the 1st, 2nd … year
    std::string code;
    Text label;
    std::vector<Rate> shares;
};
BOOST_DESCRIBE_STRUCT(SubsidyLevel, (), (code, label, shares))

struct Programme {
    std::string code;
    Text label;
    ProgrammeKind kind = ProgrammeKind::interest_subsidy;
    std::string course;
    PartyKind applicant = PartyKind::enterprise; // who applies
    std::string decides;                         // unit that decides
    std::string pays;                            // unit that pays
    Date from;
    std::optional<Date> to;
    Text clause;      // the document it follows
    Text object;      // what one case is about: 借据号, 设备编号; once a year in its group
    std::string once; // group of programmes in which an object is paid for once a year
    std::vector<ProgrammeYear> years;
    Money case_most;       // 0: no limit of its own
    Money enterprise_most; // a year; 0: no limit
    Rate share;            // of LPR, of the loss
    Money principal_most;  // that is subsidised; 0: all
    std::int32_t days_most = 0;
    Rate stop_line; // risk: a bank's compensations over its loans in the pool; 0: none
    Rate rate_most; // premium over the sum insured that is subsidised; 0: all
    std::vector<SubsidyLevel> levels;
};
BOOST_DESCRIBE_STRUCT(
    Programme,
    (),
    (code,
     label,
     kind,
     course,
     applicant,
     decides,
     pays,
     from,
     to,
     clause,
     object,
     once,
     years,
     case_most,
     enterprise_most,
     share,
     principal_most,
     days_most,
     stop_line,
     rate_most,
     levels))

} // namespace pack
