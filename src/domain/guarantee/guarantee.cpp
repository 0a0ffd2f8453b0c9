#include "domain/guarantee/guarantee.hpp"

#include "engine/pack/policy.hpp"

namespace guarantee {
namespace {

constexpr std::int32_t rooms_most = 100'000; // clients and groups of one guarantor

ledger::Amount units(Money amount) { return static_cast<ledger::Amount>(amount.fen); }

base::Error no_such_guarantee() {
    return base::not_found(
        "guarantee.not_found",
        {"没有找到这笔担保。", "There is no such guarantee."},
        {"请回到列表刷新后重试。", "Go back to the list and refresh."});
}

base::Error beyond(Money most) {
    return base::invalid(
               "guarantee.beyond",
               {"金额应大于零，不超过 " + most.yuan_text() + " 元。",
                "The amount is above zero and at most " + most.yuan_text() + " CNY."},
               {"请改填金额。", "Give another amount."})
        .at("/amount");
}

Result<party::Organisation> guarantor_of(const store::Transaction& tx) {
    TRY(permission::require(tx.actor(), base::Right::guarantee_issue));
    auto me = party::find(tx, tx.actor().party);
    if (me && me->institution_kind == pack::InstitutionKind::guarantor) return *std::move(me);
    return base::forbidden(
        "guarantee.not_guarantor",
        {"只有融资担保机构可以办理。", "Only a guarantor may do this."},
        {"请用担保机构的账号登录。", "Sign in for a guarantor."});
}

Money capacity_most(const pack::GuaranteeRules& rules, Money net_assets) {
    return {net_assets.fen * rules.multiple_small};
}

Money room_most(const pack::GuaranteeRules& rules, Money net_assets, bool group) {
    return net_assets.share(group ? rules.related_most : rules.single_most, base::Rounding::down);
}

// A small firm by the national grading, or a farmer by its industry (GB/T 4754 section A, 01–05).
bool is_small(const party::Enterprise& client) {
    return client.size == party::Size::small || client.size == party::Size::micro ||
           (client.industry.starts_with("0") && client.industry >= "01" && client.industry < "06");
}

} // namespace

Result<const pack::GuaranteeRules*> Guarantees::rules(Date day) const {
    const auto* found = policy_.guarantee_rules(day);
    if (found != nullptr) return found;
    return base::rejected(
        "guarantee.no_rules",
        {"政策包没有当日施行的担保限额。", "The pack has no limits of guarantors for that day."},
        {"请系统管理员补充 money.yaml。", "Have the pack's money.yaml completed."});
}

void Guarantees::publish(
    store::Transaction& tx,
    const Contract& contract,
    Act act,
    Money amount,
    const std::string& text) const {
    tx.publish(
        Moved{
            .contract = contract,
            .deed =
                {.contract = contract.id,
                 .guarantor = contract.guarantor,
                 .act = act,
                 .on = policy_.zone().date(tx.now()),
                 .amount = amount,
                 .text = text}},
        contract.id);
}

Result<store::Receipt> Guarantees::state_assets(const store::Command& command, const Assets& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto me = TRY(guarantor_of(tx));
        const auto today = policy_.zone().date(tx.now());
        const auto* limits = TRY(rules(today));
        if (wish.net_assets.fen <= 0 || wish.as_of > today) {
            return base::invalid(
                       "guarantee.assets",
                       {"净资产应大于零，截止日不晚于今天。",
                        "Net assets are above zero, as of a day that is not in the future."},
                       {"按经审计的报表填写。", "As the audited accounts say."})
                .at(wish.net_assets.fen <= 0 ? "/net_assets" : "/as_of");
        }
        auto guarantor = find_guarantor(tx, me.id);
        std::vector<ledger::Act> chain;
        if (!guarantor) {
            guarantor = Guarantor{.id = me.id};
            guarantor->series =
                account::open_series(tx, {.unit = account::Unit::fen, .label = me.name.zh});
            guarantor->capacity = TRY(account::open(
                tx,
                {.series = guarantor->series,
                 .owner = me.id,
                 .role = "capacity",
                 .label = me.name.zh,
                 .debit_limit = 0}));
            guarantor->relief = TRY(
                account::open(tx, {.series = guarantor->series, .owner = {}, .role = "relief"}));
        }
        guarantor->net_assets = wish.net_assets;
        guarantor->as_of = wish.as_of;
        chain.push_back(ledger::set_debit_limit(
            {.account = guarantor->capacity,
             .limit = units(capacity_most(*limits, wish.net_assets))}));
        for (const bool group : {false, true}) {
            const auto rooms = account::list(
                tx,
                {.series = guarantor->series,
                 .role = group ? "group" : "client",
                 .per_page = rooms_most});
            for (const auto& room : rooms.items) {
                chain.push_back(ledger::set_debit_limit(
                    {.account = room.account.id,
                     .limit = units(room_most(*limits, wish.net_assets, group))}));
            }
        }
        TRY(account::post(tx, std::move(chain)));
        tx.publish(AssetsStated{*guarantor}, me.id);
        return std::to_string(me.id.value);
    });
}

