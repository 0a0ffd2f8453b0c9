// An account's past: from the mark before, forward along its lines.
#include "domain/account/account_sql.hpp"

#include <algorithm>

namespace account {
namespace {

struct Row {
    TransferId id;
    ledger::Stamp stamp = 0;
    ledger::Kind kind = ledger::Kind::transfer;
    AccountId debit;
    AccountId credit;
    Amount amount = 0;
    std::int64_t pending = 0;
    std::int64_t posted = 0;
    TransferId hold;
    std::int64_t expires = 0;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    bool keep = false;
    TransferId debit_previous;
    TransferId credit_previous;
};
BOOST_DESCRIBE_STRUCT(
    Row,
    (),
    (id,
     stamp,
     kind,
     debit,
     credit,
     amount,
     pending,
     posted,
     hold,
     expires,
     code,
     about,
     keep,
     debit_previous,
     credit_previous))

ledger::Line line_of(const Row& row) {
    ledger::Line line{
        .act =
            {.kind = row.kind,
             .keep = row.keep,
             .code = row.code,
             .id = row.id,
             .amount = row.amount,
             .hold = row.hold,
             .expires = row.expires,
             .about = row.about},
        .stamp = row.stamp,
        .debit = row.debit,
        .credit = row.credit,
        .pending = row.pending,
        .posted = row.posted,
        .debit_previous = row.debit_previous,
        .credit_previous = row.credit_previous};
    if (!row.hold) {
        line.act.debit = row.debit;
        line.act.credit = row.credit;
    }
    return line;
}

ledger::Line line_at(const store::Snapshot& db, TransferId id) {
    const auto row = db.row<Row>(
        "select id, stamp, kind, debit, credit, amount, pending, posted, hold, expires, code, "
        "about, keep, debit_previous, credit_previous from account_act where id = $1",
        id);
    base::ensure(row.has_value(), "an account's lines have no gap");
    return line_of(*row);
}

std::optional<ledger::Account> mark_at(
    const store::Snapshot& db, const ledger::Account& now, std::int64_t lines) {
    if (lines >= now.lines) return now;
    return db.row<ledger::Account>(
        "select account, $3, state, debit_limit, credit_limit, debits_pending, debits_posted, "
        "credits_pending, credits_posted, last, lines from account_mark where account = $1 and "
        "lines = $2",
        now.id,
        lines,
        now.series);
}

std::optional<ledger::Stamp> mark_stamp(
    const store::Snapshot& db, AccountId id, std::int64_t lines) {
    return db.row<ledger::Stamp>(
        "select stamp from account_mark where account = $1 and lines = $2", id, lines);
}

// The entries after mark number `mark` and up to the next one.
std::vector<Entry> stretch(
    const store::Snapshot& db, const ledger::Account& now, std::int64_t mark) {
    const auto from = mark * ledger::lines_per_mark;
    const auto base = mark_at(db, now, from);
    const auto top = mark_at(db, now, from + ledger::lines_per_mark);
    base::ensure(base && top, "an account's marks have no gap");
    std::vector<Entry> entries;
    auto at = top->last;
    for (auto lines = top->lines; lines > from; --lines) {
        entries.push_back({.line = line_at(db, at), .after = {}});
        const auto& line = entries.back().line;
        at = line.debit == now.id ? line.debit_previous : line.credit_previous;
    }
    std::ranges::reverse(entries);
    auto account = *base;
    for (auto& entry : entries) {
        ledger::follow(account, entry.line);
        entry.after = account;
    }
    return entries;
}

} // namespace

Page<Entry> history(
    const store::Snapshot& db, AccountId id, std::int32_t page, std::int32_t per_page) {
    Page<Entry> found;
    const auto now = balance(db, id);
    if (!now) return found;
    found.total = now->lines;
    const auto most = now->lines - static_cast<std::int64_t>(page - 1) * per_page; // newest line
    const auto least = std::max<std::int64_t>(most - per_page, 0); // the line before the oldest
    for (auto lines = most; lines > least;) {
        const auto mark = (lines - 1) / ledger::lines_per_mark;
        auto entries = stretch(db, *now, mark);
        while (!entries.empty() && lines > least) {
            if (entries.back().after.lines <= lines) {
                found.items.push_back(entries.back());
                --lines;
            }
            entries.pop_back();
        }
    }
    return found;
}

std::optional<ledger::Account> balance_at(const store::Snapshot& db, AccountId id, Instant at) {
    const auto now = balance(db, id);
    if (!now) return std::nullopt;
    const auto end = (at.ms + 1) * ledger::stamps_per_ms; // the first moment that is too late
    const auto opened = mark_stamp(db, id, 0);
    if (!opened || *opened >= end) return std::nullopt;
    // The newest mark before the end, by halving.
    std::int64_t low = 0;
    for (auto high = now->lines / ledger::lines_per_mark; low < high;) {
        const auto middle = (low + high + 1) / 2;
        if (*mark_stamp(db, id, middle * ledger::lines_per_mark) < end) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    auto account = *mark_at(db, *now, low * ledger::lines_per_mark);
    if (account.lines == now->lines) return account;
    for (const auto& entry : stretch(db, *now, low)) {
        if (entry.line.stamp < end) account = entry.after;
    }
    return account;
}

std::int64_t event_of(const store::Snapshot& db, TransferId id) {
    return db
        .row<std::int64_t>(
            "select b.seq from account_batch as b join account_act as a on b.stamp <= a.stamp "
            "where a.id = $1 order by b.stamp desc limit 1",
            id)
        .value_or(0);
}

} // namespace account
