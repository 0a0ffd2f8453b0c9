#include "store/answers.hpp"

#include "store/faults.hpp"
#include "store/journal.hpp"

#include <array>

namespace store {
namespace {

constexpr std::size_t slots_least = 1024;
constexpr std::int64_t numbers_most = (std::int64_t{1} << 32) - 1;
constexpr std::uint64_t line_bit = std::uint64_t{1} << 32;
constexpr std::uint64_t hash_shift = 33;

// An error as it is kept: all of it but the detail, which is for the log of its day.
struct Refusal {
    std::string kind;
    std::string code;
    base::Text message;
    base::Text cure;
    std::string field;
};
BOOST_DESCRIBE_STRUCT(Refusal, (), (kind, code, message, cure, field))

constexpr std::pair<base::ErrorKind, std::string_view> kinds[] = {
    {base::ErrorKind::invalid, "invalid"},
    {base::ErrorKind::unauthenticated, "unauthenticated"},
    {base::ErrorKind::forbidden, "forbidden"},
    {base::ErrorKind::not_found, "not_found"},
    {base::ErrorKind::conflict, "conflict"},
    {base::ErrorKind::rejected, "rejected"},
    {base::ErrorKind::unavailable, "unavailable"},
    {base::ErrorKind::internal, "internal"},
};

std::string refusal_text(const base::Error& error) {
    const auto* kind =
        std::ranges::find(kinds, error.kind, &std::pair<base::ErrorKind, std::string_view>::first);
    const Refusal refusal{
        .kind = std::string(kind->second),
        .code = error.code,
        .message = error.message,
        .cure = error.cure,
        .field = error.field};
    return base::json::text(refusal);
}

base::Error refusal_error(const std::string& text) {
    auto refusal = base::json::from_text<Refusal>(text);
    base::ensure(refusal.has_value(), "a remembered refusal can be read");
    const auto* kind = std::ranges::find(
        kinds,
        std::string_view(refusal->kind),
        &std::pair<base::ErrorKind, std::string_view>::second);
    base::ensure(kind != std::end(kinds), "a remembered refusal has a known kind");
    return {
        .kind = kind->first,
        .code = std::move(refusal->code),
        .message = std::move(refusal->message),
        .cure = std::move(refusal->cure),
        .field = std::move(refusal->field),
        .detail = {}};
}

// A row is digest, person, party, seq, subject, at, error, id; of a line the error is null.
base::Result<Receipt> answer_in(Connection::Row row, const Command& command) {
    const bool same = row[0].text == journal::bytes(command.digest) &&
                      row[1].integer == command.actor.person.value &&
                      row[2].integer == command.actor.party.value;
    if (!same) return faults::command_reused();
    if (row[6].kind == Cell::Kind::text) return refusal_error(std::string(row[6].text));
    return Receipt{
        .seq = row[3].integer, .subject = std::string(row[4].text), .at = {row[5].integer}};
}

constexpr auto select_row =
    "select digest, person, party, seq, subject, at, error, id from command where n = $1";
// Of a line that was taken back another may have the number.
constexpr auto select_line =
    "select digest, person, party, seq, subject, at, null, command from journal where seq = $1 and "
    "digest is not null";

} // namespace

void Answers::load(Connection& connection) {
    slots_.assign(slots_least, 0);
    used_ = 0;
    last_ = 0;
    connection.run("select n, id from command order by n", {}, [&](Connection::Row row) {
        last_ = row[0].integer;
        add(hash_of(row[1].text), Place::row, last_);
        return true;
    });
    connection.run(
        "select seq, command from journal where digest is not null order by seq",
        {},
        [&](Connection::Row row) {
            add(hash_of(row[1].text), Place::line, row[0].integer);
            return true;
        });
}

void Answers::add(std::uint32_t hash, Place place, std::int64_t number) {
    base::ensure(number <= numbers_most, "the numbers of answers fit their place");
    if (used_ >= slots_.size() / 4 * 3) {
        auto full = std::exchange(slots_, std::vector<std::uint64_t>(slots_.size() * 2));
        used_ = 0;
        for (const auto slot : full)
            if (slot != 0) put(slot);
    }
    put((std::uint64_t{hash} << hash_shift) | (place == Place::line ? line_bit : 0) |
        static_cast<std::uint64_t>(number));
}

void Answers::put(std::uint64_t slot) {
    auto place = (slot >> hash_shift) & (slots_.size() - 1);
    while (slots_[place] != 0)
        place = (place + 1) & (slots_.size() - 1);
    slots_[place] = slot;
    ++used_;
}

std::optional<base::Result<Receipt>> Answers::find(
    Connection& connection, const Command& command) const {
    std::optional<base::Result<Receipt>> answer;
    const std::uint64_t hash = hash_of(command.id);
    for (auto place = hash & (slots_.size() - 1); slots_[place] != 0;
         place = (place + 1) & (slots_.size() - 1)) {
        const auto slot = slots_[place];
        if (slot >> hash_shift != hash) continue;
        const bool line = (slot & line_bit) != 0;
        if (line && answer) continue;
        const std::array<Value, 1> values{static_cast<std::int64_t>(slot & numbers_most)};
        bool found = false;
        connection.run(line ? select_line : select_row, values, [&](Connection::Row row) {
            found = row[7].text == command.id;
            if (found) answer.emplace(answer_in(row, command));
            return false;
        });
        if (found && !line) break;
    }
    return answer;
}

void Answers::remember(
    Connection& connection,
    const Command& command,
    const base::Result<Receipt>& answer,
    base::Instant at) {
    const auto number = ++last_;
    const std::array<Value, 9> values{
        number,
        command.id,
        Blob{std::string(journal::bytes(command.digest))},
        command.actor.person.value,
        command.actor.party.value,
        answer ? answer->seq : 0,
        answer ? answer->subject : std::string(),
        at.ms,
        answer ? Value{} : Value{refusal_text(answer.error())}};
    connection.run("insert into command values ($1,$2,$3,$4,$5,$6,$7,$8,$9)", values);
    add(hash_of(command.id), Place::row, number);
}

bool Answers::is_line(const Receipt& receipt, std::span<const Event> events) {
    return events.size() == 1 && events[0].seq == receipt.seq &&
           events[0].subject == receipt.subject && events[0].at == receipt.at;
}

void Answers::remember_line(const Event& event) {
    add(hash_of(event.command), Place::line, event.seq);
}

std::uint32_t Answers::hash_of(std::string_view id) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(id) >> hash_shift);
}

bool Answers::is_final(const base::Error& error) {
    return error.kind != base::ErrorKind::unavailable && error.kind != base::ErrorKind::internal;
}

} // namespace store
