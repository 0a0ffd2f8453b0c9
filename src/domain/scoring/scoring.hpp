// 模型发布: which model a use is scored by, who put it there, and which ones stand beside it.
//
// A use (贷后预警, 准入初筛 …) has one champion and any number of challengers. A challenger is
// scored on the same cases as the champion without anything following from it (shadow). It becomes
// the champion when another person than the one who proposed it says so (四眼:
// 商业银行互联网贷款管理暂行 办法 art. 37–41 want models approved, watched and withdrawn by people
// who did not make them), and the one before it can be put back in one step. A model is kept here
// as its file's text, with its card, so that what scored a case years ago can be asked again.
#pragma once

#include "domain/party/party.hpp"
#include "domain/permission/permission.hpp"
#include "engine/score/card.hpp"

namespace scoring {

using base::Id;
using base::Instant;
using base::Person;
using base::Result;

struct Entry;
using EntryId = Id<Entry>;

enum class State { challenger, champion, former, refused };
BOOST_DESCRIBE_ENUM(State, challenger, champion, former, refused)

// scoring_entry: one model proposed for one use.
struct Entry {
    EntryId id;
    std::string use;    // "post-loan"
    std::string sha256; // of the model's text
    std::string target; // what it tells, and the value that is the risk
    std::string positive;
    std::int64_t rows = 0; // it learned from
    State state = State::challenger;
    Instant proposed_at;
    Id<Person> proposed_by;
    std::string proposed_name;
    std::string reason;
    std::optional<Instant> decided_at; // the latest decision about it
    std::optional<Id<Person>> decided_by;
    std::string decided_name;
    std::string decision; // in the decider's words
};
BOOST_DESCRIBE_STRUCT(
    Entry,
    (),
    (id,
     use,
     sha256,
     target,
     positive,
     rows,
     state,
     proposed_at,
     proposed_by,
     proposed_name,
     reason,
     decided_at,
     decided_by,
     decided_name,
     decision))

struct Propose {
    std::string use;
    std::string model; // the text of a model file
    std::string reason;
};

// Events ------------------------------------------------------------------------------------------

struct Proposed {
    static constexpr std::string_view kind = "scoring.proposed";
    Entry entry;
    std::string model;
};
BOOST_DESCRIBE_STRUCT(Proposed, (), (entry, model))

struct Decided { // published, refused, or put back; `instead_of` stands down
    static constexpr std::string_view kind = "scoring.decided";
    EntryId entry;
    State state = State::champion;
    std::optional<EntryId> instead_of;
    State instead_state = State::former;
    std::string name; // of who decided
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Decided, (), (entry, state, instead_of, instead_state, name, reason))

void apply(store::Transaction& tx, const Proposed& event);
void apply(store::Transaction& tx, const Decided& event);
void declare(store::Schema& schema);

// Decisions ---------------------------------------------------------------------------------------

// The model that is proposed, read. `scoring.use` (1…40 of a–z 0–9 -), `scoring.no_reason`,
// `scoring.too_large`, `score.model`.
Result<score::Kept> check(const Propose& wish);
// `scoring.not_challenger`, `scoring.same_person` when who decides is who proposed.
Result<> may_decide(const Entry& entry, const base::Actor& actor);

// `scoring.no_champion`
[[nodiscard]] base::Error no_champion(const std::string& use);

// Reads -------------------------------------------------------------------------------------------

std::optional<Entry> find(const store::Snapshot& db, EntryId id);
// Newest first; all uses when `use` is empty.
std::vector<Entry> list(const store::Snapshot& db, std::string_view use);
std::optional<Entry> champion(const store::Snapshot& db, std::string_view use);
std::vector<Entry> challengers(const store::Snapshot& db, std::string_view use);
// `scoring.not_found`.
Result<score::Kept> model(const store::Snapshot& db, EntryId id);

// Use cases ---------------------------------------------------------------------------------------

class Scoring {
public:
    explicit Scoring(store::Database& database)
        : database_(database) {}

    // By whoever may manage the system. What check() says, `scoring.known` when the same model
    // stands for this use already, `scoring.other_target` when it tells something else than the
    // champion does.
    Result<store::Receipt> propose(const store::Command& command, const Propose& wish);
    // These three by whoever manages security. What may_decide() says.
    Result<store::Receipt> publish(
        const store::Command& command, EntryId id, const std::string& reason);
    Result<store::Receipt> refuse(
        const store::Command& command, EntryId id, const std::string& reason);
    // The champion before this one again; the one that fails is refused. It passed four eyes once,
    // so one person is enough, at any hour. `scoring.no_champion`, `scoring.no_former`.
    Result<store::Receipt> roll_back(
        const store::Command& command, const std::string& use, const std::string& reason);

private:
    Result<store::Receipt> decide(
        const store::Command& command, EntryId id, State state, const std::string& reason);

    store::Database& database_;
};

} // namespace scoring
