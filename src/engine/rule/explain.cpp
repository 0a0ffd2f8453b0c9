// Why a program holds, fails or cannot be known: clause by clause, in sentences.
#include "engine/rule/phrase.hpp"

#include <cmath>

namespace rule {
namespace {

Outcome flipped(Outcome outcome) {
    switch (outcome) {
    case Outcome::holds: return Outcome::fails;
    case Outcome::fails: return Outcome::holds;
    case Outcome::unknown: return Outcome::unknown;
    }
    base::bug("outcome out of range");
}

bool is_comparison(Op op) {
    return op == Op::equal || op == Op::not_equal || op == Op::less || op == Op::less_equal ||
           op == Op::greater || op == Op::greater_equal;
}

Op opposite(Op op) {
    if (op == Op::equal) return Op::not_equal;
    if (op == Op::not_equal) return Op::equal;
    if (op == Op::less) return Op::greater_equal;
    if (op == Op::less_equal) return Op::greater;
    if (op == Op::greater) return Op::less_equal;
    return Op::less;
}

// The same comparison read from the other side: 3 < x is x > 3.
Op mirrored(Op op) {
    if (op == Op::less) return Op::greater;
    if (op == Op::less_equal) return Op::greater_equal;
    if (op == Op::greater) return Op::less;
    if (op == Op::greater_equal) return Op::less_equal;
    return op;
}

// "不低于 500万元" / "at least CNY 5 million".
base::Text requirement(Op op, Type type, const base::Text& bound) {
    const bool date = type == Type::date;
    const auto phrase =
        [&](const char* zh, const char* zh_date, const char* en, const char* en_date) {
            return base::Text{
                (date ? zh_date : zh) + std::string(" ") + bound.zh,
                (date ? en_date : en) + std::string(" ") + bound.en};
        };
    if (op == Op::greater_equal) return phrase("不低于", "不早于", "at least", "not before");
    if (op == Op::greater) return phrase("高于", "晚于", "more than", "after");
    if (op == Op::less_equal) return phrase("不高于", "不晚于", "at most", "not after");
    if (op == Op::less) return phrase("低于", "早于", "less than", "before");
    if (op == Op::equal) return phrase("为", "为", "equal to", "on");
    return phrase("不为", "不为", "other than", "other than");
}

class Explainer {
public:
    Explainer(const Tree& tree, const Row& row, base::Date today)
        : tree_(tree)
        , row_(row)
        , today_(today) {}

    void top(NodeIndex index, bool negated, std::vector<Clause>& clauses) {
        const auto& node = tree_.at(index);
        if (node.op == Op::logical_not) return top(node.args[0], !negated, clauses);
        if (node.op == (negated ? Op::logical_or : Op::logical_and)) {
            for (const auto arg : node.args)
                top(arg, negated, clauses);
            return;
        }
        clauses.push_back(clause(index, negated));
    }

    Outcome outcome(NodeIndex index, bool negated) const {
        const auto plain = decide_at(tree_, index, row_, today_);
        return negated ? flipped(plain) : plain;
    }

    // Attributes whose absence keeps the node unknown, by place.
    void missing(NodeIndex index, std::vector<std::size_t>& places) const {
        const auto& node = tree_.at(index);
        if (!answer_undefined(index)) return;
        const bool junction =
            node.op == Op::logical_and || node.op == Op::logical_or || node.op == Op::logical_not;
        if (junction) {
            for (const auto arg : node.args)
                missing(arg, places);
            return;
        }
        if (node.op == Op::conditional) {
            const auto condition = decide_at(tree_, node.args[0], row_, today_);
            const std::size_t branch = condition == Outcome::unknown ? 0
                                       : condition == Outcome::holds ? 1
                                                                     : 2;
            return missing(node.args[branch], places);
        }
        for (const auto place : places_below(tree_, index)) {
            if (!known(row_[place])) places.push_back(place);
        }
    }

private:
    [[nodiscard]] bool answer_undefined(NodeIndex index) const {
        return !known(answer_at(tree_, index, row_, today_).value);
    }

    [[nodiscard]] std::string text(NodeIndex index, bool negated) const {
        auto plain = print(tree_, index, Names::labels);
        if (!negated) return plain;
        const bool simple = tree_.at(index).op == Op::attribute || tree_.at(index).op == Op::has;
        return simple ? "!" + plain : "!(" + plain + ")";
    }

