#include "store/answers.hpp"

#include "store/faults.hpp"

#include <array>

namespace store {
namespace {

constexpr std::size_t slots_least = 1024;
constexpr std::uint64_t number_bits = 32;
constexpr std::int64_t numbers_most = (std::int64_t{1} << number_bits) - 1;

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

std::string_view bytes(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

base::Result<Receipt> answer_in(Connection::Row row, const Command& command) {
    const bool same = row[1].text == bytes(command.digest) &&
                      row[2].integer == command.actor.person.value &&
                      row[3].integer == command.actor.party.value;
    if (!same) return faults::command_reused();
    if (row[7].kind == Cell::Kind::text) return refusal_error(std::string(row[7].text));
    return Receipt{
        .seq = row[4].integer, .subject = std::string(row[5].text), .at = {row[6].integer}};
}

} // namespace

void Answers::load(Connection& connection) {
    slots_.assign(slots_least, 0);
    used_ = 0;
    last_ = 0;
    connection.run("select n, id from command order by n", {}, [&](Connection::Row row) {
        last_ = row[0].integer;
        add(hash_of(row[1].text), last_);
        return true;
    });
}

void Answers::add(std::uint32_t hash, std::int64_t number) {
    base::ensure(number <= numbers_most, "the numbers of answers fit their place");
    if (used_ >= slots_.size() / 4 * 3) {
        auto full = std::exchange(slots_, std::vector<std::uint64_t>(slots_.size() * 2));
        used_ = 0;
        for (const auto slot : full) {
            if (slot == 0) continue;
            add(static_cast<std::uint32_t>(slot >> number_bits),
                static_cast<std::int64_t>(slot & numbers_most));
        }
    }
    auto place = hash & (slots_.size() - 1);
    while (slots_[place] != 0)
        place = (place + 1) & (slots_.size() - 1);
    slots_[place] = (std::uint64_t{hash} << number_bits) | static_cast<std::uint64_t>(number);
    ++used_;
}

std::optional<base::Result<Receipt>> Answers::find(
    Connection& connection, const Command& command) const {
    std::optional<base::Result<Receipt>> answer;
    const auto hash = hash_of(command.id);
    for (auto place = hash & (slots_.size() - 1); slots_[place] != 0;
         place = (place + 1) & (slots_.size() - 1)) {
        if (slots_[place] >> number_bits != hash) continue;
        const std::array<Value, 1> values{static_cast<std::int64_t>(slots_[place] & numbers_most)};
        const auto read = [&](Connection::Row row) {
            if (row[0].text == command.id) answer.emplace(answer_in(row, command));
            return false;
        };
        connection.run(
            "select id, digest, person, party, seq, subject, at, error from command where n = $1",
            values,
            read);
        if (answer) break;
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
        Blob{std::string(bytes(command.digest))},
        command.actor.person.value,
        command.actor.party.value,
        answer ? answer->seq : 0,
        answer ? answer->subject : std::string(),
        at.ms,
        answer ? Value{} : Value{refusal_text(answer.error())}};
    connection.run("insert into command values ($1,$2,$3,$4,$5,$6,$7,$8,$9)", values);
    add(hash_of(command.id), number);
}

std::uint32_t Answers::hash_of(std::string_view id) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(id) >> number_bits);
}

bool Answers::is_final(const base::Error& error) {
    return error.kind != base::ErrorKind::unavailable && error.kind != base::ErrorKind::internal;
}

} // namespace store
