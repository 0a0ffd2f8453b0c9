// Public money: programmes with their budgets, cases and their acts, the pools of risk
// compensation.
#include "domain/budget/budget.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

#include <algorithm>

namespace api {
namespace {

using base::BudgetCase;
using base::Date;
using base::Money;
using base::Party;
using base::Rate;

struct SubsidyLevelView {
    std::string code;
    Text label;
    std::vector<Rate> shares;
};
BOOST_DESCRIBE_STRUCT(SubsidyLevelView, (), (code, label, shares))

struct ProgrammeView {
    std::string code;
    Text label;
    pack::ProgrammeKind kind = pack::ProgrammeKind::interest_subsidy;
    base::PartyKind applicant = base::PartyKind::enterprise;
    Labelled decides;
    Labelled pays;
    Text clause;
    Text object;
    Money case_most;
    Rate share;
    std::int32_t days_most = 0;
    Rate stop_line;
    std::vector<SubsidyLevelView> levels;
    std::vector<Labelled> states;
    std::int32_t year = 0;
    bool in_force = false;
    Money budget;
    Money reserved;
    Money paid;
    Money left;
};
BOOST_DESCRIBE_STRUCT(
    ProgrammeView,
    (),
    (code,
     label,
     kind,
     applicant,
     decides,
     pays,
     clause,
     object,
     case_most,
     share,
     days_most,
     stop_line,
     levels,
     states,
     year,
     in_force,
     budget,
     reserved,
     paid,
     left))

struct ProgrammeQuery {
    std::optional<std::int32_t> year;
};
BOOST_DESCRIBE_STRUCT(ProgrammeQuery, (), (year))

struct BudgetCaseView {
    Id<BudgetCase> id;
    std::string number;
    Labelled programme;
    pack::ProgrammeKind kind = pack::ProgrammeKind::interest_subsidy;
    std::int32_t year = 0;
    NamedParty applicant;
    std::optional<NamedParty> enterprise;
    std::optional<NamedParty> bank;
    std::string object;
    Money asked;
    Money granted;
    Labelled state;
    bool ended = false;
    Instant since;
    std::optional<Date> due_on;
    bool overdue = false;
    std::optional<Instant> paid_at;
    std::optional<Instant> back_at;
    Instant applied_at;
};
BOOST_DESCRIBE_STRUCT(
    BudgetCaseView,
    (),
    (id,
     number,
     programme,
     kind,
     year,
     applicant,
     enterprise,
     bank,
     object,
     asked,
     granted,
     state,
     ended,
     since,
     due_on,
     overdue,
     paid_at,
     back_at,
     applied_at))

struct BudgetDeed {
    Instant at;
    Labelled act;
    NamedParty party;
    std::string person_name;
    Labelled to;
    Money amount;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(BudgetDeed, (), (at, act, party, person_name, to, amount, text))

struct BudgetAct { // what the reader may do now
    std::string act;
    Text label;
    pack::MoneyEffect effect = pack::MoneyEffect::none;
    bool reason_required = false;
};
BOOST_DESCRIBE_STRUCT(BudgetAct, (), (act, label, effect, reason_required))

struct BudgetCaseWithDeeds : BudgetCaseView {
    budget::Figures figures;
    std::optional<std::int64_t> days_used; // of a bridge loan, until today or until it was back
    std::vector<BudgetDeed> deeds;
    std::vector<BudgetAct> acts;
};
BOOST_DESCRIBE_STRUCT(BudgetCaseWithDeeds, (BudgetCaseView), (figures, days_used, deeds, acts))

struct BudgetCaseQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::string programme;
    std::string state;
    std::optional<std::int32_t> year;
};
BOOST_DESCRIBE_STRUCT(BudgetCaseQuery, (), (page, per_page, programme, state, year))

struct Estimate {
    Money amount;
};
BOOST_DESCRIBE_STRUCT(Estimate, (), (amount))

struct EstimateOf {
    std::string programme;
    budget::Figures figures;
};
BOOST_DESCRIBE_STRUCT(EstimateOf, (), (programme, figures))

struct PoolQuery {
    std::string programme;
};
BOOST_DESCRIBE_STRUCT(PoolQuery, (), (programme))

struct PoolView {
    NamedParty bank;
    Labelled programme;
    Money pool;
    Money compensated;
    std::optional<Rate> ratio;
    Rate stop_line;
    bool stopped = false;
};
BOOST_DESCRIBE_STRUCT(PoolView, (), (bank, programme, pool, compensated, ratio, stop_line, stopped))

Labelled unit_of(const pack::Policy& policy, const std::string& code) {
    const auto* unit = policy.unit(code);
    return {code, unit == nullptr ? Text{code, code} : unit->name};
}

template <class T>
Labelled labelled_by(const std::vector<T>& all, const std::string& code) {
    const auto found = std::ranges::find(all, code, &T::code);
    return {code, found == all.end() ? Text{code, code} : found->label};
}

ProgrammeView programme_view(
    const pack::Policy& policy,
    const store::Snapshot& db,
    const pack::Programme& it,
    std::int32_t year,
    Date today) {
    const auto use = budget::use_of(db, it, year);
    ProgrammeView view{
        .code = it.code,
        .label = it.label,
        .kind = it.kind,
        .applicant = it.applicant,
        .decides = unit_of(policy, it.decides),
        .pays = unit_of(policy, it.pays),
        .clause = it.clause,
        .object = it.object,
        .case_most = it.case_most,
        .share = it.share,
        .days_most = it.days_most,
        .stop_line = it.stop_line,
        .year = year,
        .in_force = it.from <= today && (!it.to || today <= *it.to) &&
                    budget::budget_of(it, today.year()).has_value(),
        .budget = use.budget,
        .reserved = use.reserved,
        .paid = use.paid,
        .left = use.left};
    for (const auto& level : it.levels)
        view.levels.push_back({level.code, level.label, level.shares});
    if (const auto* course = policy.course(it.course)) {
        for (const auto& state : course->states)
            view.states.push_back({state.code, state.label});
    }
    return view;
}

class BudgetViews {
public:
    BudgetViews(const Services& services, const store::Snapshot& db, Instant now)
        : policy_(*services.policy)
        , db_(db)
        , today_(services.policy->zone().date(now))
        , names_(db) {}

