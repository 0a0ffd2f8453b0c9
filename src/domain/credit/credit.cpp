#include "domain/credit/credit.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace credit {
namespace {

base::Error amount_above_zero() {
    return base::invalid(
               "credit.amount",
               {"金额应大于零。", "The amount is above zero."},
               {"请改填金额。", "Give another amount."})
        .at("/amount");
}

base::Error not_there() {
    return base::not_found(
        "credit.not_found",
        {"没有找到这条授信记录。", "There is no such credit record."},
        {"请回到列表刷新后重试。", "Go back to the list and refresh."});
}

std::string wan(Money amount) {
    return Money{amount.fen / 10'000}.yuan_text() + " 万元"; // fen ÷ 10⁴, printed as yuan
}

ledger::Amount units(Money amount) { return static_cast<ledger::Amount>(amount.fen); }

Money money(ledger::Amount amount) { return {static_cast<std::int64_t>(amount)}; }

std::string numbered(const char* prefix, Date day, std::int64_t id) {
    return prefix + std::to_string(day.year()) + "-" + std::to_string(id);
}

} // namespace

Result<> check(const Sign& wish) {
    if (wish.agreed.fen <= 0) {
        return base::invalid(
                   "credit.amount",
                   {"授信金额应大于零。", "The amount is above zero."},
                   {"请改填金额。", "Give another amount."})
            .at("/agreed");
    }
    if (wish.title.empty()) {
        return base::invalid(
                   "credit.title",
                   {"请填写协议名称。", "Give the agreement's title."},
                   {"例如“战略合作协议”。", "For example “strategic agreement”."})
            .at("/title");
    }
    if (wish.until < wish.signed_on) {
        return base::invalid(
                   "credit.until",
                   {"到期日不早于签约日。", "It ends on or after the day it was signed."},
                   {"请改选日期。", "Choose another day."})
            .at("/until");
    }
    return {};
}

Result<> check(
    const Approve& wish,
    const Agreement& agreement,
    Money left,
    const pack::Pack& pack,
    Date today) {
    if (wish.amount.fen <= 0) return amount_above_zero();
    if (wish.name.empty()) {
        return base::invalid(
                   "credit.name",
                   {"请填写项目名称。", "Give the project's name."},
                   {"按批复文件填写。", "As the approval says."})
            .at("/name");
    }
    if (std::ranges::find(pack.tags, wish.industry, &pack::Choice::code) == pack.tags.end()) {
        return base::invalid(
                   "credit.industry",
                   {"请选择主导产业。", "Choose the leading industry."},
                   {"从列表中选择。", "Choose it from the list."})
            .at("/industry");
    }
    if (today > agreement.until) {
        return base::rejected(
            "credit.agreement_ended",
            {"协议已于 " + agreement.until.text() + " 到期。",
             "The agreement ended on " + agreement.until.text() + "."},
            {"请先续签协议。", "Renew the agreement first."});
    }
    if (wish.amount > left) {
        return base::rejected(
                   "credit.over_agreement",
                   {"超出协议授信：还可审批 " + wan(left) + "。",
                    "Beyond the agreement: " + wan(left) + " may still be approved."},
                   {"请减少金额，或使用另一份协议。", "Approve less, or use another agreement."})
            .at("/amount");
    }
    return {};
}

Result<> fits(const Joint& joint, Money used, Money wanted) {
    if (wanted.fen <= 0) return amount_above_zero();
    if (!joint.limit || used + wanted <= *joint.limit) return {};
    const auto room = used < *joint.limit ? *joint.limit - used : Money{};
    return base::rejected(
               "credit.over_joint_limit",
               {"超出联合授信额度：额度 " + wan(*joint.limit) + "，已授信 " + wan(used) + "，余 " +
                    wan(room) + "。",
                "Beyond the joint limit: limit " + wan(*joint.limit) + ", granted " + wan(used) +
                    ", room left " + wan(room) + "."},
               {"请把授信减到余额以内，或由主管部门重新核定额度。",
                "Grant no more than the room left, or have the limit reviewed."})
        .at("/amount");
}

Result<store::Receipt> Credit::sign(const store::Command& command, const Sign& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::credit_manage));
        TRY(check(wish));
        const auto bank = party::find(tx, wish.bank);
        if (!bank || bank->kind != base::PartyKind::institution) {
            return base::invalid(
                       "credit.bank",
                       {"请选择已入驻的机构。", "Choose an institution of this county."},
                       {"从机构列表中选择。", "Choose it from the list."})
                .at("/bank");
        }
        Agreement made;
        made.id = tx.new_id<base::Agreement>();
        made.number = numbered("XY", wish.signed_on, made.id.value);
        made.bank = wish.bank;
        made.title = wish.title;
        made.agreed = wish.agreed;
        made.signed_on = wish.signed_on;
        made.until = wish.until;
        made.use = wish.use;
        made.series = account::open_series(tx, {.unit = account::Unit::fen, .label = made.number});
        made.line = TRY(account::open(
            tx,
            {.series = made.series,
             .owner = wish.bank,
             .role = "agreement",
             .about = made.id.value,
             .label = wish.title,
             .debit_limit = units(wish.agreed)}));
        made.drawn = TRY(account::open(
            tx,
            {.series = made.series,
             .owner = {},
             .role = "drawn",
             .about = made.id.value,
             .label = wish.title,
             .debit_limit = 0}));
        tx.publish(Signed{made}, made.id);
        return std::to_string(made.id.value);
    });
}

