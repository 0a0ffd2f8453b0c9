// A policy pack: everything that names a county, product, process, list, unit or indicator, as
// data.
//
// A pack is a folder of YAML files. `extends` names the pack it stands on, a folder beside it
// (packs/china: the national tables); what both define by the same code, the upper one wins.
// Everything here is what the files say, checked for shape (yaml.hpp, load.hpp) and for references
// (check.hpp); policy.hpp holds what the engines make of it. A code is lower-case ASCII with
// underscores and is what the database and the API store; a Text is what people read.
//
// Each file is a map of sections: the members of Pack below, under their own names. A file that
// holds nothing but its own section may leave the name out.
//
//   pack.yaml          the members of Header at the top level, then any section
//   attributes.yaml    sources, scopes, purposes, attributes
//   units.yaml         units: departments of the county
//   institutions.yaml  institutions: banks, insurers, guarantors …
//   lists.yaml         product_kinds, guarantee_modes, tags, loan_uses
//   products/*.yaml    products (or one product a file, or any section)
//   refusals.yaml      refusals: coded reasons
//   instruments.yaml   laws, instrument_lives, instruments: kinds of receivables, receipts, bills
//   process.yaml       process: the financing process and its clocks
//   roles.yaml         roles and their rights
//   tasks.yaml         tasks: the plan's tasks and safeguards
//   targets.yaml       targets in the plan's body
//   indicators.yaml    indicators: the plan's annex
//   checks.yaml        checks: consistency rules between figures
//   quality.yaml       quality: data-quality rules
//   rosters.yaml       rosters: ready-made lists of enterprises by rule
//   signals.yaml       signals: rules over enterprises that open risk cases (signal.hpp)
//   texts.yaml         texts of screens that differ by county
//   security.yaml      security_regimes: rules of registering security interests (security.hpp)
//   money.yaml         guarantee_rules, courses, programmes: guarantees and public money
//                      (public_money.hpp)
//   cases/*.yaml       cases: examples that must come out so
//
// How values are written: money 300万元, rate 0.8%, date 2023-01-31, text {zh: …, en: …}, figures
// by `printed` and `unit` (the value is computed from them; write `value` where `printed` is not a
// bare number). Numbers, booleans, amounts, rates, lists and optional members may be left out and
// are then as written below; so may the few others that omissions.hpp names.
#pragma once

#include "base/actor.hpp"
#include "base/json.hpp"
#include "engine/pack/instrument.hpp"
#include "engine/pack/public_money.hpp"
#include "engine/pack/security.hpp"
#include "engine/pack/signal.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pack {

using base::Date;
using base::Money;
using base::PartyKind;
using base::Rate;
using base::Text;

struct Choice {
    std::string code;
    Text label;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (code, label))

// ---- pack.yaml
// ---------------------------------------------------------------------------------------------------

struct Header {
    std::string code;    // "jiashan": the folder's name
    std::string version; // "2021.1"
    std::optional<std::string> extends;
    Text title;       // 嘉善县产融合作平台
    Text county;      // 嘉善县
    std::string area; // six digits, GB/T 2260
    Date effective_from;
    std::int32_t zone_minutes = 480;
    Text notice; // shown at the foot of every page of a demo county
};
BOOST_DESCRIBE_STRUCT(
    Header, (), (code, version, extends, title, county, area, effective_from, zone_minutes, notice))

// ---- attributes.yaml
// ---------------------------------------------------------------------------------------------

enum class Cadence { once, month, quarter, year };
BOOST_DESCRIBE_ENUM(Cadence, once, month, quarter, year)

// Where a datum comes from: a department, a partner platform, the enterprise itself, or this
// platform's computing.
struct Source {
    std::string code;
    Text label;
    std::optional<std::string> unit; // the department that answers for it
    std::int32_t fresh_days = 400;   // older than this is stale
};
BOOST_DESCRIBE_STRUCT(Source, (), (code, label, unit, fresh_days))

