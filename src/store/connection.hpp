// One SQL connection with its statement cache, type-erased so that only store/*.cpp sees sqlite3.
// Placeholders are $1 … $n. A SQL fault (lost disk, broken schema) is an exception: nobody above
// can act on it.
#pragma once

#include "store/value.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>

namespace store {

class Connection {
public:
    using Row = std::span<const Cell>;
    enum class Access { read, write };

    Connection(const std::filesystem::path& file, Access access);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Runs one statement; `row` sees each result row and returns false to stop early. Returns rows
    // changed.
    std::int64_t run(
        std::string_view sql,
        std::span<const Value> arguments,
        const std::function<bool(Row)>& row = {});
    // Several statements without arguments, as in migrations.
    void script(const std::string& sql);

private:
    struct State;
    std::unique_ptr<State> state_;
    friend class Database;
};

} // namespace store
