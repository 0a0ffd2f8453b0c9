// The tables that modules declare: made from their DDL, filled by applying events, comparable by
// digest.
#pragma once

#include "store/database.hpp"
#include "store/memory.hpp"

namespace store {

class Projections {
public:
    explicit Projections(Schema schema);

    [[nodiscard]] bool knows(std::string_view kind) const;
    // What modules do for every event (Schema::every).
    base::Result<> follow(Transaction& tx, const Event& event) const;
    // Applies an event of the journal anew. Errors: `store.newer` when no module knows its kind,
    // and what its body is refused with.
    base::Result<> again(Transaction& tx, Event event) const;
    // True when the file's tables were made from this very declaration.
    [[nodiscard]] bool current(Connection& connection) const;
    // Drops, creates and fills, inside a transaction of its own; the number of events applied.
    base::Result<std::int64_t> rebuild(Connection& connection) const;
    [[nodiscard]] static base::Digest digest(const Snapshot& snapshot);
    [[nodiscard]] static Memory& memory(Transaction& tx);

private:
    [[nodiscard]] std::string declaration() const;
    base::Result<std::int64_t> replay(Connection& connection) const;
    static void drop(Connection& connection);

    std::vector<Schema::Module> modules_;
    std::map<std::string, Schema::Apply, std::less<>> appliers_;
    std::vector<Schema::Apply> every_;
};

} // namespace store
