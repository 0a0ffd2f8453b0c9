#include "domain/allotment/allotment.hpp"

#include "domain/permission/permission.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <set>

namespace allotment {
namespace {

using base::Right;
using store::Command;
using store::Receipt;
using store::Transaction;

constexpr std::size_t title_most = 200; // bytes
constexpr std::int64_t quota_most = 1'000'000;

base::Error none() {
    return base::not_found(
        "allotment.none",
        {"没有找到这次分配。", "There is no such allotment."},
        {"请回到分配列表刷新后重试。", "Go back to the list and refresh."});
}

base::Error ended() {
    return base::conflict(
        "allotment.ended",
        {"这次分配已经结束，不能再改动。", "This allotment is over and cannot be changed."},
        {"需要时请新建一次分配。", "Open a new one when it is needed."});
}

base::Error bad_quota(const std::string& where) {
    return base::invalid(
               "allotment.quota",
               {"名额应为 0 至 1000000，且下限不高于上限；每家机构、每个产品只填一次。",
                "A quota is 0 to 1,000,000 with its floor not above its ceiling, and each "
                "institution and product stands once."},
               {"请改正该行的下限和上限。", "Correct the floor and ceiling of that line."})
        .at(where);
}

bool in_range(std::int64_t units) { return units >= 0 && units <= quota_most; }

Result<> check_institutions(const store::Snapshot& db, const Terms& terms) {
    std::set<Id<Party>> seen;
    for (std::size_t i = 0; i < terms.institutions.size(); ++i) {
        const auto& quota = terms.institutions[i];
        const auto where = "/institutions/" + std::to_string(i);
        const auto found = party::find(db, quota.institution);
        if (!found || found->kind != base::PartyKind::institution) {
            return base::invalid(
                       "allotment.institutions",
                       {"没有这家机构。", "There is no such institution."},
                       {"请从机构列表中选择。", "Choose it from the list."})
                .at(where + "/institution");
        }
        const bool proper =
            in_range(quota.floor) &&
            (!quota.ceiling || (in_range(*quota.ceiling) && *quota.ceiling >= quota.floor));
        if (!proper || !seen.insert(quota.institution).second) return bad_quota(where);
    }
    return {};
}

Result<> check_floors(const Terms& terms) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < terms.floors.size(); ++i) {
        const auto& floor = terms.floors[i];
        const bool proper = terms.family != Family::none && in_range(floor.floor) &&
                            !floor.group.empty() && seen.insert(floor.group).second;
        if (proper) continue;
        return base::invalid(
                   "allotment.floor",
                   {"保底数应为 0 至 1000000，并先选择按什么保底；每组只填一次。",
                    "A floor is 0 to 1,000,000, of a chosen family, and each group stands once."},
                   {"请改正该行，或选择保底方式。", "Correct that line, or choose the family."})
            .at("/floors/" + std::to_string(i));
    }
    return {};
}

Result<Row> open_row(const Transaction& tx, Id<Allotment> id) {
    auto row = find(tx, id);
    if (!row) return none();
    if (row->state != State::open) return ended();
    return *std::move(row);
}

// The pushes, and what came of each; a need that was taken meanwhile is left out and says so.
std::vector<Given> give(
    Transaction& tx, finance::Finance& finance, const Row& row, const Plan& plan) {
    std::vector<Given> all;
    for (const auto& planned : plan.needs) {
        for (const auto& pair : planned.pairs) {
            if (pair.units == 0) continue;
            auto& given = all.emplace_back();
            given.allotment = row.id;
            given.need = planned.need.id;
            given.institution =
                plan.institutions[static_cast<std::size_t>(pair.institution)].quota.institution;
            given.product = pair.product;
            given.units = pair.units;
            given.cost = {pair.cost_ppm};
            auto text = "分配 allotment: " + row.terms.title;
            if (row.terms.measure == Measure::amount)
                text += " · " + std::to_string(pair.units) + " 万元";
            const auto pushed =
                finance.push_in(tx, {given.need, given.institution, given.product, text});
            if (!pushed) given.reason = pushed.error().code;
        }
    }
    return all;
}

} // namespace