    BudgetCaseView operator()(const budget::Case& it) {
        BudgetCaseView view{
            .id = it.id,
            .number = it.number,
            .programme = labelled_by(policy_.pack().programmes, it.programme),
            .year = it.year,
            .applicant = names_(it.applicant),
            .object = it.object,
            .asked = it.asked,
            .granted = it.granted,
            .state = {it.state, {it.state, it.state}},
            .since = it.since,
            .due_on = it.due_on,
            .overdue = it.due_on && *it.due_on < today_,
            .paid_at = it.paid_at,
            .back_at = it.back_at,
            .applied_at = it.applied_at};
        if (it.enterprise) view.enterprise = names_(it.enterprise);
        if (it.bank) view.bank = names_(it.bank);
        if (const auto* programme = policy_.programme(it.programme)) view.kind = programme->kind;
        if (const auto* course = course_of(it)) {
            view.state = labelled_by(course->states, it.state);
            const auto state =
                std::ranges::find(course->states, it.state, &pack::CourseState::code);
            view.ended = state != course->states.end() && state->ends;
        }
        return view;
    }

    BudgetCaseWithDeeds whole(const budget::Case& it, const base::Actor& reader) {
        BudgetCaseWithDeeds view;
        static_cast<BudgetCaseView&>(view) = (*this)(it);
        view.figures = it.figures;
        if (view.kind == pack::ProgrammeKind::bridge_loan && it.paid_at) {
            const auto zone = policy_.zone();
            const auto until = it.back_at ? zone.date(*it.back_at) : today_;
            view.days_used = until.days - zone.date(*it.paid_at).days;
        }
        const auto* course = course_of(it);
        for (const auto& deed : budget::deeds(db_, it.id)) {
            Labelled act{deed.act, {"申报", "Applied"}};
            Labelled to{deed.to, {deed.to, deed.to}};
            if (course != nullptr) {
                to = labelled_by(course->states, deed.to);
                const auto step =
                    std::ranges::find(course->steps, deed.act, &pack::CourseStep::act);
                if (step != course->steps.end()) act.label = step->label;
            }
            view.deeds.push_back(
                {deed.at, act, names_(deed.party), deed.person_name, to, deed.amount, deed.text});
        }
        if (course != nullptr) add_acts(*course, it, reader, view);
        return view;
    }

private:
    [[nodiscard]] const pack::Course* course_of(const budget::Case& it) const {
        const auto* programme = policy_.programme(it.programme);
        return programme == nullptr ? nullptr : policy_.course(programme->course);
    }

