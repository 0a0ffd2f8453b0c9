#include "engine/conformance/case.hpp"

#include "engine/rule/tree.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace conformance {
namespace {

std::int64_t whole_in(const std::string& text) {
    std::int64_t number = 0;
    const bool hex = text.starts_with("0x");
    const auto* from = text.data() + (hex ? 2 : 0);
    std::from_chars(from, text.data() + text.size(), number, hex ? 16 : 10);
    return number;
}

std::uint64_t unsigned_in(const std::string& text) {
    std::uint64_t number = 0;
    const bool hex = text.starts_with("0x");
    const auto* from = text.data() + (hex ? 2 : 0);
    std::from_chars(from, text.data() + text.size(), number, hex ? 16 : 10);
    return number;
}

double number_in(std::string text) {
    const bool minus = text.starts_with("-");
    if (minus) text.erase(0, 1);
    for (auto& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    double number = 0;
    if (text == "nan")
        number = std::numeric_limits<double>::quiet_NaN();
    else if (text.starts_with("inf"))
        number = std::numeric_limits<double>::infinity();
    else
        std::from_chars(text.data(), text.data() + text.size(), number);
    return minus ? -number : number;
}

rule::Datum of_kind(rule::Kind kind) {
    rule::Datum datum;
    datum.kind = kind;
    return datum;
}

// What an Any holds: a timestamp or a duration, since nothing else of protos is in the subset.
Read<rule::Datum> object_in(const Message& any) {
    for (const auto& field : any.fields) {
        const bool timestamp = field.name == "[type.googleapis.com/google.protobuf.Timestamp]";
        const bool duration = field.name == "[type.googleapis.com/google.protobuf.Duration]";
        if (!timestamp && !duration) continue;
        auto datum = of_kind(timestamp ? rule::Kind::timestamp : rule::Kind::duration);
        datum.integer = whole_in(field.message.text("seconds"));
        auto nanos = whole_in(field.message.text("nanos"));
        if (nanos < 0 && datum.integer > std::numeric_limits<std::int64_t>::min()) {
            nanos += 1'000'000'000;
            datum.integer -= 1;
        }
        datum.nanos = static_cast<std::uint32_t>(std::clamp<std::int64_t>(nanos, 0, 999'999'999));
        return datum;
    }
    return std::unexpected(Reason::messages);
}

Read<rule::Datum> list_in(const Message& list, int depth) {
    auto datum = of_kind(rule::Kind::list);
    for (const auto& field : list.fields) {
        if (field.name != "values") continue;
        auto item = datum_in(field.message, depth + 1);
        if (!item) return item;
        datum.items.push_back(*std::move(item));
    }
    return datum;
}

Read<rule::Datum> map_in(const Message& map, int depth) {
    auto datum = of_kind(rule::Kind::map);
    static const Message nothing;
    for (const auto& field : map.fields) {
        if (field.name != "entries") continue;
        for (const auto* part : {"key", "value"}) {
            const auto* message = field.message.message(part);
            auto item = datum_in(message == nullptr ? nothing : *message, depth + 1);
            if (!item) return item;
            datum.items.push_back(*std::move(item));
        }
    }
    return datum;
}

} // namespace

Read<rule::Datum> datum_in(const Message& value, int depth) {
    auto datum = of_kind(rule::Kind::null);
    if (value.fields.empty()) return datum;
    const auto& field = value.fields.front();
    const auto& name = field.name;
    if (name == "enum_value") return std::unexpected(Reason::enums);
    if (name == "object_value") return object_in(field.message);
    if (name == "list_value") return list_in(field.message, depth);
    if (name == "map_value") return map_in(field.message, depth);
    if (name == "bool_value") {
        datum.kind = rule::Kind::boolean;
        datum.integer = value.flag(name) ? 1 : 0;
    } else if (name == "int64_value") {
        datum.kind = rule::Kind::integer;
        datum.integer = whole_in(field.text);
    } else if (name == "uint64_value") {
        datum.kind = rule::Kind::unsigned_integer;
        datum.integer = static_cast<std::int64_t>(unsigned_in(field.text));
    } else if (name == "double_value") {
        datum.kind = rule::Kind::number;
        datum.number = number_in(field.text);
    } else if (name == "string_value" || name == "bytes_value" || name == "type_value") {
        datum.kind = name == "string_value"  ? rule::Kind::text
                     : name == "bytes_value" ? rule::Kind::bytes
                                             : rule::Kind::type;
        datum.text = field.text;
    }
    return datum;
}

namespace {

std::string primitive(const std::string& name) {
    if (name == "BOOL") return "bool";
    if (name == "INT64") return "int";
    if (name == "UINT64") return "uint";
    if (name == "DOUBLE") return "double";
    if (name == "STRING") return "string";
    return name == "BYTES" ? "bytes" : "dyn";
}

// "list(int)" of "list" and the types of its parts.
Read<std::string> with_parts(
    std::string name, const Message& type, const std::vector<const char*>& parts, int depth) {
    std::string text;
    for (const auto& field : type.fields) {
        const bool wanted = std::any_of(
            parts.begin(), parts.end(), [&](const char* part) { return field.name == part; });
        if (!wanted) continue;
        auto part = type_in(field.message, depth + 1);
        if (!part) return part;
        text += (text.empty() ? "" : ", ") + *part;
    }
    return text.empty() ? name : name + "(" + text + ")";
}

} // namespace

Read<std::string> type_in(const Message& type, int depth) {
    if (type.fields.empty()) return "dyn";
    const auto& field = type.fields.front();
    const auto& name = field.name;
    if (name == "primitive") return primitive(field.text);
    if (name == "null") return "null_type";
    if (name == "type_param") return field.text;
    if (name == "list_type") return with_parts("list", field.message, {"elem_type"}, depth);
    if (name == "map_type")
        return with_parts("map", field.message, {"key_type", "value_type"}, depth);
    if (name == "abstract_type")
        return with_parts(field.message.text("name"), field.message, {"parameter_types"}, depth);
    if (name == "type") {
        if (field.message.fields.empty()) return "type";
        auto inner = type_in(field.message, depth + 1);
        return inner ? Read<std::string>("type(" + *inner + ")") : inner;
    }
    if (name == "well_known" && field.text == "TIMESTAMP") return "google.protobuf.Timestamp";
    if (name == "well_known" && field.text == "DURATION") return "google.protobuf.Duration";
    if (name == "well_known" || name == "wrapper") return std::unexpected(Reason::proto_types);
    if (name == "message_type") return std::unexpected(Reason::messages);
    return "dyn";
}

namespace {

Read<void> declare(const Message& declaration, rule::Plain& plain) {
    const auto name = declaration.text("name");
    if (const auto* ident = declaration.message("ident")) {
        const auto* type = ident->message("type");
        auto text = type == nullptr ? Read<std::string>("dyn") : type_in(*type);
        if (!text) return std::unexpected(text.error());
        plain.variables.push_back({name, *std::move(text)});
    }
    const auto* function = declaration.message("function");
    if (function == nullptr) return {};
    for (const auto& overload : function->fields) {
        if (overload.name != "overloads") continue;
        auto parameters = with_parts("", overload.message, {"params"}, 0);
        const auto* result = overload.message.message("result_type");
        auto type = result == nullptr ? Read<std::string>("dyn") : type_in(*result);
        if (!parameters) return std::unexpected(parameters.error());
        if (!type) return std::unexpected(type.error());
        plain.functions.push_back(
            {name, overload.message.flag("is_instance_function"), *parameters, *type});
    }
    return {};
}

Read<void> bind(const Message& binding, Case& made) {
    static const Message nothing;
    Binding bound;
    bound.name = binding.text("key");
    const auto* outer = binding.message("value");
    const auto& held = outer == nullptr ? nothing : *outer;
    if (held.find("unknown") == nullptr) {
        const auto* value = held.message("value");
        auto datum = held.find("error") != nullptr ? Read<rule::Datum>(of_kind(rule::Kind::absent))
                                                   : datum_in(value == nullptr ? nothing : *value);
        if (!datum) return std::unexpected(datum.error());
        bound.datum = *std::move(datum);
    }
    const auto& variables = made.plain.variables;
    const bool declared =
        std::any_of(variables.begin(), variables.end(), [&](const auto& variable) {
            return variable.name == bound.name;
        });
    if (!declared) made.plain.variables.push_back({bound.name, "dyn"});
    made.bindings.push_back(std::move(bound));
    return {};
}

Read<void> expect_of(const Message& test, Case& made) {
    static const Message nothing;
    made.value = of_kind(rule::Kind::boolean);
    made.value.integer = 1;
    const auto* value = test.message("value");
    if (const auto* typed = test.message("typed_result")) {
        made.matcher = Matcher::typed;
        const auto* type = typed->message("deduced_type");
        auto text = type_in(type == nullptr ? nothing : *type);
        if (!text) return std::unexpected(text.error());
        made.type = *std::move(text);
        value = typed->message("result");
    }
    if (test.find("eval_error") != nullptr || test.find("any_eval_errors") != nullptr)
        made.matcher = Matcher::error;
    if (test.find("unknown") != nullptr || test.find("any_unknowns") != nullptr)
        made.matcher = Matcher::unknown;
    if (value == nullptr) return {};
    auto datum = datum_in(*value);
    if (!datum) return std::unexpected(datum.error());
    made.value = *std::move(datum);
    return {};
}

} // namespace

Read<Case> case_in(const Message& test) {
    if (!test.text("container").empty()) return std::unexpected(Reason::containers);
    Case made;
    made.plain.check = !test.flag("disable_check");
    made.plain.macros = !test.flag("disable_macros");
    made.check_only = test.flag("check_only");
    // Declarations before bindings, in whatever order they stand.
    for (const auto& field : test.fields) {
        if (field.name != "type_env") continue;
        if (auto done = declare(field.message, made.plain); !done)
            return std::unexpected(done.error());
    }
    for (const auto& field : test.fields) {
        if (field.name != "bindings") continue;
        if (auto done = bind(field.message, made); !done) return std::unexpected(done.error());
    }
    if (auto done = expect_of(test, made); !done) return std::unexpected(done.error());
    return made;
}

namespace {

std::string dotted(const rule::Tree& tree, rule::NodeIndex index) {
    const auto& node = tree.at(index);
    if (node.op == rule::Op::name)
        return node.text.starts_with(".") ? node.text.substr(1) : node.text;
    if (node.op != rule::Op::select) return {};
    const auto before = dotted(tree, node.args[0]);
    return before.empty() ? before : before + "." + node.text;
}

std::optional<Reason> reason_of_node(const rule::Tree& tree, rule::NodeIndex index) {
    const auto& node = tree.at(index);
    const auto& text = node.text;
    if (node.op == rule::Op::method) {
        const auto count = node.args.size();
        const bool two =
            text == "all" || text == "exists" || text == "existsOne" || text == "exists_one";
        const bool transforms =
            text == "transformList" || text == "transformMap" || text == "transformMapEntry";
        if ((two && count == 4) || (transforms && count >= 4)) return Reason::two_variable_macros;
        const auto receiver = dotted(tree, node.args[0]);
        if (receiver == "proto" && (text == "getExt" || text == "hasExt")) return Reason::messages;
        if (receiver == "ip" && text == "isCanonical") return Reason::network_types;
    }
    if (node.op == rule::Op::call &&
        (text == "ip" || text == "cidr" || text == "isIP" || text == "isCIDR"))
        return Reason::network_types;
    if (node.op != rule::Op::select) return std::nullopt;
    const auto name = dotted(tree, index);
    if (name == "net.IP" || name == "net.CIDR") return Reason::network_types;
    if (name.starts_with("cel.expr.conformance.")) return Reason::proto_types;
    const bool standard = name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration";
    if (name.starts_with("google.protobuf.") && !standard) return Reason::proto_types;
    return std::nullopt;
}

} // namespace

std::optional<Reason> reason_of(const std::string& expression) {
    if (expression.size() > rule::source_limit_bytes) return std::nullopt;
    static const rule::Plain plain;
    rule::Tree tree;
    tree.source = expression;
    tree.plain = &plain;
    if (const auto fault = rule::parse(tree)) {
        if (fault->code == "rule.subset") return Reason::messages;
        return std::nullopt;
    }
    for (rule::NodeIndex index = 0; index < tree.nodes.size(); ++index) {
        if (const auto reason = reason_of_node(tree, index)) return reason;
    }
    return std::nullopt;
}

bool same(const rule::Datum& a, const rule::Datum& b) {
    if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
    if (a.kind == rule::Kind::number)
        return a.number == b.number || (std::isnan(a.number) && std::isnan(b.number));
    if (a.kind == rule::Kind::map) {
        for (std::size_t i = 0; i + 1 < a.items.size(); i += 2) {
            bool found = false;
            for (std::size_t k = 0; k + 1 < b.items.size() && !found; k += 2)
                found = same(a.items[i], b.items[k]) && same(a.items[i + 1], b.items[k + 1]);
            if (!found) return false;
        }
        return true;
    }
    for (std::size_t i = 0; i < a.items.size(); ++i) {
        if (!same(a.items[i], b.items[i])) return false;
    }
    return a.integer == b.integer && a.nanos == b.nanos && a.text == b.text;
}

} // namespace conformance
