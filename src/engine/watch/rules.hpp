// Watch rules as they are written in YAML (docs/watch.md): what events look like, what is counted,
// what is suspicious, and how many alerts people can look at.
#pragma once

#include "engine/pack/yaml.hpp"
#include "engine/rule/rule.hpp"
#include "engine/watch/flows.hpp"
#include "engine/watch/windows.hpp"

#include <filesystem>

namespace watch {

enum class FieldType { word, money, integer };
BOOST_DESCRIBE_ENUM(FieldType, word, money, integer)

// `id`, `time`, `payer`, `payee`, `amount` and `kind` always exist; these are further columns, or
// other headings for those six.
struct Field {
    std::string name;
    base::Text label;
    FieldType type = FieldType::word;
    std::vector<std::string> columns; // headings it is found under, besides its name and labels
};
BOOST_DESCRIBE_STRUCT(Field, (), (name, label, type, columns))

struct Counted {
    std::string name;
    base::Text label;
    Aggregate of = Aggregate::count;
    std::string field;                // none for count and since
    std::vector<std::string> key;     // fields
    std::vector<std::string> read_by; // empty: the key
    std::string length;               // "30d"
    std::string where;                // a condition over the event's fields; empty: every event
    std::int64_t argument = 0;        // n of nth_last and since; ppm of quantile
};
BOOST_DESCRIBE_STRUCT(Counted, (), (name, label, of, field, key, read_by, length, where, argument))

struct Spans {
    std::string fan = "3d";
    std::string cycle = "10d";
    std::string hop = "2d";
    std::string guarantee = "365d";
    base::Rate keep = base::Rate::percent(85);
    base::Money least;
};
BOOST_DESCRIBE_STRUCT(Spans, (), (fan, cycle, hop, guarantee, keep, least))

enum class Appeal { none, pending, upheld, rejected };
BOOST_DESCRIBE_ENUM(Appeal, none, pending, upheld, rejected)

struct Entry {
    std::string value;
    std::string source; // who put it there, and on what ground
    base::Date from;
    std::optional<base::Date> to; // the first day it no longer holds
    Appeal appeal = Appeal::none;
    std::optional<base::Date> decided; // of an appeal; one that was upheld ends the entry
};
BOOST_DESCRIBE_STRUCT(Entry, (), (value, source, from, to, appeal, decided))

enum class Colour { black, red, white, watch };
BOOST_DESCRIBE_ENUM(Colour, black, red, white, watch)

// Rules ask `payer_on_CODE` and `payee_on_CODE`, as of the day of the event.
struct List {
    std::string code;
    base::Text label;
    Colour colour = Colour::watch;
    std::vector<Entry> entries;
};
BOOST_DESCRIBE_STRUCT(List, (), (code, label, colour, entries))

struct Rule {
    std::string code;
    base::Text label;
    std::string when;
    std::string shows;   // the sight or the counted name whose payments are the evidence
    std::string source;  // where the idea or the figure comes from
    bool shadow = false; // judged and recorded, never part of a score
};
BOOST_DESCRIBE_STRUCT(Rule, (), (code, label, when, shows, source, shadow))

struct Weighted {
    std::string rule;
    std::int64_t weight = 0;
};
BOOST_DESCRIBE_STRUCT(Weighted, (), (rule, weight))

struct Typology {
    std::string code;
    base::Text label;
    std::vector<Weighted> parts;
    std::int64_t alert = 100;      // the least sum of weights
    std::string subject = "payer"; // the field whose account the alert is about
    std::string snooze;            // no second alert about one subject within this; "" for none
    std::int64_t per_day = 0;      // alerts at most, 0 for no cap
};
BOOST_DESCRIBE_STRUCT(Typology, (), (code, label, parts, alert, subject, snooze, per_day))

struct Book {
    std::string lateness = "1d";
    std::string learning; // from the first event, nothing alerts: who pays whom is learned
    std::int64_t zone_minutes = 480;
    std::int64_t alerts_per_day = 0; // over all typologies, 0 for no budget
    Spans spans;
    std::vector<Field> fields;
    std::vector<Counted> counted;
    std::vector<List> lists;
    std::vector<Rule> rules;
    std::vector<Typology> typologies;
};
BOOST_DESCRIBE_STRUCT(
    Book,
    (),
    (lateness,
     learning,
     zone_minutes,
     alerts_per_day,
     spans,
     fields,
     counted,
     lists,
     rules,
     typologies))

// The folder's YAML files, each with some of the sections, joined. Errors: `watch.rules` with every
// finding in `detail` (a terminal shows it) and the first in the message.
[[nodiscard]] base::Result<Book> load(const std::filesystem::path& folder);

} // namespace watch

namespace pack::yaml {
template <>
inline constexpr std::string_view may_omit<watch::Book> = " lateness learning spans ";
template <>
inline constexpr std::string_view may_omit<watch::Field> = " type label ";
template <>
inline constexpr std::string_view may_omit<watch::Counted> = " field where ";
template <>
inline constexpr std::string_view may_omit<watch::Spans> = " fan cycle hop guarantee ";
template <>
inline constexpr std::string_view may_omit<watch::Entry> = " appeal ";
template <>
inline constexpr std::string_view may_omit<watch::Rule> = " shows source ";
template <>
inline constexpr std::string_view may_omit<watch::Typology> = " subject snooze ";
} // namespace pack::yaml
