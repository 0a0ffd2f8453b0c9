// Watching a stream: each event is counted, judged by the rules and recorded. Running a file, a
// backtest and production are this one class; time is the events' own.
#pragma once

#include "engine/watch/rules.hpp"
#include "engine/watch/words.hpp"

#include <functional>
#include <unordered_set>

namespace watch {

// One event as a source gives it. `fields` follow Watch::fields(); texts are kept by meet().
struct Given {
    std::string_view id;
    std::int64_t time_ms = 0;
    std::span<const std::int64_t> fields; // words by code, amounts in 分; or nothing
};

enum class Action { alert, snoozed, over_cap, over_budget, learning };
BOOST_DESCRIBE_ENUM(Action, alert, snoozed, over_cap, over_budget, learning)

struct Outcome {
    std::string rule;
    base::Text label;
    std::string outcome; // holds, unknown; rules that fail are not listed
    std::int64_t weight = 0;
    bool shadow = false;
    std::map<std::string, base::Raw> values; // of every attribute it asked for
};
BOOST_DESCRIBE_STRUCT(Outcome, (), (rule, label, outcome, weight, shadow, values))

// Everything a decision rests on. The same events and rules give the same bytes.
struct Decision {
    std::string kind = "decision";
    std::string event;
    std::uint64_t number = 0;
    std::string time;
    std::string watermark;
    bool late = false;
    std::string typology;
    base::Text label;
    std::string subject;
    std::int64_t score = 0;
    Action action = Action::alert;
    std::vector<Outcome> rules;
    std::vector<std::string> evidence; // ids of events, this one among them
    std::string rules_digest;
};
BOOST_DESCRIBE_STRUCT(
    Decision,
    (),
    (kind,
     event,
     number,
     time,
     watermark,
     late,
     typology,
     label,
     subject,
     score,
     action,
     rules,
     evidence,
     rules_digest))

// A decision that would have been made from other windows, had the late event come in time.
struct Superseded {
    std::string kind = "superseded";
    std::string event;
    std::string by;
};
BOOST_DESCRIBE_STRUCT(Superseded, (), (kind, event, by))

struct Tally {
    std::uint64_t events = 0; // taken
    std::uint64_t duplicates = 0;
    std::uint64_t late = 0;
    std::uint64_t too_late = 0;
    std::uint64_t superseded = 0;
    std::uint64_t alerts = 0;
    std::uint64_t snoozed = 0;
    std::uint64_t over_cap = 0;
    std::uint64_t over_budget = 0;
    std::uint64_t learning = 0;
    std::map<std::string, std::uint64_t> by_typology; // alerts
    std::map<std::string, std::uint64_t> shadow;      // rules in shadow that held
};
BOOST_DESCRIBE_STRUCT(
    Tally,
    (),
    (events,
     duplicates,
     late,
     too_late,
     superseded,
     alerts,
     snoozed,
     over_cap,
     over_budget,
     learning,
     by_typology,
     shadow))

class Watch {
public:
    using Record = std::function<void(std::string_view)>; // one line of JSON, without its end

    // `watch.rules` when names do not exist or an expression is wrong.
    static base::Result<std::unique_ptr<Watch>> make(Book book);

