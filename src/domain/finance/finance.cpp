// Use cases of 融资对接: load the case, let the command take its course, publish what came of it.
#include "domain/finance/finance.hpp"

#include "domain/dossier/dossier.hpp"
#include "domain/finance/check.hpp"
#include "domain/finance/course.hpp"
#include "domain/permission/permission.hpp"
#include "domain/product/product.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <array>

namespace finance {
namespace {

using base::Right;
using store::Command;
using store::Receipt;
using store::Transaction;

std::string text_of(auto id) { return std::to_string(id.value); }

base::Error no_need() {
    return base::not_found(
        "finance.no_need",
        {"没有找到该需求，或您无权查看。", "No such need, or it is not yours to see."},
        {"请核对编号。", "Check the number."});
}

base::Error no_claim() {
    return base::not_found(
        "finance.no_claim",
        {"没有找到该对接，或您无权办理。", "No such claim, or it is not yours."},
        {"请核对编号。", "Check the number."});
}

Result<Case> case_of(const Transaction& tx, Id<Need> id) {
    auto found = find_case(tx, id);
    if (!found) return no_need();
    return *std::move(found);
}

// Which right an act of that side takes.
Result<> may_act(const Actor& actor) {
    switch (actor.kind) {
    case PartyKind::enterprise: return permission::require(actor, Right::need_post);
    case PartyKind::institution: return permission::require(actor, Right::need_answer);
    case PartyKind::department: return permission::require(actor, Right::need_supervise);
    case PartyKind::platform: break;
    }
    // People of the platform keep it running; they do not take part.
    if (!actor.person) return {};
    return base::forbidden(
        "finance.not_a_party",
        {"平台运维人员不参与对接。", "The platform's own people take no part in this."},
        {"请用企业、机构或部门账户办理。",
         "Sign in for an enterprise, an institution or a department."});
}

Result<> own_need(const Actor& actor, const NeedRow& need) {
    if (actor.kind == PartyKind::department) return {};
    if (actor.kind == PartyKind::enterprise && actor.party == need.enterprise) return {};
    return no_need();
}

Result<> own_claim(const Actor& actor, const ClaimRow& claim) {
    switch (actor.kind) {
    case PartyKind::enterprise:
        if (actor.party == claim.enterprise) return {};
        break;
    case PartyKind::institution:
        if (actor.party == claim.institution) return {};
        break;
    case PartyKind::department: return {};
    case PartyKind::platform: break;
    }
    return no_claim();
}

// A repair is done by the unit the reason of the refusal names, or by the supervisor for it.
Result<> may_repair(const Actor& actor, const ClaimRow& claim, const Book& book) {
    const bool names_a_unit = claim.refusal && claim.refusal->owner;
    if (actor.kind != PartyKind::department || !names_a_unit) return {};
    const auto& supervisor = book.policy().pack().process.supervisor;
    if (actor.unit == *claim.refusal->owner || actor.unit == supervisor) return {};
    return base::forbidden(
        "finance.not_the_repairer",
        {"该问题由其他单位负责修复。", "Another unit is responsible for this repair."},
        {"请由拒绝原因指定的责任单位或督办单位办理。",
         "The unit that the reason names, or the supervisor, does this."});
}

Course course_of(const Book& book, Case start, Transaction& tx) {
    return {book, std::move(start), tx.now(), [&tx] { return tx.new_id<Need>().value; }};
}

// "XQ2023000008": the eighth need of 2023.
std::string next_number(const Transaction& tx, Date today) {
    const auto prefix = "XQ" + std::to_string(today.year());
    const auto last = tx.row<std::string>(
        "select number from finance_need where number > $1 and number < $2 "
        "order by number desc limit 1",
        prefix,
        prefix + "~");
    const auto count = last ? std::stoll(last->substr(prefix.size())) + 1 : 1;
    auto digits = std::to_string(count);
    return prefix + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

Result<> check_targets(const Transaction& tx, const DraftNeed& wish, Date today) {
    for (std::size_t i = 0; i < wish.products.size(); ++i) {
        if (product::in_force(tx, wish.products[i], today)) continue;
        return base::invalid(
                   "finance.product_gone",
                   {"所选产品不存在或已下架。", "The product chosen does not exist any more."},
                   {"请重新选择产品。", "Choose again."})
            .at("/products/" + std::to_string(i));
    }
    for (std::size_t i = 0; i < wish.institutions.size(); ++i) {
        const auto found = party::find(tx, wish.institutions[i]);
        if (found && found->kind == PartyKind::institution) continue;
        return base::invalid(
                   "finance.institution_gone",
                   {"所选机构不存在。", "The institution chosen is not here."},
                   {"请重新选择机构。", "Choose again."})
            .at("/institutions/" + std::to_string(i));
    }
    return {};
}

// One claim an institution, with the first of its products that was chosen.
std::vector<Target> targets_of(const Transaction& tx, const DraftNeed& wish, Date today) {
    std::vector<Target> targets;
    const auto add = [&](Id<Party> institution, std::optional<Id<Product>> product) {
        const bool there = std::ranges::any_of(
            targets, [&](const Target& target) { return target.institution == institution; });
        if (!there) targets.push_back({institution, product, ""});
    };
    for (const auto product : wish.products) {
        if (const auto version = product::in_force(tx, product, today))
            add(version->institution, product);
    }
    for (const auto institution : wish.institutions)
        add(institution, std::nullopt);
    return targets;
}

// Sending a refused enterprise round once more helps few: of those referred on in the United
// Kingdom about one in twenty was financed. So a further round needs a product whose rule the
// enterprise meets, or may meet once data are there, of an institution that has not refused it.
Result<std::string> check_before_reroute(
    const Transaction& tx,
    const pack::Policy& policy,
    const product::Products& products,
    const Case& of) {
    const auto today = policy.calendar().zone().date(tx.now());
    const auto row = TRY(dossier::row(tx, policy, of.need.enterprise));
    std::int64_t eligible = 0;
    std::int64_t unknown = 0;
    for (const auto& version : product::list(tx, {}, today)) {
        const bool refused_before = std::ranges::any_of(of.claims, [&](const ClaimRow& claim) {
            return claim.institution == version.institution && claim.refusal &&
                   claim.refusal->repair_text.empty();
        });
        const auto* program = products.eligibility(version);
        if (refused_before || program == nullptr) continue;
        const auto outcome = rule::decide(*program, row, today);
        eligible += outcome == rule::Outcome::holds ? 1 : 0;
        unknown += outcome == rule::Outcome::unknown ? 1 : 0;
    }
    if (eligible + unknown == 0) {
        return base::rejected(
            "finance.precheck",
            {"预审未通过：目前没有其他机构的产品符合准入条件。",
             "The pre-check found no product of another institution that would admit it."},
            {"请先按拒绝原因完成修复，或在匹配页查看差距最小的产品。",
             "Repair what the refusals name first, or see which products are nearest."});
    }
    return "预审：符合 " + std::to_string(eligible) + "，待补数据 " + std::to_string(unknown) +
           " pre-check: " + std::to_string(eligible) + " eligible, " + std::to_string(unknown) +
           " unknown";
}

NeedRow new_need(Id<Need> id, const DraftNeed& wish, const Transaction& tx, const Book& book) {
    NeedRow row;
    row.id = id;
    row.enterprise = tx.actor().party;
    row.state = book.need().first();
    row.wish = wish;
    row.amount = wish.amount;
    row.drafted_at = tx.now();
    row.changed_at = tx.now();
    return row;
}

void take_portrait(const Transaction& tx, NeedRow& row) {
    const auto enterprise = party::find_enterprise(tx, row.enterprise);
    if (!enterprise) return;
    row.industry = enterprise->industry;
    row.town = enterprise->town;
    row.size = enterprise->size;
}

void publish(Transaction& tx, Course& course) {
    const auto moved = course.take(tx.actor().person ? tx.actor().name : "");
    tx.publish(moved, moved.need.id);
}

base::Error by_itself(const std::string& act) {
    return base::rejected(
        "finance.by_itself",
        {"“" + act + "”有专门的办理入口。", "'" + act + "' has a way of its own."},
        {"请使用对应的功能办理。", "Use the function made for it."});
}

} // namespace

Finance::Finance(
    store::Database& database,
    const pack::Policy& policy,
    loan::Loans& loans,
    product::Products& products)
    : database_(database)
    , policy_(policy)
    , loans_(loans)
    , products_(products)
    , book_(std::make_unique<Book>(policy)) {}

Finance::~Finance() = default;

Result<Receipt> Finance::draft(const Command& command, const DraftNeed& wish) {
    TRY(permission::require(command.actor, Right::need_post));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        if (tx.actor().kind != PartyKind::enterprise) return no_need();
        const auto today = policy_.calendar().zone().date(tx.now());
        TRY(check_draft(wish, policy_));
        TRY(check_targets(tx, wish, today));
        auto row = new_need(tx.new_id<Need>(), wish, tx, *book_);
        take_portrait(tx, row);
        row.number = next_number(tx, today);
        tx.publish(NeedDrafted{row}, row.id);
        return text_of(row.id);
    });
}

