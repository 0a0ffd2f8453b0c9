// Decisions and use cases of 借据.
#include "domain/loan/loan.hpp"

#include "domain/fact/fact.hpp"
#include "domain/permission/permission.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace loan {
namespace {

constexpr auto rate_most = Rate::percent(36); // beyond it is an error of unit, not a price
constexpr std::size_t number_bytes_most = 64;

base::Error at_field(std::string code, std::string field, base::Text message, base::Text cure) {
    return base::invalid(std::move(code), std::move(message), std::move(cure)).at(std::move(field));
}

Result<> check_terms(const Record& wish, Date today) {
    if (wish.number.empty() || wish.number.size() > number_bytes_most) {
        return at_field(
            "loan.number",
            "/number",
            {"借据号为空或过长。", "The loan number is empty or too long."},
            {"请填写 1 至 64 个字符的借据号。", "Give 1 to 64 characters."});
    }
    if (wish.amount.fen <= 0) {
        return at_field(
            "loan.amount",
            "/amount",
            {"放款金额应大于零。", "The amount must be more than nothing."},
            {"请填写实际放款金额。", "Give the amount that was disbursed."});
    }
    if (wish.rate.ppm < 0 || wish.rate > rate_most) {
        return at_field(
            "loan.rate",
            "/rate",
            {"年利率超出合理范围。", "The yearly rate is out of range."},
            {"请填写 0 至 36% 的年利率。", "Give a yearly rate between 0 and 36 %."});
    }
    if (wish.start > today || wish.due <= wish.start) {
        return at_field(
            "loan.dates",
            wish.start > today ? "/start" : "/due",
            {"起止日期不合理：放款日不能晚于今天，到期日应晚于放款日。",
             "A loan starts today at the latest and is due after it starts."},
            {"请核对借据上的日期。", "Check the dates on the loan note."});
    }
    return {};
}

base::Error differs(const Entry& known, const std::vector<std::string>& fields) {
    std::string names;
    for (const auto& field : fields)
        names += (names.empty() ? "" : ", ") + field;
    return base::conflict(
               "loan.differs",
               {"借据 " + known.number + " 已登记，且以下内容不同：" + names + "。",
                "Loan " + known.number + " is recorded already with other content: " + names + "."},
               {"请核对借据号；如需更正请先联系平台管理员。",
                "Check the number; ask the platform's administrators for a correction."})
        .at("/" + fields.front());
}

// Started months between two days: 2023-01-15 to 2023-02-15 is one, to 2023-02-16 two.
std::int32_t months_between(Date start, Date due) {
    auto months = (due.year() - start.year()) * 12 + static_cast<int>(due.month()) -
                  static_cast<int>(start.month());
    if (start.plus_months(months) < due) ++months;
    return months;
}

base::Error no_loan() {
    return base::not_found(
        "loan.none",
        {"没有找到这笔借据。", "There is no such loan."},
        {"请核对借据。", "Check the number."});
}

base::Error bad_day() {
    return at_field(
        "loan.day",
        "/at",
        {"日期应在放款日与今天之间。", "The day must lie between the disbursement and today."},
        {"请核对日期。", "Check the date."});
}

Result<Entry> own_loan(const store::Transaction& tx, Id<Loan> id) {
    auto entry = find(tx, id);
    if (!entry) return no_loan();
    if (tx.actor().kind != base::PartyKind::platform && tx.actor().party != entry->institution)
        return no_loan();
    return *std::move(entry);
}

} // namespace

Result<> check(const Record& wish, const pack::Policy& policy, Date today) {
    TRY(check_terms(wish, today));
    if (policy.guarantee_mode(wish.guarantee_mode) == nullptr) {
        return at_field(
            "loan.guarantee_mode",
            "/guarantee_mode",
            {"没有这种担保方式。", "There is no such guarantee mode."},
            {"请从目录中选择。", "Choose one from the catalogue."});
    }
    if (!policy.repayment_modes().find(wish.repayment_mode)) {
        return at_field(
            "loan.repayment_mode",
            "/repayment_mode",
            {"没有这种还款方式。", "There is no such repayment mode."},
            {"请从目录中选择。", "Choose one from the catalogue."});
    }
    if (policy.loan_use(wish.use) == nullptr) {
        return at_field(
            "loan.use",
            "/use",
            {"没有这种资金用途。", "There is no such use."},
            {"请从目录中选择。", "Choose one from the catalogue."});
    }
    return {};
}

std::vector<std::string> differences(const Entry& known, const Record& wish) {
    std::vector<std::string> fields;
    const auto compare = [&](bool same, const char* name) {
        if (!same) fields.emplace_back(name);
    };
    compare(known.enterprise == wish.enterprise, "enterprise");
    compare(known.amount == wish.amount, "amount");
    compare(known.rate == wish.rate, "rate");
    compare(known.start == wish.start, "start");
    compare(known.due == wish.due, "due");
    compare(known.guarantee_mode == wish.guarantee_mode, "guarantee_mode");
    compare(known.repayment_mode == wish.repayment_mode, "repayment_mode");
    compare(known.use == wish.use, "use");
    compare(known.green == wish.green, "green");
    // A bulk file does not say which claim a loan came from; one claim against another does differ.
    compare(!known.claim || !wish.claim || known.claim == wish.claim, "claim");
    return fields;
}

