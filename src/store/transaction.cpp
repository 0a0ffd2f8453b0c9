#include "store/batch.hpp"
#include "store/journal.hpp"

namespace store {
namespace {

// An id is a journal number × 1024 + a counter. An event that names more new things than that skips
// a number.
constexpr std::int64_t ids_per_number = 1024;

} // namespace

Command Command::internal(std::string id, base::Actor actor) {
    const auto digest = base::sha256(id);
    return {.id = std::move(id), .actor = std::move(actor), .digest = digest};
}

std::int64_t Snapshot::seq() const {
    return seq_ != nullptr ? *seq_ : journal::last_seq(connection_);
}

std::string Snapshot::file_secret() const { return journal::secret(connection_); }

std::optional<Event> Snapshot::journal_line(std::int64_t seq) const {
    return row<Event>(
        "select seq, at, command, person, party, kind, subject, body from journal where seq = $1",
        seq);
}

Transaction::Transaction(
    Connection& connection, Batch& batch, base::Instant now, const Command& command)
    : Snapshot(connection, batch.seq)
    , batch_(batch)
    , now_(now)
    , actor_(command.actor) {
    event_.command = command.id;
    known_.person = actor_.person;
    known_.party = actor_.party;
}

std::int64_t Transaction::next_id() {
    base::ensure(!applying_, "applying an event makes no ids");
    if (ids_ == ids_per_number) {
        ++batch_.seq;
        ids_ = 0;
    }
    return (batch_.seq + 1) * ids_per_number + ids_++;
}

void Transaction::put(
    std::string_view verb, std::string_view table, const base::Form& form, const void* row) {
    ensure_applying();
    auto& text = batch_.text;
    text.assign(verb).append(table);
    std::vector<Value> values;
    values.reserve(form.members.size());
    for (const auto& member : form.members) {
        text.append(values.empty() ? "(" : ",").append(member.name);
        values.push_back(to_value(member.form(), member.place(const_cast<void*>(row))));
    }
    text += ") values (";
    for (std::size_t i = 1; i <= values.size(); ++i) {
        text += i == 1 ? "$" : ",$";
        base::json::write_number(text, i);
    }
    text += ')';
    connection_.run(text, values);
}

void Transaction::append(std::string_view kind, std::string subject, std::string body) {
    base::ensure(!applying_, "applying an event publishes no other");
    base::ensure(batch_.projections.knows(kind), "an event's kind is declared in the schema");
    event_.seq = ++batch_.seq;
    event_.at = now_;
    event_.person = actor_.person;
    event_.party = actor_.party;
    event_.kind = kind;
    event_.subject = std::move(subject);
    event_.body = std::move(body);
    ids_ = 0;
    applying_ = true;
}

void Transaction::applied() {
    const auto followed = batch_.projections.follow(*this, event_);
    base::ensure(followed.has_value(), "what is done for every event succeeds");
    applying_ = false;
    journal::append(connection_, event_, std::exchange(batch_.digest, nullptr));
    batch_.events.push_back(event_);
}

void Transaction::replay(Event event) {
    event_ = std::move(event);
    now_ = event_.at;
    known_.person = event_.person;
    known_.party = event_.party;
    applying_ = true;
}

void Transaction::ensure_applying() const {
    base::ensure(applying_, "tables change only while an event is applied");
}

} // namespace store
