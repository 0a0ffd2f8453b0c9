// What rules compute with: typed values, the attributes they belong to, and one enterprise's row of
// them.
#pragma once

#include "base/date.hpp"
#include "base/json.hpp"
#include "base/money.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rule {

// A length of time in seconds. Text form "30d", "12h", "90m", "45s" or a sum of those ("1d12h").
struct Duration {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0; // 0 … 999'999'999, added to seconds; attributes have whole seconds

    static base::Result<Duration> parse(std::string_view text);

    static constexpr Duration of_days(std::int64_t count) { return {count * 86'400, 0}; }

    [[nodiscard]] std::string text() const; // "30d", "36h", "45s": the largest unit that divides it
    friend auto operator<=>(const Duration&, const Duration&) = default;
};

enum class Type {
    boolean,
    integer,
    number, // a double: ratios, scores, growth that has no natural money or percent unit
    text,   // free text
    choice, // one code of a closed list
    date,
    duration,
    money,     // 分
    rate,      // ppm
    text_list, // texts, or codes of the attribute's choices
    integer_list
};
BOOST_DESCRIBE_ENUM(
    Type,
    boolean,
    integer,
    number,
    text,
    choice,
    date,
    duration,
    money,
    rate,
    text_list,
    integer_list)

[[nodiscard]] base::Text type_label(Type type); // 金额 / amount

// What a datum of CEL can be. The first ones are those of attributes; the rest occurs inside
// expressions and in plain CEL only.
enum class Kind : std::uint8_t {
    boolean,
    integer,
    number,
    text,
    date,
    duration,
    money,
    rate,
    null,
    unsigned_integer,
    bytes,
    timestamp,
    type,
    list,
    map,
    optional,
    absent // a name that was declared but not given: a fault when it is read
};
BOOST_DESCRIBE_ENUM(
    Kind,
    boolean,
    integer,
    number,
    text,
    date,
    duration,
    money,
    rate,
    null,
    unsigned_integer,
    bytes,
    timestamp,
    type,
    list,
    map,
    optional,
    absent)

// A datum of any kind, as a tree. Only what Value has no alternative for is held this way.
struct Datum {
    Kind kind = Kind::null;
    std::uint32_t nanos = 0;  // of a timestamp or duration, added to the seconds
    std::int64_t integer = 0; // boolean, integer, bits of an unsigned one, days, seconds, 分, ppm
    double number = 0;
    std::string text; // text, bytes, the name of a type
    std::vector<Datum>
        items; // of a list; keys and values of a map in turn; of an optional, or none

    friend bool operator==(const Datum&, const Datum&) = default;
};

// Owns a datum; copies are deep. Small, so that rows of attributes stay small.
class Other {
public:
    explicit Other(Datum datum)
        : datum_(std::make_unique<const Datum>(std::move(datum))) {}

    Other(const Other& from)
        : datum_(std::make_unique<const Datum>(*from.datum_)) {}

    Other& operator=(const Other& from) {
        if (this != &from) datum_ = std::make_unique<const Datum>(*from.datum_);
        return *this;
    }

    Other(Other&&) noexcept = default;
    Other& operator=(Other&&) noexcept = default;
    ~Other() = default;

    [[nodiscard]] const Datum& datum() const { return *datum_; }

    friend bool operator==(const Other& a, const Other& b) { return *a.datum_ == *b.datum_; }

    // Others have no order that a policy could mean; this one only makes values comparable.
    friend std::partial_ordering operator<=>(const Other& a, const Other& b) {
        return a == b ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
    }

private:
    std::unique_ptr<const Datum> datum_;
};

// std::monostate is "unknown": the datum is missing. A choice is held as its code.
using Value = std::variant<
    std::monostate,
    bool,
    std::int64_t,
    double,
    std::string,
    base::Date,
    base::Money,
    base::Rate,
    Duration,
    std::vector<std::string>,
    std::vector<std::int64_t>,
    Other>;

[[nodiscard]] inline bool known(const Value& value) {
    return !std::holds_alternative<std::monostate>(value);
}

inline constexpr std::size_t list_limit = 1'000;       // items in one list value, entries of a map
inline constexpr std::size_t text_limit_bytes = 4'096; // bytes in one text value

struct Choice {
    std::string code;
    base::Text label;
    friend bool operator==(const Choice&, const Choice&) = default;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (code, label))

// One datum about a party, as rules see it. The catalogue of the pack says more (period, grade,
// consent, retention).
struct Attribute {
    std::string name; // snake_case ASCII, unique
    base::Text label; // unique; the Chinese label may stand for the name in expressions
    Type type = Type::text;
    base::Text
        unit; // shown after integers and numbers: 人, 个月. Money and rates bring their own units.
    std::vector<Choice> choices;
    bool ordered =
        false; // choices go from the lowest to the highest, so < <= > >= compare their places
    bool editable =
        false; // the enterprise can change it by its own doing, so it may appear in a suggestion
    std::string source; // code of the data source that provides it
    friend bool operator==(const Attribute&, const Attribute&) = default;
};
BOOST_DESCRIBE_STRUCT(Attribute, (), (name, label, type, unit, choices, ordered, editable, source))

// A name of plain CEL and its type as it is written: {"x.y", "map(string, list(int))"}.
struct Variable {
    std::string name;
    std::string type = "dyn";
};

// A function that is declared but has no body; for checking only: {"f", false, "(string, A)", "A"}.
struct Declaration {
    std::string name;
    bool method = false;
    std::string parameters; // types of the arguments, the receiver's first, in parentheses
    std::string result;
};

// What rules of plain CEL may speak of, and whether types are checked and macros expanded at all.
struct Plain {
    std::vector<Variable> variables;
    std::vector<Declaration> functions;
    bool check = true;
    bool macros = true;
};

// The attributes rules may speak of. Programs and rows point into it and it must outlive them;
// moving it is safe.
class Schema {
public:
    Schema()
        : inside_(std::make_unique<const Inside>()) {}

    // `rule.attribute_invalid` with `field` "/3/name" when a name is malformed or taken, a label is
    // taken, or a choice attribute has no choices.
    static base::Result<Schema> make(std::vector<Attribute> attributes);

    // Names and types of plain CEL without a catalogue: no units, no labels, numbers as IEEE has
    // them. Its variables are attributes by place, in their order.
    static Schema plain(Plain plain);

    [[nodiscard]] std::size_t size() const { return inside_->attributes.size(); }

    [[nodiscard]] const Attribute& at(std::size_t index) const {
        return inside_->attributes[index];
    }

    [[nodiscard]] const std::vector<Attribute>& attributes() const { return inside_->attributes; }

    [[nodiscard]] std::optional<std::size_t> find(std::string_view name_or_label) const;

private:
    struct Inside {
        std::vector<Attribute> attributes;
        std::map<std::string, std::size_t, std::less<>> places;
        std::optional<Plain> plain;
    };
    friend class Row;
    friend class Program;
    friend const Plain* plain_of(const Schema& schema);

    explicit Schema(std::unique_ptr<const Inside> inside)
        : inside_(std::move(inside)) {}

    std::unique_ptr<const Inside> inside_;
};

[[nodiscard]] const Plain* plain_of(const Schema& schema); // null for a catalogue

// JSON forms: unknown null · boolean · integer, money (分) and rate (ppm) as integers · number as a
// number · text and choice as text · date "2023-01-31" · duration "30d" · lists as arrays.
[[nodiscard]] base::Raw to_json(const Value& value);
// `rule.value_type` when the JSON is of another form; `rule.value_choice` when a code is not among
// the choices.
[[nodiscard]] base::Result<Value> from_json(
    const Attribute& attribute, const base::json::Value& json);
// From a form or a file: "300万元", "3.85%", "是", a choice's code or label, lists separated by ;
// or 、. Empty text is unknown. The same errors as from_json.
[[nodiscard]] base::Result<Value> from_text(const Attribute& attribute, std::string_view text);
// Whether the value is unknown or of the attribute's type and among its choices.
[[nodiscard]] base::Result<void> fits(const Attribute& attribute, const Value& value);

// For people, in natural units: 1.2亿元 / CNY 120 million, 3.85%, 2023-01-31, 是 / yes, a choice's
// label.
[[nodiscard]] base::Text display(const Value& value, const Attribute& attribute);
[[nodiscard]] base::Text display(base::Money amount);
[[nodiscard]] base::Text display(base::Rate rate);
[[nodiscard]] base::Text display(Duration duration);

// One enterprise's values by place in the schema; what was not set is unknown.
class Row {
public:
    explicit Row(const Schema& schema)
        : schema_(schema.inside_.get())
        , values_(schema.size()) {}

    // `rule.unknown_attribute` for a name the schema lacks; otherwise the errors of fits().
    static base::Result<Row> of(const Schema& schema, const std::map<std::string, Value>& values);

    base::Result<void> set(std::string_view name, Value value);
    void put(std::size_t place, Value value); // a Bug when the value does not fit

    [[nodiscard]] const Value& operator[](std::size_t place) const { return values_[place]; }

    [[nodiscard]] const Value& get(
        std::string_view name) const; // a Bug when the schema lacks the name

    [[nodiscard]] std::size_t size() const { return values_.size(); }

    friend bool operator==(const Row& a, const Row& b) { return a.values_ == b.values_; }

private:
    const Schema::Inside* schema_;
    std::vector<Value> values_;
};

} // namespace rule