struct Attribute {
    std::string name; // annual_sales
    Text label;       // 年销售收入
    std::string type; // boolean integer number text choice date money rate text_list: rule::Type
    std::optional<std::string> unit; // 人, 个月, 户 … for integer and number
    std::vector<Choice> choices;
    std::string source;
    std::string scope;      // the consent scope that opens it; "public" needs none
    std::int32_t grade = 2; // JR/T 0197-2020 sensitivity, 1 open … 5
    Cadence cadence = Cadence::once;
    std::int32_t retention_months = 60;
    bool editable = false; // the enterprise may state or change it itself
    bool ordered = false;  // choices are ranked, best first: >= and <= have a meaning
    std::optional<Text> note;
};
BOOST_DESCRIBE_STRUCT(
    Attribute,
    (),
    (name,
     label,
     type,
     unit,
     choices,
     source,
     scope,
     grade,
     cadence,
     retention_months,
     editable,
     ordered,
     note))

struct Scope { // 授权范围
    std::string code;
    Text label;
    Text explains; // what it opens, in a sentence for the enterprise
};
BOOST_DESCRIBE_STRUCT(Scope, (), (code, label, explains))

// ---- units.yaml, institutions.yaml, roles.yaml
// -------------------------------------------------------------------

struct Unit {         // 责任单位
    std::string code; // county_economy_bureau
    Text name;
    std::vector<std::string> aliases; // other names the plan prints for the same body
    bool leads = false;               // holds the leading group's office
};
BOOST_DESCRIBE_STRUCT(Unit, (), (code, name, aliases, leads))

enum class InstitutionKind { bank, insurer, guarantor, leasing, fund, broker, bridge_lender };
BOOST_DESCRIBE_ENUM(InstitutionKind, bank, insurer, guarantor, leasing, fund, broker, bridge_lender)

struct Institution {
    std::string code;
    Text name;
    InstitutionKind kind = InstitutionKind::bank;
    std::string licence; // number of the financial licence, invented in a demo
    std::string town;    // where its branch is
    std::string phone;
    Date settled_on; // 入驻日期
};
BOOST_DESCRIBE_STRUCT(Institution, (), (code, name, kind, licence, town, phone, settled_on))

struct Role {
    std::string code;
    Text label;
    PartyKind kind = PartyKind::enterprise; // whose people may have it
    std::vector<std::string> rights;        // names of base::Right
    std::vector<std::string> excludes;      // roles that the same person may not also have
};
BOOST_DESCRIBE_STRUCT(Role, (), (code, label, kind, rights, excludes))

// ---- products/*.yaml
// ---------------------------------------------------------------------------------------------

enum class PriceBase { lpr_1y, lpr_5y, fixed };
BOOST_DESCRIBE_ENUM(PriceBase, lpr_1y, lpr_5y, fixed)
enum class WhenUnknown { ask, refuse, pass };
BOOST_DESCRIBE_ENUM(WhenUnknown, ask, refuse, pass)

struct Price {
    PriceBase base = PriceBase::lpr_1y;
    std::int32_t spread_bp = 0; // over the base; for `fixed` the whole yearly rate
};
BOOST_DESCRIBE_STRUCT(Price, (), (base, spread_bp))

struct Product {
    std::string code;
    std::string institution;
    Text name;
    std::string kind; // code in products' kinds: tax_credit_loan (税信贷) …
    Text summary;
    std::string eligibility; // an expression over the attributes
    WhenUnknown when_unknown = WhenUnknown::ask;
    Money amount_min;
    Money amount_max;
    std::int32_t term_min_months = 1;
    std::int32_t term_max_months = 12;
    Price price;
    Rate fee_rate;     // guarantee fee or premium a year, borne by the enterprise
    Rate subsidy_rate; // interest subsidy a year that lowers its cost
    std::vector<std::string> guarantee_modes; // codes: credit mortgage pledge guarantee combined
    std::vector<std::string> repayment_modes;
    std::int32_t answer_days = 3; // working days the institution promises
    std::vector<Text> documents;
    std::vector<std::string> scopes; // consents it needs
    std::vector<std::string> tags; // first_loan green technology foreign_trade digital_economy …
    Date valid_from;
    std::optional<Date> valid_to;
};
BOOST_DESCRIBE_STRUCT(
    Product,
    (),
    (code,
     institution,
     name,
     kind,
     summary,
     eligibility,
     when_unknown,
     amount_min,
     amount_max,
     term_min_months,
     term_max_months,
     price,
     fee_rate,
     subsidy_rate,
     guarantee_modes,
     repayment_modes,
     answer_days,
     documents,
     scopes,
     tags,
     valid_from,
     valid_to))

