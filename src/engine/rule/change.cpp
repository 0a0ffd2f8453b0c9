// The smallest change that would make a program hold, among the attributes an enterprise can
// change: fewest attributes first, then the least distance.
//
// Exactly, where the normal form says enough: on each way to hold, every attribute with a literal
// that fails has to change and no other has, so the cheapest value in its room is all that is left
// to choose, and the best of the ways is the smallest change there is. That takes literals that
// look at one attribute each; where one is a computation, its value is searched for, and what is
// found is not called proven.
//
// Otherwise by mending: a conjunction clause by clause, a disjunction by its cheapest alternative,
// a single condition by moving one attribute. Where a condition flips is found by evaluating it, so
// any expression will do: candidates written in the condition first, then doubling steps and
// bisection. Whatever is found either way is proven to hold by evaluating the whole again, and
// every step that turns out to be needless is taken back.
#include "engine/rule/normal.hpp"
#include "engine/rule/phrase.hpp"

#include <cmath>
#include <limits>

namespace rule {
namespace {

constexpr std::int64_t work_limit = 20'000'000; // elementary steps of all evaluations together
constexpr int passes = 3; // rounds over a conjunction whose clauses share attributes

constexpr double most_searched =
    9'007'199'254'740'992.0; // 2^53: whole numbers a reader keeps exact

struct Candidate {
    std::size_t place = 0;
    Value value;
    double distance = 0;
    double size =
        0; // in the attribute's own unit: decides where relative distances tie, as all do from zero
};

class Mender {
public:
    Mender(const Tree& tree, const Row& row, base::Date today)
        : tree_(tree)
        , start_(row)
        , today_(today) {}

    std::optional<Row> run() {
        Row row = start_;
        if (!mend(tree_.root, false, row) || !holds(tree_.root, false, row)) return std::nullopt;
        for (std::size_t place = 0; place < row.size(); ++place) {
            if (row[place] == start_[place]) continue;
            Row without = row;
            without.put(place, start_[place]);
            if (holds(tree_.root, false, without)) row = std::move(without);
        }
        return row;
    }

    // How far a value moved: relative to the larger of the two, a choice by its grades.
    [[nodiscard]] double moved(std::size_t place, const Value& value) const {
        if (value == start_[place]) return 0;
        const auto& attribute = (*tree_.attributes)[place];
        const auto apart = distance_between(start_[place], value, attribute);
        if (apart.size == 0 || std::holds_alternative<std::string>(value))
            return std::max(1.0, apart.size);
        if (std::holds_alternative<base::Date>(value)) return apart.size / 365.0;
        const auto from = magnitude(start_[place]);
        const auto to = magnitude(value);
        const auto larger = std::max(from, to);
        return larger > 0 ? apart.size / larger : 1.0;
    }

    [[nodiscard]] double distance(const Row& row) const {
        double sum = 0;
        for (std::size_t place = 0; place < row.size(); ++place)
            sum += moved(place, row[place]);
        return sum;
    }

    // For choosing between ways: how many attributes, the relative distance, the plain sum of
    // moves.
    [[nodiscard]] std::tuple<int, double, double> weight(const Row& row) const {
        int steps = 0;
        double sum = 0;
        for (std::size_t place = 0; place < row.size(); ++place) {
            if (row[place] == start_[place]) continue;
            steps += 1;
            sum += size_of_move(place, row[place]);
        }
        return {steps, distance(row), sum};
    }

    // The nearest value of one attribute with which `fine` says yes; candidates are what the
    // conditions name, then a search outwards.
    template <class Fine>
    std::optional<Candidate> nearest(
        std::size_t place, const std::vector<NodeIndex>& conditions, Fine&& fine) {
        std::optional<Candidate> best;
        const auto& original = start_[place];
        const auto try_value = [&](const Value& value) {
            if (value == original || !allowed(place, original, value)) return false;
            work_ += tree_.cost + 1;
            if (work_ > work_limit || !fine(value)) return false;
            consider(best, place, value);
            return true;
        };
        for (const auto index : conditions) {
            for (const auto& value : spoken_candidates(index, place, original))
                try_value(value);
        }
        search(original, try_value);
        if (best) narrow(original, Value(best->value), try_value);
        return best;
    }

    void consider(std::optional<Candidate>& best, std::size_t place, const Value& value) const {
        const Candidate found{place, value, moved(place, value), size_of_move(place, value)};
        const bool nearer =
            best && std::pair(found.distance, found.size) < std::pair(best->distance, best->size);
        if (!best || nearer) best = found;
    }

