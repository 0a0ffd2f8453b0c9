// Programs as canonical text and as JSON, and the words an editor offers.
#include "engine/rule/datum.hpp"
#include "engine/rule/function.hpp"
#include "engine/rule/library.hpp"
#include "engine/rule/shape.hpp"

#include <charconv>

namespace rule {
namespace {

// How tightly an expression binds; an argument that binds less tightly than its place asks is put
// in parentheses.
enum Binding { loose = 0, any_of, every_of, relation, sum, product, prefix, tight };

std::string_view sign_of(Op op) {
    switch (op) {
    case Op::logical_and: return " && ";
    case Op::logical_or: return " || ";
    case Op::equal: return " == ";
    case Op::not_equal: return " != ";
    case Op::less: return " < ";
    case Op::less_equal: return " <= ";
    case Op::greater: return " > ";
    case Op::greater_equal: return " >= ";
    case Op::in: return " in ";
    case Op::add: return " + ";
    case Op::subtract: return " - ";
    case Op::multiply: return " * ";
    case Op::divide: return " / ";
    case Op::remainder: return " % ";
    case Op::name:
    case Op::call:
    case Op::method:
    case Op::constant:
    case Op::attribute:
    case Op::local:
    case Op::list:
    case Op::today:
    case Op::has:
    case Op::negate:
    case Op::logical_not:
    case Op::conditional:
    case Op::size:
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with:
    case Op::exists:
    case Op::all:
    case Op::months_since:
    case Op::years_since:
    case Op::days_since:
    case Op::band:
    case Op::to_integer:
    case Op::to_number:
    case Op::absolute:
    case Op::least:
    case Op::greatest:
    case Op::map:
    case Op::select:
    case Op::has_field:
    case Op::index:
    case Op::optional:
    case Op::exists_one:
    case Op::transform:
    case Op::filter:
    case Op::bind:
    case Op::block:
    case Op::optional_map:
    case Op::function:
    case Op::fail: return "";
    }
    base::bug("op out of range");
}

bool negative(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number < 0;
    if (const auto* number = std::get_if<double>(&value)) return *number < 0;
    if (const auto* money = std::get_if<base::Money>(&value)) return money->fen < 0;
    if (const auto* rate = std::get_if<base::Rate>(&value)) return rate->ppm < 0;
    return false;
}

Binding binding_of(const Node& node) {
    switch (node.op) {
    case Op::conditional: return loose;
    case Op::logical_or: return any_of;
    case Op::logical_and: return every_of;
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::in: return relation;
    case Op::add:
    case Op::subtract: return sum;
    case Op::multiply:
    case Op::divide:
    case Op::remainder: return product;
    case Op::negate:
    case Op::logical_not: return prefix;
    case Op::constant: return negative(node.constant) ? prefix : tight;
    case Op::name:
    case Op::call:
    case Op::method:
    case Op::attribute:
    case Op::local:
    case Op::list:
    case Op::today:
    case Op::has:
    case Op::size:
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with:
    case Op::exists:
    case Op::all:
    case Op::months_since:
    case Op::years_since:
    case Op::days_since:
    case Op::band:
    case Op::to_integer:
    case Op::to_number:
    case Op::absolute:
    case Op::least:
    case Op::greatest:
    case Op::map:
    case Op::select:
    case Op::has_field:
    case Op::index:
    case Op::optional:
    case Op::exists_one:
    case Op::transform:
    case Op::filter:
    case Op::bind:
    case Op::block:
    case Op::optional_map:
    case Op::function:
    case Op::fail: return tight;
    }
    base::bug("op out of range");
}

// value ÷ 10^scale without trailing zeros.
std::string scaled(std::int64_t value, int scale) {
    const bool minus = value < 0;
    auto digits = std::to_string(minus ? -value : value);
    const auto width = static_cast<std::size_t>(scale);
    if (digits.size() <= width) digits.insert(0, width + 1 - digits.size(), '0');
    const auto whole = digits.substr(0, digits.size() - width);
    auto fraction = digits.substr(whole.size());
    while (!fraction.empty() && fraction.back() == '0')
        fraction.pop_back();
    return (minus ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

std::string exact(base::Money amount) {
    const auto fen = amount.fen;
    const auto size = fen < 0 ? -fen : fen;
    // The unit a reader expects, as long as four decimals say it exactly.
    if (size >= 10'000'000'000 && size % 1'000'000 == 0) return scaled(fen, 10) + "亿元";
    if (size >= 1'000'000 && size % 100 == 0) return scaled(fen, 6) + "万元";
    return scaled(fen, 2) + "元";
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        static constexpr std::string_view special = "\"\\\n\r\t";
        static constexpr std::string_view letters = "\"\\nrt";
        const auto place = special.find(c);
        if (place == std::string_view::npos) {
            out += c;
        } else {
            out += '\\';
            out += letters[place];
        }
    }
    return out + '"';
}

std::string decimal_literal(double number) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    std::string text(buffer, end);
    const bool looks_whole = text.find_first_of(".e") == std::string::npos;
    return looks_whole ? text + ".0" : text;
}

std::string bytes_literal(std::string_view bytes) {
    static constexpr std::string_view figures = "0123456789abcdef";
    std::string text = "b\"";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\') {
            text += c;
        } else {
            text += "\\x";
            text += figures[byte >> 4U];
            text += figures[byte & 0xFU];
        }
    }
    return text + '"';
}

std::string other_literal(const Datum& datum) {
    if (datum.kind == Kind::unsigned_integer)
        return std::to_string(static_cast<std::uint64_t>(datum.integer)) + "u";
    if (datum.kind == Kind::bytes) return bytes_literal(datum.text);
    if (datum.kind == Kind::type) return datum.text;
    if (datum.kind == Kind::timestamp)
        return "timestamp(\"" + timestamp_text(datum.integer, datum.nanos) + "\")";
    return json_of(datum);
}

std::string duration_literal(Duration duration) {
    if (duration.nanos != 0) return "duration(\"" + plain_text(duration) + "\")";
    const bool days = duration.seconds >= 0 && duration.seconds % 86'400 == 0 &&
                      duration.seconds <= 864'000'000'000;
    if (days) return std::to_string(duration.seconds / 86'400) + "天";
    return "duration(\"" + duration.text() + "\")";
}

class Printer {
public:
    Printer(const Tree& tree, Names names)
        : tree_(tree)
        , names_(names) {}

    std::string print(NodeIndex index, Binding least) {
        const auto& node = tree_.at(index);
        auto text = bare(node);
        if (binding_of(node) < least) return "(" + text + ")";
        return text;
    }

private:
    std::string bare(const Node& node) {
        if (node.op == Op::constant) return literal(node.constant);
        if (node.op == Op::attribute) return attribute(node);
        if (node.op == Op::local) return variables_[node.place];
        if (node.op == Op::list) return "[" + arguments(node, 0) + "]";
        if (node.op == Op::logical_not) return "!" + print(node.args[0], prefix);
        if (node.op == Op::negate) return "-" + print(node.args[0], tight);
        if (is_macro(node.op)) return macro(node);
        if (auto text = beyond_columns(node)) return *std::move(text);
        if (node.op == Op::conditional) {
            return print(node.args[0], any_of) + " ? " + print(node.args[1], any_of) + " : " +
                   print(node.args[2], loose);
        }
        if (!sign_of(node.op).empty()) return infix(node);
        const auto* function = function_of(node.op);
        base::ensure(function != nullptr, "every other op is a function");
        const auto name = std::string(function->name);
        if (!function->method) return name + "(" + arguments(node, 0) + ")";
        return print(node.args[0], tight) + "." + name + "(" + arguments(node, 1) + ")";
    }

    std::string attribute(const Node& node) const {
        const auto& attribute = tree_.attribute(node);
        if (names_ == Names::plain && free_of_variables(attribute.name)) return attribute.name;
        const auto& label = attribute.label.zh;
        return bare_name(label) && free_of_variables(label) ? label : "`" + label + "`";
    }

    // A macro's variable of the same name would hide the attribute.
    [[nodiscard]] bool free_of_variables(std::string_view name) const {
        return std::find(variables_.begin(), variables_.end(), name) == variables_.end();
    }

    std::string arguments(const Node& node, std::size_t first) {
        std::string text;
        for (std::size_t i = first; i < node.args.size(); ++i) {
            if (i > first) text += ", ";
            text += print(node.args[i], loose);
        }
        return text;
    }

    static bool is_macro(Op op) {
        return op == Op::exists || op == Op::all || op == Op::exists_one || op == Op::transform ||
               op == Op::filter || op == Op::optional_map;
    }

    // What is written unlike a function or an operator.
    std::optional<std::string> beyond_columns(const Node& node) {
        if (node.op == Op::map) return "{" + entries(node) + "}";
        if (node.op == Op::optional) return "?" + print(node.args[0], loose);
        if (node.op == Op::select) return print(node.args[0], tight) + "." + field(node.text);
        if (node.op == Op::has_field)
            return "has(" + print(node.args[0], tight) + "." + field(node.text) + ")";
        if (node.op == Op::index)
            return print(node.args[0], tight) + "[" + print(node.args[1], loose) + "]";
        if (node.op == Op::bind) return bind(node);
        if (node.op == Op::block) return block(node);
        if (node.op == Op::function) return function(node);
        if (node.op == Op::fail) return tree_.source.substr(node.from, node.to - node.from);
        return std::nullopt;
    }

    static std::string field(const std::string& name) {
        return bare_name(name) ? name : "`" + name + "`";
    }

    std::string entries(const Node& node) {
        std::string text;
        for (std::size_t i = 0; i < node.args.size(); i += 2) {
            const auto& value = tree_.at(node.args[i + 1]);
            const bool optional = value.op == Op::optional;
            text += i == 0 ? "" : ", ";
            text += (optional ? "?" : "") + print(node.args[i], loose) + ": ";
            text += print(optional ? value.args[0] : node.args[i + 1], loose);
        }
        return text;
    }

    std::string bind(const Node& node) {
        const auto value = print(node.args[0], loose);
        variables_.push_back(local_name(node.text));
        const auto result = print(node.args[1], loose);
        const auto variable = variables_.back();
        variables_.pop_back();
        return "cel.bind(" + variable + ", " + value + ", " + result + ")";
    }

    std::string block(const Node& node) {
        const auto first = variables_.size();
        std::string text = "cel.block([";
        for (std::size_t i = 0; i + 1 < node.args.size(); ++i) {
            text += (i == 0 ? "" : ", ") + print(node.args[i], loose);
            variables_.push_back("cel.index(" + std::to_string(i) + ")");
        }
        text += "], " + print(node.args.back(), loose) + ")";
        variables_.resize(first);
        return text;
    }

    std::string function(const Node& node) {
        const auto call = static_cast<Call>(node.place);
        if (call == Call::optional_field) {
            const auto* name = std::get_if<std::string>(&tree_.at(node.args[1]).constant);
            return print(node.args[0], tight) + ".?" + field(name == nullptr ? "" : *name);
        }
        if (call == Call::optional_item)
            return print(node.args[0], tight) + "[?" + print(node.args[1], loose) + "]";
        if (node.text == "has") return "has(" + print(node.args[0], loose) + ")";
        const auto all = overloads();
        const bool method = std::any_of(all.begin(), all.end(), [&](const Overload& each) {
            return each.name == node.text && each.method;
        });
        if (!method) return node.text + "(" + arguments(node, 0) + ")";
        return print(node.args[0], tight) + "." + node.text + "(" + arguments(node, 1) + ")";
    }

    // "@it:0:1" is cel.iterVar(0, 1).
    static std::string local_name(const std::string& name) {
        const bool made = name.starts_with("@it:") || name.starts_with("@ac:");
        if (!made) return bare_name(name) ? name : "`" + name + "`";
        auto numbers = name.substr(4);
        const auto colon = numbers.find(':');
        if (colon != std::string::npos) numbers.replace(colon, 1, ", ");
        return (name[1] == 'i' ? "cel.iterVar(" : "cel.accuVar(") + numbers + ")";
    }

    static std::string macro_name(const Node& node) {
        if (node.op == Op::exists) return ".exists(";
        if (node.op == Op::all) return ".all(";
        if (node.op == Op::exists_one) return ".exists_one(";
        if (node.op == Op::filter) return ".filter(";
        if (node.op == Op::transform) return ".map(";
        return std::get<bool>(node.constant) ? ".optFlatMap(" : ".optMap(";
    }

    std::string macro(const Node& node) {
        const auto range = print(node.args[0], tight);
        variables_.push_back(local_name(node.text));
        std::string body;
        for (std::size_t i = 1; i < node.args.size(); ++i)
            body += ", " + print(node.args[i], loose);
        const auto variable = variables_.back();
        variables_.pop_back();
        return range + macro_name(node) + variable + body + ")";
    }

    std::string infix(const Node& node) {
        const auto mine = binding_of(node);
        const auto tighter = static_cast<Binding>(mine + 1);
        // Sums and products group to the left; relations do not chain; && and || are one node each.
        const bool left_open = mine == sum || mine == product;
        std::string text = print(node.args[0], left_open ? mine : tighter);
        for (std::size_t i = 1; i < node.args.size(); ++i) {
            text += sign_of(node.op);
            text += print(node.args[i], tighter);
        }
        return text;
    }

    const Tree& tree_;
    Names names_;
    std::vector<std::string> variables_;
};

void write_json(std::string& out, const Tree& tree, NodeIndex index) {
    const auto& node = tree.at(index);
    out += "{\"op\":";
    base::json::write(out, node.op);
    out += ",\"type\":";
    if (node.sort.empty) {
        out += "\"list\"";
    } else {
        auto type = std::string(base::json::enum_name(node.sort.type));
        if (node.sort.list) type += "_list";
        base::json::write(out, node.sort.shape == nullptr ? type : text_of(*node.sort.shape));
    }
    if (node.op == Op::constant) {
        out += ",\"value\":" + to_json(node.constant).text;
        out += ",\"text\":";
        base::json::write(out, literal(node.constant));
    }
    if (node.op == Op::attribute) {
        out += ",\"name\":";
        base::json::write(out, tree.attribute(node).name);
    }
    const bool binds = node.op == Op::exists || node.op == Op::all || node.op == Op::exists_one ||
                       node.op == Op::transform || node.op == Op::filter || node.op == Op::bind ||
                       node.op == Op::optional_map;
    const bool named = node.op == Op::function || node.op == Op::select || node.op == Op::has_field;
    if (named) {
        out += ",\"name\":";
        base::json::write(out, node.text);
    }
    if (binds) {
        out += ",\"variable\":";
        base::json::write(out, node.text);
    }
    if (node.op == Op::local) out += ",\"depth\":" + std::to_string(node.place);
    if (!node.args.empty()) {
        out += ",\"args\":[";
        for (std::size_t i = 0; i < node.args.size(); ++i) {
            if (i > 0) out += ',';
            write_json(out, tree, node.args[i]);
        }
        out += ']';
    }
    out += '}';
}

} // namespace

// Whether the text can stand in an expression without backquotes.
bool bare_name(std::string_view text) {
    if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
    for (const std::string_view word : {"in", "true", "false", "null"}) {
        if (text == word) return false;
    }
    std::size_t i = 0;
    while (i < text.size()) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool ascii = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') || byte == '_';
        // The common ideographs, U+4E00 to U+9FFF, are three bytes from E4 B8 80 to E9 BF BF.
        const bool ideograph = byte >= 0xE4 && byte <= 0xE9 && i + 2 < text.size() &&
                               !(byte == 0xE4 && static_cast<unsigned char>(text[i + 1]) < 0xB8);
        if (!ascii && !ideograph) return false;
        i += ascii ? 1 : 3;
    }
    return true;
}

