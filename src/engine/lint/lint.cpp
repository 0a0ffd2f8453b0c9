#include "engine/lint/place.hpp"
#include "engine/rule/normal.hpp"

namespace lint {
namespace {

using rule::Normal;
using rule::Room;

// One way to hold: rooms by the text of the term.
using Rooms = std::map<std::string, Room>;

constexpr std::size_t rooms_most = 256; // beyond, the question is left open

// Neither any value will do nor having none.
bool hopeless(const Room& room) { return room.empty() && room.missing != rule::Outcome::holds; }

// Values there can be at all, for terms that are attributes.
Room domain_of(const rule::Term& term) {
    auto room = rule::everything(term.words);
    if (term.words) return room;
    if (term.type == rule::Type::boolean) room.spans = {{0, 1}};
    if (term.choices != nullptr)
        room.spans = {{0, static_cast<std::int64_t>(term.choices->size()) - 1}};
    return room;
}

std::vector<Rooms> possible(const Normal& normal) {
    std::vector<Rooms> all;
    for (const auto& way : normal.ways) {
        Rooms rooms;
        bool empty = false;
        for (const auto& literal : way) {
            const auto& term = normal.terms[literal.term];
            auto room = rule::intersection(literal.room, domain_of(term));
            room.missing = literal.room.missing;
            empty = empty || hopeless(room);
            rooms.emplace(term.text, std::move(room));
        }
        if (!empty) all.push_back(std::move(rooms));
    }
    return all;
}

std::optional<Rooms> together(const Rooms& a, const Rooms& b) {
    auto both = a;
    for (const auto& [term, room] : b) {
        const auto [place, added] = both.try_emplace(term, room);
        if (!added) place->second = rule::intersection(place->second, room);
        if (hopeless(place->second)) return std::nullopt;
    }
    return both;
}

// Nothing when there are too many combinations to look at.
std::optional<std::vector<Rooms>> together(
    const std::vector<Rooms>& a, const std::vector<Rooms>& b) {
    if (a.size() * b.size() > rooms_most) return std::nullopt;
    std::vector<Rooms> all;
    for (const auto& x : a) {
        for (const auto& y : b) {
            if (auto both = together(x, y)) all.push_back(std::move(*both));
        }
    }
    return all;
}

bool exclude(const std::vector<Rooms>& a, const std::vector<Rooms>& b) {
    const auto both = together(a, b);
    return both && both->empty();
}

// A condition of the top-level conjunction.
struct Clause {
    rule::NodeIndex node = 0; // as written, with its "!"
    std::vector<Rooms> holds;
    std::vector<Rooms> fails;
};

void collect(
    const rule::Tree& tree, rule::NodeIndex index, bool negated, std::vector<Clause>& clauses) {
    auto inner = index;
    while (tree.at(inner).op == rule::Op::logical_not) {
        inner = tree.at(inner).args[0];
        negated = !negated;
    }
    const auto& node = tree.at(inner);
    if (node.op == (negated ? rule::Op::logical_or : rule::Op::logical_and)) {
        for (const auto arg : node.args)
            collect(tree, arg, negated, clauses);
        return;
    }
    clauses.push_back(
        {index,
         possible(rule::normal_at(tree, inner, negated)),
         possible(rule::normal_at(tree, inner, !negated))});
}

std::string quoted(const std::string& text) { return "「" + text + "」"; }

std::string written(const rule::Tree& tree, const Clause& clause) {
    const auto& node = tree.at(clause.node);
    return tree.source.substr(node.from, node.to - node.from);
}

Finding impossible(const rule::Tree& tree, const Clause& clause, const Clause* against) {
    auto found = placed(tree, clause.node, Kind::never_holds);
    found.blocks = true;
    if (against == nullptr) {
        found.message = {
            "条件" + quoted(found.clause) + "永远不会成立，没有企业能符合这条规则",
            "“" + found.clause + "” can never hold, so nobody can meet this rule"};
        found.cure = {
            "检查界限的方向和先后，或删去这一条",
            "look at the direction and order of its bounds, or remove it"};
        return found;
    }
    const auto other = written(tree, *against);
    found.message = {
        "条件" + quoted(found.clause) + "与" + quoted(other) + "互相排斥，没有企业能同时满足",
        "“" + found.clause + "” and “" + other + "” exclude each other; nobody can meet both"};
    found.cure = {
        "只保留其中一条，或改其中一个界限", "keep one of them, or change one of the bounds"};
    return found;
}

// The first condition after which nothing is left, beside the one it quarrels with.
std::optional<Finding> contradiction(const rule::Tree& tree, const std::vector<Clause>& clauses) {
    for (const auto& clause : clauses) {
        if (clause.holds.empty()) return impossible(tree, clause, nullptr);
    }
    std::optional<std::vector<Rooms>> left = std::vector<Rooms>{Rooms{}};
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        left = together(*left, clauses[i].holds);
        if (!left) return std::nullopt;
        if (!left->empty()) continue;
        for (std::size_t k = 0; k < i; ++k) {
            if (exclude(clauses[k].holds, clauses[i].holds))
                return impossible(tree, clauses[i], &clauses[k]);
        }
        auto found = impossible(tree, clauses[i], nullptr);
        found.message = {
            "条件" + quoted(found.clause) + "与前面的条件合在一起永远不会成立",
            "“" + found.clause + "” can never hold together with the conditions before it"};
        return found;
    }
    return std::nullopt;
}

std::optional<Finding> needless(
    const rule::Tree& tree, const std::vector<Clause>& clauses, std::size_t i) {
    const auto& clause = clauses[i];
    if (clause.fails.empty()) {
        auto found = placed(tree, clause.node, Kind::always_holds);
        found.message = {
            "条件" + quoted(found.clause) + "对有数据的企业总是成立",
            "“" + found.clause + "” holds for everybody whose data are there"};
        found.cure = {
            "删去这一条；若只要求有数据，写 has(…)",
            "remove it; if only data are asked for, write has(…)"};
        return found;
    }
    for (std::size_t k = 0; k < clauses.size(); ++k) {
        if (k == i || !exclude(clauses[k].holds, clause.fails)) continue;
        // Of two that mean the same, the later one is needless.
        if (exclude(clause.holds, clauses[k].fails) && i < k) continue;
        auto found = placed(tree, clause.node, Kind::implied);
        const auto other = written(tree, clauses[k]);
        found.message = {
            "条件" + quoted(found.clause) + "多余：满足" + quoted(other) + "就一定满足它",
            "“" + found.clause + "” is needless: whoever meets “" + other + "” meets it too"};
        found.cure = {
            "删去这一条，或检查两条的界限是否写反",
            "remove it, or see whether the two bounds are mixed up"};
        return found;
    }
    return std::nullopt;
}

} // namespace