    [[nodiscard]] bool allowed(std::size_t place, const Value& original, const Value& value) const {
        return !below_zero(original, value) && fits((*tree_.attributes)[place], value);
    }

    // Whether a changed row makes the whole hold.
    bool mended(const Row& row) { return holds(tree_.root, false, row); }

private:
    [[nodiscard]] double size_of_move(std::size_t place, const Value& value) const {
        return distance_between(start_[place], value, (*tree_.attributes)[place]).size;
    }

    static double magnitude(const Value& value) {
        if (const auto* number = std::get_if<double>(&value)) return std::abs(*number);
        return std::abs(static_cast<double>(whole(value).value_or(0)));
    }

    bool holds(NodeIndex index, bool negated, const Row& row) {
        work_ += tree_.cost + 1;
        if (work_ > work_limit) return false;
        return decide_at(tree_, index, row, today_) == (negated ? Outcome::fails : Outcome::holds);
    }

    bool mend(NodeIndex index, bool negated, Row& row) {
        if (holds(index, negated, row)) return true;
        if (work_ > work_limit) return false;
        const auto& node = tree_.at(index);
        if (node.op == Op::logical_not) return mend(node.args[0], !negated, row);
        if (node.op == (negated ? Op::logical_or : Op::logical_and))
            return mend_all(node, negated, row);
        if (node.op == (negated ? Op::logical_and : Op::logical_or))
            return mend_any(node, negated, row);
        return mend_one(index, negated, row);
    }

    bool mend_all(const Node& node, bool negated, Row& row) {
        for (int pass = 0; pass < passes; ++pass) {
            bool all = true;
            for (const auto arg : node.args) {
                if (!mend(arg, negated, row)) return false;
            }
            for (const auto arg : node.args)
                all = all && holds(arg, negated, row);
            if (all) return true;
        }
        return false;
    }

    bool mend_any(const Node& node, bool negated, Row& row) {
        std::optional<Row> best;
        for (const auto arg : node.args) {
            Row attempt = row;
            if (!mend(arg, negated, attempt)) continue;
            if (!best || weight(attempt) < weight(*best)) best = std::move(attempt);
        }
        if (!best) return false;
        row = std::move(*best);
        return true;
    }

    // Moves one editable attribute of a single condition.
    bool mend_one(NodeIndex index, bool negated, Row& row) {
        std::optional<Candidate> best;
        for (const auto place : places_below(tree_, index)) {
            if (!(*tree_.attributes)[place].editable || !known(row[place])) continue;
            const auto original = row[place];
            const auto try_value = [&](const Value& value) {
                if (value == original || below_zero(original, value)) return false;
                if (!fits((*tree_.attributes)[place], value)) return false;
                row.put(place, value);
                const bool fine = holds(index, negated, row);
                row.put(place, original);
                if (!fine) return false;
                const Candidate found{
                    place, value, moved(place, value), size_of_move(place, value)};
                const bool nearer = best && std::pair(found.distance, found.size) <
                                                std::pair(best->distance, best->size);
                if (!best || nearer) best = found;
                return true;
            };
            for (const auto& value : spoken_candidates(index, place, original))
                try_value(value);
            search(original, try_value);
            if (best && best->place == place) narrow(original, Value(best->value), try_value);
        }
        if (!best) return false;
        row.put(best->place, best->value);
        return true;
    }

    // What counts things, money or shares does not go below zero where it was not.
    static bool below_zero(const Value& original, const Value& value) {
        if (std::holds_alternative<base::Date>(original)) return false;
        if (const auto* number = std::get_if<double>(&original)) {
            return *number >= 0 && std::get<double>(value) < 0;
        }
        const auto from = whole(original);
        return from && *from >= 0 && *whole(value) < 0;
    }

    // Values the condition itself names, and the whole closed list of a choice.
    std::vector<Value> spoken_candidates(
        NodeIndex index, std::size_t place, const Value& original) const {
        const auto& attribute = (*tree_.attributes)[place];
        std::vector<Value> values;
        if (const auto* yes = std::get_if<bool>(&original)) values.emplace_back(!*yes);
        for (const auto& choice : attribute.choices)
            values.emplace_back(choice.code);
        std::vector<Value> constants;
        collect(index, constants);
        for (const auto& constant : constants) {
            if (const auto* text = std::get_if<std::string>(&constant))
                list_candidates(original, *text, values);
            if (constant.index() == original.index()) near(constant, values);
            const auto* integer = std::get_if<std::int64_t>(&constant);
            if (integer != nullptr && std::holds_alternative<double>(original))
                near(static_cast<double>(*integer), values);
        }
        return values;
    }