Result<> check(const store::Snapshot& db, const Terms& terms) {
    if (terms.title.empty() || terms.title.size() > title_most) {
        return base::invalid(
                   "allotment.title",
                   {"请填写标题（不超过 60 字）。", "A title of at most 60 characters is needed."},
                   {"例如“2023年三季度首贷分配”。", "For example 'First loans, third quarter'."})
            .at("/title");
    }
    if (terms.institutions.empty()) {
        return base::invalid(
                   "allotment.institutions",
                   {"请至少选择一家机构。", "Choose at least one institution."},
                   {"勾选参加本次分配的机构。", "Tick those that take part."})
            .at("/institutions");
    }
    TRY(check_institutions(db, terms));
    std::set<Id<Product>> seen;
    for (std::size_t i = 0; i < terms.products.size(); ++i) {
        const auto& quota = terms.products[i];
        if (!in_range(quota.ceiling) || !seen.insert(quota.product).second)
            return bad_quota("/products/" + std::to_string(i));
    }
    TRY(check_floors(terms));
    if (terms.penalty.ppm < 0 || terms.penalty > Rate::percent(100)) {
        return base::invalid(
                   "allotment.penalty",
                   {"未分配代价应在 0 至 100% 之间。", "The penalty is between 0 and 100 %."},
                   {"通常取 20%，高于任何产品的成本。",
                    "Usually 20 %: above the cost of every product."})
            .at("/penalty");
    }
    return {};
}

Result<Receipt> Allotments::open(const Command& command, const Terms& terms) {
    TRY(permission::require(command.actor, Right::need_supervise));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        TRY(check(tx, terms));
        Row row;
        row.id = tx.new_id<Allotment>();
        row.terms = terms;
        row.department = tx.actor().party;
        row.person_name = tx.actor().name;
        row.opened_at = tx.now();
        tx.publish(Opened{row}, row.id);
        return std::to_string(row.id.value);
    });
}

Result<Receipt> Allotments::change(
    const Command& command, Id<Allotment> id, std::int64_t version, const Terms& terms) {
    TRY(permission::require(command.actor, Right::need_supervise));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto row = TRY(open_row(tx, id));
        if (row.version != version) {
            return base::conflict(
                "allotment.version",
                {"这次分配已在别处修改。", "This allotment was changed elsewhere."},
                {"请刷新后再改。", "Reload and change it again."});
        }
        TRY(check(tx, terms));
        row.terms = terms;
        ++row.version;
        tx.publish(Opened{row}, id);
        return std::to_string(id.value);
    });
}

Result<Receipt> Allotments::confirm(
    const Command& command, Id<Allotment> id, const std::string& digest) {
    TRY(permission::require(command.actor, Right::need_supervise));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto row = TRY(open_row(tx, id));
        const auto found = TRY(plan(tx, policy_, products_, row.terms, tx.now()));
        if (found.conflict || !found.certificate.holds) {
            return base::rejected(
                "allotment.no_plan",
                {"条件互相冲突，没有可确认的方案。",
                 "The bounds quarrel; there is no plan to confirm."},
                {"请按提示放宽其中一个条件。", "Ease one of the bounds that are named."});
        }
        if (found.digest != digest) {
            return base::conflict(
                "allotment.moved_on",
                {"预览之后情况有变，方案已不同。", "Things have changed; the plan is another now."},
                {"请重新查看方案后再确认。", "Look at the plan again, then confirm."});
        }
        row.state = State::confirmed;
        row.ended_at = tx.now();
        ++row.version;
        Confirmed event;
        event.given = give(tx, finance_, row, found);
        std::set<Id<Need>> needs;
        for (const auto& one : event.given) {
            if (one.reason.empty()) needs.insert(one.need);
        }
        row.needs = static_cast<std::int64_t>(needs.size());
        event.allotment = row;
        tx.publish(event, id);
        return std::to_string(id.value);
    });
}

Result<Receipt> Allotments::cancel(const Command& command, Id<Allotment> id) {
    TRY(permission::require(command.actor, Right::need_supervise));
    return database_.write(command, [&](Transaction& tx) -> Result<std::string> {
        auto row = TRY(open_row(tx, id));
        row.state = State::cancelled;
        row.ended_at = tx.now();
        ++row.version;
        tx.publish(Cancelled{row}, id);
        return std::to_string(id.value);
    });
}

} // namespace allotment