Result<Receipt> Finance::redraft(
    const Command& command, Id<Need> id, std::int64_t version, const DraftNeed& wish) {
    TRY(permission::require(command.actor, Right::need_post));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto row = find_need(tx, id);
        if (!row || row->enterprise != tx.actor().party) return no_need();
        if (row->state != book_->need().first()) {
            return base::rejected(
                "finance.not_a_draft",
                {"需求已提交，不能再修改。", "The need is submitted and cannot be changed."},
                {"如需更改，请撤回后重新填写。", "Withdraw it and post another."});
        }
        if (row->version != version) {
            return base::conflict(
                "finance.version",
                {"草稿已在别处修改。", "The draft was changed elsewhere."},
                {"请刷新后再改。", "Reload and change it again."});
        }
        TRY(check_draft(wish, policy_));
        TRY(check_targets(tx, wish, policy_.calendar().zone().date(tx.now())));
        row->wish = wish;
        row->amount = wish.amount;
        ++row->version;
        row->changed_at = tx.now();
        take_portrait(tx, *row);
        tx.publish(NeedDrafted{*row}, id);
        return text_of(id);
    });
}

Result<Receipt> Finance::submit(
    const Command& command, Id<Need> id, const std::optional<ConsentWish>& consent) {
    TRY(permission::require(command.actor, Right::need_post));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto start = TRY(case_of(tx, id));
        if (start.need.enterprise != tx.actor().party) return no_need();
        const auto today = policy_.calendar().zone().date(tx.now());
        const auto wish = start.need.wish;
        TRY(check_complete(wish));
        TRY(check_targets(tx, wish, today));
        if (consent) TRY(check_consent(*consent, policy_, today));
        auto course = course_of(*book_, std::move(start), tx);
        TRY(course.act("submit", PartyKind::enterprise, ""));
        course.need().submitted_at = tx.now();
        course.need().submitted_by = tx.actor().person;
        course.need().consent = consent;
        take_portrait(tx, course.need());
        TRY(course.publish(targets_of(tx, wish, today)));
        TRY(course.settle());
        publish(tx, course);
        return text_of(id);
    });
}

