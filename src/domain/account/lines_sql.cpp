#include "domain/account/lines.hpp"
#include "engine/ledger/packed.hpp"

namespace account {
namespace {

// A row is about as long as one page of the file.
constexpr std::size_t lines_per_row = 64;
// Ids of one row that lie further apart are not a stretch: others will come between them.
constexpr std::int64_t stretch_most = std::int64_t{1} << 20;

struct LineRow {
    std::int64_t stamp = 0;
    store::Blob packed;
};
BOOST_DESCRIBE_STRUCT(LineRow, (), (stamp, packed))

struct Stretch {
    std::int64_t first = 0; // 0: none
    std::int64_t last = 0;

    [[nodiscard]] bool has(std::int64_t id) const { return first <= id && id <= last; }
};
BOOST_DESCRIBE_STRUCT(Stretch, (), (first, last))

// The one that begins last, at that id or before it. Stretches never overlap.
Stretch stretch_before(const store::Snapshot& db, std::int64_t id) {
    return db
        .row<Stretch>(
            "select first, last from account_line where first > 0 and first <= $1 "
            "order by first desc limit 1",
            id)
        .value_or(Stretch{});
}

// None when the ids do not grow, or others lie among them.
Stretch stretch_of(const store::Snapshot& db, std::span<const ledger::Line> lines) {
    const auto descends = [](const ledger::Line& one, const ledger::Line& next) {
        return next.act.id <= one.act.id;
    };
    if (std::ranges::adjacent_find(lines, descends) != lines.end()) return {};
    const Stretch own{.first = lines.front().act.id.value, .last = lines.back().act.id.value};
    if (own.last - own.first > stretch_most) return {};
    const auto before = stretch_before(db, own.last);
    return before.first > 0 && before.last >= own.first ? Stretch{} : own;
}

std::optional<ledger::Line> line_in(const LineRow& row, TransferId id) {
    const auto lines = ledger::unpack_lines(row.packed.bytes, row.stamp);
    const auto is = [&](const ledger::Line& line) { return line.act.id == id; };
    const auto found = std::ranges::find_if(lines, is);
    if (found == lines.end()) return std::nullopt;
    return *found;
}

} // namespace

void write_lines(store::Transaction& tx, std::span<const ledger::Line> lines) {
    while (!lines.empty()) {
        const auto some = lines.first(std::min(lines_per_row, lines.size()));
        const auto stamp = some.front().stamp;
        const auto stretch = stretch_of(tx, some);
        tx.exec(
            "insert into account_line values ($1,$2,$3,$4,$5,$6)",
            stamp,
            std::ssize(some),
            tx.event().seq,
            stretch.first,
            stretch.last,
            store::Blob{ledger::pack(some)});
        if (stretch.first == 0) {
            for (const auto& line : some)
                tx.exec("insert into account_stray values ($1,$2)", line.act.id, stamp);
        }
        lines = lines.subspan(some.size());
    }
}

std::optional<ledger::Line> find_line(const store::Snapshot& db, TransferId id) {
    const auto stretch = stretch_before(db, id.value);
    if (stretch.first > 0 && stretch.has(id.value)) {
        const auto row = db.row<LineRow>(
            "select stamp, packed from account_line where first > 0 and first = $1", stretch.first);
        if (auto found = line_in(*row, id)) return found;
    }
    const auto row = db.row<LineRow>(
        "select l.stamp, l.packed from account_stray as s join account_line as l on l.stamp = "
        "s.stamp where s.id = $1",
        id);
    if (!row) return std::nullopt;
    return line_in(*row, id);
}

TransferId newest_id(const store::Snapshot& db) {
    const auto last = stretch_before(db, std::numeric_limits<std::int64_t>::max()).last;
    const auto stray =
        db.row<std::int64_t>("select coalesce(max(id), 0) from account_stray").value_or(0);
    return {std::max(last, stray)};
}

void each_line(const store::Snapshot& db, const std::function<void(const ledger::Line&)>& see) {
    db.each<LineRow>(
        "select stamp, packed from account_line order by stamp", [&](const LineRow& row) {
            for (const auto& line : ledger::unpack_lines(row.packed.bytes, row.stamp))
                see(line);
        });
}

} // namespace account