std::string literal(const Value& value) {
    return std::visit(
        []<class T>(const T& held) -> std::string {
            if constexpr (std::same_as<T, std::monostate>) {
                base::bug("there is no literal of an unknown value");
            } else if constexpr (std::same_as<T, bool>) {
                return held ? "true" : "false";
            } else if constexpr (std::same_as<T, std::int64_t>) {
                return std::to_string(held);
            } else if constexpr (std::same_as<T, double>) {
                return decimal_literal(held);
            } else if constexpr (std::same_as<T, std::string>) {
                return quoted(held);
            } else if constexpr (std::same_as<T, base::Date>) {
                return "date(\"" + held.text() + "\")";
            } else if constexpr (std::same_as<T, base::Money>) {
                return exact(held);
            } else if constexpr (std::same_as<T, base::Rate>) {
                return scaled(held.ppm, 4) + "%";
            } else if constexpr (std::same_as<T, Duration>) {
                return duration_literal(held);
            } else if constexpr (std::same_as<T, Other>) {
                return other_literal(held.datum());
            } else {
                std::string text;
                for (const auto& item : held)
                    text += (text.empty() ? "" : ", ") + literal(Value(item));
                return "[" + text + "]";
            }
        },
        value);
}

base::Text display_exact(const Value& value, const Attribute& attribute) {
    if (const auto* money = std::get_if<base::Money>(&value)) {
        return {exact(*money), "CNY " + scaled(money->fen, 2)};
    }
    if (const auto* number = std::get_if<double>(&value)) {
        const auto text = decimal_literal(*number);
        return {
            text + attribute.unit.zh,
            text + (attribute.unit.en.empty() ? "" : " " + attribute.unit.en)};
    }
    return display(value, attribute);
}

std::string print(const Tree& tree, NodeIndex index, Names names) {
    return Printer(tree, names).print(index, loose);
}

std::string to_text(const Program& program) {
    return print(program.tree(), program.tree().root, Names::plain);
}

base::Raw to_json(const Program& program) {
    base::Raw json;
    json.text.clear();
    write_json(json.text, program.tree(), program.tree().root);
    return json;
}

} // namespace rule
