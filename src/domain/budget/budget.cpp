#include "domain/budget/budget.hpp"

#include "engine/pack/policy.hpp"
#include "engine/process/machine.hpp"

#include <algorithm>

namespace budget {
namespace {

ledger::Amount units(Money amount) { return static_cast<ledger::Amount>(amount.fen); }

Money money(ledger::Amount amount) { return {static_cast<std::int64_t>(amount)}; }

base::Error no_such_case() {
    return base::not_found(
        "budget.not_found",
        {"没有找到这笔申报。", "There is no such case."},
        {"请回到列表刷新后重试。", "Go back to the list and refresh."});
}

base::Error no_such_programme() {
    return base::invalid(
               "budget.programme",
               {"没有这个资金项目。", "There is no such programme."},
               {"请从列表中选择。", "Choose it from the list."})
        .at("/programme");
}

base::Error not_yours(const std::string& zh, const std::string& en) {
    return base::forbidden(
        "budget.not_yours",
        {"这一步由" + zh + "办理。", "This step is for " + en + "."},
        {"请用该单位的账号登录。", "Sign in for that unit."});
}

const pack::CourseStep* step_of(
    const pack::Course& course,
    const std::string& act,
    const std::string& state,
    base::PartyKind by) {
    for (const auto& step : course.steps) {
        if (step.act == act && step.by == by &&
            std::ranges::find(step.from, state) != step.from.end())
            return &step;
    }
    return nullptr;
}

Result<process::Machine> machine_of(const pack::Course& course) {
    std::vector<process::State> states;
    std::vector<process::Step> steps;
    for (const auto& state : course.states)
        states.push_back({.code = state.code, .ends = state.ends});
    for (const auto& step : course.steps) {
        steps.push_back(
            {.act = step.act,
             .from = step.from,
             .to = step.to,
             .by = step.by,
             .reason_required = step.reason_required});
    }
    return process::Machine::make(std::move(states), std::move(steps));
}

Deed deed_of(
    const store::Transaction& tx,
    const Case& subject,
    const std::string& act,
    const std::string& text) {
    return {
        .of = subject.id,
        .act = act,
        .party = tx.actor().party,
        .person_name = tx.actor().name,
        .to = subject.state,
        .amount = subject.granted.fen > 0 ? subject.granted : subject.asked,
        .text = text};
}

} // namespace

Result<> may_act(
    const base::Actor& actor,
    const pack::Policy& policy,
    const pack::Programme& programme,
    const pack::CourseStep& step,
    const Case& subject) {
    switch (step.by) {
    case base::PartyKind::enterprise:
        TRY(permission::require(actor, base::Right::need_post));
        if (subject.enterprise != actor.party && subject.applicant != actor.party)
            return no_such_case();
        return {};
    case base::PartyKind::institution:
        TRY(permission::require(actor, base::Right::loan_record));
        if (subject.bank != actor.party && subject.applicant != actor.party) return no_such_case();
        return {};
    case base::PartyKind::department: {
        const bool pays =
            step.effect == pack::MoneyEffect::pay || step.effect == pack::MoneyEffect::give_back;
        TRY(permission::require(
            actor, pays ? base::Right::budget_pay : base::Right::budget_decide));
        const auto* unit = policy.unit(pays ? programme.pays : programme.decides);
        if (unit == nullptr || actor.unit != unit->code)
            return not_yours(
                unit == nullptr ? std::string() : unit->name.zh,
                unit == nullptr ? std::string() : unit->name.en);
        return {};
    }
    case base::PartyKind::platform: return no_such_case();
    }
    base::bug("kind of party out of range");
}

Result<Standing> Budgets::standing(
    const store::Transaction& tx, const pack::Programme& programme, const Case& subject) const {
    Standing known;
    known.today = policy_.zone().date(tx.now());
    const auto applicant = party::find(tx, subject.applicant);
    if (!applicant) return no_such_case();
    known.applicant = applicant->kind;
    known.claimed_by = claimed_by(tx, subject);
    known.of_enterprise = of_enterprise(tx, subject);
    if (programme.kind != pack::ProgrammeKind::risk_compensation) return known;
    const auto loans = pooled(tx, programme.code, subject.applicant);
    known.pooled = std::ranges::find(loans, subject.object, &Pooled::loan) != loans.end();
    for (const auto& bank : banks_in_pool(tx, programme.code)) {
        if (bank.bank != subject.applicant) continue;
        known.pool = bank.pool;
        known.compensated = bank.compensated;
    }
    return known;
}

Result<store::Receipt> Budgets::apply(const store::Command& command, const Apply& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto* programme = policy_.programme(wish.programme);
        if (programme == nullptr) return no_such_programme();
        const bool firm = tx.actor().kind == base::PartyKind::enterprise;
        TRY(permission::require(
            tx.actor(), firm ? base::Right::need_post : base::Right::loan_record));
        const auto today = policy_.zone().date(tx.now());
        const auto lpr = TRY(policy_.lpr().on(today));
        Case made;
        made.programme = programme->code;
        made.year = today.year();
        made.applicant = tx.actor().party;
        made.enterprise = firm ? tx.actor().party : wish.enterprise.value_or(Id<Party>{});
        made.bank = wish.bank.value_or(firm ? Id<Party>{} : tx.actor().party);
        made.object = wish.object;
        made.once = programme->once.empty() ? programme->code : programme->once;
        made.figures = wish.figures;
        made.asked = TRY(entitled(*programme, wish.figures, lpr.one_year));
        const auto known = TRY(standing(tx, *programme, made));
        TRY(check(*programme, made.object, made.asked, known));
        if (made.enterprise && !party::find_enterprise(tx, made.enterprise)) {
            return base::invalid(
                       "budget.enterprise",
                       {"没有找到这家企业。", "There is no such enterprise."},
                       {"请从列表中选择。", "Choose it from the list."})
                .at("/enterprise");
        }
        if (programme->kind == pack::ProgrammeKind::bridge_loan && !made.bank) {
            return base::invalid(
                       "budget.bank",
                       {"转贷需要续贷银行。", "A bridge loan needs the bank that renews."},
                       {"请选择银行。", "Choose the bank."})
                .at("/bank");
        }
        const auto* course = policy_.course(programme->course);
        made.id = tx.new_id<base::BudgetCase>();
        made.number = "ZJ" + std::to_string(made.year) + "-" + std::to_string(made.id.value);
        made.state = course->states.front().code;
        made.since = tx.now();
        made.applied_at = tx.now();
        const auto deed = deed_of(tx, made, "apply", "");
        tx.publish(Moved{.subject = made, .deed = deed}, made.id);
        return std::to_string(made.id.value);
    });
}