Result<Receipt> Finance::act_on_need(
    const Command& command, Id<Need> id, const std::string& act, const std::string& reason) {
    constexpr std::array own_way = {"submit", "publish", "claim", "disburse"};
    if (std::ranges::find(own_way, act) != own_way.end()) return by_itself(act);
    TRY(may_act(command.actor));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto start = TRY(case_of(tx, id));
        TRY(own_need(tx.actor(), start.need));
        const auto by = tx.actor().kind;
        auto text = reason;
        if (act == "reroute") {
            TRY(book_->need().step(start.need.state, act, by));
            const auto found = TRY(check_before_reroute(tx, policy_, products_, start));
            text += (text.empty() ? "" : " · ") + found;
        }
        auto course = course_of(*book_, std::move(start), tx);
        if (act == "reroute") {
            TRY(course.reroute(by, text));
        } else {
            TRY(course.act(act, by, text));
        }
        auto& need = course.need();
        if (act == "escalate") need.escalation = std::min(3, need.escalation + 1);
        if (act == "complain") ++need.complaints;
        TRY(course.settle());
        publish(tx, course);
        return text_of(id);
    });
}

Result<Receipt> Finance::claim(
    const Command& command, Id<Need> id, std::optional<Id<Product>> product) {
    TRY(permission::require(command.actor, Right::need_answer));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto start = TRY(case_of(tx, id));
        const auto institution = tx.actor().party;
        if (tx.actor().kind != PartyKind::institution) return no_need();
        TRY(may_see(tx, tx.actor(), start.need));
        if (product) {
            const auto version =
                product::in_force(tx, *product, policy_.calendar().zone().date(tx.now()));
            if (!version || version->institution != institution) {
                return base::invalid(
                           "finance.not_your_product",
                           {"只能选用本机构在售的产品。",
                            "Choose a product of your own that is on offer."},
                           {"请重新选择产品。", "Choose again."})
                    .at("/product");
            }
        }
        Id<Claim> pushed;
        for (const auto& row : start.claims) {
            const bool mine = row.institution == institution && row.round == start.need.round;
            if (mine && row.state == book_->claim().first()) pushed = row.id;
        }
        auto course = course_of(*book_, std::move(start), tx);
        auto taken = pushed;
        if (pushed) {
            TRY(course.act(pushed, "claim", PartyKind::institution, ""));
            if (product) course.claim(pushed).product = product;
        } else {
            taken = TRY(course.open({institution, product, ""}, "claim"));
        }
        TRY(course.settle());
        publish(tx, course);
        return text_of(taken);
    });
}

