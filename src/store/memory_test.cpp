#include "store/database.hpp"
#include "store/memory.hpp"

#include <gtest/gtest.h>

namespace store {
namespace {

// A module that remembers the sum it keeps in its table, and while replaying writes it at the end.
struct Added {
    static constexpr std::string_view kind = "sum.added";
    std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Added, (), (amount))

struct Sum {
    std::optional<std::int64_t> known;
    bool promised = false;
};

std::int64_t stored(const Snapshot& db) {
    return db.row<std::int64_t>("select amount from sum_total").value_or(0);
}

int tables_written = 0;

void write_sum(Transaction& tx, std::int64_t amount) {
    ++tables_written;
    tx.exec("insert or replace into sum_total values (1, $1)", amount);
}

void apply(Transaction& tx, const Added& event) {
    auto& remembered = memory(tx);
    auto& sum = remembered.of<Sum>();
    if (!sum.known) sum.known = stored(tx);
    *sum.known += event.amount;
    if (!remembered.replaying()) return write_sum(tx, *sum.known);
    if (sum.promised) return;
    sum.promised = true;
    remembered.at_end([&sum](Transaction& end) { write_sum(end, *sum.known); });
}

Schema sum_schema() {
    Schema schema;
    schema.module(
        "sum", "create table sum_total (id integer primary key, amount integer not null)");
    schema.on<Added>();
    return schema;
}

enum class End { kept, refused, threw };

class MemoryTest : public testing::Test {
protected:
    void add(std::int64_t amount, End end) {
        const auto command = Command::internal(std::to_string(++commands));
        (void)database->write(command, [&](Transaction& tx) -> base::Result<std::string> {
            tx.publish(Added{amount}, "");
            if (end == End::threw) throw std::runtime_error("on purpose");
            if (end == End::refused) return base::rejected("sum.no", {"不行", "no"});
            return std::string();
        });
    }

    std::int64_t now() {
        return database->read([](const Snapshot& db) { return stored(db); });
    }

    base::ManualClock clock{{1'700'000'000'000}};
    std::unique_ptr<Database> database = Database::open({}, sum_schema(), clock).value();
    int commands = 0;
};

TEST_F(MemoryTest, what_was_taken_back_is_remembered_by_nobody) {
    add(1, End::kept);
    add(10, End::refused);
    add(2, End::kept);
    add(20, End::threw);
    add(4, End::kept);
    EXPECT_EQ(now(), 7);
}

TEST_F(MemoryTest, a_replay_remembers_for_itself_and_does_what_waited_for_its_end) {
    for (int i = 0; i < 5; ++i)
        add(1, End::kept);
    tables_written = 0;
    const auto digest = database->projection_digest();
    ASSERT_TRUE(database->rebuild());
    EXPECT_EQ(tables_written, 1);
    EXPECT_EQ(database->projection_digest(), digest);
    add(1, End::kept);
    EXPECT_EQ(now(), 6);
}

} // namespace
} // namespace store