    Clause clause(NodeIndex index, bool negated) {
        const auto& node = tree_.at(index);
        if (node.op == Op::logical_not) return clause(node.args[0], !negated);
        Clause made;
        made.text = text(index, negated);
        made.outcome = outcome(index, negated);
        use(index, made);
        const bool junction = node.op == Op::logical_and || node.op == Op::logical_or;
        if (junction) {
            const bool any = (node.op == Op::logical_or) != negated;
            std::vector<Clause> parts;
            for (const auto arg : node.args)
                parts.push_back(clause(arg, negated));
            made.sentence =
                any ? any_sentence(made.outcome, parts) : all_sentence(made.outcome, parts);
            if (any) made.any_of = std::move(parts);
            return made;
        }
        if (made.outcome == Outcome::unknown) {
            made.sentence = unknown_sentence(index, negated);
            bound_of(index, negated, made);
        } else if (is_comparison(node.op)) {
            comparison(node, negated, made);
        } else if (node.op == Op::in) {
            membership(node, negated, made);
        } else if (node.op == Op::attribute || node.op == Op::has) {
            plain_attribute(node, negated, made);
        } else {
            generic(made);
        }
        return made;
    }

    void use(NodeIndex index, Clause& made) const {
        for (const auto place : places_below(tree_, index)) {
            const auto& attribute = (*tree_.attributes)[place];
            const auto& value = row_[place];
            made.used.push_back(
                {.name = attribute.name,
                 .label = attribute.label,
                 .value = to_json(value),
                 .shown = display(value, attribute),
                 .missing = !known(value),
                 .editable = attribute.editable,
                 .source = attribute.source});
        }
    }

    static base::Text any_sentence(Outcome outcome, const std::vector<Clause>& parts) {
        std::vector<base::Text> sentences;
        for (const auto& part : parts) {
            if (part.outcome == outcome) sentences.push_back(part.sentence);
        }
        const auto all = join(sentences, {"；", "; "});
        switch (outcome) {
        case Outcome::holds: return sentences.front();
        case Outcome::fails:
            return base::Text{
                       "以下条件满足一项即可，但都不满足：",
                       "one of these is enough, but none is met: "} +
                   all;
        case Outcome::unknown:
            return base::Text{
                       "以下条件满足一项即可，暂时无法判断：",
                       "one of these is enough, which cannot be decided yet: "} +
                   all;
        }
        base::bug("outcome out of range");
    }

    static base::Text all_sentence(Outcome outcome, const std::vector<Clause>& parts) {
        std::vector<base::Text> sentences;
        for (const auto& part : parts) {
            if (part.outcome == outcome) sentences.push_back(part.sentence);
        }
        return join(sentences, {"；", "; "});
    }

    base::Text unknown_sentence(NodeIndex index, bool negated) const {
        const auto what =
            base::Text{"「" + text(index, negated) + "」", "“" + text(index, negated) + "”"};
        const auto found = answer_at(tree_, index, row_, today_);
        if (found.fault) {
            const auto reason = fault_reason(*found.fault);
            return {
                "无法计算" + what.zh + "：" + reason.zh,
                "cannot compute " + what.en + ": " + reason.en};
        }
        std::vector<std::size_t> places;
        missing(index, places);
        std::vector<base::Text> labels;
        for (const auto place : places)
            labels.push_back((*tree_.attributes)[place].label);
        const auto names = join(labels, {"、", ", "});
        return {
            "缺少" + names.zh + "，无法判断" + what.zh,
            names.en + " missing: cannot decide " + what.en};
    }

    // The two sides of a comparison with the bound on the right: the side that does not depend on
    // the row.
    struct Sides {
        NodeIndex subject = 0;
        NodeIndex bound = 0;
        Op op = Op::equal;
        bool fixed = false;
    };

    [[nodiscard]] Sides sides_of(const Node& node, bool negated) const {
        Sides sides{node.args[0], node.args[1], negated ? opposite(node.op) : node.op, false};
        const bool left_fixed = places_below(tree_, sides.subject).empty();
        const bool right_fixed = places_below(tree_, sides.bound).empty();
        if (left_fixed && !right_fixed) {
            std::swap(sides.subject, sides.bound);
            sides.op = mirrored(sides.op);
        }
        sides.fixed = left_fixed || right_fixed;
        return sides;
    }

    // The bound can be said even when the value is missing.
    void bound_of(NodeIndex index, bool negated, Clause& made) const {
        const auto& node = tree_.at(index);
        if (!is_comparison(node.op)) return;
        const auto sides = sides_of(node, negated);
        if (!sides.fixed) return;
        const auto subject = described(tree_, sides.subject);
        const auto bound = answer_at(tree_, sides.bound, row_, today_).value;
        if (known(bound)) made.bound = requirement(sides.op, subject.type, display(bound, subject));
    }

