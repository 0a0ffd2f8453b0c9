// Why a program holds or fails, fast: everything that does not depend on the row is worked out
// once, so that the reasons of many products cost a few comparisons each, and sentences are made
// only for those that are shown. The words are those of explain().
#pragma once

#include "engine/rule/normal.hpp"

namespace rule {

class Reasons {
public:
    // Both must outlive it.
    Reasons(const Program& program, const Schema& schema);

    struct Reason {
        std::size_t clause = 0; // of the top-level conjunction, in the order written
        Outcome outcome = Outcome::unknown;
        // Of a comparison of one figure with a fixed bound, in the figure's smallest unit (分, ppm,
        // days, seconds, 1); nothing for others.
        std::optional<std::int64_t> value;
        std::optional<std::int64_t> bound;
        std::int64_t gap = 0; // how far it fails; 0 when it holds
    };

    // One a clause. Appends.
    void of(const Row& row, base::Date today, std::vector<Reason>& out) const;

    [[nodiscard]] std::size_t size() const { return clauses_.size(); }

    [[nodiscard]] const std::string& text(std::size_t clause) const {
        return clauses_[clause].text;
    }

    // As explain() says it of the same row and day.
    [[nodiscard]] base::Text sentence(const Reason& reason, const Row& row, base::Date today) const;

private:
    struct Known {
        std::string text;
        Normal normal;
        bool figure = false; // a comparison whose sentence is made here
        Attribute subject;
        Value bound;
        base::Text required; // 不低于 500万元
    };

    void add(NodeIndex index, bool negated);
    void measure(Known& known, NodeIndex index) const;

    const Program& program_;
    std::vector<Known> clauses_;
};

} // namespace rule
