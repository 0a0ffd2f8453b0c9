#include "base/clock.hpp"
#include "edge/jobs/imports.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace jobs {
namespace {

using intake::State;

struct Yard {
    base::ManualClock clock{*base::Instant::parse("2024-07-15T10:00:00+08:00")};
    std::filesystem::path folder;
    std::unique_ptr<store::Database> database;
    std::optional<intake::Intake> intake;
    std::atomic<bool> gate_open = false;

    Yard() {
        std::string name = std::filesystem::temp_directory_path() / "yard_XXXXXX";
        folder = ::mkdtemp(name.data());
        store::Schema schema;
        party::declare(schema);
        intake::declare(schema);
        auto opened = store::Database::open({.file = {}}, std::move(schema), clock);
        if (!opened) throw std::runtime_error(opened.error().message.en);
        database = *std::move(opened);
        intake.emplace(*database);
        intake->offer(
            intake::Kind::facts,
            [this](
                const intake::File&, intake::Progress& progress) -> base::Result<intake::Prepared> {
                // A kind of import that is read until the gate opens.
                while (!gate_open && !progress.cancelled)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                intake::Prepared prepared;
                prepared.counts.rows = 1;
                return prepared;
            });
    }

    Yard(const Yard&) = delete;
    Yard& operator=(const Yard&) = delete;

    ~Yard() {
        gate_open = true;
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    Imports::Upload upload(const std::string& name) const {
        std::ofstream(folder / name) << "a,b\n1,2\n";
        return {.kind = intake::Kind::facts, .file = {.path = folder / name, .name = name}};
    }

    State state(base::Id<base::Import> id) const {
        return database->read(
            [&](const store::Snapshot& db) { return intake::find(db, id)->state; });
    }

    static bool ends(const Imports& imports, base::Id<base::Import> id) {
        for (int i = 0; i < 2'000 && imports.progress(id); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return !imports.progress(id);
    }
};

TEST(Imports, run_one_after_the_other_and_clear_their_files_away) {
    Yard yard;
    Imports imports(*yard.intake, yard.folder / "work");
    const auto first = imports.start(store::Command::internal("a"), yard.upload("one.csv"));
    const auto second = imports.start(store::Command::internal("b"), yard.upload("two.csv"));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(imports.progress(*first));
    EXPECT_TRUE(imports.progress(*second));
    const auto again = imports.start(store::Command::internal("a"), yard.upload("one.csv"));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, *first) << "the same command is the same import";
    yard.gate_open = true;
    ASSERT_TRUE(Yard::ends(imports, *first) && Yard::ends(imports, *second));
    EXPECT_EQ(yard.state(*first), State::done);
    EXPECT_EQ(yard.state(*second), State::done);
    EXPECT_TRUE(std::filesystem::is_empty(yard.folder / "work"));
    EXPECT_FALSE(imports.cancel(*first)) << "it has ended";
}

TEST(Imports, what_is_cancelled_before_it_writes_leaves_nothing) {
    Yard yard;
    Imports imports(*yard.intake, yard.folder / "work");
    const auto id = imports.start(store::Command::internal("a"), yard.upload("one.csv"));
    ASSERT_TRUE(id);
    EXPECT_TRUE(imports.cancel(*id));
    ASSERT_TRUE(Yard::ends(imports, *id));
    EXPECT_EQ(yard.state(*id), State::cancelled);
}

TEST(Imports, stopping_cancels_what_runs_and_what_waits) {
    Yard yard;
    std::optional<Imports> imports;
    imports.emplace(*yard.intake, yard.folder / "work");
    const auto first = imports->start(store::Command::internal("a"), yard.upload("one.csv"));
    const auto second = imports->start(store::Command::internal("b"), yard.upload("two.csv"));
    ASSERT_TRUE(first && second);
    imports.reset();
    EXPECT_EQ(yard.state(*first), State::cancelled);
    EXPECT_EQ(yard.state(*second), State::cancelled);
}

} // namespace
} // namespace jobs
