#include "domain/scoring/scoring.hpp"

namespace scoring {
namespace {

constexpr const char* ddl = R"sql(
create table scoring_entry (
    id integer primary key, use text not null, sha256 text not null, target text not null,
    positive text not null, rows integer not null, state text not null, proposed_at integer not null,
    proposed_by integer not null, proposed_name text not null, reason text not null, decided_at integer,
    decided_by integer, decided_name text not null, decision text not null);
create index scoring_entry_by_use on scoring_entry (use, state);
create unique index scoring_champion on scoring_entry (use) where state = 'champion';
create table scoring_model (entry integer primary key, model text not null);
)sql";

const std::string select =
    "select id, use, sha256, target, positive, rows, state, proposed_at, proposed_by, "
    "proposed_name, reason, decided_at, decided_by, decided_name, decision from scoring_entry ";

// scoring_model
struct Text {
    EntryId entry;
    std::string model;
};
BOOST_DESCRIBE_STRUCT(Text, (), (entry, model))

void set_state(store::Transaction& tx, EntryId entry, State state, const Decided& event) {
    tx.exec(
        "update scoring_entry set state = $2, decided_at = $3, decided_by = $4, decided_name = $5, "
        "decision = $6 where id = $1",
        entry,
        state,
        tx.now(),
        tx.actor().person,
        event.name,
        event.reason);
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("scoring", ddl);
    schema.on<Proposed>();
    schema.on<Decided>();
}

void apply(store::Transaction& tx, const Proposed& event) {
    tx.insert("scoring_entry", event.entry);
    tx.insert("scoring_model", Text{event.entry.id, event.model});
}

void apply(store::Transaction& tx, const Decided& event) {
    if (event.instead_of) set_state(tx, *event.instead_of, event.instead_state, event);
    set_state(tx, event.entry, event.state, event);
}

std::optional<Entry> find(const store::Snapshot& db, EntryId id) {
    return db.row<Entry>(select + "where id = $1", id);
}

std::vector<Entry> list(const store::Snapshot& db, std::string_view use) {
    if (use.empty()) return db.rows<Entry>(select + "order by id desc");
    return db.rows<Entry>(select + "where use = $1 order by id desc", std::string(use));
}

std::optional<Entry> champion(const store::Snapshot& db, std::string_view use) {
    return db.row<Entry>(select + "where use = $1 and state = 'champion'", std::string(use));
}

std::vector<Entry> challengers(const store::Snapshot& db, std::string_view use) {
    return db.rows<Entry>(
        select + "where use = $1 and state = 'challenger' order by id", std::string(use));
}

Result<score::Kept> model(const store::Snapshot& db, EntryId id) {
    const auto text = db.row<std::string>("select model from scoring_model where entry = $1", id);
    if (!text)
        return base::not_found(
            "scoring.not_found",
            {"没有找到这个模型。", "There is no such model."},
            {"请先列出模型。", "List the models first."});
    return score::read_model(*text);
}

} // namespace scoring