Result<store::Receipt> Credit::approve(
    const store::Command& command, Id<base::Agreement> id, const Approve& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::loan_record));
        const auto agreement = find_agreement(tx, id);
        if (!agreement || agreement->bank != tx.actor().party) return not_there();
        const auto left = money(account::balance(tx, agreement->line)->debitable());
        TRY(check(wish, *agreement, left, policy_.pack(), policy_.zone().date(tx.now())));
        if (wish.enterprise && !party::find_enterprise(tx, wish.enterprise)) return not_there();
        Project made;
        made.id = tx.new_id<base::CreditProject>();
        made.agreement = id;
        made.bank = agreement->bank;
        made.name = wish.name;
        made.industry = wish.industry;
        made.enterprise = wish.enterprise;
        made.approved = wish.amount;
        made.at = tx.now();
        made.account = TRY(account::open(
            tx,
            {.series = agreement->series,
             .owner = agreement->bank,
             .role = "project",
             .about = made.id.value,
             .label = wish.name,
             .debit_limit = 0}));
        TRY(account::post(
            tx,
            {ledger::transfer(
                {.debit = agreement->line,
                 .credit = made.account,
                 .amount = units(wish.amount),
                 .about = made.id.value})}));
        tx.publish(Approved{made}, made.id);
        return std::to_string(made.id.value);
    });
}

Result<Project> Credit::own_project(
    const store::Transaction& tx, Id<base::CreditProject> id) const {
    TRY(permission::require(tx.actor(), base::Right::loan_record));
    auto found = find_project(tx, id);
    if (!found || found->bank != tx.actor().party) return not_there();
    return *std::move(found);
}

namespace {

Result<> within_project(const Project& project, Money amount) {
    if (amount.fen <= 0) return amount_above_zero();
    const auto left = project.approved - project.drawn;
    if (amount <= left) return {};
    return base::rejected(
               "credit.over_approved",
               {"超出项目已批金额：还有 " + wan(left) + "。",
                "Beyond what was approved: " + wan(left) + " is left."},
               {"请减少金额，或先追加审批。", "Use less, or have more approved first."})
        .at("/amount");
}

} // namespace

Result<store::Receipt> Credit::draw(
    const store::Command& command, Id<base::CreditProject> id, Money amount) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto project = TRY(own_project(tx, id));
        TRY(within_project(project, amount));
        const auto agreement = find_agreement(tx, project.agreement);
        TRY(account::post(
            tx,
            {ledger::transfer(
                {.debit = project.account,
                 .credit = agreement->drawn,
                 .amount = units(amount),
                 .about = id.value})}));
        project.drawn += amount;
        tx.publish(Drawn{project, amount}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Credit::give_up(
    const store::Command& command, Id<base::CreditProject> id, Money amount) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto project = TRY(own_project(tx, id));
        TRY(within_project(project, amount));
        const auto agreement = find_agreement(tx, project.agreement);
        TRY(account::post(
            tx,
            {ledger::transfer(
                {.debit = project.account,
                 .credit = agreement->line,
                 .amount = units(amount),
                 .about = id.value})}));
        project.approved -= amount;
        tx.publish(Drawn{project, Money{} - amount}, id);
        return std::to_string(id.value);
    });
}