namespace {

// The three holds of a guarantee, together or not at all.
Result<std::vector<TransferId>> reserve(
    store::Transaction& tx,
    const Guarantor& guarantor,
    const pack::GuaranteeRules& limits,
    const Contract& contract) {
    std::vector<AccountId> rooms{guarantor.capacity};
    for (const bool group : {false, true}) {
        rooms.push_back(TRY(account::find_or_open(
            tx,
            {.series = guarantor.series,
             .owner = group ? contract.head : contract.client,
             .role = group ? "group" : "client",
             .debit_limit = units(room_most(limits, guarantor.net_assets, group))})));
    }
    std::vector<ledger::Act> chain;
    for (const auto room : rooms) {
        chain.push_back(ledger::hold(
            {.debit = room,
             .credit = guarantor.relief,
             .amount = units(contract.amount),
             .about = contract.id.value}));
    }
    return TRY(account::post(tx, std::move(chain))).ids;
}

// Lowers the three holds to what is still in force.
Result<> lower(store::Transaction& tx, const Contract& contract) {
    std::vector<ledger::Act> chain;
    for (const auto hold : contract.holds) {
        chain.push_back(
            contract.outstanding.fen == 0
                ? ledger::release({.hold = hold, .about = contract.id.value})
                : ledger::adjust(
                      {.hold = hold,
                       .stays = units(contract.outstanding),
                       .about = contract.id.value}));
    }
    TRY(account::post(tx, std::move(chain)));
    return {};
}

} // namespace

Result<store::Receipt> Guarantees::issue(const store::Command& command, const Issue& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto me = TRY(guarantor_of(tx));
        const auto today = policy_.zone().date(tx.now());
        const auto* limits = TRY(rules(today));
        const auto guarantor = find_guarantor(tx, me.id);
        if (!guarantor) {
            return base::rejected(
                "guarantee.no_assets",
                {"请先填报净资产。", "State the net assets first."},
                {"担保限额按净资产计算。", "The limits follow from them."});
        }
        const auto client = party::find_enterprise(tx, wish.client);
        if (!client) return no_such_guarantee();
        Contract made;
        // A client that was once said to belong to a group stays in it while anything is in force.
        const auto before = list(
            tx,
            {.guarantor = me.id, .client = wish.client, .state = State::in_force, .per_page = 1});
        const auto known = before.items.empty() ? wish.client : before.items.front().head;
        made.head = wish.related_to.value_or(known);
        const bool small = is_small(*client);
        const auto where = position(tx, *guarantor, wish.client, made.head, today.year());
        TRY(check(wish, small, where, *limits));
        made.id = tx.new_id<base::Guarantee>();
        made.number = "DB" + std::to_string(today.year()) + "-" + std::to_string(made.id.value);
        made.guarantor = me.id;
        made.client = wish.client;
        made.bank = wish.bank.value_or(Id<Party>{});
        made.small = small;
        made.amount = wish.amount;
        made.outstanding = wish.amount;
        made.fee = wish.fee;
        made.paper = wish.paper;
        made.from = wish.from;
        made.until = wish.until;
        for (const auto& share : limits->shares)
            made.bearers.push_back({share.code, share.share});
        made.issued_at = tx.now();
        made.holds = TRY(reserve(tx, *guarantor, *limits, made));
        publish(tx, made, Act::issue, made.amount, wish.paper);
        return std::to_string(made.id.value);
    });
}

Result<Contract> Guarantees::mine(
    const store::Transaction& tx, Id<base::Guarantee> id, State wanted) const {
    TRY(guarantor_of(tx));
    auto found = find(tx, id);
    if (!found || found->guarantor != tx.actor().party) return no_such_guarantee();
    if (found->state == wanted) return *std::move(found);
    return base::conflict(
        "guarantee.state",
        {"这笔担保现在不能这样办理。", "The guarantee's state does not allow this."},
        {"请刷新查看它的状态。", "Refresh to see its state."});
}

Result<store::Receipt> Guarantees::release(
    const store::Command& command, Id<base::Guarantee> id, Money amount) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto contract = TRY(mine(tx, id, State::in_force));
        if (amount.fen <= 0 || amount > contract.outstanding) return beyond(contract.outstanding);
        contract.outstanding -= amount;
        TRY(lower(tx, contract));
        if (contract.outstanding.fen == 0) {
            contract.state = State::released;
            contract.ended_at = tx.now();
        }
        publish(tx, contract, Act::release, amount, "");
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Guarantees::compensate(
    const store::Command& command,
    Id<base::Guarantee> id,
    Money amount,
    const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto contract = TRY(mine(tx, id, State::in_force));
        if (amount.fen <= 0 || amount > contract.outstanding) return beyond(contract.outstanding);
        contract.outstanding = {};
        TRY(lower(tx, contract));
        contract.compensated = amount;
        contract.state = State::compensated;
        publish(tx, contract, Act::compensate, amount, reason);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Guarantees::recover(
    const store::Command& command, Id<base::Guarantee> id, Money amount) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto contract = TRY(mine(tx, id, State::compensated));
        const auto open = contract.compensated - contract.recovered;
        if (amount.fen <= 0 || amount > open) return beyond(open);
        contract.recovered += amount;
        if (contract.recovered == contract.compensated) {
            contract.state = State::closed;
            contract.ended_at = tx.now();
        }
        publish(tx, contract, Act::recover, amount, "");
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Guarantees::write_off(
    const store::Command& command, Id<base::Guarantee> id, const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto contract = TRY(mine(tx, id, State::compensated));
        contract.state = State::closed;
        contract.ended_at = tx.now();
        publish(tx, contract, Act::write_off, contract.compensated - contract.recovered, reason);
        return std::to_string(id.value);
    });
}

} // namespace guarantee
