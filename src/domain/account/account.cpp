#include "domain/account/account_sql.hpp"
#include "engine/ledger/invariant.hpp"
#include "engine/ledger/text.hpp"

#include <set>
#include <tuple>

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

base::Error open_count() {
    return base::invalid(
        "account.open_count",
        {"一次应开立 1 至 8191 个账户。", "1 to 8,191 accounts are opened at once."},
        {"请分批开立。", "Open them in parts."});
}

base::Error batch_size() {
    return base::invalid(
        "account.batch_size",
        {"一批应有 1 至 8191 个动作。", "A batch has 1 to 8,191 acts."},
        {"请分批提交。", "Send it in parts."});
}

base::Error no_wish() {
    return base::invalid(
        "account.no_wish",
        {"“拒绝”不是可以提交的动作。", "To be refused is nothing that can be asked for."},
        {"请删去这类动作。", "Leave such acts out."});
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

// Decides against what the acts touch, and looks at the result apart from the deciding.
std::vector<ledger::Outcome> decide(
    store::Transaction& tx,
    std::span<const ledger::Act> acts,
    ledger::Stamp stamp,
    ledger::Book& book) {
    load(tx, acts, book);
    load_ids(tx, acts, book);
    const ledger::Before before{.accounts = book.accounts(), .holds = book.holds()};
    std::vector<ledger::Outcome> outcomes;
    book.post(acts, stamp, outcomes);
    ledger::ensure_kept(before, book);
    return outcomes;
}

std::vector<ledger::Outcome> decide_and_publish(
    store::Transaction& tx, std::span<const ledger::Act> acts, ledger::Stamp stamp) {
    ledger::Book book;
    auto outcomes = decide(tx, acts, stamp, book);
    publish(tx, book, stamp);
    return outcomes;
}

// The place of the act that a chain failed at.
std::optional<std::size_t> culprit(std::span<const ledger::Outcome> outcomes) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].fine()) continue;
        if (outcomes[i].refusal != ledger::Refusal::chain_broken) return i;
        if (!found) found = i;
    }
    return found;
}

std::optional<Amount> limit(Amount amount) {
    if (amount == ledger::unlimited) return std::nullopt;
    return amount;
}

// What no two accounts share.
using Place = std::tuple<SeriesId, Id<Party>, std::string_view, std::int64_t>;

Place place_of(const Open& wish) { return {wish.series, wish.owner, wish.role, wish.about}; }

// As far as the tables know.
Result<> may_open(const store::Snapshot& db, const Open& wish) {
    if (!find_series(db, wish.series)) return no_series();
    if (find(db, wish.series, wish.owner, wish.role, wish.about)) return open_already();
    for (const auto amount : {wish.debit_limit, wish.credit_limit}) {
        if (amount > ledger::amount_most && amount != ledger::unlimited)
            return ledger::error({.refusal = ledger::Refusal::amount_too_large});
    }
    return {};
}

Opened opening(const Open& wish, AccountId id, Instant at) {
    return {
        .account =
            {.id = id,
             .series = wish.series,
             .owner = wish.owner,
             .role = wish.role,
             .about = wish.about,
             .label = wish.label,
             .opened_at = at},
        .debit_limit = limit(wish.debit_limit),
        .credit_limit = limit(wish.credit_limit)};
}

} // namespace

SeriesId open_series(store::Transaction& tx, const OpenSeries& wish) {
    const auto id = next_series(tx);
    const Series series{.id = id, .unit = wish.unit, .label = wish.label, .opened_at = tx.now()};
    tx.publish(SeriesOpened{series}, id);
    return id;
}

Result<AccountId> open(store::Transaction& tx, const Open& wish) {
    TRY(may_open(tx, wish));
    const auto opened = opening(wish, next_account(tx), tx.now());
    tx.publish(opened, opened.account.id);
    return opened.account.id;
}

Result<std::vector<AccountId>> open_many(store::Transaction& tx, std::span<const Open> wishes) {
    if (wishes.empty() || wishes.size() > ledger::batch_most) return open_count();
    OpenedMany opened;
    opened.accounts.reserve(wishes.size());
    std::vector<AccountId> ids;
    std::set<Place> places;
    auto next = next_account(tx);
    for (const auto& wish : wishes) {
        const auto field = '/' + std::to_string(ids.size());
        if (auto may = may_open(tx, wish); !may) return std::move(may).error().at(field);
        if (!places.insert(place_of(wish)).second) return open_already().at(field);
        opened.accounts.push_back(opening(wish, next, tx.now()));
        ids.push_back(next);
        ++next.value;
    }
    tx.publish(opened, ids.front());
    return ids;
}