// ---- refusals.yaml, process.yaml
// ---------------------------------------------------------------------------------

struct Refusal { // 拒绝原因
    std::string code;
    Text label;
    bool repairable = false;
    std::optional<std::string> owner; // unit that helps to repair; none: the enterprise itself
    Text cure;
    std::int32_t repair_days = 10; // working days the owner has
};
BOOST_DESCRIBE_STRUCT(Refusal, (), (code, label, repairable, owner, cure, repair_days))

enum class BudgetUnit { working_minutes, working_days, calendar_days };
BOOST_DESCRIBE_ENUM(BudgetUnit, working_minutes, working_days, calendar_days)

struct Rung {
    std::int32_t percent = 100; // of the budget used: 50, 80, 100, 150
    std::string notify;         // "owner" (the desk that must act), a role code or a unit code
    std::int32_t level = 0;     // 0 reminder; 1…3 escalation
};
BOOST_DESCRIBE_STRUCT(Rung, (), (percent, notify, level))

// A clock starts and stops on acts of the process (ClaimAct, NeedAct names) and stands still in the
// named states.
struct ClockRule {
    std::string code; // publish_first, urge_first, feed_back_first (三个第一), accept, contact,
                      // decide, disburse …
    Text label;
    std::string on; // "need" or "claim"
    std::vector<std::string> starts;
    std::vector<std::string> stops;
    std::vector<std::string> pauses; // states in which it stands still, visibly
    std::int32_t budget = 1;
    BudgetUnit unit = BudgetUnit::working_days;
    std::string owner; // institution, department code, or enterprise: whose time it is
    std::vector<Rung> rungs;
};
BOOST_DESCRIBE_STRUCT(
    ClockRule, (), (code, label, on, starts, stops, pauses, budget, unit, owner, rungs))

struct Step { // one permitted act; `to` left out: the state stays as it is (urging, complaining)
    std::string act;
    Text label;
    std::vector<std::string> from;
    std::string to;
    PartyKind by = PartyKind::institution;
    bool reason_required = false;
};
BOOST_DESCRIBE_STRUCT(Step, (), (act, label, from, to, by, reason_required))

struct State {
    std::string code;
    Text label;
    bool ends = false;
};
BOOST_DESCRIBE_STRUCT(State, (), (code, label, ends))

struct Process {
    std::string code; // financing
    Text label;
    std::vector<State> need_states;
    std::vector<State> claim_states;
    std::vector<Step> need_steps;
    std::vector<Step> claim_steps;
    std::vector<ClockRule> clocks;
    std::int32_t claims_most = 3;     // grab: the first N institutions
    std::int32_t need_open_days = 30; // calendar days after which an unanswered need expires
    std::string supervisor;           // unit that supervises
};
BOOST_DESCRIBE_STRUCT(
    Process,
    (),
    (code,
     label,
     need_states,
     claim_states,
     need_steps,
     claim_steps,
     clocks,
     claims_most,
     need_open_days,
     supervisor))

// ---- tasks.yaml, targets.yaml, indicators.yaml, checks.yaml
// ------------------------------------------------------

struct Milestone {
    std::string code;
    Text label;
    Date due;
    std::string unit;
};
BOOST_DESCRIBE_STRUCT(Milestone, (), (code, label, due, unit))

