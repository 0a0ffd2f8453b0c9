#include "store/projections.hpp"

#include "store/batch.hpp"
#include "store/faults.hpp"
#include "store/journal.hpp"

namespace store {
namespace {

constexpr auto declaration_key = "projections";

// Tables and views that modules made, in the order of their making; shadow tables go with their
// virtual table.
constexpr auto made_objects = R"(
select list.name, list.type from pragma_table_list as list join sqlite_master as made on made.name = list.name
where list.schema = 'main' and list.type in ('table', 'virtual', 'view') and list.name not like 'sqlite\_%' escape '\'
    and list.name not in ('journal', 'command', 'relay', 'meta')
order by made.rowid)";

struct Made {
    std::string name;
    std::string type;
};

std::vector<Made> made(Connection& connection) {
    std::vector<Made> found;
    connection.run(made_objects, {}, [&](Connection::Row row) {
        found.push_back({std::string(row[0].text), std::string(row[1].text)});
        return true;
    });
    return found;
}

std::string key_of(Connection& connection, const std::string& table) {
    std::string key;
    const std::vector<Value> values{table};
    const auto sql = "select name from pragma_table_info($1) where pk > 0 order by pk";
    connection.run(sql, values, [&](Connection::Row row) {
        if (!key.empty()) key += ',';
        key += '"' + std::string(row[0].text) + '"';
        return true;
    });
    return key.empty() ? "rowid" : key;
}

// Each cell as a letter for its kind, the length of its text, and the text.
void add_cell(std::string& out, const Cell& cell) {
    const auto add = [&](char kind, std::string_view text) {
        out += kind;
        base::json::write_number(out, text.size());
        out += ':';
        out += text;
    };
    switch (cell.kind) {
    case Cell::Kind::null: return add('n', {});
    case Cell::Kind::integer: return add('i', std::to_string(cell.integer));
    case Cell::Kind::real: {
        std::string text;
        base::json::write_double(text, cell.real);
        return add('r', text);
    }
    case Cell::Kind::text: return add('t', cell.text);
    case Cell::Kind::blob: return add('b', cell.text);
    }
    base::bug("cell kind out of range");
}

} // namespace

void Schema::module(std::string name, std::string ddl) {
    modules_.push_back({std::move(name), std::move(ddl)});
}

void Schema::add(std::string kind, Apply apply) {
    appliers_.emplace_back(std::move(kind), std::move(apply));
}

void Schema::every(Apply apply) { every_.push_back(std::move(apply)); }

Projections::Projections(Schema schema)
    : modules_(std::move(schema.modules_))
    , every_(std::move(schema.every_)) {
    for (auto& [kind, apply] : schema.appliers_) {
        const bool fresh = appliers_.emplace(kind, std::move(apply)).second;
        base::ensure(fresh, "an event kind is declared once: " + kind);
    }
}

bool Projections::knows(std::string_view kind) const { return appliers_.contains(kind); }

base::Result<> Projections::follow(Transaction& tx, const Event& event) const {
    for (const auto& apply : every_)
        TRY(apply(tx, event));
    return {};
}

base::Result<> Projections::again(Transaction& tx, Event event) const {
    const auto applier = appliers_.find(event.kind);
    if (applier == appliers_.end())
        return faults::newer("no module knows the event kind " + event.kind);
    tx.replay(std::move(event));
    auto done = applier->second(tx, tx.event());
    if (done) done = follow(tx, tx.event());
    if (done) return done;
    return faults::damaged(
        "event " + std::to_string(tx.event().seq) + ": " + done.error().message.en);
}

std::string Projections::declaration() const {
    base::Hasher hasher;
    for (const auto& module : modules_) {
        hasher.add(std::to_string(module.name.size()) + ':' + module.name);
        hasher.add(std::to_string(module.ddl.size()) + ':' + module.ddl);
    }
    return base::hex(hasher.finish());
}

bool Projections::current(Connection& connection) const {
    return journal::meta(connection, declaration_key) == declaration();
}

// Children were made after the tables they refer to, so they go first.
void Projections::drop(Connection& connection) {
    const auto objects = made(connection);
    for (auto object = objects.rbegin(); object != objects.rend(); ++object) {
        const std::string verb = object->type == "view" ? "drop view \"" : "drop table \"";
        connection.script(verb + object->name + '"');
    }
}

base::Result<std::int64_t> Projections::rebuild(Connection& connection) const {
    connection.script("begin immediate");
    try {
        drop(connection);
        for (const auto& module : modules_)
            connection.script(module.ddl);
        auto count = replay(connection);
        if (count) journal::set_meta(connection, declaration_key, declaration());
        connection.script(count ? "commit" : "rollback");
        return count;
    } catch (...) {
        if (connection.in_transaction()) connection.script("rollback");
        throw;
    }
}

base::Result<std::int64_t> Projections::replay(Connection& connection) const {
    std::int64_t count = 0;
    base::Result<> done;
    Memory remembered(Memory::Purpose::replay);
    Transaction::Batch batch{.projections = *this, .memory = remembered, .seq = 0, .events = {}};
    Transaction transaction(connection, batch, {}, Command{});
    const auto each = [&](Connection::Row row) {
        Event event;
        Snapshot::read_row(row, event);
        batch.seq = event.seq;
        done = again(transaction, std::move(event));
        if (done) ++count;
        return done.has_value();
    };
    connection.run(
        "select seq, at, command, person, party, kind, subject, body from journal order by seq",
        {},
        each);
    TRY(std::move(done));
    remembered.end(transaction);
    return count;
}

Memory& Projections::memory(Transaction& tx) { return tx.batch_.memory; }

Memory& memory(Transaction& tx) { return Projections::memory(tx); }

base::Digest Projections::digest(const Snapshot& snapshot) {
    constexpr std::size_t piece_bytes = 1 << 16;
    base::Hasher hasher;
    std::string piece;
    auto& connection = snapshot.connection_;
    auto objects = made(connection);
    std::ranges::sort(objects, {}, &Made::name);
    for (const auto& object : objects) {
        if (object.type != "table") continue;
        piece += "table " + object.name + '\n';
        const auto sql =
            "select * from \"" + object.name + "\" order by " + key_of(connection, object.name);
        connection.run(sql, {}, [&](Connection::Row row) {
            for (const auto& cell : row)
                add_cell(piece, cell);
            piece += '\n';
            if (piece.size() >= piece_bytes) {
                hasher.add(piece);
                piece.clear();
            }
            return true;
        });
    }
    hasher.add(piece);
    return hasher.finish();
}

} // namespace store
