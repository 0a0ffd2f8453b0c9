// 资金监测: the county's stream of payments, kept and watched, whose alerts become warnings.
//
// Rows are judged by the pack's watch rules (docs/watch.md) and are acknowledged when they are in
// the stream's own log. What the rules record follows from that log byte for byte; warnings are
// raised from the records behind a mark in the journal, in the same commands that move the mark. So
// whatever is killed when, every acknowledged row has raised its warnings once; and rows sent again
// are known by their ids and change nothing.
//
// Other rules (a new version of the pack) are another stream: it takes over the rows of the former
// one, and what the new rules say of those raises nothing, since people have dealt with it.
#pragma once

#include "domain/risk/risk.hpp"
#include "domain/stream/stream.hpp"
#include "engine/watch/feed.hpp"
#include "engine/watch/past.hpp"

#include <mutex>
#include <shared_mutex>

namespace risk {

struct Batch {
    std::int64_t events = 0;   // taken now
    std::int64_t known = 0;    // taken before
    std::int64_t too_late = 0; // of those taken now: recorded, not counted
    std::int64_t refused = 0;
    std::vector<watch::Refused> first_refused; // at most twenty
    std::int64_t opened = 0;                   // cases
    std::int64_t joined = 0;                   // warnings that joined one
};
BOOST_DESCRIBE_STRUCT(Batch, (), (events, known, too_late, refused, first_refused, opened, joined))

class Watching {
public:
    struct Settings {
        std::filesystem::path folder; // of streams
        std::filesystem::path rules;
        std::size_t group = 4'096; // rows that share one write to the disk
    };

    Watching(
        store::Database& database, const pack::Policy& policy, Risks& risks, Settings settings);

    // Opens the stream and raises what is not raised yet. Whatever it answers, rows may be sent
    // later: they try again. `risk.no_rules` when the pack has none.
    Result<> open();

    // Judges a table's rows. `risk.no_rules`, those of watch::Feed::open and stream::Stream.
    Result<Batch> take(const base::Actor& actor, table::RowSource& rows, watch::Mapping mapping);

    struct Standing {
        bool ready = false;
        std::string rules; // digest
        std::int64_t events = 0;
        std::optional<Instant> watermark; // the latest row's time
        watch::Tally tally;
    };

    [[nodiscard]] Standing standing() const;
    // The rules as they are written; nothing before they were read.
    [[nodiscard]] std::optional<watch::Book> book() const;
    [[nodiscard]] watch::Past::Web around(const watch::Past::Asked& asked) const;
    [[nodiscard]] std::vector<Payment> payments(const std::vector<std::string>& ids) const;

private:
    Result<> ready();
    Result<> carry(const std::string& former, const std::filesystem::path& folder);
    Result<> settle(const base::Actor& actor, Batch& batch);
    Result<> raise_all(const base::Actor& actor, Batch& batch);
    Result<> raise_piece(
        const base::Actor& actor, std::string_view lines, std::int64_t upto, Batch& batch);
    void keep(const watch::Given& given, const watch::Watch& watch);
    Warning warning_of(const watch::Decision& decision) const;
    void tell();

    store::Database& database_;
    const pack::Policy& policy_;
    Risks& risks_;
    Settings settings_;
    std::mutex feeding_; // one sender at a time
    std::string name_;   // of the stream
    std::unique_ptr<stream::Stream> stream_;
    Reached reached_;
    mutable std::shared_mutex mutex_; // guards what follows
    std::optional<watch::Book> book_;
    std::unique_ptr<watch::Past> past_ = std::make_unique<watch::Past>(); // never null
    Standing standing_;
};

} // namespace risk
