#include "domain/account/account_sql.hpp"

#include "domain/account/lines.hpp"
#include "domain/account/pages.hpp"
#include "engine/ledger/packed.hpp"
#include "engine/ledger/text.hpp"

namespace account {
namespace {

// What a batch writes does not grow with its acts one by one: balances lie so many a row
// (pages.hpp), what was done so many a row (lines.hpp). An account's lines are found from its
// newest one backwards, one after the other; account_mark keeps every 32nd state of an account, so
// that an older one is a few steps away.
constexpr const char* ddl = R"sql(
create table account_series (id integer primary key, unit text not null, label text not null, opened_at integer not null);
create table account_account (
    id integer primary key, series integer not null, owner integer not null, role text not null,
    about integer not null, label text not null, opened_at integer not null);
create unique index account_by_place on account_account (series, owner, role, about);
create index account_by_owner on account_account (owner, id);
create table account_page (number integer primary key, packed blob not null);
create table account_line (
    stamp integer primary key, acts integer not null, seq integer not null, first integer not null,
    last integer not null, packed blob not null);
create index account_line_by_id on account_line (first) where first > 0;
create table account_stray (id integer primary key, stamp integer not null);
create table account_hold (
    number integer primary key, id integer not null, debit integer not null, credit integer not null,
    amount integer not null, held integer not null, posted integer not null, expires integer not null,
    state text not null);
create unique index account_hold_by_id on account_hold (id);
create index account_hold_by_debit on account_hold (debit, number);
create index account_hold_by_credit on account_hold (credit, number);
create index account_hold_due on account_hold (expires, number) where state = 'open' and expires > 0;
create table account_mark (
    account integer not null, lines integer not null, stamp integer not null, packed blob not null,
    primary key (account, lines)) without rowid;
create table account_node (
    tree integer not null, level integer not null, place integer not null, digest blob not null,
    primary key (tree, level, place)) without rowid;
create table account_dirty (tree integer not null, place integer not null, primary key (tree, place)) without rowid;
)sql";

std::vector<ledger::Act> acts_of(const Posted& event) {
    auto acts = ledger::read_acts(event.acts, ledger::batch_most);
    base::ensure(acts.has_value(), "the journal's acts are readable");
    return *std::move(acts);
}

void insert_mark(store::Transaction& tx, const ledger::Mark& mark) {
    store::Blob packed;
    ledger::pack(packed.bytes, mark.account);
    tx.exec(
        "insert into account_mark values ($1,$2,$3,$4)",
        mark.account.id,
        mark.account.lines,
        mark.stamp,
        packed);
}

// The page is written when it is settled.
void insert_opened(store::Transaction& tx, const Opened& event) {
    const ledger::Account balance{
        .id = event.account.id,
        .series = event.account.series,
        .debit_limit = event.debit_limit.value_or(ledger::unlimited),
        .credit_limit = event.credit_limit.value_or(ledger::unlimited)};
    tx.insert("account_account", event.account);
    insert_mark(tx, {balance, tx.now().ms * ledger::stamps_per_ms});
    pages(tx).put(tx, balance);
}

template <class T>
void sort_unique(std::vector<T>& items) {
    std::ranges::sort(items);
    const auto rest = std::ranges::unique(items);
    items.erase(rest.begin(), rest.end());
}

void write_holds(store::Transaction& tx, const ledger::Book& book) {
    std::vector<TransferId> touched;
    for (const auto& line : book.lines()) {
        if (line.act.kind == ledger::Kind::hold) touched.push_back(line.act.id);
        if (line.act.hold) touched.push_back(line.act.hold);
    }
    sort_unique(touched);
    for (const auto id : touched) {
        const auto& hold = *book.find_hold(id);
        tx.upsert("account_hold", hold);
        make_dirty(tx, Tree::holds, (hold.number - 1) / dirty_width);
    }
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("account", ddl);
    schema.on<SeriesOpened>();
    schema.on<Opened>();
    schema.on<OpenedMany>();
    schema.on<Posted>();
    schema.on<Sealed>();
}

void make_dirty(store::Transaction& tx, Tree tree, std::int64_t run) {
    tx.exec("insert or ignore into account_dirty values ($1,$2)", static_cast<int>(tree), run);
}

void apply(store::Transaction& tx, const SeriesOpened& event) {
    tx.insert("account_series", event.series);
}

void apply(store::Transaction& tx, const Opened& event) {
    insert_opened(tx, event);
    pages(tx).settle(tx);
}

void apply(store::Transaction& tx, const OpenedMany& event) {
    for (const auto& one : event.accounts)
        insert_opened(tx, one);
    pages(tx).settle(tx);
}

void apply(store::Transaction& tx, const Posted& event) {
    ledger::Book again;
    const auto* book = event.worked;
    if (book == nullptr) {
        const auto acts = acts_of(event);
        load(tx, acts, again);
        again.redo(acts, event.stamp);
        book = &again;
    }
    write_lines(tx, book->lines());
    for (const auto& mark : book->marks())
        insert_mark(tx, mark);
    auto& balances = pages(tx);
    for (const auto& account : book->accounts())
        balances.put(tx, account);
    balances.settle(tx);
    write_holds(tx, *book);
}

void apply(store::Transaction& tx, const Sealed& event) {
    pages(tx).write(tx);
    const auto fresh = refresh(tx);
    base::ensure(base::hex(fresh.root) == event.root, "the state root is that of the journal");
    for (const auto& node : fresh.nodes) {
        tx.exec(
            "insert or replace into account_node values ($1,$2,$3,$4)",
            static_cast<int>(node.tree),
            node.level,
            node.place,
            store::Blob{std::string(node.digest.begin(), node.digest.end())});
    }
    tx.exec("delete from account_dirty");
}

// Loading what acts touch -------------------------------------------------------------------------

namespace {

constexpr const char* hold_columns =
    "number, id, debit, credit, amount, held, posted, expires, state";

std::int64_t newest(const store::Snapshot& db, const char* sql) {
    return db.row<std::int64_t>(sql).value_or(0);
}

void load_account(store::Transaction& tx, Pages& pages, AccountId id, ledger::Book& book) {
    if (!id || book.find(id) != nullptr) return;
    if (const auto* account = pages.find(tx, id)) book.put(*account);
}

} // namespace

std::optional<ledger::Account> balance(const store::Snapshot& db, AccountId id) {
    return read_account(db, id);
}

std::optional<ledger::Hold> hold(const store::Snapshot& db, TransferId id) {
    static const auto sql =
        std::string("select ") + hold_columns + " from account_hold where id = $1";
    return db.row<ledger::Hold>(sql, id);
}

std::optional<ledger::Act> act(const store::Snapshot& db, TransferId id) {
    const auto line = find_line(db, id);
    if (!line) return std::nullopt;
    return line->act;
}

void load(store::Transaction& tx, std::span<const ledger::Act> acts, ledger::Book& book) {
    auto& balances = pages(tx);
    for (const auto& act : acts) {
        load_account(tx, balances, act.debit, book);
        load_account(tx, balances, act.credit, book);
        if (!act.hold || book.find_hold(act.hold) != nullptr) continue;
        const auto found = hold(tx, act.hold);
        if (!found) continue; // made by an act before, or not there
        book.put(*found);
        load_account(tx, balances, found->debit, book);
        load_account(tx, balances, found->credit, book);
    }
    const auto holds = [](const ledger::Act& act) { return act.kind == ledger::Kind::hold; };
    if (std::ranges::any_of(acts, holds))
        book.next_hold(newest(tx, "select coalesce(max(number), 0) from account_hold") + 1);
}

void load_ids(const store::Snapshot& db, std::span<const ledger::Act> acts, ledger::Book& book) {
    // Ids grow with time almost always; then none of them needs to be looked for.
    const auto most = newest_id(db);
    std::vector<TransferId> looked_for;
    for (const auto& act : acts) {
        if (act.id.value > 0 && act.id <= most) looked_for.push_back(act.id);
    }
    sort_unique(looked_for);
    for (const auto id : looked_for) {
        const auto past = act(db, id);
        if (!past) continue;
        if (past->kind == ledger::Kind::refused) {
            book.put_refused(id, static_cast<ledger::Refusal>(past->code));
        } else {
            book.put_past(*past);
        }
    }
}

ledger::Stamp next_stamp(const store::Snapshot& db, Instant now) {
    const auto after =
        db.row<std::int64_t>("select stamp + acts from account_line order by stamp desc limit 1")
            .value_or(0);
    return std::max(after, now.ms * ledger::stamps_per_ms);
}

bool any_due(const store::Snapshot& db, Instant now) {
    const auto first = db.row<std::int64_t>(
        "select expires from account_hold where state = 'open' and expires > 0 order by expires, "
        "number limit 1");
    return first && *first <= now.ms;
}

std::vector<TransferId> due_holds(
    const store::Snapshot& db, std::int64_t now_ms, std::size_t most) {
    return db.rows<TransferId>(
        "select id from account_hold where state = 'open' and expires > 0 and expires <= $1 "
        "order by expires, number limit $2",
        now_ms,
        most);
}

// Reads -------------------------------------------------------------------------------------------

std::optional<Series> find_series(const store::Snapshot& db, SeriesId id) {
    return db.row<Series>(
        "select id, unit, label, opened_at from account_series where id = $1", id);
}

std::optional<Account> find(const store::Snapshot& db, AccountId id) {
    return db.row<Account>(
        "select id, series, owner, role, about, label, opened_at from account_account where id = "
        "$1",
        id);
}

std::optional<AccountId> find(
    const store::Snapshot& db,
    SeriesId series,
    Id<Party> owner,
    std::string_view role,
    std::int64_t about) {
    return db.row<AccountId>(
        "select id from account_account where series = $1 and owner = $2 and role = $3 and about = "
        "$4",
        series,
        owner,
        role,
        about);
}

SeriesId next_series(const store::Snapshot& db) {
    return {newest(db, "select coalesce(max(id), 0) from account_series") + 1};
}

AccountId next_account(const store::Snapshot& db) {
    return {newest(db, "select coalesce(max(id), 0) from account_account") + 1};
}

Page<Held> list(const store::Snapshot& db, const Filter& filter) {
    std::string where = "1 = 1";
    std::vector<store::Value> values;
    const auto equal = [&](const char* column, const auto& wanted) {
        if (!wanted) return;
        values.push_back(store::to_value(*wanted));
        where += std::string(" and ") + column + " = $" + std::to_string(values.size());
    };
    equal("owner", filter.owner);
    equal("series", filter.series);
    equal("role", filter.role);
    Page<Held> page;
    page.total =
        db.rows_with<std::int64_t>("select count(*) from account_account where " + where, values)
            .front();
    const auto offset = static_cast<std::int64_t>(filter.page - 1) * filter.per_page;
    const auto accounts = db.rows_with<Account>(
        "select id, series, owner, role, about, label, opened_at from account_account where " +
            where + " order by id limit " + std::to_string(filter.per_page) + " offset " +
            std::to_string(offset),
        values);
    for (const auto& account : accounts)
        page.items.push_back({.balance = *balance(db, account.id), .account = account});
    return page;
}

Page<ledger::Hold> holds(
    const store::Snapshot& db, AccountId id, std::int32_t page, std::int32_t per_page) {
    Page<ledger::Hold> found;
    found.total = *db.row<std::int64_t>(
        "select count(*) from account_hold where debit = $1 or credit = $1", id);
    found.items = db.rows<ledger::Hold>(
        std::string("select ") + hold_columns +
            " from account_hold where debit = $1 or credit = $1 order by number desc "
            "limit $2 offset $3",
        id,
        per_page,
        static_cast<std::int64_t>(page - 1) * per_page);
    return found;
}

// What the state root is computed from ------------------------------------------------------------

namespace {

struct Stored {
    std::int64_t place = 0;
    store::Blob digest;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (place, digest))

} // namespace

std::int64_t leaves(const store::Snapshot& db, Tree tree) {
    return tree == Tree::accounts ? newest(db, "select coalesce(max(id), 0) from account_account")
                                  : newest(db, "select coalesce(max(number), 0) from account_hold");
}

std::vector<base::Digest> leaf_digests(
    const store::Snapshot& db, Tree tree, std::int64_t first, std::int64_t count) {
    std::vector<base::Digest> digests;
    const auto add = [&](const auto& thing) {
        digests.push_back(ledger::leaf(ledger::leaf_text(thing)));
    };
    const auto from = first + 1;
    const auto to = first + count;
    if (tree == Tree::accounts) {
        each_account(db, {from}, {to}, add);
    } else {
        static const auto sql = std::string("select ") + hold_columns +
                                " from account_hold where number between $1 and $2 order by number";
        db.each<ledger::Hold>(sql, add, from, to);
    }
    return digests;
}

std::vector<std::int64_t> dirty_places(const store::Snapshot& db, Tree tree) {
    return db.rows<std::int64_t>(
        "select place from account_dirty where tree = $1 order by place", static_cast<int>(tree));
}

void read_nodes(
    const store::Snapshot& db,
    Tree tree,
    const ledger::Remainder& range,
    const std::function<void(std::int64_t place, const base::Digest&)>& see) {
    db.each<Stored>(
        "select place, digest from account_node where tree = $1 and level = $2 and place >= $3 and "
        "place < $4 order by place",
        [&](const Stored& stored) {
            base::Digest digest{};
            base::ensure(stored.digest.bytes.size() == digest.size(), "a digest has 32 bytes");
            std::ranges::copy(stored.digest.bytes, digest.begin());
            see(stored.place, digest);
        },
        static_cast<int>(tree),
        range.level,
        range.first,
        range.first + range.count);
}

} // namespace account