    void add_acts(
        const pack::Course& course,
        const budget::Case& it,
        const base::Actor& reader,
        BudgetCaseWithDeeds& view) const {
        const auto* programme = policy_.programme(it.programme);
        for (const auto& step : course.steps) {
            const bool now = std::ranges::find(step.from, it.state) != step.from.end();
            if (!now || !budget::may_act(reader, policy_, *programme, step, it)) continue;
            if (step.by != reader.kind) continue;
            view.acts.push_back({step.act, step.label, step.effect, step.reason_required});
        }
    }

    const pack::Policy& policy_;
    const store::Snapshot& db_;
    Date today_;
    PartyNames names_;
};

std::optional<Id<Party>> only_party(const base::Actor& actor) {
    if (permission::reach(actor) == permission::Reach::all) return std::nullopt;
    return actor.party;
}

Page<BudgetCaseView> list_cases(
    const Services& services, const Call& call, const BudgetCaseQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        BudgetViews views(services, db, call.now);
        const auto found = budget::list(
            db,
            {.party = only_party(call.actor),
             .programme = query.programme,
             .state = query.state,
             .year = query.year,
             .page = query.page,
             .per_page = query.per_page});
        auto page = page_of<BudgetCaseView>(query, found.total);
        for (const auto& it : found.items)
            page.items.push_back(views(it));
        return page;
    });
}

Result<BudgetCaseWithDeeds> one_case(
    const Services& services, const Call& call, Id<BudgetCase> id) {
    return services.database->read([&](const store::Snapshot& db) -> Result<BudgetCaseWithDeeds> {
        const auto found = budget::find(db, id);
        const auto only = only_party(call.actor);
        const bool mine = found && (!only || found->applicant == *only ||
                                    found->enterprise == *only || found->bank == *only);
        if (!mine) {
            return base::not_found(
                "budget.not_found",
                {"没有找到这笔申报。", "There is no such case."},
                {"请回到列表刷新。", "Go back to the list and refresh."});
        }
        return BudgetViews(services, db, call.now).whole(*found, call.actor);
    });
}

std::vector<PoolView> pools(const Services& services, const Call& call, const PoolQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        PartyNames names(db);
        std::vector<PoolView> rows;
        for (const auto& programme : services.policy->pack().programmes) {
            if (programme.kind != pack::ProgrammeKind::risk_compensation) continue;
            if (!query.programme.empty() && query.programme != programme.code) continue;
            for (const auto& it : budget::banks_in_pool(db, programme.code)) {
                const auto only = only_party(call.actor);
                if (only && *only != it.bank) continue;
                const auto ratio = budget::pool_ratio(it.pool, it.compensated, {});
                rows.push_back(
                    {names(it.bank),
                     {programme.code, programme.label},
                     it.pool,
                     it.compensated,
                     ratio,
                     programme.stop_line,
                     programme.stop_line.ppm > 0 && ratio && *ratio >= programme.stop_line});
            }
        }
        return rows;
    });
}

std::vector<Column<ProgrammeView>> programme_columns() {
    return {
        column(&ProgrammeView::label, {"资金项目", "Programme"}),
        column(&ProgrammeView::year, {"年度", "Year"}),
        column(&ProgrammeView::budget, {"预算（元）", "Budget (CNY)"}),
        column(&ProgrammeView::reserved, {"已预留（元）", "Reserved (CNY)"}),
        column(&ProgrammeView::paid, {"已支付（元）", "Paid (CNY)"}),
        column(&ProgrammeView::left, {"余额（元）", "Left (CNY)"})};
}