// The borrower's joint account, opened without a limit when there is none.
Result<Joint> Credit::joint_of(store::Transaction& tx, Id<Party> borrower) {
    if (auto found = find_joint(tx, borrower)) return *std::move(found);
    const auto enterprise = party::find_enterprise(tx, borrower);
    if (!enterprise) return not_there();
    Joint joint;
    joint.borrower = borrower;
    joint.set_on = policy_.zone().date(tx.now());
    joint.series =
        account::open_series(tx, {.unit = account::Unit::fen, .label = enterprise->name});
    joint.line = TRY(account::open(
        tx,
        {.series = joint.series, .owner = borrower, .role = "joint", .label = enterprise->name}));
    return joint;
}

Result<store::Receipt> Credit::set_limit(
    const store::Command& command, Id<Party> borrower, const SetLimit& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::credit_manage));
        if (wish.limit.fen <= 0 || wish.reason.empty()) {
            return base::invalid(
                       "credit.limit",
                       {"请填写额度和核定理由。", "Give the limit and how it was found."},
                       {"例如净资产、销售收入和现有融资。",
                        "For example net assets, sales and present borrowing."})
                .at(wish.limit.fen <= 0 ? "/limit" : "/reason");
        }
        auto joint = TRY(joint_of(tx, borrower));
        joint.limit = wish.limit;
        joint.reason = wish.reason;
        joint.set_on = policy_.zone().date(tx.now());
        TRY(account::post(
            tx, {ledger::set_debit_limit({.account = joint.line, .limit = units(wish.limit)})}));
        tx.publish(LimitSet{joint}, borrower);
        return std::to_string(borrower.value);
    });
}

Result<store::Receipt> Credit::grant(const store::Command& command, const Grant& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::loan_record));
        const bool fresh = !find_joint(tx, wish.borrower);
        auto joint = TRY(joint_of(tx, wish.borrower));
        TRY(fits(joint, fresh ? Money{} : used(tx, joint), wish.amount));
        if (wish.contract.empty() || wish.until < policy_.zone().date(tx.now())) {
            return base::invalid(
                       "credit.contract",
                       {"请填写授信合同号和不早于今天的到期日。",
                        "Give the contract's number and a last day that is not past."},
                       {"按授信批复填写。", "As the credit decision says."})
                .at(wish.contract.empty() ? "/contract" : "/until");
        }
        if (fresh) tx.publish(LimitSet{joint}, wish.borrower);
        Line line;
        line.id = tx.new_id<base::CreditLine>();
        line.borrower = wish.borrower;
        line.bank = tx.actor().party;
        line.amount = wish.amount;
        line.contract = wish.contract;
        line.until = wish.until;
        line.at = tx.now();
        line.account = TRY(account::find_or_open(
            tx, {.series = joint.series, .owner = line.bank, .role = "line", .debit_limit = 0}));
        TRY(account::post(
            tx,
            {ledger::transfer(
                {.debit = joint.line,
                 .credit = line.account,
                 .amount = units(wish.amount),
                 .about = line.id.value})}));
        tx.publish(Granted{line}, line.id);
        return std::to_string(line.id.value);
    });
}

Result<store::Receipt> Credit::lower(
    const store::Command& command, Id<base::CreditLine> id, Money amount) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::loan_record));
        auto line = find_line(tx, id);
        if (!line || line->bank != tx.actor().party) return not_there();
        if (amount.fen < 0 || amount >= line->amount) {
            return base::invalid(
                       "credit.amount",
                       {"调整后的额度应小于现有额度 " + wan(line->amount) + "。",
                        "The new amount is below the present " + wan(line->amount) + "."},
                       {"增加额度请新增一笔授信。", "Grant another line to raise it."})
                .at("/amount");
        }
        const auto joint = find_joint(tx, line->borrower);
        TRY(account::post(
            tx,
            {ledger::transfer(
                {.debit = line->account,
                 .credit = joint->line,
                 .amount = units(line->amount - amount),
                 .about = id.value})}));
        line->amount = amount;
        if (amount.fen == 0) line->closed_at = tx.now();
        tx.publish(Lowered{*line}, id);
        return std::to_string(id.value);
    });
}

Use use_of(const store::Snapshot& db, const Agreement& agreement) {
    const auto line = account::balance(db, agreement.line);
    const auto drawn = account::balance(db, agreement.drawn);
    return {
        .approved = money(line->debits_posted - line->credits_posted),
        .drawn = money(drawn->credits_posted - drawn->debits_posted)};
}

Money used(const store::Snapshot& db, const Joint& joint) {
    const auto line = account::balance(db, joint.line);
    return money(line->debits_posted - line->credits_posted);
}

} // namespace credit