// The year's accounts; opened at first use, and following the pack's budget.
Result<Year> Budgets::year_of(
    store::Transaction& tx, const pack::Programme& programme, std::int32_t year) {
    const auto budget = budget_of(programme, year);
    if (!budget) return within(programme, year, {}, Money{1}).error();
    auto found = find_year(tx, programme.code, year);
    if (found && found->budget == *budget) return *std::move(found);
    if (found) {
        found->budget = *budget;
        TRY(account::post(
            tx, {ledger::set_debit_limit({.account = found->line, .limit = units(*budget)})}));
        tx.publish(YearOpened{*found}, std::to_string(year));
        return *std::move(found);
    }
    Year made{.programme = programme.code, .year = year, .budget = *budget};
    const auto label = programme.label.zh + " " + std::to_string(year);
    made.series = account::open_series(tx, {.unit = account::Unit::fen, .label = label});
    made.line = TRY(account::open(
        tx,
        {.series = made.series,
         .owner = {},
         .role = "budget",
         .label = label,
         .debit_limit = units(*budget)}));
    made.paid = TRY(account::open(
        tx,
        {.series = made.series, .owner = {}, .role = "paid", .label = label, .debit_limit = 0}));
    tx.publish(YearOpened{made}, std::to_string(year));
    return made;
}

Result<> Budgets::move_money(
    store::Transaction& tx,
    const pack::Programme& programme,
    pack::MoneyEffect effect,
    const std::optional<Money>& amount,
    Case& subject) {
    const auto about = subject.id.value;
    switch (effect) {
    case pack::MoneyEffect::none: return {};
    case pack::MoneyEffect::hold: {
        const auto year = TRY(year_of(tx, programme, subject.year));
        const auto granted = amount.value_or(subject.asked);
        if (granted.fen <= 0 || granted > subject.asked) {
            return base::invalid(
                       "budget.granted",
                       {"审定金额应大于零，不超过申报的 " + subject.asked.yuan_text() + " 元。",
                        "What is approved is above zero and at most the " +
                            subject.asked.yuan_text() + " CNY that were asked."},
                       {"请改填金额。", "Give another amount."})
                .at("/amount");
        }
        // What was true when it was applied for is asked again: others were decided since.
        auto known = TRY(standing(tx, programme, subject));
        known.today = Date::of(subject.year, 12, 31);
        if (programme.to) known.today = std::min(known.today, *programme.to);
        TRY(check(programme, subject.object, granted, known));
        TRY(within(
            programme, subject.year, money(account::balance(tx, year.line)->debitable()), granted));
        const auto done = TRY(account::post(
            tx,
            {ledger::hold(
                {.debit = year.line,
                 .credit = year.paid,
                 .amount = units(granted),
                 .about = about})}));
        subject.hold = done.ids.front();
        subject.granted = granted;
        return {};
    }
    case pack::MoneyEffect::pay:
        TRY(account::post(tx, {ledger::post({.hold = subject.hold, .about = about})}));
        subject.paid_at = tx.now();
        return {};
    case pack::MoneyEffect::release:
        TRY(account::post(tx, {ledger::release({.hold = subject.hold, .about = about})}));
        subject.granted = {};
        return {};
    case pack::MoneyEffect::give_back: {
        const auto year = TRY(year_of(tx, programme, subject.year));
        TRY(account::post(
            tx,
            {ledger::transfer(
                {.debit = year.paid,
                 .credit = year.line,
                 .amount = units(subject.granted),
                 .about = about})}));
        subject.back_at = tx.now();
        return {};
    }
    }
    base::bug("effect out of range");
}