    void collect(NodeIndex index, std::vector<Value>& constants) const {
        const auto& node = tree_.at(index);
        if (node.op == Op::constant) constants.push_back(node.constant);
        for (const auto arg : node.args)
            collect(arg, constants);
    }

    // With the text put on the list, or taken off it.
    static void list_candidates(
        const Value& original, const std::string& text, std::vector<Value>& values) {
        const auto* held = std::get_if<std::vector<std::string>>(&original);
        if (held == nullptr) return;
        auto list = *held;
        const auto removed = std::remove(list.begin(), list.end(), text);
        if (removed == list.end()) {
            list.push_back(text);
        } else {
            list.erase(removed, list.end());
        }
        values.emplace_back(std::move(list));
    }

    // The bound itself, and for strict comparisons its neighbours.
    static void near(const Value& bound, std::vector<Value>& values) {
        values.push_back(bound);
        if (const auto* number = std::get_if<double>(&bound)) {
            values.emplace_back(std::nextafter(*number, 1e308));
            values.emplace_back(std::nextafter(*number, -1e308));
        } else if (const auto exact = whole(bound)) {
            if (*exact < std::numeric_limits<std::int64_t>::max())
                values.push_back(like(bound, *exact + 1));
            if (*exact > std::numeric_limits<std::int64_t>::min())
                values.push_back(like(bound, *exact - 1));
        }
    }

    static std::optional<std::int64_t> whole(const Value& value) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
        if (const auto* date = std::get_if<base::Date>(&value)) return date->days;
        if (const auto* money = std::get_if<base::Money>(&value)) return money->fen;
        if (const auto* rate = std::get_if<base::Rate>(&value)) return rate->ppm;
        if (const auto* duration = std::get_if<Duration>(&value)) return duration->seconds;
        return std::nullopt;
    }

    static Value like(const Value& kind, std::int64_t number) {
        if (std::holds_alternative<base::Date>(kind)) {
            const auto days = std::clamp<std::int64_t>(number, -719'162, 2'932'896);
            return base::Date{static_cast<std::int32_t>(days)};
        }
        if (std::holds_alternative<base::Money>(kind)) return base::Money{number};
        if (std::holds_alternative<base::Rate>(kind)) return base::Rate{number};
        if (std::holds_alternative<Duration>(kind)) return Duration{number};
        return number;
    }

    // From a value that does towards the one that does not: a range is entered at its near edge.
    template <class Try>
    static void narrow(const Value& original, const Value& found, Try&& try_value) {
        const auto from = whole(original);
        const auto to = whole(found);
        if (!from || !to) return;
        const auto far = [](std::int64_t n) {
            return std::abs(static_cast<double>(n)) > most_searched;
        };
        if (far(*from) || far(*to)) return;
        auto failing = *from;
        auto passing = *to;
        while (passing - failing > 1 || failing - passing > 1) {
            const auto middle = failing + (passing - failing) / 2;
            (try_value(like(original, middle)) ? passing : failing) = middle;
        }
    }

    template <class Try>
    void search(const Value& original, Try&& try_value) {
        if (const auto exact = whole(original)) {
            search_whole(original, *exact, 1, try_value);
            search_whole(original, *exact, -1, try_value);
        } else if (const auto* number = std::get_if<double>(&original)) {
            search_number(*number, 1, try_value);
            search_number(*number, -1, try_value);
        }
    }

    template <class Try>
    void search_whole(const Value& kind, std::int64_t from, int sign, Try&& try_value) {
        if (std::abs(static_cast<double>(from)) > most_searched) return;
        constexpr auto most = static_cast<std::int64_t>(most_searched);
        const bool floor_zero = !std::holds_alternative<base::Date>(kind) && from >= 0;
        const std::int64_t room = sign > 0 ? most - from : floor_zero ? from : most + from;
        std::int64_t failing = 0;
        for (std::int64_t step = 1; failing < room; step *= 2) {
            const auto reach = std::min(step, room);
            if (!try_value(like(kind, from + sign * reach))) {
                failing = reach;
                continue;
            }
            auto passing = reach;
            while (passing - failing > 1) {
                const auto middle = failing + (passing - failing) / 2;
                (try_value(like(kind, from + sign * middle)) ? passing : failing) = middle;
            }
            return;
        }
    }

    template <class Try>
    void search_number(double from, int sign, Try&& try_value) {
        const double least = std::max(std::abs(from), 1e-3) * 1e-6;
        const double room = sign < 0 && from >= 0 ? from : 1e15;
        double failing = 0;
        for (double step = least; failing < room; step *= 2) {
            const double reach = std::min(step, room);
            if (!try_value(from + sign * reach)) {
                failing = reach;
                continue;
            }
            double passing = reach;
            for (int i = 0; i < 50; ++i) {
                const double middle = failing + (passing - failing) / 2;
                (try_value(from + sign * middle) ? passing : failing) = middle;
            }
            return;
        }
    }

    const Tree& tree_;
    const Row& start_;
    base::Date today_;
    std::int64_t work_ = 0;
};

// The smallest change by the normal form; what it cannot settle is left to mending.
class Exact {
public:
    Exact(Mender& mender, const Program& program, const Row& row, base::Date today)
        : mender_(mender)
        , tree_(program.tree())
        , normal_(normal(program))
        , start_(row)
        , today_(today) {}

