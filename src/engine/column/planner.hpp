// Recognises in a checked expression what the columns have loops for. Whatever it does not know
// goes to the one-row evaluator, whole, so that every program has the same meaning here.
#pragma once

#include "engine/column/plan.hpp"

namespace column {

class Planner {
public:
    explicit Planner(Plan& plan)
        : plan_(plan) {}

    void begin(const rule::Tree& tree);
    Edge condition(rule::NodeIndex index);
    // Nothing when the value is of no kind that a term can hold.
    std::optional<std::uint32_t> term(rule::NodeIndex index);
    void count_uses();

private:
    Edge junction(const rule::Node& node, bool conjunction);
    std::optional<Edge> comparison(rule::NodeIndex index);
    std::optional<Edge> with_constant(
        rule::Op op, rule::NodeIndex side, const rule::Value& constant);
    std::optional<Edge> date_distance(
        rule::Op op, rule::NodeIndex side, const rule::Value& constant);
    std::optional<Edge> membership(const rule::Node& node);
    std::optional<Edge> texts(std::size_t place, rule::NodeIndex list);
    std::optional<Edge> range(rule::Op op, std::size_t place, const rule::Value& constant);
    Edge whole_range(std::size_t place, std::int64_t least, std::int64_t most);
    Edge decimal_range(std::size_t place, double least, double most);
    Edge one_row(rule::NodeIndex index);
    Edge constant_edge(rule::NodeIndex index);

    std::optional<std::uint32_t> computed(rule::NodeIndex index, const rule::Node& node);
    std::optional<Term> arithmetic(const rule::Node& node);
    std::optional<Term> of_one(const rule::Node& node);
    std::optional<Term> extreme(const rule::Node& node);
    std::optional<Term> choice_term(const rule::Node& node);
    std::optional<std::uint32_t> row_term(rule::NodeIndex index);

    // The value of a sub-expression that no row changes.
    [[nodiscard]] std::optional<rule::Value> fixed(rule::NodeIndex index);
    [[nodiscard]] const std::vector<std::size_t>& places(rule::NodeIndex index);
    [[nodiscard]] bool is_coded(std::size_t place) const;
    [[nodiscard]] std::string text_of(rule::NodeIndex index) const;

    Edge add(std::string key, Node node);
    std::uint32_t add(std::string key, Term term);

    Plan& plan_;
    const rule::Tree* tree_ = nullptr;
    std::map<std::pair<const rule::Tree*, rule::NodeIndex>, std::vector<std::size_t>> found_;
    std::unordered_map<std::string, std::uint32_t> nodes_;
    std::unordered_map<std::string, std::uint32_t> terms_;
};

} // namespace column