Result<store::Receipt> Budgets::act(
    const store::Command& command, Id<base::BudgetCase> id, const Wish& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto subject = find(tx, id);
        if (!subject) return no_such_case();
        const auto* programme = policy_.programme(subject->programme);
        const auto* course = programme == nullptr ? nullptr : policy_.course(programme->course);
        if (course == nullptr) return no_such_programme();
        const auto machine = TRY(machine_of(*course));
        TRY(machine.step(subject->state, wish.act, tx.actor().kind));
        const auto* step = step_of(*course, wish.act, subject->state, tx.actor().kind);
        TRY(may_act(tx.actor(), policy_, *programme, *step, *subject));
        if (step->reason_required && wish.reason.empty()) {
            return base::invalid(
                       "budget.reason",
                       {"请说明理由。", "Give the reason."},
                       {"理由会送达申报单位。", "It is sent to the applicant."})
                .at("/reason");
        }
        TRY(move_money(tx, *programme, step->effect, wish.amount, *subject));
        subject->state = step->to;
        subject->since = tx.now();
        subject->due_on.reset();
        subject->overdue_told = false;
        const auto state = std::ranges::find(course->states, step->to, &pack::CourseState::code);
        if (state->due_days > 0) {
            // A bridge loan's own days, when it has fewer than the course allows.
            const bool lent = step->effect == pack::MoneyEffect::pay && subject->figures.days > 0;
            const auto days =
                lent ? std::min(subject->figures.days, state->due_days) : state->due_days;
            subject->due_on = policy_.zone().date(tx.now()).plus_days(days);
        }
        if (state->ends && !subject->paid_at) subject->counts = false;
        ++subject->version;
        auto deed = deed_of(tx, *subject, wish.act, wish.reason);
        tx.publish(Moved{.subject = *subject, .deed = std::move(deed)}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Budgets::file_loan(const store::Command& command, const FileLoan& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::loan_record));
        const auto* programme = policy_.programme(wish.programme);
        if (programme == nullptr || programme->kind != pack::ProgrammeKind::risk_compensation)
            return no_such_programme();
        if (wish.loan.empty() || wish.amount.fen <= 0 ||
            !party::find_enterprise(tx, wish.enterprise)) {
            return base::invalid(
                "budget.pooled",
                {"请填写借据号、借款企业和金额。", "Give the loan's number, borrower and amount."},
                {"按借据填写。", "As the loan says."});
        }
        const auto loans = pooled(tx, wish.programme, tx.actor().party);
        if (std::ranges::find(loans, wish.loan, &Pooled::loan) != loans.end()) {
            return base::conflict(
                       "budget.pooled_already",
                       {"这笔贷款已经备案。", "The loan has been filed already."},
                       {"请查看入池清单。", "See the list of the pool."})
                .at("/loan");
        }
        tx.publish(
            LoanFiled{
                {.programme = wish.programme,
                 .bank = tx.actor().party,
                 .loan = wish.loan,
                 .enterprise = wish.enterprise,
                 .amount = wish.amount,
                 .filed_on = policy_.zone().date(tx.now())}},
            wish.loan);
        return wish.loan;
    });
}

Result<store::Receipt> Budgets::fell_due(Id<base::BudgetCase> id, Date today) {
    const auto subject = database_.read([&](const store::Snapshot& db) { return find(db, id); });
    if (!subject) return no_such_case();
    const auto command = store::Command::internal(
        "budget-due:" + std::to_string(id.value) + ":" + std::to_string(subject->version));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto now = find(tx, id);
        if (now && now->due_on && *now->due_on < today && !now->overdue_told)
            tx.publish(FellDue{id}, id);
        return std::to_string(id.value);
    });
}

Use use_of(const store::Snapshot& db, const pack::Programme& programme, std::int32_t year) {
    const auto budget = budget_of(programme, year).value_or(Money{});
    const auto found = find_year(db, programme.code, year);
    if (!found) return {.budget = budget, .left = budget};
    const auto line = account::balance(db, found->line);
    const auto reserved = money(line->debits_pending);
    const auto paid = money(line->debits_posted - line->credits_posted);
    const auto used = reserved + paid;
    return {
        .budget = budget,
        .reserved = reserved,
        .paid = paid,
        .left = used < budget ? budget - used : Money{}};
}

} // namespace budget