Result<Receipt> Finance::act_on_claim(
    const Command& command, Id<Claim> id, const std::string& act, const Deed& deed) {
    if (act == "disburse") return by_itself(act);
    TRY(may_act(command.actor));
    if (act == "claim") { // a pushed claim is taken on as any other
        const auto pushed =
            database_.read([&](const store::Snapshot& db) { return find_claim(db, id); });
        if (!pushed) return no_claim();
        return claim(command, pushed->need, pushed->product);
    }
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        const auto claim = find_claim(tx, id);
        if (!claim) return no_claim();
        TRY(own_claim(tx.actor(), *claim));
        const auto by = tx.actor().kind;
        TRY(book_->claim().step(claim->state, act, by));
        if (act == "repaired") TRY(may_repair(tx.actor(), *claim, *book_));
        auto course = course_of(*book_, TRY(case_of(tx, claim->need)), tx);
        TRY(put_deed(course.claim(id), course.now_is(), act, deed, policy_, tx.now()));
        TRY(course.act(id, act, by, deed_text(act, deed)));
        TRY(course.settle());
        publish(tx, course);
        return text_of(id);
    });
}

Result<Receipt> Finance::disburse(const Command& command, Id<Claim> id, const RecordLoan& wish) {
    TRY(permission::require(command.actor, Right::loan_record));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        const auto claim = find_claim(tx, id);
        if (!claim || tx.actor().kind != PartyKind::institution ||
            claim->institution != tx.actor().party)
            return no_claim();
        loan::Record record{
            .institution = claim->institution,
            .enterprise = claim->enterprise,
            .need = claim->need,
            .claim = id,
            .number = wish.number,
            .amount = wish.amount,
            .rate = wish.rate,
            .price = {},
            .start = wish.start,
            .due = wish.due,
            .guarantee_mode = wish.guarantee_mode,
            .repayment_mode = wish.repayment_mode,
            .use = wish.use,
            .green = wish.green};
        if (claim->offer) record.price = loan::Price{claim->offer->base, claim->offer->spread_bp};
        const auto outcome = TRY(loans_.record_in(tx, record));
        // The same loan sent again under another command changes nothing.
        if (!outcome.fresh) return text_of(outcome.id);
        if (claim->disbursed + wish.amount > claim->granted) {
            return base::rejected(
                       "finance.over_grant",
                       {"放款合计将超过授信额 " + claim->granted.yuan_text() + " 元。",
                        "This would pay out more than the " + claim->granted.yuan_text() +
                            " yuan granted."},
                       {"请核对金额，或先调整授信。", "Check the amount, or grant more first."})
                .at("/amount");
        }
        auto course = course_of(*book_, TRY(case_of(tx, claim->need)), tx);
        course.claim(id).disbursed += wish.amount;
        TRY(course.act(
            id, "disburse", PartyKind::institution, wish.number + " " + wish.amount.yuan_text()));
        TRY(course.settle());
        publish(tx, course);
        return text_of(outcome.id);
    });
}

