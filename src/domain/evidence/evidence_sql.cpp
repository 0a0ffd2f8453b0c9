#include "domain/evidence/evidence.hpp"

namespace evidence {
namespace {

// `number` counts from 1, so that SQLite finds the end of the table without an index; an entry's
// index in the log is one less. Hashes of level 1 and above, one for each full tile below.
constexpr auto ddl = R"(
create table evidence_entry (
    number integer primary key, seq integer not null, leaf blob not null, entry text not null);
create table evidence_hash (
    level integer not null, number integer not null, hash blob not null, primary key (level, number));
)";

struct Position {
    std::int64_t number = 0;
    std::int64_t seq = 0;
};
BOOST_DESCRIBE_STRUCT(Position, (), (number, seq))

store::Blob blob_of(const tlog::Hash& hash) { return {std::string(tlog::bytes_of(hash))}; }

std::int64_t last_number(const store::Snapshot& db) {
    return *db.row<std::int64_t>("select coalesce(max(number), 0) from evidence_entry");
}

// `count` hashes of one level, from the first-th on.
std::string hashes(const store::Snapshot& db, int level, std::int64_t first, std::int64_t count) {
    std::string bytes;
    const auto add = [&](store::Blob&& hash) { bytes += hash.bytes; };
    if (level == 0) {
        db.each<store::Blob>(
            "select leaf from evidence_entry where number > $1 and number <= $2 order by number",
            add,
            first,
            first + count);
    } else {
        db.each<store::Blob>(
            "select hash from evidence_hash where level = $1 and number >= $2 and number < $3 "
            "order by number",
            add,
            level,
            first,
            first + count);
    }
    return bytes;
}

// After the count-th hash of a level: when that filled a tile, its root goes to the level above.
void fill_tiles(store::Transaction& tx, std::int64_t count) {
    constexpr auto width = static_cast<std::int64_t>(tlog::tile_width);
    for (int level = 0; count % width == 0; ++level, count /= width) {
        const auto bytes = hashes(tx, level, count - width, width);
        const auto full = tlog::read_tile(bytes, tlog::tile_width);
        base::ensure(full.has_value(), "a full tile has its hashes");
        tx.exec(
            "insert into evidence_hash values ($1, $2, $3)",
            level + 1,
            count / width - 1,
            blob_of(tlog::root_over(*full)));
    }
}

Result<> take(store::Transaction& tx, const store::Event& event) {
    const auto act_bytes = act_file(event, opening(tx.file_secret(), event.seq));
    const auto text = entry_text(event, seal::digests(act_bytes));
    const auto leaf = tlog::leaf_hash(text);
    const auto number = last_number(tx) + 1;
    tx.exec(
        "insert into evidence_entry values ($1, $2, $3, $4)",
        number,
        event.seq,
        blob_of(leaf),
        text);
    fill_tiles(tx, number);
    return {};
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("evidence", ddl);
    schema.on<Sealed>();
    schema.every(take);
}

// Its entry is all that it leaves, and every event has one.
void apply(store::Transaction& /*tx*/, const Sealed& /*event*/) {}

std::uint64_t size(const store::Snapshot& db) {
    return static_cast<std::uint64_t>(last_number(db));
}

// Numbers and events grow together, so the place is found by halving.
std::optional<Placed> find(const store::Snapshot& db, std::int64_t seq) {
    std::int64_t low = 1;
    std::int64_t high = last_number(db);
    while (low <= high) {
        const auto middle = low + (high - low) / 2;
        const auto at =
            db.row<Position>("select number, seq from evidence_entry where number = $1", middle);
        base::ensure(at.has_value(), "entries are numbered without a gap");
        if (at->seq == seq) {
            const auto index = static_cast<std::uint64_t>(middle - 1);
            return Placed{.index = index, .entry = entry(db, index).value()};
        }
        if (at->seq < seq) {
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    return std::nullopt;
}

std::optional<std::string> entry(const store::Snapshot& db, std::uint64_t index) {
    return db.row<std::string>(
        "select entry from evidence_entry where number = $1", static_cast<std::int64_t>(index) + 1);
}

std::optional<std::string> act(const store::Snapshot& db, std::int64_t seq) {
    const auto event = db.journal_line(seq);
    if (!event) return std::nullopt;
    return act_file(*event, opening(db.file_secret(), seq));
}

Result<std::string> tile(const store::Snapshot& db, const tlog::TilePath& path) {
    const auto no_tile = [&] {
        return base::not_found(
                   "evidence.no_tile",
                   {"日志中还没有这个瓦片。", "The log has no such tile yet."},
                   {"请按当前检查点的大小取瓦片。",
                    "Ask for the tiles of the current checkpoint's size."})
            .at(tlog::path_of(path));
    };
    const auto count = tlog::hashes_at(path.level, size(db));
    if (path.index > count / tlog::tile_width) return no_tile();
    if (path.index * tlog::tile_width + path.width > count) return no_tile();
    const auto first = static_cast<std::int64_t>(path.index * tlog::tile_width);
    if (path.level != tlog::level_of_entries) return hashes(db, path.level, first, path.width);
    std::string bundle;
    db.each<std::string>(
        "select entry from evidence_entry where number > $1 and number <= $2 order by number",
        [&](std::string&& text) {
            const auto added = tlog::add_to_bundle(bundle, text);
            base::ensure(added.has_value(), "an entry is short");
        },
        first,
        first + path.width);
    return bundle;
}

tlog::TileNodes tree(const store::Snapshot& db, std::uint64_t size) {
    return {size, [&db](const tlog::TilePath& path) { return tile(db, path); }};
}

} // namespace evidence