    void comparison(const Node& node, bool negated, Clause& made) const {
        const auto sides = sides_of(node, negated);
        const auto subject = described(tree_, sides.subject);
        const auto value = answer_at(tree_, sides.subject, row_, today_).value;
        auto bound = answer_at(tree_, sides.bound, row_, today_).value;
        if (subject.type == Type::number && std::holds_alternative<std::int64_t>(bound)) {
            bound = static_cast<double>(std::get<std::int64_t>(bound)); // 3 beside 3.5
        }
        const auto shown = shown_apart(value, bound, subject);
        auto bound_shown = shown.second;
        if (!sides.fixed) {
            // "销售额 620万元，不低于贷款余额 × 2（500万元）"
            const auto name = described(tree_, sides.bound).label;
            bound_shown = {
                name.zh + "（" + shown.second.zh + "）", name.en + " (" + shown.second.en + ")"};
        }
        const auto wanted = requirement(sides.op, subject.type, bound_shown);
        made.value = shown.first;
        made.bound = wanted;
        const auto head = base::Text{
            subject.label.zh + " " + shown.first.zh, subject.label.en + " is " + shown.first.en};
        if (made.outcome == Outcome::holds) {
            made.sentence =
                head + base::Text{"，符合要求：" + wanted.zh, ", as required: " + wanted.en};
            return;
        }
        made.sentence = head + base::Text{"，要求" + wanted.zh, "; " + wanted.en + " is required"};
        measure(value, bound, subject, made);
    }

    static void measure(
        const Value& value, const Value& bound, const Attribute& subject, Clause& made) {
        const auto order = order_of(value, bound, subject);
        if (!order || *order == 0) return;
        const auto apart = distance_between(value, bound, subject);
        if (apart.shown.zh.empty()) return;
        made.gap = apart.shown;
        made.sentence =
            std::move(made.sentence) +
            (*order < 0 ? base::Text{"，差 " + apart.shown.zh, ", short by " + apart.shown.en}
                        : base::Text{"，超出 " + apart.shown.zh, ", over by " + apart.shown.en});
        const auto zero = zero_like(bound);
        if (!known(zero)) return;
        const auto size = distance_between(bound, zero, subject).size;
        if (size > 0) made.gap_share = apart.size / size;
    }

    static Value zero_like(const Value& value) {
        if (std::holds_alternative<std::int64_t>(value)) return std::int64_t{0};
        if (std::holds_alternative<double>(value)) return 0.0;
        if (std::holds_alternative<base::Money>(value)) return base::Money{};
        if (std::holds_alternative<base::Rate>(value)) return base::Rate{};
        if (std::holds_alternative<Duration>(value)) return Duration{};
        return {};
    }

    // The items of a list in people's words; a long list is cut.
    base::Text items_shown(NodeIndex list, const Attribute& element) const {
        std::vector<base::Text> texts;
        const auto& node = tree_.at(list);
        if (node.op != Op::list) return described(tree_, list).label;
        for (const auto arg : node.args) {
            if (texts.size() == 8) {
                const auto count = std::to_string(node.args.size());
                return join(texts, {"、", ", "}) +
                       base::Text{"等 " + count + " 项", " … (" + count + " in all)"};
            }
            texts.push_back(display(answer_at(tree_, arg, row_, today_).value, element));
        }
        return join(texts, {"、", ", "});
    }

    void membership(const Node& node, bool negated, Clause& made) const {
        const auto item = node.args[0];
        const auto list = node.args[1];
        auto element = described(tree_, item);
        if (element.choices.empty() && tree_.at(list).sort.choices != nullptr)
            element.choices = *tree_.at(list).sort.choices;
        const auto value = display(answer_at(tree_, item, row_, today_).value, element);
        const bool holds = made.outcome == Outcome::holds;
        if (places_below(tree_, item).empty()) {
            // "高新" in 资质
            const auto whose = described(tree_, list).label;
            const bool there = holds != negated;
            made.bound = base::Text{
                (negated ? "不含 " : "含有 ") + value.zh,
                (negated ? "without " : "with ") + value.en};
            made.sentence = {
                whose.zh + (there ? "含有 " : "不含 ") + value.zh,
                whose.en + (there ? " includes " : " lacks ") + value.en};
        } else {
            const auto items = items_shown(list, element);
            made.value = value;
            made.bound = {
                (negated ? "不属于 " : "属于 ") + items.zh,
                (negated ? "none of " : "one of ") + items.en};
            made.sentence = {
                element.label.zh + " " + value.zh, element.label.en + " is " + value.en};
            if (holds) {
                made.sentence =
                    made.sentence +
                    base::Text{"，符合要求：" + made.bound.zh, ", as required: " + made.bound.en};
                return;
            }
        }
        if (!holds)
            made.sentence =
                made.sentence +
                base::Text{"，要求" + made.bound.zh, "; " + made.bound.en + " is required"};
    }

