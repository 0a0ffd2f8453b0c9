// The whole ledger looked at: every sum against what it is the sum of.
#include "domain/account/account_sql.hpp"
#include "domain/account/lines.hpp"
#include "domain/account/pages.hpp"
#include "engine/ledger/export.hpp"

#include <map>

namespace account {
namespace {

struct Sums {
    std::int64_t debits_pending = 0;
    std::int64_t debits_posted = 0;
    std::int64_t credits_pending = 0;
    std::int64_t credits_posted = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
};

struct Moved {
    AccountId debit;
    AccountId credit;
    std::int64_t pending = 0;
    std::int64_t posted = 0;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (debit, credit, pending, posted))

using ByAccount = std::map<std::int64_t, Sums>;

void add(ByAccount& sums, const Moved& moved) {
    auto& debit = sums[moved.debit.value];
    debit.debits_pending += moved.pending;
    debit.debits_posted += moved.posted;
    if (!moved.credit) return;
    auto& credit = sums[moved.credit.value];
    credit.credits_pending += moved.pending;
    credit.credits_posted += moved.posted;
}

Sums sums_of(const ledger::Account& account) {
    return {
        .debits_pending = static_cast<std::int64_t>(account.debits_pending),
        .debits_posted = static_cast<std::int64_t>(account.debits_posted),
        .credits_pending = static_cast<std::int64_t>(account.credits_pending),
        .credits_posted = static_cast<std::int64_t>(account.credits_posted)};
}

void find_wrong(std::vector<base::Text>& wrong, std::string zh, std::string en, std::int64_t id) {
    wrong.push_back({zh + std::to_string(id), en + std::to_string(id)});
}

void check_balances(const store::Snapshot& db, std::vector<base::Text>& wrong) {
    ByAccount by_acts;
    each_line(db, [&](const ledger::Line& line) {
        if (line.act.kind == ledger::Kind::refused) return;
        add(by_acts, {line.debit, line.credit, line.pending, line.posted});
    });
    ByAccount by_holds; // what is still held, as pending
    db.each<Moved>(
        "select debit, credit, held, 0 from account_hold where state = 'open'",
        [&](const Moved& one) { add(by_holds, one); });
    std::map<std::int64_t, Sums> by_series;
    each_account(db, {1}, {leaves(db, Tree::accounts)}, [&](const ledger::Account& account) {
        const auto id = account.id.value;
        const auto sums = sums_of(account);
        if (sums != by_acts[id])
            find_wrong(
                wrong, "账户余额与其账务动作不符：", "An account differs from its acts: ", id);
        if (sums.debits_pending != by_holds[id].debits_pending ||
            sums.credits_pending != by_holds[id].credits_pending)
            find_wrong(
                wrong, "账户预留额与其预留不符：", "An account differs from its holds: ", id);
        auto& series = by_series[account.series.value];
        series.debits_pending += sums.debits_pending - sums.credits_pending;
        series.debits_posted += sums.debits_posted - sums.credits_posted;
    });
    for (const auto& [id, sums] : by_series) {
        if (sums.debits_pending != 0 || sums.debits_posted != 0)
            find_wrong(wrong, "资产系列借贷不平：", "Debits and credits of a series differ: ", id);
    }
}

void each_repeated(
    std::vector<std::int64_t>& numbers, const std::function<void(std::int64_t)>& see) {
    std::ranges::sort(numbers);
    for (auto at = numbers.begin(); at != numbers.end();) {
        const auto next = std::upper_bound(at, numbers.end(), *at);
        if (next - at > 1) see(*at);
        at = next;
    }
}

void check_ids(const store::Snapshot& db, std::vector<base::Text>& wrong) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> resolved;
    each_line(db, [&](const ledger::Line& line) {
        using enum ledger::Kind;
        const auto& act = line.act;
        ids.push_back(act.id.value);
        if (act.kind == release || act.kind == expire || (act.kind == post && !act.keep))
            resolved.push_back(act.hold.value);
    });
    each_repeated(ids, [&](std::int64_t id) {
        find_wrong(wrong, "账务动作编号重复：", "An id served more than once: ", id);
    });
    each_repeated(resolved, [&](std::int64_t id) {
        find_wrong(wrong, "预留被多次了结：", "A hold was resolved more than once: ", id);
    });
    for (const auto id : ids) {
        if (!find_line(db, {id}))
            find_wrong(wrong, "账务动作无法按编号查到：", "An act is not found by its id: ", id);
    }
}

base::Digest from_scratch(const store::Snapshot& db, Tree tree) {
    return ledger::merkle_root(leaf_digests(db, tree, 0, leaves(db, tree)));
}

} // namespace

base::Digest root_from_scratch(const store::Snapshot& db) {
    return ledger::state_root(
        {.accounts = leaves(db, Tree::accounts),
         .accounts_root = from_scratch(db, Tree::accounts),
         .holds = leaves(db, Tree::holds),
         .holds_root = from_scratch(db, Tree::holds)});
}

void write_export(const store::Snapshot& db, const std::function<void(std::string_view)>& piece) {
    piece(ledger::export_head(leaves(db, Tree::accounts), leaves(db, Tree::holds)));
    const auto add = [&](const auto& thing) { piece(ledger::leaf_text(thing) + '\n'); };
    each_account(db, {1}, {leaves(db, Tree::accounts)}, add);
    db.each<ledger::Hold>(
        "select number, id, debit, credit, amount, held, posted, expires, state from account_hold "
        "where state = 'open' order by number",
        add);
}

std::vector<base::Text> check(const store::Snapshot& db) {
    std::vector<base::Text> wrong;
    check_balances(db, wrong);
    check_ids(db, wrong);
    if (root(db) != root_from_scratch(db)) {
        wrong.push_back(
            {"状态根与从头计算的结果不符。",
             "The state root differs from one computed from scratch."});
    }
    return wrong;
}

} // namespace account
