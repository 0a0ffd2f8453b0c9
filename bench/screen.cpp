// Names against a long list: the index, a plain scan by edit distance and SQLite's trigrams over
// the same names, and what each kind of slip comes to.
#include "engine/screen/generate.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>

namespace {

// Of this thread's processor time: what others do on the machine is not measured.
double microseconds(const std::function<void()>& work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
    };
    const auto begun = now();
    work();
    return now() - begun;
}

void say(const std::string& name, double value) { std::cout << ",\"" << name << "\":" << value; }

void say_times(const std::string& name, std::vector<double> times) {
    std::ranges::sort(times);
    say(name + "_p50_us", times[times.size() / 2]);
    say(name + "_p99_us", times[times.size() * 99 / 100]);
    say(name + "_most_us", times.back());
}

void say_found(const std::string& name, const screen::Measured& measured) {
    const auto share = [](std::uint64_t found, std::uint64_t asked) {
        return asked == 0 ? 0.0 : static_cast<double>(found) / static_cast<double>(asked);
    };
    say(name + "_recall", share(measured.listed_found, measured.listed));
    say(name + "_blind_recall", share(measured.blind_found, measured.blind));
    say(name + "_false", share(measured.others_found, measured.others));
    std::cout << ",\"" << name << "_kinds\":" << base::json::text(measured.kinds) << std::flush;
}

bool found_right(const screen::Slip& slip, const std::vector<std::int64_t>& lines) {
    return slip.line == 0 ? !lines.empty() : std::ranges::find(lines, slip.line) != lines.end();
}

// A name is found when at most two letters in ten differ, by edit distance.
class EditScan {
public:
    EditScan(const screen::Names& names, std::span<const screen::Entry> entries)
        : names_(names) {
        for (const auto& entry : entries)
            kept_.push_back(names.folding().fold(entry.name));
    }

    std::vector<std::int64_t> ask(const std::string& text) const {
        const auto asked = names_.folding().fold(text);
        std::vector<std::int64_t> found;
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            const auto longest = std::max(asked.size(), kept_[i].size());
            if (10 * distance(kept_[i], asked) <= 2 * longest)
                found.push_back(static_cast<std::int64_t>(i) + 2);
        }
        return found;
    }

private:
    static std::size_t distance(const screen::Letters& one, const screen::Letters& other) {
        std::array<std::size_t, 256> row{};
        for (std::size_t j = 0; j <= other.size(); ++j)
            row[j] = j;
        for (std::size_t i = 1; i <= one.size(); ++i) {
            auto corner = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= other.size(); ++j) {
                const auto above = row[j];
                const auto changed = corner + (one[i - 1].sign == other[j - 1].sign ? 0 : 1);
                row[j] = std::min({changed, above + 1, row[j - 1] + 1});
                corner = above;
            }
        }
        return row[other.size()];
    }

    const screen::Names& names_;
    std::vector<screen::Letters> kept_;
};

// FTS5's trigram index in memory; the ten best names that share any three letters, by bm25.
class Trigrams {
public:
    explicit Trigrams(std::span<const screen::Entry> entries) {
        base::ensure(sqlite3_open(":memory:", &database_) == SQLITE_OK, "SQLite opens in memory");
        run("create virtual table names using fts5(name, tokenize='trigram')");
        run("begin");
        auto* insert = prepared("insert into names(rowid, name) values (?, ?)");
        for (const auto& entry : entries) {
            sqlite3_bind_int64(insert, 1, entry.line);
            sqlite3_bind_text(insert, 2, entry.name.c_str(), -1, SQLITE_STATIC);
            base::ensure(sqlite3_step(insert) == SQLITE_DONE, "a name is kept");
            sqlite3_reset(insert);
        }
        sqlite3_finalize(insert);
        run("commit");
        ask_ = prepared("select rowid from names where names match ? order by rank limit 10");
    }

    Trigrams(const Trigrams&) = delete;
    Trigrams& operator=(const Trigrams&) = delete;

    ~Trigrams() {
        sqlite3_finalize(ask_);
        sqlite3_close(database_);
    }