    void plain_attribute(const Node& node, bool negated, Clause& made) const {
        const bool presence = node.op == Op::has;
        const auto& attribute = tree_.attribute(presence ? tree_.at(node.args[0]) : node);
        const bool yes = (made.outcome == Outcome::holds) != negated;
        if (presence) {
            made.sentence = yes ? base::Text{"有" + attribute.label.zh + "数据", "there is a value of " + attribute.label.en}
                                : base::Text{"没有" + attribute.label.zh + "数据", "there is no value of " + attribute.label.en};
            return;
        }
        const auto word = [](bool is_yes) {
            return is_yes ? base::Text{"是", "yes"} : base::Text{"否", "no"};
        };
        made.value = word(yes);
        made.bound = word(!negated);
        made.sentence = {
            attribute.label.zh + "：" + made.value.zh, attribute.label.en + ": " + made.value.en};
        if (made.outcome == Outcome::fails) {
            made.sentence = made.sentence + base::Text{
                                                "，要求为“" + made.bound.zh + "”",
                                                "; “" + made.bound.en + "” is required"};
        }
    }

    static void generic(Clause& made) {
        std::vector<base::Text> values;
        for (const auto& used : made.used) {
            values.push_back(
                {used.label.zh + " " + used.shown.zh, used.label.en + " is " + used.shown.en});
        }
        const bool holds = made.outcome == Outcome::holds;
        made.sentence = {
            (holds ? "符合「" : "不符合「") + made.text + "」",
            (holds ? "meets “" : "does not meet “") + made.text + "”"};
        if (values.empty()) return;
        const auto all = join(values, {"，", ", "});
        made.sentence = made.sentence + base::Text{"（" + all.zh + "）", " (" + all.en + ")"};
    }

    const Tree& tree_;
    const Row& row_;
    base::Date today_;
};

base::Text summary(const Explanation& made, const Tree& tree) {
    const auto count = std::to_string(made.clauses.size());
    std::vector<base::Text> failing;
    for (const auto& clause : made.clauses) {
        if (clause.outcome == Outcome::fails) failing.push_back(clause.sentence);
    }
    if (made.outcome == Outcome::holds) {
        return {
            "全部 " + count + " 项条件都满足",
            made.clauses.size() == 1 ? "the condition is met"
                                     : "all " + count + " conditions are met"};
    }
    if (made.outcome == Outcome::fails) {
        const auto failed = std::to_string(failing.size());
        return base::Text{
                   count + " 项条件中有 " + failed + " 项不满足：",
                   failed + " of " + count + " conditions not met: "} +
               join(failing, {"；", "; "});
    }
    std::vector<base::Text> labels;
    for (const auto& name : made.missing) {
        for (const auto& attribute : *tree.attributes) {
            if (attribute.name == name) labels.push_back(attribute.label);
        }
    }
    if (labels.empty()) return {"有条件无法计算", "a condition cannot be computed"};
    return base::Text{"暂时无法判断，还缺：", "cannot be decided yet; missing: "} +
           join(labels, {"、", ", "});
}

} // namespace

std::vector<std::string> missing(const Program& program, const Row& row, base::Date today) {
    const auto& tree = program.tree();
    std::vector<std::size_t> places;
    Explainer(tree, row, today).missing(tree.root, places);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<std::string> names;
    for (const auto place : places)
        names.push_back((*tree.attributes)[place].name);
    return names;
}

int failing_clauses(const Program& program, const Row& row, base::Date today) {
    const auto& tree = program.tree();
    const auto& root = tree.at(tree.root);
    if (root.op != Op::logical_and) return decide(program, row, today) == Outcome::fails ? 1 : 0;
    int failing = 0;
    for (const auto arg : root.args) {
        failing += decide_at(tree, arg, row, today) == Outcome::fails ? 1 : 0;
    }
    return failing;
}

Explanation explain(const Program& program, const Row& row, base::Date today) {
    base::ensure(program.type() == Type::boolean, "only a boolean program is explained");
    const auto& tree = program.tree();
    Explanation made;
    Explainer explainer(tree, row, today);
    made.outcome = explainer.outcome(tree.root, false);
    explainer.top(tree.root, false, made.clauses);
    made.missing = missing(program, row, today);
    made.sentence = summary(made, tree);
    return made;
}

} // namespace rule