std::vector<Finding> conditions(const rule::Program& program) {
    const auto& tree = program.tree();
    std::vector<Clause> clauses;
    collect(tree, tree.root, false, clauses);
    std::vector<Finding> found;
    if (auto never = contradiction(tree, clauses)) {
        found.push_back(std::move(*never));
        return found;
    }
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        if (auto finding = needless(tree, clauses, i)) found.push_back(std::move(*finding));
    }
    return found;
}

bool implies(const rule::Program& narrow, const rule::Program& wide) {
    const auto& tree = wide.tree();
    return exclude(
        possible(rule::normal(narrow)), possible(rule::normal_at(tree, tree.root, true)));
}

std::vector<Finding> effect(const rule::Program& program, const Tried& tried) {
    std::vector<Finding> found;
    if (tried.rows == 0) return found;
    const auto& tree = program.tree();
    const auto rows = std::to_string(tried.rows);
    if (tried.eligible == tried.rows) {
        found.push_back(placed(tree, tree.root, Kind::admits_all));
        found.back().message = {
            "按今天的数据，全部 " + rows + " 家企业都符合，这条规则没有筛选作用",
            "on today's data all " + rows + " enterprises are eligible; the rule selects nobody"};
        found.back().cure = {
            "若本意如此可以保留，否则收紧条件", "keep it if that is meant, else tighten it"};
    }
    if (tried.eligible == 0 && tried.unknown == 0) {
        found.push_back(placed(tree, tree.root, Kind::admits_none));
        found.back().message = {
            "按今天的数据，" + rows + " 家企业没有一家符合",
            "on today's data none of " + rows + " enterprises is eligible"};
        found.back().cure = {
            "看预览里哪一条把企业挡在外面，再放宽它",
            "see in the preview which condition keeps them out, and widen it"};
    }
    return found;
}

} // namespace lint