struct Task {
    std::int32_t number = 0; // 1…18; safeguards are 101…103
    std::string code;
    Text group; // （一）探索区域合作…
    Text title;
    Text summary;                  // what the platform follows of it, in our words
    std::vector<std::string> lead; // the plan lists the lead unit first
    std::vector<std::string> support;
    std::vector<std::string> printed_units; // as the plan prints them, aliases and all
    std::vector<std::string> indicators;
    std::vector<std::string> targets;
    std::vector<Milestone> milestones;
};
BOOST_DESCRIBE_STRUCT(
    Task,
    (),
    (number,
     code,
     group,
     title,
     summary,
     lead,
     support,
     printed_units,
     indicators,
     targets,
     milestones))

enum class Comparator { above, at_least, at_most, below, reach };
BOOST_DESCRIBE_ENUM(Comparator, above, at_least, at_most, below, reach)

// Figures are integers in the minor unit of their kind: money in 分, rate in ppm, count in ones.
// `unit` is how people read them (亿元, %, 个) and `printed` is what the plan prints, character by
// character.
enum class FigureKind { money, rate, count };
BOOST_DESCRIBE_ENUM(FigureKind, money, rate, count)

struct BodyTarget {
    std::string code;
    Text label;
    Comparator comparator = Comparator::at_least;
    FigureKind figure = FigureKind::money;
    std::string unit;
    std::int64_t value = 0;
    std::string printed;
    std::optional<Date> by;
    Text reading; // 解释口径: how the owner reads the sentence
    std::optional<std::string> indicator;
};
BOOST_DESCRIBE_STRUCT(
    BodyTarget, (), (code, label, comparator, figure, unit, value, printed, by, reading, indicator))

enum class Measure { flow, stock, ratio, rate, count }; // 时期, 时点, 占比, 增速或利率, 数量
BOOST_DESCRIBE_ENUM(Measure, flow, stock, ratio, rate, count)
enum class Direction { up, down, band };
BOOST_DESCRIBE_ENUM(Direction, up, down, band)

// One printed cell of the annex.
struct AnnualTarget {
    std::int32_t year = 2021;
    std::int64_t value = 0;
    std::string printed;
    std::string vintage = "plan"; // a later revision is another vintage; both are kept
};
BOOST_DESCRIBE_STRUCT(AnnualTarget, (), (year, value, printed, vintage))

// One quantity of an annex row: a row that prints a pair (value and growth, number and size) has
// two of these.
struct Indicator {
    std::string code;      // manufacturing_loan_balance, manufacturing_loan_balance_growth
    std::int32_t row = 0;  // 1…32 in the annex; two indicators share a row when it prints a pair
    std::int32_t part = 1; // 1 or 2 within the row
    Text label;
    Text group;
    std::string group_code; // industry finance fintech matching fiscal
    Measure measure = Measure::flow;
    std::string printed_type; // 时期指标, 时点指标
    Direction direction = Direction::up;
    FigureKind figure = FigureKind::money;
    std::string unit;
    std::vector<AnnualTarget> targets;
    std::optional<std::string>
        computed; // name of a computation over this platform's records; none: reported
    std::optional<std::string> growth_of; // this is the year-on-year growth of that indicator
    std::string reporter;                 // unit that reports it, or answers for the computation
    std::vector<std::int32_t>
        seasonal_shares; // twelve monthly shares of a flow in ppm; empty: even
    Text definition;
};
BOOST_DESCRIBE_STRUCT(
    Indicator,
    (),
    (code,
     row,
     part,
     label,
     group,
     group_code,
     measure,
     printed_type,
     direction,
     figure,
     unit,
     targets,
     computed,
     growth_of,
     reporter,
     seasonal_shares,
     definition))

enum class CheckKind { growth_matches, not_above, share_above, body_matches_annex, growth_since };
BOOST_DESCRIBE_ENUM(
    CheckKind, growth_matches, not_above, share_above, body_matches_annex, growth_since)