    // Nothing when no way can be mended so.
    std::optional<Row> run() {
        std::optional<Row> best;
        for (const auto& way : normal_.ways) {
            auto attempt = mend(way);
            if (attempt && (!best || mender_.weight(*attempt) < mender_.weight(*best)))
                best = std::move(attempt);
        }
        return best;
    }

    // Whether every way was either mended in the cheapest manner or cannot be mended at all.
    [[nodiscard]] bool settled() const { return settled_; }

private:
    struct Group {
        std::vector<const Literal*> literals; // about one attribute and nothing else
        bool fails = false;
    };

    std::optional<Row> mend(const Way& way) {
        std::map<std::size_t, Group> groups;
        std::vector<std::size_t> shared; // attributes that conditions over several look at
        bool tangled = false;
        for (const auto& literal : way) {
            const auto outcome = outcome_of(literal, start_);
            if (outcome == Outcome::unknown) return std::nullopt; // a matter of data, not of change
            const auto places = places_below(tree_, normal_.terms[literal.term].node);
            if (places.size() == 1) {
                auto& group = groups[places.front()];
                group.literals.push_back(&literal);
                group.fails = group.fails || outcome == Outcome::fails;
                continue;
            }
            if (places.empty() && outcome == Outcome::fails) return std::nullopt;
            shared.insert(shared.end(), places.begin(), places.end());
            tangled = tangled || outcome == Outcome::fails;
        }
        Row row = start_;
        for (const auto& [place, group] : groups) {
            if (!group.fails) continue;
            const bool movable = (*tree_.attributes)[place].editable && known(start_[place]);
            if (!movable) return std::nullopt;
            tangled = tangled || std::find(shared.begin(), shared.end(), place) != shared.end();
            if (tangled) break;
            const auto cheapest = cheapest_value(place, group);
            if (!cheapest) return std::nullopt;
            row.put(place, cheapest->value);
        }
        if (!tangled && mender_.mended(row)) return row;
        settled_ = false;
        return std::nullopt;
    }

    [[nodiscard]] Outcome outcome_of(const Literal& literal, const Row& row) const {
        Value scratch;
        return literal.room.outcome(read(normal_.terms[literal.term], row, today_, scratch));
    }

    std::optional<Candidate> cheapest_value(std::size_t place, const Group& group) {
        const auto& first = *group.literals.front();
        if (group.literals.size() == 1 && normal_.terms[first.term].place)
            return nearest_in(place, first.room);
        if (std::all_of(group.literals.begin(), group.literals.end(), [&](const auto* literal) {
                return item_of(*literal) != nullptr;
            }))
            return with_items(place, group);
        settled_ = false;
        std::vector<NodeIndex> conditions;
        for (const auto* literal : group.literals) {
            for (const auto& leaf : literal->leaves)
                conditions.push_back(leaf.node);
        }
        Row row = start_;
        return mender_.nearest(place, conditions, [&](const Value& value) {
            row.put(place, value);
            return std::all_of(group.literals.begin(), group.literals.end(), [&](const auto* each) {
                return outcome_of(*each, row) == Outcome::holds;
            });
        });
    }

    // Values of one attribute as it stands: the near edges of the stretches, or the listed ones.
    [[nodiscard]] std::optional<Candidate> nearest_in(std::size_t place, const Room& room) const {
        const auto& attribute = (*tree_.attributes)[place];
        std::optional<Candidate> best;
        const auto consider = [&](const Value& value) {
            if (known(value) && mender_.allowed(place, start_[place], value))
                mender_.consider(best, place, value);
        };
        if (room.of_words) {
            for (const auto& word : room.barred ? std::vector<std::string>{} : room.words)
                consider(word);
            return best;
        }
        const auto from = key_of(start_[place], &attribute.choices);
        if (!from) return std::nullopt;
        for (std::size_t i = 0; i < attribute.choices.size(); ++i) {
            const auto key = static_cast<std::int64_t>(i);
            if (room.holds_key(key)) consider(value_of_key(key, attribute));
        }
        if (!attribute.choices.empty()) return best;
        for (const auto& span : room.spans) {
            if (span.least > *from) consider(value_of_key(span.least, attribute));
            if (span.most < *from) consider(value_of_key(span.most, attribute));
        }
        return best;
    }