Result<AccountId> find_or_open(store::Transaction& tx, const Open& wish) {
    if (const auto found = find(tx, wish.series, wish.owner, wish.role, wish.about)) return *found;
    return open(tx, wish);
}

std::int64_t expire_due(store::Transaction& tx) {
    std::int64_t count = 0;
    const auto time = [&] { return next_stamp(tx, tx.now()); };
    while (any_due(tx, {time() / ledger::stamps_per_ms})) {
        const auto stamp = time();
        const auto due = due_holds(tx, stamp / ledger::stamps_per_ms, ledger::batch_most);
        std::vector<ledger::Act> acts;
        for (const auto id : due)
            acts.push_back(ledger::expire({.hold = id, .id = tx.new_id<base::Transfer>()}));
        const auto outcomes = decide_and_publish(tx, acts, stamp);
        for (const auto& outcome : outcomes)
            base::ensure(outcome.refusal == ledger::Refusal::none, "what is due expires");
        count += std::ssize(due);
    }
    return count;
}

Result<Done> post(store::Transaction& tx, std::vector<ledger::Act> chain) {
    if (chain.empty() || chain.size() > ledger::batch_most) return batch_size();
    expire_due(tx);
    Done done;
    for (auto& act : chain) {
        act = ledger::plain(act);
        if (!act.id) act.id = tx.new_id<base::Transfer>();
        act.linked = &act != &chain.back();
        done.ids.push_back(act.id);
    }
    done.stamp = next_stamp(tx, tx.now());
    ledger::Book book;
    const auto outcomes = decide(tx, chain, done.stamp, book);
    if (const auto place = culprit(outcomes))
        return ledger::error(outcomes[*place]).at('/' + std::to_string(*place));
    publish(tx, book, done.stamp);
    return done;
}

Result<std::vector<ledger::Outcome>> post_batch(
    store::Transaction& tx, std::span<const ledger::Act> acts) {
    if (acts.empty() || acts.size() > ledger::batch_most) return batch_size();
    std::vector<ledger::Act> wishes;
    wishes.reserve(acts.size());
    for (const auto& act : acts) {
        if (act.kind == ledger::Kind::refused) return no_wish();
        wishes.push_back(ledger::plain(act));
    }
    expire_due(tx);
    return decide_and_publish(tx, wishes, next_stamp(tx, tx.now()));
}

base::Digest seal(store::Transaction& tx) {
    const auto fresh = refresh(tx);
    if (!dirty_places(tx, Tree::accounts).empty() || !dirty_places(tx, Tree::holds).empty())
        tx.publish(Sealed{base::hex(fresh.root)}, std::string());
    return fresh.root;
}

Result<store::Receipt> Accounts::post_batch(
    const store::Command& command,
    std::span<const ledger::Act> acts,
    std::vector<ledger::Outcome>& outcomes) {
    outcomes.clear();
    auto work = [&](store::Transaction& tx) -> Result<std::string> {
        outcomes = TRY(account::post_batch(tx, acts));
        return std::string();
    };
    const auto receipt = TRY(database_.write(command, std::move(work)));
    if (outcomes.empty()) {
        outcomes = database_.read([&](const store::Snapshot& db) { return outcomes_of(db, acts); });
    }
    return receipt;
}

Result<store::Receipt> Accounts::expire(const store::Command& command) {
    return database_.write(command, [](store::Transaction& tx) -> Result<std::string> {
        return std::to_string(expire_due(tx));
    });
}

Result<store::Receipt> Accounts::seal(const store::Command& command) {
    return database_.write(command, [](store::Transaction& tx) -> Result<std::string> {
        return base::hex(account::seal(tx));
    });
}

std::vector<ledger::Outcome> outcomes_of(
    const store::Snapshot& db, std::span<const ledger::Act> acts) {
    std::vector<ledger::Outcome> outcomes;
    for (const auto& wish : acts) {
        const auto found = act(db, wish.id);
        if (!found) {
            outcomes.push_back({.refusal = ledger::Refusal::id_missing});
        } else if (found->kind == ledger::Kind::refused) {
            outcomes.push_back({.refusal = static_cast<ledger::Refusal>(found->code)});
        } else {
            outcomes.push_back({});
        }
    }
    return outcomes;
}

base::Digest root(const store::Snapshot& db) { return refresh(db).root; }

} // namespace account