// A consistency rule between figures. It flags; it never mends.
//   growth_matches      left = an indicator, right = its growth indicator;
//                       flagged when they differ by more than tolerance ppm
//   not_above           left must not exceed right (a part and its whole)
//   share_above         left ÷ right must be above `value` ppm
//   body_matches_annex  left = a body target, right = an indicator's target of the same year
//   growth_since        left = a body target that states a growth, right = an indicator; its
//                       growth from its first target to its last must reach it
struct Check {
    std::string code;
    Text label;
    CheckKind kind = CheckKind::growth_matches;
    std::string left;
    std::string right;
    std::int64_t value = 0;
    std::int64_t tolerance = 0;
    Text explains; // what a reader should think of a flag
};
BOOST_DESCRIBE_STRUCT(Check, (), (code, label, kind, left, right, value, tolerance, explains))

// ---- quality.yaml, cases/*.yaml
// ----------------------------------------------------------------------------------

enum class QualityKind { completeness, range, cross_field, freshness };
BOOST_DESCRIBE_ENUM(QualityKind, completeness, range, cross_field, freshness)

struct QualityRule {
    std::string code;
    Text label;
    QualityKind kind = QualityKind::range;
    std::vector<std::string> attributes;
    std::string
        must; // an expression that holds for good data; empty for completeness and freshness
    std::optional<std::string> owner; // unit that mends
    Text cure;
};
BOOST_DESCRIBE_STRUCT(QualityRule, (), (code, label, kind, attributes, must, owner, cure))

// ---- rosters.yaml

struct Roster { // 企业名单: the enterprises for which a rule holds
    std::string code;
    Text label;
    Text explains;
    std::string expression;
    std::vector<std::string> columns;    // attributes that it shows
    std::optional<std::string> group_by; // an attribute to count by
};
BOOST_DESCRIBE_STRUCT(Roster, (), (code, label, explains, expression, columns, group_by))

struct Expectation {
    std::string product;
    std::string outcome;              // eligible nearly unknown not_eligible
    std::vector<std::string> missing; // attributes expected to be named as missing
};
BOOST_DESCRIBE_STRUCT(Expectation, (), (product, outcome, missing))

struct Case {
    std::string name;
    Date today;
    std::map<std::string, std::string> facts; // attribute → value as text, read by its type
    std::vector<Expectation> expect;
};
BOOST_DESCRIBE_STRUCT(Case, (), (name, today, facts, expect))

// ---- the whole
// ---------------------------------------------------------------------------------------------------

struct Pack {
    Header header;
    std::vector<Source> sources;
    std::vector<Scope> scopes;
    std::vector<Choice> purposes; // 授权用途
    std::vector<Attribute> attributes;
    std::vector<Choice> product_kinds;
    std::vector<Choice> guarantee_modes;
    std::vector<Choice> tags;      // 重点领域
    std::vector<Choice> loan_uses; // 资金用途
    std::vector<Unit> units;
    std::vector<Institution> institutions;
    std::vector<Role> roles;
    std::vector<Product> products;
    std::vector<Refusal> refusals;
    Process process;
    std::vector<Law> laws;
    std::vector<InstrumentLife> instrument_lives;
    std::vector<InstrumentKind> instruments;
    std::vector<Task> tasks;
    std::vector<BodyTarget> targets;
    std::vector<Indicator> indicators;
    std::vector<Check> checks;
    std::vector<QualityRule> quality;
    std::vector<Roster> rosters;
    std::vector<Signal> signals;
    std::vector<Case> cases;
    std::map<std::string, Text> texts;
    std::vector<SecurityRegime> security_regimes;
    std::vector<GuaranteeRules> guarantee_rules;
    std::vector<Course> courses;
    std::vector<Programme> programmes;
    // National tables (calendar, industries, sizes, LPR, areas …): engine/reference and
    // engine/calendar structs, held by Policy.
};
BOOST_DESCRIBE_STRUCT(
    Pack,
    (),
    (header,
     sources,
     scopes,
     purposes,
     attributes,
     product_kinds,
     guarantee_modes,
     tags,
     loan_uses,
     units,
     institutions,
     roles,
     products,
     refusals,
     process,
     laws,
     instrument_lives,
     instruments,
     tasks,
     targets,
     indicators,
     checks,
     quality,
     rosters,
     signals,
     cases,
     texts,
     security_regimes,
     guarantee_rules,
     courses,
     programmes))

} // namespace pack
