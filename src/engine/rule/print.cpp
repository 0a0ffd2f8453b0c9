// Programs as canonical text and as JSON, and the words an editor offers.
#include "engine/rule/function.hpp"

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
    case Op::greatest: return "";
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
    case Op::greatest: return tight;
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

std::string duration_literal(Duration duration) {
    const bool days = duration.seconds >= 0 && duration.seconds % 86'400 == 0 &&
                      duration.seconds <= 864'000'000'000;
    if (days) return std::to_string(duration.seconds / 86'400) + "天";
    return "duration(\"" + duration.text() + "\")";
}

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
        if (node.op == Op::exists || node.op == Op::all) return macro(node);
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

    std::string macro(const Node& node) {
        const auto range = print(node.args[0], tight);
        variables_.push_back(bare_name(node.text) ? node.text : "`" + node.text + "`");
        const auto body = print(node.args[1], loose);
        const auto variable = variables_.back();
        variables_.pop_back();
        return range + (node.op == Op::exists ? ".exists(" : ".all(") + variable + ", " + body +
               ")";
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
        base::json::write(out, type);
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
    if (node.op == Op::exists || node.op == Op::all) {
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

struct Operator {
    std::string_view text;
    base::Text label;
};

std::vector<Word> operators() {
    const Operator all[] = {
        {"&&", {"并且", "and"}},
        {"||", {"或者", "or"}},
        {"!", {"不", "not"}},
        {"==", {"等于", "equal to"}},
        {"!=", {"不等于", "not equal to"}},
        {"<", {"小于", "less than"}},
        {"<=", {"不大于", "at most"}},
        {">", {"大于", "more than"}},
        {">=", {"不小于", "at least"}},
        {"in", {"属于其中", "one of"}},
        {"? :", {"如果…则…否则…", "if … then … else …"}}};
    const Operator units[] = {
        {"元", {"元", "yuan"}},
        {"万元", {"万元", "ten thousand yuan"}},
        {"亿元", {"亿元", "hundred million yuan"}},
        {"%", {"百分之", "percent"}},
        {"天", {"天", "days"}}};
    std::vector<Word> words;
    for (const auto& [text, label] : all) {
        words.push_back({"operator", std::string(text), std::string(text), "", label, {}});
    }
    for (const auto& [text, label] : units) {
        words.push_back(
            {"unit", std::string(text), std::string(text), "300" + std::string(text), label, {}});
    }
    return words;
}

} // namespace

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

base::json::Raw to_json(const Program& program) {
    base::json::Raw json;
    json.text.clear();
    write_json(json.text, program.tree(), program.tree().root);
    return json;
}

std::vector<Word> vocabulary(const Schema& schema) {
    std::vector<Word> words;
    for (const auto& attribute : schema.attributes()) {
        const auto type = type_label(attribute.type);
        const auto& label = attribute.label.zh;
        words.push_back(
            {"attribute",
             bare_name(label) ? label : "`" + label + "`",
             attribute.name,
             std::string(base::json::enum_name(attribute.type)),
             attribute.label,
             type});
    }
    for (const auto& function : functions) {
        const auto name = std::string(function.name);
        const bool empty = function.args_most == 0;
        words.push_back(
            {function.method ? "method" : "function",
             (function.method ? "." : "") + name + (empty ? "()" : "("),
             name,
             std::string(function.signature),
             {name, name},
             {std::string(function.note_zh), std::string(function.note_en)}});
    }
    for (auto& word : operators())
        words.push_back(std::move(word));
    return words;
}

} // namespace rule