std::vector<Column<BudgetCaseView>> case_columns() {
    return {
        column(&BudgetCaseView::number, {"编号", "Number"}),
        {{"资金项目", "Programme"},
         [](const BudgetCaseView& row) -> SheetCell { return row.programme.label; }},
        column(&BudgetCaseView::year, {"年度", "Year"}),
        {{"申报单位", "Applicant"},
         [](const BudgetCaseView& row) -> SheetCell { return row.applicant.name; }},
        column(&BudgetCaseView::object, {"对象", "Object"}),
        column(&BudgetCaseView::asked, {"申报金额（元）", "Asked (CNY)"}),
        column(&BudgetCaseView::granted, {"审定金额（元）", "Granted (CNY)"}),
        {{"状态", "State"}, [](const BudgetCaseView& row) -> SheetCell { return row.state.label; }},
        column(&BudgetCaseView::applied_at, {"申报时间", "Applied at"}),
        column(&BudgetCaseView::paid_at, {"拨付时间", "Paid at"})};
}

void declare_case_acts(Endpoints& all, Services& services) {
    const auto applicants = Access::any_of({Right::need_post, Right::loan_record});
    all.ask(
        "/v1/budget-cases/estimate",
        applicants,
        {"试算补贴金额", "Work out an amount"},
        [&](Call& call, const EstimateOf& wish) -> Result<Estimate> {
            const auto* programme = services.policy->programme(wish.programme);
            if (programme == nullptr) {
                return base::invalid(
                           "budget.programme",
                           {"没有这个资金项目。", "There is no such programme."},
                           {"请从列表中选择。", "Choose it from the list."})
                    .at("/programme");
            }
            const auto lpr = TRY(services.policy->lpr().on(services.policy->zone().date(call.now)));
            return Estimate{TRY(budget::entitled(*programme, wish.figures, lpr.one_year))};
        });
    all.post(
        "/v1/budget-cases",
        applicants,
        {"申报财政资金", "Apply for public money"},
        [&](Call& call, const budget::Apply& wish) {
            return services.budgets->apply(call.command(), wish);
        });
    all.post(
        "/v1/budget-cases/{id}/act",
        Access::any_of(
            {Right::need_post, Right::loan_record, Right::budget_decide, Right::budget_pay}),
        {"办理申报", "Move a case on"},
        [&](Call& call, const budget::Wish& wish) -> Result<store::Receipt> {
            return services.budgets->act(call.command(), TRY(call.id<BudgetCase>()), wish);
        });
}

void declare_pools(Endpoints& all, Services& services) {
    all.get(
        "/v1/budget-pools",
        Access::any_of({Right::loan_record, Right::budget_decide, Right::indicator_read}),
        {"风险补偿资金池", "Pools of risk compensation"},
        [&](Call& call, const PoolQuery& query) -> Result<std::vector<PoolView>> {
            return pools(services, call, query);
        });
    all.post(
        "/v1/budget-pools",
        Right::loan_record,
        {"贷款备案入池", "File a loan into a pool"},
        [&](Call& call, const budget::FileLoan& wish) {
            return services.budgets->file_loan(call.command(), wish);
        });
}

} // namespace

void declare_budgets(Endpoints& all, Services& services) {
    all.capability("budgets");
    all.get(
           "/v1/programmes",
           Access::signed_in(),
           {"财政资金项目与预算", "Programmes of public money"},
           [&](Call& call, const ProgrammeQuery& query) -> Result<std::vector<ProgrammeView>> {
               return services.database->read([&](const store::Snapshot& db) {
                   const auto today = services.policy->zone().date(call.now);
                   std::vector<ProgrammeView> rows;
                   for (const auto& it : services.policy->pack().programmes) {
                       rows.push_back(programme_view(
                           *services.policy, db, it, query.year.value_or(today.year()), today));
                   }
                   return rows;
               });
           })
        .exportable<ProgrammeView>("programmes", programme_columns());
    const auto readers = Access::any_of(
        {Right::need_post,
         Right::loan_record,
         Right::budget_decide,
         Right::budget_pay,
         Right::indicator_read});
    all.get(
           "/v1/budget-cases",
           readers,
           {"财政资金申报", "Cases of public money"},
           [&](Call& call, const BudgetCaseQuery& query) -> Result<Page<BudgetCaseView>> {
               return list_cases(services, call, query);
           })
        .exportable("budget-cases", case_columns());
    all.get(
        "/v1/budget-cases/{id}",
        readers,
        {"一笔申报", "A case"},
        [&](Call& call) -> Result<BudgetCaseWithDeeds> {
            return one_case(services, call, TRY(call.id<BudgetCase>()));
        });
    declare_case_acts(all, services);
    declare_pools(all, services);
}

} // namespace api