    // The item of "item in list", when the literal is that and nothing else.
    [[nodiscard]] const std::string* item_of(const Literal& literal) const {
        const auto& term = normal_.terms[literal.term];
        const auto& node = tree_.at(term.node);
        if (!term.truth || node.op != Op::in) return nullptr;
        const auto& list = tree_.at(node.args[1]);
        const auto& item = tree_.at(node.args[0]);
        if (list.op != Op::attribute || item.op != Op::constant) return nullptr;
        return std::get_if<std::string>(&item.constant);
    }

    [[nodiscard]] std::optional<Candidate> with_items(std::size_t place, const Group& group) const {
        auto list = std::get<std::vector<std::string>>(start_[place]);
        for (const auto* literal : group.literals) {
            const auto& item = *item_of(*literal);
            const auto found = std::find(list.begin(), list.end(), item);
            const bool wanted = literal->room.holds_key(1);
            if (wanted && found == list.end()) list.push_back(item);
            if (!wanted) list.erase(std::remove(list.begin(), list.end(), item), list.end());
        }
        std::optional<Candidate> best;
        if (fits((*tree_.attributes)[place], list)) mender_.consider(best, place, list);
        return best;
    }

    Mender& mender_;
    const Tree& tree_;
    Normal normal_;
    const Row& start_;
    base::Date today_;
    bool settled_ = true;
};

Step step_of(const Attribute& attribute, const Value& from, const Value& to) {
    Step step{
        .name = attribute.name,
        .label = attribute.label,
        .from = to_json(from),
        .to = to_json(to),
        .from_shown = {},
        .to_shown = {},
        .gap = {},
        .sentence = {}};
    const auto shown = shown_apart(from, to, attribute);
    step.from_shown = shown.first;
    step.to_shown = shown.second;
    // A suggestion that rounds its aim would fall short of it.
    const auto rounded = from_text(attribute, shown.second.zh);
    if (std::holds_alternative<base::Money>(to) && (!rounded || *rounded != to))
        step.to_shown = display_exact(to, attribute);
    step.gap = distance_between(from, to, attribute).shown;
    const auto order = order_of(from, to, attribute);
    const auto& label = step.label;
    if (!order || attribute.type == Type::date) {
        step.sentence = {
            label.zh + "由 " + step.from_shown.zh + " 变为 " + step.to_shown.zh,
            "change " + label.en + " from " + step.from_shown.en + " to " + step.to_shown.en};
        return step;
    }
    const bool up = *order < 0;
    step.sentence = {
        label.zh + "由 " + step.from_shown.zh + (up ? " 提高到 " : " 降低到 ") + step.to_shown.zh,
        (up ? "raise " : "lower ") + label.en + " from " + step.from_shown.en + " to " +
            step.to_shown.en};
    if (!step.gap.zh.empty()) {
        step.sentence.zh += "（相差 " + step.gap.zh + "）";
        step.sentence.en += " (by " + step.gap.en + ")";
    }
    return step;
}

} // namespace

std::optional<Change> smallest_change(const Program& program, const Row& row, base::Date today) {
    if (decide(program, row, today) != Outcome::fails) return std::nullopt;
    const auto& tree = program.tree();
    Mender mender(tree, row, today);
    Exact exact(mender, program, row, today);
    auto mended = exact.run();
    if (!exact.settled()) {
        auto other = mender.run();
        if (other && (!mended || mender.weight(*other) < mender.weight(*mended)))
            mended = std::move(other);
    }
    if (!mended) return std::nullopt;
    Change change;
    change.proven = exact.settled();
    change.distance = mender.distance(*mended);
    std::vector<base::Text> sentences;
    for (const auto place : tree.places) {
        if ((*mended)[place] == row[place]) continue;
        change.steps.push_back(step_of((*tree.attributes)[place], row[place], (*mended)[place]));
        sentences.push_back(change.steps.back().sentence);
    }
    change.sentence = join(sentences, {"；", "; "});
    return change;
}

} // namespace rule