    std::vector<std::int64_t> ask(const screen::Letters& asked) {
        std::string query;
        for (std::size_t i = 0; i + 3 <= asked.size(); ++i) {
            const screen::Letters three(
                asked.begin() + static_cast<std::ptrdiff_t>(i),
                asked.begin() + static_cast<std::ptrdiff_t>(i) + 3);
            query += (query.empty() ? "\"" : " OR \"") + screen::text_of(three) + "\"";
        }
        std::vector<std::int64_t> found;
        if (query.empty()) return found;
        sqlite3_bind_text(ask_, 1, query.c_str(), -1, SQLITE_TRANSIENT);
        while (sqlite3_step(ask_) == SQLITE_ROW)
            found.push_back(sqlite3_column_int64(ask_, 0));
        sqlite3_reset(ask_);
        return found;
    }

private:
    void run(const char* sql) {
        base::ensure(
            sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, "SQLite obeys");
    }

    sqlite3_stmt* prepared(const char* sql) {
        sqlite3_stmt* made = nullptr;
        base::ensure(
            sqlite3_prepare_v2(database_, sql, -1, &made, nullptr) == SQLITE_OK, "SQLite reads it");
        return made;
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* ask_ = nullptr;
};

// Every so many-th of the questions; 1: all of them.
template <class Ask>
void measure(
    const std::string& name,
    const std::vector<screen::Slip>& slips,
    std::size_t step,
    const Ask& ask) {
    screen::Measure measure;
    std::vector<double> times;
    for (std::size_t i = 0; i < slips.size(); i += step) {
        std::vector<std::int64_t> lines;
        times.push_back(microseconds([&] { lines = ask(slips[i]); }));
        measure.count(slips[i].kind, found_right(slips[i], lines));
    }
    say_times(name, times);
    say_found(name, measure.measured());
}

} // namespace

int main(int count, char** words) {
    std::size_t listed = 100'000;
    std::size_t each = 400;
    std::uint64_t seed = 1;
    bool alone = false; // without the scan and SQLite, which take most of the time
    std::string pack = "packs/jiashan";
    for (int i = 1; i < count; ++i) {
        if (std::strcmp(words[i], "--alone") == 0) alone = true;
        if (i + 1 == count) break;
        if (std::strcmp(words[i], "--names") == 0) listed = std::stoul(words[i + 1]);
        if (std::strcmp(words[i], "--each") == 0) each = std::stoul(words[i + 1]);
        if (std::strcmp(words[i], "--seed") == 0) seed = std::stoull(words[i + 1]);
        if (std::strcmp(words[i], "--pack") == 0) pack = words[i + 1];
    }
    const auto vocabulary = screen::load_words(pack);
    if (!vocabulary) {
        std::cerr << vocabulary.error().message.en << '\n';
        return 1;
    }
    const screen::Names names(*vocabulary);
    const auto entries = screen::generate_entries(names, listed, seed);
    const auto slips = screen::perturb(names, entries, each, seed + 1);
    std::cout << "{\"names\":" << entries.size() << ",\"questions\":" << slips.size();
    std::unique_ptr<screen::Screen> index;
    say("make_ms",
        microseconds([&] { index = std::make_unique<screen::Screen>(names, entries); }) / 1e3);
    screen::Screen::Work work;
    const auto today = base::Date::of(2023, 6, 30);
    double hits = 0;
    double aligned = 0;
    measure("index", slips, 1, [&](const screen::Slip& slip) {
        const auto answer = index->ask({slip.name, {}}, today, 50, work);
        std::vector<std::int64_t> lines;
        for (const auto& hit : answer.hits)
            lines.push_back(entries[hit.entry].line);
        hits += static_cast<double>(answer.hits.size());
        aligned += static_cast<double>(answer.aligned);
        return lines;
    });
    say("hits", hits / static_cast<double>(slips.size()));
    say("aligned", aligned / static_cast<double>(slips.size()));
    if (alone) {
        std::cout << "}\n";
        return 0;
    }
    const EditScan scan(names, entries);
    measure("scan", slips, std::max<std::size_t>(1, slips.size() / 100), [&](const auto& slip) {
        return scan.ask(slip.name);
    });
    Trigrams trigrams(entries);
    measure("trigrams", slips, std::max<std::size_t>(1, slips.size() / 150), [&](const auto& slip) {
        return trigrams.ask(names.folding().fold(slip.name));
    });
    std::cout << "}\n";
}