Result<> Finance::push_in(Transaction& tx, const Push& wish) {
    TRY(permission::require(tx.actor(), Right::need_supervise));
    auto start = TRY(case_of(tx, wish.need));
    if (!start.need.open) {
        return base::rejected(
            "finance.not_open",
            {"该需求已不再开放对接。", "The need is not open any more."},
            {"请重新计算分配方案。", "Work out the allotment again."});
    }
    auto course = course_of(*book_, std::move(start), tx);
    TRY(course.open({wish.institution, wish.product, wish.text}, "push"));
    TRY(course.settle());
    publish(tx, course);
    return {};
}

// That a rung fires once is kept in `fired`, so the command's id carries when it was asked for: a
// question that came too early (the clock was paused in between) does not use up the rung.
Result<Receipt> Finance::fire_rung(Id<ClockMark> id, std::int32_t percent, Instant asked) {
    const auto command = Command::internal(
        "clock:" + text_of(id) + ":" + std::to_string(percent) + ":" + std::to_string(asked.ms));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto row = find_clock(tx, id);
        if (!row || row->phase != process::Phase::running) return text_of(id);
        const bool fired = std::ranges::any_of(
            row->fired, [&](const Fired& each) { return each.percent == percent; });
        const auto* timing = book_->timing(row->rule);
        const auto need = find_need(tx, row->need);
        if (fired || timing == nullptr || !need) return text_of(id);
        const auto at = TRY(process::reaches(row->clock(), percent, policy_.calendar()));
        if (!at || *at > tx.now()) return text_of(id);
        row->fired.push_back({percent, tx.now()});
        for (const auto& rung : timing->rungs) {
            if (rung.percent != percent) continue;
            tx.publish(
                RungFired{
                    .clock = *row,
                    .percent = percent,
                    .notify = rung.notify,
                    .level = rung.level,
                    .escalation = std::max(need->escalation, rung.level),
                    .text =
                        timing->label.zh + " " + std::to_string(percent) + "% " + timing->label.en},
                row->need);
        }
        return text_of(id);
    });
}

Result<Receipt> Finance::expire(Id<Need> id, std::int32_t round) {
    const auto command = Command::internal("expire:" + text_of(id) + ":" + std::to_string(round));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto start = find_case(tx, id);
        if (!start || start->need.round != round || !start->need.expires_at ||
            *start->need.expires_at > tx.now())
            return text_of(id);
        auto course = course_of(*book_, *std::move(start), tx);
        if (!TRY(course.follow("expire", ""))) return text_of(id);
        TRY(course.settle());
        publish(tx, course);
        return text_of(id);
    });
}

Result<Receipt> Finance::lapse_offer(Id<Claim> id, std::int64_t version) {
    const auto command = Command::internal("lapse:" + text_of(id) + ":" + std::to_string(version));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        const auto claim = find_claim(tx, id);
        const auto today = policy_.calendar().zone().date(tx.now());
        if (!claim || claim->version != version || !claim->offer || claim->accepted ||
            claim->offer->valid_until >= today)
            return text_of(id);
        auto course = course_of(*book_, TRY(case_of(tx, claim->need)), tx);
        if (!TRY(course.follow(id, "lapse", "报价到期 the offer's last day has passed")))
            return text_of(id);
        TRY(course.settle());
        publish(tx, course);
        return text_of(id);
    });
}

} // namespace finance
