// 导入: files of outside tables become facts, invoices, enterprises … in one durable step or not at
// all.
//
// An import is read and checked completely before anything is written (`Prepared`), with a line of
// report for every cell that is wrong or odd. If any row had to be rejected the import is refused,
// unless the sender asked to go on without those rows. What is written then is one command. Reading
// the same file again finds everything unchanged.
#pragma once

#include "domain/party/party.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>

namespace intake {

using base::Id;
using base::Import;
using base::Instant;
using base::Party;
using base::Result;
using base::Text;

enum class Kind { vat_invoices, facts, enterprises, loans, indicator_values, receivables };
BOOST_DESCRIBE_ENUM(Kind, vat_invoices, facts, enterprises, loans, indicator_values, receivables)
enum class State { running, done, refused, cancelled };
BOOST_DESCRIBE_ENUM(State, running, done, refused, cancelled)
enum class Severity { error, warning, note };
BOOST_DESCRIBE_ENUM(Severity, error, warning, note)

struct Counts {
    std::int64_t rows = 0;      // data rows in the file
    std::int64_t accepted = 0;  // new here
    std::int64_t unchanged = 0; // here already
    std::int64_t reported = 0;  // lines of the report
    std::int64_t rejected = 0;  // rows that could not be taken
};
BOOST_DESCRIBE_STRUCT(Counts, (), (rows, accepted, unchanged, reported, rejected))

// intake_batch
struct Batch {
    Id<Import> id;
    Kind kind = Kind::facts;
    std::string file; // the name the sender gave
    std::int64_t bytes = 0;
    std::string sha256;
    Instant at;
    Id<Party> party;
    std::string person_name;
    State state = State::running;
    std::int64_t rows = 0;
    std::int64_t accepted = 0;
    std::int64_t unchanged = 0;
    std::int64_t reported = 0;
    std::int64_t rejected = 0;
    std::optional<Text> message;
    std::optional<Instant> ended_at;
};
BOOST_DESCRIBE_STRUCT(
    Batch,
    (),
    (id,
     kind,
     file,
     bytes,
     sha256,
     at,
     party,
     person_name,
     state,
     rows,
     accepted,
     unchanged,
     reported,
     rejected,
     message,
     ended_at))

// One line of a report. The sentences follow from the code: explain().
struct Line {
    std::int64_t row = 0;     // as a spreadsheet counts: the header is row 1
    std::int32_t column = 0;  // from 1; 0 when the whole row is meant
    std::string column_label; // its heading
    std::string value;        // at most 200 bytes of the cell
    std::string code;         // "invoice.sum"
    Severity severity = Severity::error;
};
BOOST_DESCRIBE_STRUCT(Line, (), (row, column, column_label, value, code, severity))

// intake_line
struct StoredLine {
    Id<Import> import;
    std::int64_t number = 0;
    std::int64_t row = 0;
    std::int32_t column = 0;
    std::string column_label;
    std::string value;
    std::string code;
    Severity severity = Severity::error;
};
BOOST_DESCRIBE_STRUCT(
    StoredLine, (), (import, number, row, column, column_label, value, code, severity))

// What is wrong and how to put it right, for a code of this module or one that a module registered.
struct Explained {
    Text reason;
    Text cure;
};

[[nodiscard]] Explained explain(std::string_view code);

// Events ------------------------------------------------------------------------------------------

struct Started {
    static constexpr std::string_view kind = "intake.started";
    Batch batch;
};
BOOST_DESCRIBE_STRUCT(Started, (), (batch))

struct Reported { // a thousand lines at most
    static constexpr std::string_view kind = "intake.reported";
    Id<Import> import;
    std::int64_t first_number = 0;
    std::vector<Line> lines;
};
BOOST_DESCRIBE_STRUCT(Reported, (), (import, first_number, lines))

struct Ended {
    static constexpr std::string_view kind = "intake.ended";
    Id<Import> import;
    State state = State::done;
    Counts counts;
    std::optional<Text> message;
};
BOOST_DESCRIBE_STRUCT(Ended, (), (import, state, counts, message))

// A source's own number for an enterprise: "E17" in a tax office's files.
struct NumberKnown {
    static constexpr std::string_view kind = "intake.number_known";
    std::string number;
    Id<Party> enterprise;
};
BOOST_DESCRIBE_STRUCT(NumberKnown, (), (number, enterprise))

void apply(store::Transaction& tx, const Started& event);
void apply(store::Transaction& tx, const Reported& event);
void apply(store::Transaction& tx, const Ended& event);
void apply(store::Transaction& tx, const NumberKnown& event);
void declare(store::Schema& schema);

// Reads -------------------------------------------------------------------------------------------

std::optional<Batch> find(const store::Snapshot& db, Id<Import> id);
party::Page<Batch> list(const store::Snapshot& db, std::int32_t page, std::int32_t per_page);

struct LineFilter {
    Id<Import> import;
    std::optional<Severity> severity;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<StoredLine> lines(const store::Snapshot& db, const LineFilter& filter);
// An enterprise by its credit code or by a source's number.
std::optional<Id<Party>> resolve(const store::Snapshot& db, std::string_view code_or_number);
// All of them at once, for imports of many rows.
std::map<std::string, Id<Party>, std::less<>> numbers(const store::Snapshot& db);

// Importing ---------------------------------------------------------------------------------------

// Watched and stopped from other threads.
struct Progress {
    std::atomic<std::int64_t> done_ppm{0};
    std::atomic<bool> cancelled{false};
};

struct Prepared {
    Counts counts;
    std::vector<Line> lines;
    // Publishes what the file says; runs inside the one transaction. It may find that something
    // moved since the file was read (a conflict), and then nothing is written.
    std::move_only_function<Result<>(store::Transaction&, Id<Import>)> publish;
};

struct File {
    std::filesystem::path path;
    std::string name;
};

// Reads and checks a file. Errors are for files that are no such table at all (`intake.no_table`,
// `intake.column_missing`); faults of rows are lines.
using Prepare = std::function<Result<Prepared>(const File&, Progress&)>;

class Intake {
public:
    explicit Intake(store::Database& database)
        : database_(database) {}

    void offer(Kind kind, Prepare prepare); // while wiring
    // Marks imports that a stop of the program interrupted as refused: nothing of them was written.
    Result<> mend();

    // Opens the import: its row is there from now on, running.
    struct Start {
        Kind kind = Kind::facts;
        File file;
    };

    Result<Id<Import>> start(const store::Command& command, const Start& wish);

    // Reads, checks, writes. Blocks until done; call it on a job's thread. `skip_rejected`: take
    // the good rows.
    struct Run {
        Id<Import> import;
        File file;
        bool skip_rejected = false;
    };

    Result<Batch> run(const base::Actor& actor, const Run& wish, Progress& progress);

private:
    Result<Batch> end(
        const base::Actor& actor,
        Id<Import> import,
        State state,
        std::optional<Text> message,
        Prepared prepared);

    store::Database& database_;
    std::map<Kind, Prepare> prepares_;
};

} // namespace intake
