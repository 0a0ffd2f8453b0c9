#include "domain/account/account_sql.hpp"
#include "engine/ledger/text.hpp"

namespace account {
namespace {

base::Error no_series() {
    return base::not_found(
        "account.series_not_found",
        {"没有这个资产系列。", "There is no such series."},
        {"请核对系列编号。", "Check the series' number."});
}

base::Error open_already() {
    return base::conflict(
        "account.open_already",
        {"同一系列下已有这个账户。", "The series has this account already."},
        {"请使用已有的账户。", "Use the account that is there."});
}

base::Error batch_size() {
    return base::invalid(
        "account.batch_size",
        {"一批应有 1 至 8191 个动作。", "A batch has 1 to 8,191 acts."},
        {"请分批提交。", "Send it in parts."});
}

// What deciding left in the book becomes an event, unless nothing happened.
void publish(store::Transaction& tx, const ledger::Book& book, ledger::Stamp stamp) {
    if (book.lines().empty()) return;
    std::vector<ledger::Act> acts;
    acts.reserve(book.lines().size());
    for (const auto& line : book.lines())
        acts.push_back(line.act);
    const auto about = acts.front().about;
    tx.publish(
        Posted{.stamp = stamp, .acts = ledger::write_acts(acts), .worked = &book},
        about == 0 ? std::string() : std::to_string(about));
}

std::vector<ledger::Outcome> decide(
    store::Transaction& tx, std::span<const ledger::Act> acts, ledger::Stamp stamp) {
    ledger::Book book;
    load(tx, acts, book);
    load_ids(tx, acts, book);
    std::vector<ledger::Outcome> outcomes;
    book.post(acts, stamp, outcomes);
    publish(tx, book, stamp);
    return outcomes;
}

std::optional<Amount> limit(Amount amount) {
    if (amount == ledger::unlimited) return std::nullopt;
    return amount;
}

} // namespace

SeriesId open_series(store::Transaction& tx, const OpenSeries& wish) {
    const auto id = next_series(tx);
    const Series series{.id = id, .unit = wish.unit, .label = wish.label, .opened_at = tx.now()};
    tx.publish(SeriesOpened{series}, id);
    return id;
}

Result<AccountId> open(store::Transaction& tx, const Open& wish) {
    if (!find_series(tx, wish.series)) return no_series();
    if (find(tx, wish.series, wish.owner, wish.role, wish.about)) return open_already();
    for (const auto amount : {wish.debit_limit, wish.credit_limit}) {
        if (amount > ledger::amount_most && amount != ledger::unlimited)
            return ledger::error({.refusal = ledger::Refusal::amount_too_large});
    }
    const Account account{
        .id = next_account(tx),
        .series = wish.series,
        .owner = wish.owner,
        .role = wish.role,
        .about = wish.about,
        .label = wish.label,
        .opened_at = tx.now()};
    tx.publish(Opened{account, limit(wish.debit_limit), limit(wish.credit_limit)}, account.id);
    return account.id;
}

Result<AccountId> find_or_open(store::Transaction& tx, const Open& wish) {
    if (const auto found = find(tx, wish.series, wish.owner, wish.role, wish.about)) return *found;
    return open(tx, wish);
}

std::int64_t expire_due(store::Transaction& tx) {
    std::int64_t count = 0;
    for (;;) {
        const auto stamp = next_stamp(tx, tx.now());
        const auto due = due_holds(tx, stamp / ledger::stamps_per_ms, ledger::batch_most);
        if (due.empty()) return count;
        std::vector<ledger::Act> acts;
        for (const auto id : due)
            acts.push_back(ledger::expire({.hold = id, .id = tx.new_id<base::Transfer>()}));
        const auto outcomes = decide(tx, acts, stamp);
        for (const auto& outcome : outcomes)
            base::ensure(outcome.refusal == ledger::Refusal::none, "what is due expires");
        count += std::ssize(due);
    }
}

Result<Done> post(store::Transaction& tx, std::vector<ledger::Act> chain) {
    if (chain.empty() || chain.size() > ledger::batch_most) return batch_size();
    expire_due(tx);
    Done done;
    for (auto& act : chain) {
        if (!act.id) act.id = tx.new_id<base::Transfer>();
        act.linked = &act != &chain.back();
        done.ids.push_back(act.id);
    }
    done.stamp = next_stamp(tx, tx.now());
    ledger::Book book;
    load(tx, chain, book);
    load_ids(tx, chain, book);
    std::vector<ledger::Outcome> outcomes;
    book.post(chain, done.stamp, outcomes);
    const ledger::Outcome* culprit = nullptr;
    for (const auto& outcome : outcomes) {
        if (outcome.fine()) continue;
        const bool broken = outcome.refusal == ledger::Refusal::chain_broken;
        if (culprit == nullptr || !broken) culprit = &outcome;
        if (!broken) break;
    }
    if (culprit != nullptr) {
        const auto place = culprit - outcomes.data();
        return ledger::error(*culprit).at('/' + std::to_string(place));
    }
    publish(tx, book, done.stamp);
    return done;
}

Result<std::vector<ledger::Outcome>> post_batch(
    store::Transaction& tx, std::span<const ledger::Act> acts) {
    if (acts.empty() || acts.size() > ledger::batch_most) return batch_size();
    expire_due(tx);
    return decide(tx, acts, next_stamp(tx, tx.now()));
}

base::Digest seal(store::Transaction& tx) {
    const auto fresh = refresh(tx);
    if (!dirty_places(tx, Tree::accounts).empty() || !dirty_places(tx, Tree::holds).empty())
        tx.publish(Sealed{base::hex(fresh.root)}, std::string());
    return fresh.root;
}

base::Digest root(const store::Snapshot& db) { return refresh(db).root; }

} // namespace account
