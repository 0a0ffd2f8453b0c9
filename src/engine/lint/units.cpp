// Bounds in the wrong unit: 500元 where 500万元 was meant, 0.15% where 15% was.
#include "engine/lint/place.hpp"

namespace lint {
namespace {

constexpr std::size_t values_least = 20; // fewer say nothing about what is usual

// The factor by which people slip in this type; 0 when they do not.
std::int64_t factor_of(rule::Type type) {
    if (type == rule::Type::money) return 10'000; // 元 and 万元
    if (type == rule::Type::rate) return 100;     // a share and a percentage
    return 0;
}

std::optional<std::int64_t> minor_units(const rule::Value& value) {
    if (const auto* money = std::get_if<base::Money>(&value)) return money->fen;
    if (const auto* rate = std::get_if<base::Rate>(&value)) return rate->ppm;
    return std::nullopt;
}

// The middle nine tenths of what is seen, without zeros, which say nothing about size.
struct Usual {
    std::int64_t least = 0; // of all
    std::int64_t most = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
};

std::optional<Usual> usual(const Seen& seen) {
    std::vector<std::int64_t> sizes;
    for (const auto& value : seen.values) {
        if (const auto size = minor_units(value); size && *size > 0) sizes.push_back(*size);
    }
    if (sizes.size() < values_least) return std::nullopt;
    std::sort(sizes.begin(), sizes.end());
    const auto twentieth = sizes.size() / 20;
    return Usual{
        sizes.front(), sizes.back(), sizes[twentieth], sizes[sizes.size() - 1 - twentieth]};
}

rule::Value of_type(rule::Type type, std::int64_t units) {
    if (type == rule::Type::money) return base::Money{units};
    return base::Rate{units};
}

std::optional<std::int64_t> meant(std::int64_t bound, std::int64_t factor, const Usual& usual) {
    const auto among = [&](std::int64_t value) {
        return value >= usual.low && value <= usual.high;
    };
    if (bound > usual.most && among(bound / factor)) return bound / factor;
    const bool small = bound > 0 && bound < usual.least && bound < base::Money::limit_fen / factor;
    if (small && among(bound * factor)) return bound * factor;
    return std::nullopt;
}

class Looker {
public:
    Looker(const rule::Tree& tree, std::span<const Seen> seen)
        : tree_(tree)
        , seen_(seen) {}

    void look(rule::NodeIndex index) {
        const auto& node = tree_.at(index);
        for (const auto arg : node.args)
            look(arg);
        if (node.args.size() != 2) return;
        const auto& left = tree_.at(node.args[0]);
        const auto& right = tree_.at(node.args[1]);
        if (left.op == rule::Op::attribute && right.op == rule::Op::constant)
            compare(left, node.args[1], right);
        if (right.op == rule::Op::attribute && left.op == rule::Op::constant)
            compare(right, node.args[0], left);
    }

    std::vector<Finding> found;

private:
    void compare(const rule::Node& subject, rule::NodeIndex at, const rule::Node& constant) {
        const auto& attribute = tree_.attribute(subject);
        const auto factor = factor_of(attribute.type);
        const auto bound = minor_units(constant.constant);
        if (factor == 0 || !bound) return;
        for (const auto& seen : seen_) {
            if (seen.place != subject.place) continue;
            const auto range = usual(seen);
            if (!range) return;
            if (const auto right = meant(*bound, factor, *range))
                say(attribute, at, *right, *range);
            return;
        }
    }

    void say(
        const rule::Attribute& attribute,
        rule::NodeIndex at,
        std::int64_t right,
        const Usual& range) {
        const auto shown = [&](std::int64_t units) {
            return rule::display(of_type(attribute.type, units), attribute);
        };
        auto finding = placed(tree_, at, Kind::unit);
        const auto low = shown(range.low);
        const auto high = shown(range.high);
        const auto better = shown(right);
        finding.message = {
            "单位可能写错：“" + finding.clause + "”与数据不相称，多数企业的" + attribute.label.zh +
                "在 " + low.zh + " 到 " + high.zh + " 之间",
            "the unit may be wrong: “" + finding.clause + "” is out of proportion; " +
                attribute.label.en + " of most enterprises lies between " + low.en + " and " +
                high.en};
        finding.cure = {
            "若指 " + better.zh + "，请改写", "if " + better.en + " is meant, write that"};
        found.push_back(std::move(finding));
    }

    const rule::Tree& tree_;
    std::span<const Seen> seen_;
};

} // namespace

std::vector<Finding> units(const rule::Program& program, std::span<const Seen> seen) {
    Looker looker(program.tree(), seen);
    looker.look(program.tree().root);
    return std::move(looker.found);
}

} // namespace lint
