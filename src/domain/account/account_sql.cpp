#include "domain/account/account_sql.hpp"

#include "engine/ledger/text.hpp"

namespace account {
namespace {

// Acts are found by their ids and, from an account's newest one backwards, one after the other;
// account_mark keeps every 32nd state of an account, so that an older one is a few steps away. No
// index grows with the acts, so that posting costs the same however many there are.
constexpr const char* ddl = R"sql(
create table account_series (id integer primary key, unit text not null, label text not null, opened_at integer not null);
create table account_account (
    id integer primary key, series integer not null, owner integer not null, role text not null,
    about integer not null, label text not null, opened_at integer not null);
create unique index account_by_place on account_account (series, owner, role, about);
create index account_by_owner on account_account (owner, id);
create table account_balance (
    id integer primary key, series integer not null, state text not null, debit_limit integer not null,
    credit_limit integer not null, debits_pending integer not null, debits_posted integer not null,
    credits_pending integer not null, credits_posted integer not null, last integer not null, lines integer not null);
create table account_act (
    id integer primary key, stamp integer not null, kind text not null, debit integer not null,
    credit integer not null, amount integer not null, pending integer not null, posted integer not null,
    hold integer not null, expires integer not null, code integer not null, about integer not null,
    keep integer not null, debit_previous integer not null, credit_previous integer not null);
create table account_refused (id integer primary key, stamp integer not null, reason text not null);
create table account_hold (
    number integer primary key, id integer not null, debit integer not null, credit integer not null,
    amount integer not null, held integer not null, posted integer not null, expires integer not null,
    state text not null);
create unique index account_hold_by_id on account_hold (id);
create index account_hold_by_debit on account_hold (debit, number);
create index account_hold_by_credit on account_hold (credit, number);
create index account_hold_due on account_hold (expires, number) where state = 'open' and expires > 0;
create table account_mark (
    account integer not null, lines integer not null, stamp integer not null, last integer not null, state text not null,
    debit_limit integer not null, credit_limit integer not null, debits_pending integer not null,
    debits_posted integer not null, credits_pending integer not null, credits_posted integer not null,
    primary key (account, lines)) without rowid;
create table account_batch (stamp integer primary key, acts integer not null, seq integer not null);
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

void insert_line(store::Transaction& tx, const ledger::Line& line) {
    const auto& act = line.act;
    if (act.kind == ledger::Kind::refused) {
        tx.exec(
            "insert into account_refused values ($1,$2,$3)",
            act.id,
            line.stamp,
            ledger::name(static_cast<ledger::Refusal>(act.code)));
        return;
    }
    tx.exec(
        "insert into account_act values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)",
        act.id,
        line.stamp,
        act.kind,
        line.debit,
        line.credit,
        act.amount,
        line.pending,
        line.posted,
        act.hold,
        act.expires,
        act.code,
        act.about,
        act.keep,
        line.debit_previous,
        line.credit_previous);
}

void insert_mark(store::Transaction& tx, const ledger::Mark& mark) {
    const auto& account = mark.account;
    tx.exec(
        "insert into account_mark values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        account.id,
        account.lines,
        mark.stamp,
        account.last,
        account.state,
        account.debit_limit,
        account.credit_limit,
        account.debits_pending,
        account.debits_posted,
        account.credits_pending,
        account.credits_posted);
}

void make_dirty(store::Transaction& tx, Tree tree, std::int64_t number) {
    tx.exec(
        "insert or ignore into account_dirty values ($1,$2)",
        static_cast<int>(tree),
        (number - 1) / dirty_width);
}

template <class T>
void sort_unique(std::vector<T>& items) {
    std::ranges::sort(items);
    const auto rest = std::ranges::unique(items);
    items.erase(rest.begin(), rest.end());
}

void write_accounts(store::Transaction& tx, const ledger::Book& book) {
    std::vector<AccountId> touched;
    for (const auto& line : book.lines()) {
        if (line.debit) touched.push_back(line.debit);
        if (line.credit) touched.push_back(line.credit);
    }
    sort_unique(touched);
    std::int64_t dirty = -1;
    for (const auto id : touched) {
        const auto& account = *book.find(id);
        tx.exec(
            "update account_balance set state = $2, debit_limit = $3, credit_limit = $4, "
            "debits_pending = $5, debits_posted = $6, credits_pending = $7, credits_posted = $8, "
            "last = $9, lines = $10 where id = $1",
            account.id,
            account.state,
            account.debit_limit,
            account.credit_limit,
            account.debits_pending,
            account.debits_posted,
            account.credits_pending,
            account.credits_posted,
            account.last,
            account.lines);
        const auto place = (id.value - 1) / dirty_width;
        if (place != dirty) make_dirty(tx, Tree::accounts, id.value);
        dirty = place;
    }
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
        make_dirty(tx, Tree::holds, hold.number);
    }
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("account", ddl);
    schema.on<SeriesOpened>();
    schema.on<Opened>();
    schema.on<Posted>();
    schema.on<Sealed>();
}

void apply(store::Transaction& tx, const SeriesOpened& event) {
    tx.insert("account_series", event.series);
}

void apply(store::Transaction& tx, const Opened& event) {
    const ledger::Account balance{
        .id = event.account.id,
        .series = event.account.series,
        .debit_limit = event.debit_limit.value_or(ledger::unlimited),
        .credit_limit = event.credit_limit.value_or(ledger::unlimited)};
    tx.insert("account_account", event.account);
    tx.insert("account_balance", balance);
    insert_mark(tx, {balance, tx.now().ms * ledger::stamps_per_ms});
    make_dirty(tx, Tree::accounts, event.account.id.value);
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
    for (const auto& line : book->lines())
        insert_line(tx, line);
    for (const auto& mark : book->marks())
        insert_mark(tx, mark);
    write_accounts(tx, *book);
    write_holds(tx, *book);
    tx.exec(
        "insert into account_batch values ($1,$2,$3)",
        event.stamp,
        std::ssize(book->lines()),
        tx.event().seq);
}

void apply(store::Transaction& tx, const Sealed& event) {
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

constexpr const char* balance_columns =
    "id, series, state, debit_limit, credit_limit, debits_pending, debits_posted, "
    "credits_pending, credits_posted, last, lines";
constexpr const char* hold_columns =
    "number, id, debit, credit, amount, held, posted, expires, state";

// account_act as far as its sender wished it, with the accounts it really moved.
struct Past {
    TransferId id;
    ledger::Kind kind = ledger::Kind::transfer;
    AccountId debit;
    AccountId credit;
    Amount amount = 0;
    TransferId hold;
    std::int64_t expires = 0;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    bool keep = false;
};
BOOST_DESCRIBE_STRUCT(Past, (), (id, kind, debit, credit, amount, hold, expires, code, about, keep))

ledger::Act act_of(const Past& past) {
    ledger::Act act{
        .kind = past.kind,
        .keep = past.keep,
        .code = past.code,
        .id = past.id,
        .debit = past.debit,
        .credit = past.credit,
        .amount = past.amount,
        .hold = past.hold,
        .expires = past.expires,
        .about = past.about};
    if (act.hold) act.debit = act.credit = {}; // the hold's, which its sender did not name
    return act;
}

std::int64_t newest(const store::Snapshot& db, const char* sql) {
    return db.row<std::int64_t>(sql).value_or(0);
}

void load_account(const store::Snapshot& db, AccountId id, ledger::Book& book) {
    if (!id || book.find(id) != nullptr) return;
    if (const auto account = balance(db, id)) book.put(*account);
}

} // namespace

std::optional<ledger::Account> balance(const store::Snapshot& db, AccountId id) {
    static const auto sql =
        std::string("select ") + balance_columns + " from account_balance where id = $1";
    return db.row<ledger::Account>(sql, id);
}

std::optional<ledger::Hold> hold(const store::Snapshot& db, TransferId id) {
    static const auto sql =
        std::string("select ") + hold_columns + " from account_hold where id = $1";
    return db.row<ledger::Hold>(sql, id);
}

std::optional<ledger::Act> act(const store::Snapshot& db, TransferId id) {
    const auto past = db.row<Past>(
        "select id, kind, debit, credit, amount, hold, expires, code, about, keep "
        "from account_act where id = $1",
        id);
    if (past) return act_of(*past);
    const auto reason = db.row<std::string>("select reason from account_refused where id = $1", id);
    if (!reason) return std::nullopt;
    const auto refusal = ledger::refusal_from(*reason);
    base::ensure(refusal.has_value(), "a refusal is kept by its name");
    return ledger::Act{
        .kind = ledger::Kind::refused, .code = static_cast<std::uint32_t>(*refusal), .id = id};
}

void load(const store::Snapshot& db, std::span<const ledger::Act> acts, ledger::Book& book) {
    for (const auto& act : acts) {
        load_account(db, act.debit, book);
        load_account(db, act.credit, book);
        if (!act.hold || book.find_hold(act.hold) != nullptr) continue;
        const auto found = hold(db, act.hold);
        if (!found) continue; // made by an act before, or not there
        book.put(*found);
        load_account(db, found->debit, book);
        load_account(db, found->credit, book);
    }
    const auto holds = [](const ledger::Act& act) { return act.kind == ledger::Kind::hold; };
    if (std::ranges::any_of(acts, holds))
        book.next_hold(newest(db, "select coalesce(max(number), 0) from account_hold") + 1);
}

void load_ids(const store::Snapshot& db, std::span<const ledger::Act> acts, ledger::Book& book) {
    // Ids grow with time almost always; then none of them needs to be looked for.
    const auto most = newest(
        db,
        "select coalesce(max(id), 0) from (select max(id) as id from account_act union all "
        "select max(id) from account_refused)");
    std::vector<TransferId> looked_for;
    for (const auto& act : acts) {
        if (act.id.value > 0 && act.id.value <= most) looked_for.push_back(act.id);
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
        db.row<std::int64_t>("select stamp + acts from account_batch order by stamp desc limit 1")
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
    return tree == Tree::accounts ? newest(db, "select coalesce(max(id), 0) from account_balance")
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
        static const auto sql = std::string("select ") + balance_columns +
                                " from account_balance where id between $1 and $2 order by id";
        db.each<ledger::Account>(sql, add, from, to);
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
