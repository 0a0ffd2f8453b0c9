// YAML into described structs, with every fault placed.
//
// The subset: one document, block and flow lists and maps, every kind of scalar, comments. Anchors
// and aliases are refused (a few lines of them can stand for gigabytes), as are two equal keys in
// one map. The keys of a map are the member names of the struct.
//
// Shapes: text of any scalar · integer · true or false · Money "300万元" (a bare number has no unit
// and is refused, save 0) · Rate "0.8%" · Date 2023-01-31 · an enum by its name · optional: left
// out or null · vector: a list · map<string, T> · Text {zh: …, en: …}, both filled.
// Numbers, booleans, amounts, rates, lists and maps may be left out and keep the value their struct
// starts with. Text, dates, choices and structs must be written, save those may_omit() names.
#pragma once

#include "engine/pack/finding.hpp"

#include <algorithm>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace pack::yaml {

inline constexpr std::size_t file_limit_bytes = 2 << 20;
inline constexpr std::size_t node_limit = 200'000;
inline constexpr int depth_limit = 24;

struct Node {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string text; // of a scalar
    int line = 1;
    int column = 1;
    std::vector<Node> keys;  // of a map: scalars, one for each item
    std::vector<Node> items; // of a list or a map
};

// Nothing when the bytes are not within the subset; the findings say why.
[[nodiscard]] std::optional<Node> parse(
    const std::string& file, std::string_view bytes, std::vector<Finding>& findings);

// Whether a member that has no natural default may be left out all the same: specialise with the
// names, each between blanks.
template <class T>
inline constexpr std::string_view may_omit = "";

template <class T>
[[nodiscard]] bool omissible(std::string_view name) {
    return may_omit<T>.contains(' ' + std::string(name) + ' ');
}

// Whether a member of this type keeps its starting value when it is not written.
template <class M>
inline constexpr bool has_natural_default =
    std::integral<M> || std::same_as<M, base::Money> || std::same_as<M, base::Rate> ||
    base::is_vector<M> || base::is_map<M> || base::is_optional<M>;

class Reader {
public:
    // Both outlive the reader.
    Reader(std::string file, std::vector<Finding>& findings, Places& places)
        : file_(std::move(file))
        , findings_(findings)
        , places_(places) {}

    // Fills `out` as far as it can and notes the place of every value it met under `pointer`.
    template <class T>
    void read(const Node& node, T& out, std::string& pointer);

    void fail(const Node& node, std::string code, base::Text message, base::Text cure);
    void unknown_key(const Node& key, const std::vector<std::string>& known);

private:
    template <class T>
    void read_members(const Node& node, T& out, std::string& pointer);
    template <class T>
    void read_enum(const Node& node, T& out);

    bool want(const Node& node, Node::Kind kind);
    void read_text(const Node& node, std::string& out);
    void read_words(const Node& node, base::Text& out, std::string& pointer);
    void read_bool(const Node& node, bool& out);
    std::optional<std::int64_t> read_integer(
        const Node& node, std::int64_t least, std::int64_t most);
    void read_money(const Node& node, base::Money& out);
    void read_rate(const Node& node, base::Rate& out);
    void read_date(const Node& node, base::Date& out);
    void missing_key(const Node& map, std::string_view name);
    void no_choice(const Node& node, const std::vector<std::string>& names);

    std::string file_;
    std::vector<Finding>& findings_;
    Places& places_;
};

template <class T>
[[nodiscard]] std::vector<std::string> member_names() {
    std::vector<std::string> names;
    base::each_member<T>([&](auto member) { names.emplace_back(member.name); });
    return names;
}

template <class E>
[[nodiscard]] std::vector<std::string> choice_names() {
    std::vector<std::string> names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto choice) { names.emplace_back(choice.name); });
    return names;
}

template <class T>
void Reader::read_enum(const Node& node, T& out) {
    if (!want(node, Node::Kind::scalar)) return;
    if (const auto value = base::json::enum_from<T>(node.text)) {
        out = *value;
    } else {
        no_choice(node, choice_names<T>());
    }
}

template <class T>
void Reader::read_members(const Node& node, T& out, std::string& pointer) {
    if (!want(node, Node::Kind::map)) return;
    std::vector<bool> used(node.keys.size());
    const auto size = pointer.size();
    base::each_member<T>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(out.*member.pointer)>;
        std::size_t i = 0;
        while (i < node.keys.size() && node.keys[i].text != member.name)
            ++i;
        if (i < node.keys.size()) {
            used[i] = true;
            pointer += '/';
            pointer += member.name;
            read(node.items[i], out.*member.pointer, pointer);
            pointer.resize(size);
        } else if constexpr (!has_natural_default<Member>) {
            if (!omissible<T>(member.name)) missing_key(node, member.name);
        }
    });
    for (std::size_t i = 0; i < used.size(); ++i) {
        const auto known = member_names<T>();
        const bool twice =
            std::ranges::find(known, node.keys[i].text) != known.end(); // found by parse()
        if (!used[i] && !twice) unknown_key(node.keys[i], known);
    }
}

template <class T>
void Reader::read(const Node& node, T& out, std::string& pointer) {
    places_.put(pointer, {file_, node.line, node.column});
    if constexpr (std::same_as<T, bool>) {
        read_bool(node, out);
    } else if constexpr (std::integral<T>) {
        using Limits = std::numeric_limits<T>;
        if (const auto number = read_integer(node, Limits::min(), Limits::max()))
            out = static_cast<T>(*number);
    } else if constexpr (std::same_as<T, std::string>) {
        read_text(node, out);
    } else if constexpr (std::same_as<T, base::Text>) {
        read_words(node, out, pointer);
    } else if constexpr (std::same_as<T, base::Money>) {
        read_money(node, out);
    } else if constexpr (std::same_as<T, base::Rate>) {
        read_rate(node, out);
    } else if constexpr (std::same_as<T, base::Date>) {
        read_date(node, out);
    } else if constexpr (base::DescribedEnum<T>) {
        read_enum(node, out);
    } else if constexpr (base::is_optional<T>) {
        if (node.kind != Node::Kind::null) read(node, out.emplace(), pointer);
    } else if constexpr (base::is_vector<T>) {
        if (!want(node, Node::Kind::list)) return;
        const auto size = pointer.size();
        for (const auto& item : node.items) {
            pointer += '/' + std::to_string(out.size());
            read(item, out.emplace_back(), pointer);
            pointer.resize(size);
        }
    } else if constexpr (base::is_map<T>) {
        if (!want(node, Node::Kind::map)) return;
        const auto size = pointer.size();
        for (std::size_t i = 0; i < node.keys.size(); ++i) {
            pointer += '/' + node.keys[i].text;
            read(node.items[i], out[node.keys[i].text], pointer);
            pointer.resize(size);
        }
    } else {
        static_assert(base::Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        read_members(node, out, pointer);
    }
}

} // namespace pack::yaml