    // The fields of events, in the order of Given::fields: payer, payee, amount, kind, then the
    // book's.
    [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

    [[nodiscard]] std::int64_t meet(std::string_view word) { return words_.meet(word).code; }

    void take(const Given& given, const Record& record);

    // Asks for the memory that the first of these events will need soon, and later ones later.
    void prefetch(std::span<const Given> coming) const;

    // Whether an event of that id was taken, too late ones among them: a second one is a duplicate.
    [[nodiscard]] bool knows(std::string_view id) const { return ids_.knows(id); }

    [[nodiscard]] const Words& words() const { return words_; }

    // Everything that later records depend on. The same events and rules give the same bytes.
    void write(ByteWriter& out) const;
    // Into a watch just made by the same rules. False when the bytes are no such state, and then
    // this watch is good for nothing.
    [[nodiscard]] bool read(ByteReader& in);

    [[nodiscard]] const Tally& tally() const { return tally_; }

    [[nodiscard]] const std::string& digest() const { return digest_; } // of the rules as read

    [[nodiscard]] std::int64_t watermark_ms() const { return windows_->watermark_ms(); }

    // What a rule says of the values a decision was recorded with: each condition with its value
    // beside its bound. Nothing when there is no such rule or the values are not its own.
    [[nodiscard]] std::optional<rule::Explanation> explain(
        const Outcome& recorded, base::Date day) const;

private:
    struct Asked { // an attribute that rules use
        enum class From { field, window, sight, hour, payer_list, payee_list };
        From from = From::field;
        std::size_t place = 0;
        std::size_t attribute = 0;
        rule::Type type = rule::Type::integer;
    };

    struct Judged {
        std::size_t rule = 0;
        rule::Program program;
        std::vector<std::size_t> asked; // attributes
    };

    struct Scored {
        std::vector<std::pair<std::size_t, std::int64_t>> parts; // judged, weight
        std::size_t subject = 0;
        std::int64_t snooze_ms = 0;
        std::unordered_map<std::int64_t, std::int64_t> quiet_until_ms;
        std::int64_t day = 0;
        std::int64_t today = 0;
    };

    explicit Watch(Book book)
        : book_(std::move(book)) {}

    friend class Maker;
    bool read_words(ByteReader& in);
    bool read_scored(ByteReader& in);
    void fill(const Given& given, const Flows::Seen& seen);
    [[nodiscard]] rule::Value value_of(
        const Asked& asked, const Given& given, const Flows::Seen& seen) const;
    [[nodiscard]] bool on_list(std::size_t list, std::int64_t word, base::Date day) const;
    void score(const Event& event, const Payment& payment, bool late, const Record& record);
    Action act(
        Scored& scored, const Typology& typology, std::int64_t subject, std::int64_t time_ms);
    void decide(
        std::size_t typology,
        std::int64_t sum,
        const Event& event,
        const Payment& payment,
        bool late,
        const Record& record);
    [[nodiscard]] std::vector<std::uint64_t> evidence_of(
        const Rule& rule, const Event& event, const Payment& payment);

    Book book_;
    std::vector<Field> fields_;
    Words words_;
    Words ids_;
    std::unique_ptr<rule::Schema> schema_;
    std::unique_ptr<rule::Schema> event_schema_; // for `where`: fields only
    std::unique_ptr<rule::Row> row_;
    std::unique_ptr<rule::Row> event_row_;
    std::vector<std::pair<std::size_t, rule::Program>> filters_; // of series
    std::vector<Asked> asked_;                                   // by rules
    bool sees_flows_ = false;                                    // patterns are asked or shown
    std::vector<Asked> filter_asked_;
    std::vector<Judged> judged_;
    std::vector<rule::Outcome> outcomes_;
    std::vector<Scored> scored_;
    std::vector<Feature> features_;
    std::unique_ptr<Windows> windows_;
    std::unique_ptr<Flows> flows_;
    std::vector<Reading> readings_;
    std::vector<std::uint64_t> superseded_;
    std::vector<std::unordered_map<std::int64_t, std::vector<std::size_t>>> members_; // of lists
    base::Zone zone_;
    std::int64_t lateness_ms_ = 0;
    std::int64_t learning_ms_ = 0;
    std::int64_t first_ms_ = nothing; // of the first event
    std::int64_t guarantee_word_ = nothing;
    std::int64_t budget_day_ = 0;
    std::int64_t budget_used_ = 0;
    std::unordered_set<std::uint64_t> decided_; // events with a decision on record
    std::string digest_;
    Tally tally_;
};

} // namespace watch