void fill(rule::Row& row, const pack::Policy& policy, const Standing& standing) {
    fact::put(row, policy, "has_loan_here", standing.loans > 0);
    fact::put(row, policy, "loan_balance_here", standing.balance);
}

Recorded decide(const Record& wish, const Borrower& borrower, bool manufacturing, Instant now) {
    Recorded out;
    auto& loan = out.loan;
    loan.institution = wish.institution;
    loan.number = wish.number;
    loan.enterprise = wish.enterprise;
    loan.need = wish.need;
    loan.claim = wish.claim;
    loan.amount = wish.amount;
    loan.rate = wish.rate;
    loan.price = wish.price;
    loan.term_months = months_between(wish.start, wish.due);
    loan.start = wish.start;
    loan.due = wish.due;
    loan.guarantee_mode = wish.guarantee_mode;
    loan.repayment_mode = wish.repayment_mode;
    loan.use = wish.use;
    loan.green = wish.green;
    loan.credit_loan = wish.guarantee_mode == credit_mode;
    loan.industry = borrower.enterprise.industry;
    loan.manufacturing = manufacturing;
    loan.medium_long = wish.start.plus_months(12) < wish.due;
    loan.size = borrower.enterprise.size;
    loan.balance = wish.amount;
    loan.through_platform = wish.claim.has_value();
    loan.recorded_at = now;
    // Of loans of one day the one recorded first is the first.
    loan.first_loan =
        !borrower.had_loans_before && std::ranges::none_of(borrower.loans, [&](const Entry& other) {
            return other.start <= wish.start;
        });
    if (loan.first_loan) {
        for (const auto& other : borrower.loans) {
            if (other.first_loan) out.no_longer_first.push_back(other.id);
        }
    }
    return out;
}

Result<Loans::Outcome> Loans::record_in(store::Transaction& tx, const Record& wish) const {
    TRY(check(wish, policy_, policy_.calendar().zone().date(tx.now())));
    const auto institution = party::find(tx, wish.institution);
    if (!institution || institution->kind != base::PartyKind::institution) {
        return at_field(
            "loan.no_institution",
            "/institution",
            {"没有这家机构。", "There is no such institution."},
            {"请核对机构。", "Check the institution."});
    }
    const auto enterprise = party::find_enterprise(tx, wish.enterprise);
    if (!enterprise) {
        return at_field(
            "loan.no_enterprise",
            "/enterprise",
            {"没有这家企业。", "There is no such enterprise."},
            {"请先登记该企业。", "Register the enterprise first."});
    }
    if (const auto known = find_number(tx, wish.institution, wish.number)) {
        const auto fields = differences(*known, wish);
        if (!fields.empty()) return differs(*known, fields);
        const bool finds_claim = wish.claim && wish.need && !known->claim;
        if (finds_claim) tx.publish(Linked{known->id, *wish.need, *wish.claim}, known->id);
        return Outcome{.id = known->id, .fresh = finds_claim};
    }
    Borrower borrower{
        .enterprise = *enterprise,
        .loans = of_enterprise(tx, wish.enterprise),
        .had_loans_before = false};
    const auto facts = fact::current(tx, wish.enterprise);
    const auto ever = facts.find("has_loan_ever");
    borrower.had_loans_before = ever != facts.end() && ever->second.value.text == "true";
    auto event = decide(
        wish, borrower, policy_.industries().is_manufacturing(enterprise->industry), tx.now());
    event.loan.id = tx.new_id<Loan>();
    tx.publish(event, event.loan.id);
    return Outcome{.id = event.loan.id, .fresh = true};
}

Result<store::Receipt> Loans::record(const store::Command& command, const Record& wish) {
    TRY(permission::require(command.actor, base::Right::loan_record));
    if (command.actor.kind == base::PartyKind::institution)
        TRY(permission::own_row(command.actor, wish.institution));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto outcome = TRY(record_in(tx, wish));
        return std::to_string(outcome.id.value);
    });
}

Result<store::Receipt> Loans::repay(
    const store::Command& command, Id<Loan> id, Date day, Money amount) {
    TRY(permission::require(command.actor, base::Right::loan_record));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto entry = TRY(own_loan(tx, id));
        if (day < entry.start || day > policy_.calendar().zone().date(tx.now())) return bad_day();
        if (amount.fen <= 0 || amount > entry.balance) {
            return base::rejected(
                       "loan.repaid_too_much",
                       {"还款金额应大于零且不超过余额 " + entry.balance.yuan_text() + " 元。",
                        "A repayment is more than nothing and at most the balance of " +
                            entry.balance.yuan_text() + " yuan."},
                       {"请核对金额与借据号。", "Check the amount and the loan."})
                .at("/amount");
        }
        tx.publish(Repaid{id, day, amount}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Loans::grade(
    const store::Command& command, Id<Loan> id, Date day, Grade grade) {
    TRY(permission::require(command.actor, base::Right::loan_record));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto entry = TRY(own_loan(tx, id));
        if (day < entry.start || day > policy_.calendar().zone().date(tx.now())) return bad_day();
        tx.publish(Graded{id, day, grade}, id);
        return std::to_string(id.value);
    });
}

} // namespace loan
