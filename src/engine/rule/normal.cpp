#include "engine/rule/normal.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace rule {
namespace {

constexpr auto least_key = std::numeric_limits<std::int64_t>::min();
constexpr auto most_key = std::numeric_limits<std::int64_t>::max();
constexpr double exact_most = 9'007'199'254'740'992.0; // 2^53

// The bits of a finite double as a whole number that grows with it; both zeros are 0.
std::int64_t key_of_number(double number) {
    if (number == 0) return 0;
    const auto bits = std::bit_cast<std::int64_t>(number);
    return bits < 0 ? -(bits & most_key) : bits;
}

double number_of_key(std::int64_t key) {
    if (key >= 0) return std::bit_cast<double>(key);
    return -std::bit_cast<double>(-key);
}

Outcome upside_down(Outcome outcome) {
    switch (outcome) {
    case Outcome::holds: return Outcome::fails;
    case Outcome::fails: return Outcome::holds;
    case Outcome::unknown: return Outcome::unknown;
    }
    base::bug("outcome out of range");
}

// fails < unknown < holds: "and" is the lower, "or" the higher.
int rank(Outcome outcome) {
    return outcome == Outcome::fails ? 0 : outcome == Outcome::unknown ? 1 : 2;
}

Outcome lower(Outcome a, Outcome b) { return rank(a) < rank(b) ? a : b; }

std::vector<Span> all_keys() { return {{least_key, most_key}}; }

std::vector<Span> spans_outside(const std::vector<Span>& spans) {
    std::vector<Span> out;
    auto from = least_key;
    for (const auto& span : spans) {
        if (span.least > from) out.push_back({from, span.least - 1});
        if (span.most == most_key) return out;
        from = span.most + 1;
    }
    out.push_back({from, most_key});
    return out;
}

std::vector<Span> common_spans(const std::vector<Span>& a, const std::vector<Span>& b) {
    std::vector<Span> out;
    std::size_t i = 0;
    std::size_t k = 0;
    while (i < a.size() && k < b.size()) {
        const auto least = std::max(a[i].least, b[k].least);
        const auto most = std::min(a[i].most, b[k].most);
        if (least <= most) out.push_back({least, most});
        (a[i].most < b[k].most ? i : k) += 1;
    }
    return out;
}

// What `left op bound` allows of left, among whole keys.
std::vector<Span> spans_of(Op op, std::int64_t bound) {
    if (op == Op::equal) return {{bound, bound}};
    if (op == Op::not_equal) return spans_outside({{bound, bound}});
    if (op == Op::less_equal) return {{least_key, bound}};
    if (op == Op::greater_equal) return {{bound, most_key}};
    if (op == Op::less) {
        if (bound == least_key) return {};
        return {{least_key, bound - 1}};
    }
    if (bound == most_key) return {};
    return {{bound + 1, most_key}};
}

bool compares(Op op) {
    return op == Op::equal || op == Op::not_equal || op == Op::less || op == Op::less_equal ||
           op == Op::greater || op == Op::greater_equal;
}

Op turned(Op op) {
    if (op == Op::less) return Op::greater;
    if (op == Op::less_equal) return Op::greater_equal;
    if (op == Op::greater) return Op::less;
    if (op == Op::greater_equal) return Op::less_equal;
    return op;
}

Op contrary(Op op) {
    if (op == Op::equal) return Op::not_equal;
    if (op == Op::not_equal) return Op::equal;
    if (op == Op::less) return Op::greater_equal;
    if (op == Op::less_equal) return Op::greater;
    if (op == Op::greater) return Op::less_equal;
    return Op::less;
}

// A whole number beside a decimal: 3 < 3.5. The spans of whole numbers x with x op bound.
std::vector<Span> spans_of_whole(Op op, double bound) {
    if (op == Op::not_equal) return spans_outside(spans_of_whole(Op::equal, bound));
    if (op == Op::greater_equal || op == Op::greater)
        return spans_outside(spans_of_whole(contrary(op), bound));
    const auto floor = std::floor(bound);
    const bool below = floor < -9'223'372'036'854'775'808.0;
    const bool above = floor >= 9'223'372'036'854'775'808.0;
    if (op == Op::equal) {
        if (below || above || floor != bound) return {};
        const auto exact = static_cast<std::int64_t>(floor);
        return {{exact, exact}};
    }
    if (below) return {};
    if (above) return all_keys();
    const auto whole = static_cast<std::int64_t>(floor);
    return spans_of(op == Op::less && floor == bound ? Op::less : Op::less_equal, whole);
}

class Normaliser {
public:
    explicit Normaliser(const Tree& tree)
        : tree_(tree) {}

    // Nothing when there would be too many ways.
    std::optional<std::vector<Way>> ways(NodeIndex index, bool negated) {
        const auto& node = tree_.at(index);
        if (node.op == Op::logical_not) return ways(node.args[0], !negated);
        if (node.op == Op::constant) {
            const auto* truth = std::get_if<bool>(&node.constant);
            if (truth != nullptr)
                return *truth == negated ? std::vector<Way>{} : std::vector<Way>{Way{}};
        }
        if (node.op == Op::logical_and || node.op == Op::logical_or) {
            return (node.op == Op::logical_and) != negated ? every(node, negated)
                                                           : any(node, negated);
        }
        return std::vector<Way>{Way{literal(index, negated)}};
    }

    Way alone(NodeIndex index, bool negated) { return {truth_literal(index, negated)}; }

    Normal done(std::vector<Way> ways) { return {std::move(terms_), std::move(ways)}; }

private:
    // Arguments with few ways first, so that the limit leaves only the broadest untouched.
    std::vector<Way> every(const Node& node, bool negated) {
        std::vector<Way> product{Way{}};
        std::vector<std::pair<NodeIndex, std::vector<Way>>> branching;
        for (const auto arg : node.args) {
            auto found = ways(arg, negated);
            if (!found) found = std::vector<Way>{alone(arg, negated)};
            if (found->size() == 1) {
                product = times(product, *found);
            } else {
                branching.emplace_back(arg, std::move(*found));
            }
        }
        std::stable_sort(branching.begin(), branching.end(), [](const auto& a, const auto& b) {
            return a.second.size() < b.second.size();
        });
        for (const auto& [arg, found] : branching) {
            const bool fits = product.size() * found.size() <= ways_limit;
            product = times(product, fits ? found : std::vector<Way>{alone(arg, negated)});
        }
        return product;
    }

    std::optional<std::vector<Way>> any(const Node& node, bool negated) {
        std::vector<Way> sum;
        for (const auto arg : node.args) {
            auto found = ways(arg, negated);
            if (!found) found = std::vector<Way>{alone(arg, negated)};
            for (auto& way : *found)
                add(sum, std::move(way));
            if (sum.size() > ways_limit) return std::nullopt;
        }
        return sum;
    }

    // Two alternatives about the same term alone are one: grade A or grade B.
    void add(std::vector<Way>& sum, Way way) const {
        for (auto& other : sum) {
            const bool same = way.size() == 1 && other.size() == 1 && way[0].term == other[0].term;
            if (!same) continue;
            other[0].room = unity(other[0].room, way[0].room);
            append(other[0].leaves, way[0].leaves);
            return;
        }
        sum.push_back(std::move(way));
    }

    static void append(std::vector<Leaf>& all, const std::vector<Leaf>& more) {
        all.insert(all.end(), more.begin(), more.end());
    }

    static std::vector<Way> times(const std::vector<Way>& a, const std::vector<Way>& b) {
        std::vector<Way> product;
        for (const auto& x : a) {
            for (const auto& y : b)
                product.push_back(both(x, y));
        }
        return product;
    }

    static Way both(Way a, const Way& b) {
        for (const auto& literal : b) {
            const auto place = std::lower_bound(
                a.begin(), a.end(), literal.term, [](const Literal& each, std::size_t term) {
                    return each.term < term;
                });
            if (place == a.end() || place->term != literal.term) {
                a.insert(place, literal);
                continue;
            }
            place->room = intersection(place->room, literal.room);
            append(place->leaves, literal.leaves);
        }
        return a;
    }

    Literal literal(NodeIndex index, bool negated) {
        const auto& node = tree_.at(index);
        std::optional<Literal> made;
        if (node.op == Op::attribute) made = flag(index);
        if (node.op == Op::has) made = presence(node);
        if (compares(node.op)) made = comparison(node);
        if (node.op == Op::in) made = membership(node);
        if (!made) return truth_literal(index, negated);
        if (negated) made->room = complement(made->room);
        made->leaves.push_back({index, negated});
        return std::move(*made);
    }

    Literal truth_literal(NodeIndex index, bool negated) {
        Literal made;
        made.term = term_of(index, true);
        made.room.spans = {{negated ? 0 : 1, negated ? 0 : 1}};
        made.leaves.push_back({index, negated});
        return made;
    }

    Literal flag(NodeIndex index) {
        Literal made;
        made.term = term_of(index, false);
        made.room.spans = {{1, 1}};
        return made;
    }

    Literal presence(const Node& node) {
        Literal made;
        made.term = term_of(node.args[0], false);
        made.room = everything(terms_[made.term].words);
        made.room.missing = Outcome::fails;
        return made;
    }

    // One value that has a key or is a word, and is computed from the row.
    [[nodiscard]] bool scalar(const Node& node) const {
        if (node.op == Op::constant || node.sort.list) return false;
        // The places of choices are those of the attribute's own list.
        return node.sort.choices == nullptr || node.op == Op::attribute;
    }

    std::optional<Literal> comparison(const Node& node) {
        const bool swapped = tree_.at(node.args[0]).op == Op::constant;
        const auto subject = node.args[swapped ? 1 : 0];
        const auto& bound = tree_.at(node.args[swapped ? 0 : 1]);
        if (bound.op != Op::constant || !scalar(tree_.at(subject))) return std::nullopt;
        const auto op = swapped ? turned(node.op) : node.op;
        auto room = room_of(tree_.at(subject), op, bound.constant);
        if (!room) return std::nullopt;
        Literal made;
        made.term = term_of(subject, false);
        made.room = std::move(*room);
        return made;
    }

    std::optional<Literal> membership(const Node& node) {
        const auto& subject = tree_.at(node.args[0]);
        const auto& list = tree_.at(node.args[1]);
        if (!scalar(subject)) return std::nullopt;
        std::optional<Room> room = everything(is_words(subject));
        room = complement(*room);
        room->missing = Outcome::unknown;
        const auto allow = [&](const Value& value) {
            const auto one = room ? room_of(subject, Op::equal, value) : std::nullopt;
            room = one ? std::optional(unity(*room, *one)) : std::nullopt;
        };
        if (list.op == Op::list) {
            for (const auto arg : list.args) {
                if (tree_.at(arg).op != Op::constant) return std::nullopt;
                allow(tree_.at(arg).constant);
            }
        } else if (const auto* texts = std::get_if<std::vector<std::string>>(&list.constant)) {
            if (list.op != Op::constant) return std::nullopt;
            for (const auto& text : *texts)
                allow(text);
        } else if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&list.constant)) {
            if (list.op != Op::constant) return std::nullopt;
            for (const auto number : *whole)
                allow(number);
        } else {
            return std::nullopt;
        }
        if (!room) return std::nullopt;
        Literal made;
        made.term = term_of(node.args[0], false);
        made.room = std::move(*room);
        return made;
    }

    static bool is_words(const Node& node) {
        return (node.sort.type == Type::text || node.sort.type == Type::choice) &&
               node.sort.choices == nullptr && !node.sort.list;
    }

    // Nothing when the comparison cannot be said in keys or words.
    static std::optional<Room> room_of(const Node& subject, Op op, const Value& bound) {
        Room room;
        if (is_words(subject)) {
            const auto* word = std::get_if<std::string>(&bound);
            if (word == nullptr || (op != Op::equal && op != Op::not_equal)) return std::nullopt;
            room.of_words = true;
            room.words = {*word};
            room.barred = op == Op::not_equal;
            return room;
        }
        const auto* decimal = std::get_if<double>(&bound);
        const auto* whole = std::get_if<std::int64_t>(&bound);
        if (subject.sort.type == Type::integer && decimal != nullptr) {
            room.spans = spans_of_whole(op, *decimal);
            return room;
        }
        std::optional<std::int64_t> key;
        if (subject.sort.type == Type::number && whole != nullptr) {
            const auto close = static_cast<double>(*whole);
            if (std::abs(close) < exact_most) key = key_of_number(close);
        } else if (alike(subject.sort, bound)) {
            key = key_of(bound, subject.sort.choices);
        }
        if (!key) return std::nullopt;
        room.spans = spans_of(op, *key);
        return room;
    }

    static bool alike(const Sort& sort, const Value& value) {
        switch (sort.type) {
        case Type::boolean: return std::holds_alternative<bool>(value);
        case Type::integer: return std::holds_alternative<std::int64_t>(value);
        case Type::number: return std::holds_alternative<double>(value);
        case Type::text:
        case Type::choice: return std::holds_alternative<std::string>(value);
        case Type::date: return std::holds_alternative<base::Date>(value);
        case Type::duration: return std::holds_alternative<Duration>(value);
        case Type::money: return std::holds_alternative<base::Money>(value);
        case Type::rate: return std::holds_alternative<base::Rate>(value);
        default: return false;
        }
    }

    std::size_t term_of(NodeIndex index, bool truth) {
        const auto& node = tree_.at(index);
        auto text = node.op == Op::attribute ? tree_.attribute(node).name
                                             : print(tree_, index, Names::plain);
        for (std::size_t i = 0; i < terms_.size(); ++i) {
            if (terms_[i].text == text) return i;
        }
        Term term;
        term.text = std::move(text);
        term.tree = &tree_;
        term.node = index;
        term.type = node.sort.type;
        term.choices = node.sort.choices;
        if (node.op == Op::attribute) term.place = node.place;
        term.words = !truth && is_words(node);
        term.truth = truth && node.op != Op::attribute;
        terms_.push_back(std::move(term));
        return terms_.size() - 1;
    }

    const Tree& tree_;
    std::vector<Term> terms_;
};

std::vector<std::string> words_in_both(
    const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::string> out;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
    return out;
}

std::vector<std::string> words_without(
    const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::string> out;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
    return out;
}

} // namespace

bool Room::holds_key(std::int64_t key) const {
    for (const auto& span : spans) {
        if (key <= span.most) return key >= span.least;
    }
    return false;
}

bool Room::holds_word(std::string_view word) const {
    return std::binary_search(words.begin(), words.end(), word) != barred;
}

Outcome Room::outcome(const Reading& reading) const {
    if (!reading.known) return missing;
    const bool holds = of_words ? holds_word(reading.word) : holds_key(reading.key);
    return holds ? Outcome::holds : Outcome::fails;
}

bool Room::empty() const { return spans.empty() && words.empty() && !barred; }

bool Room::full() const { return of_words ? barred && words.empty() : spans == all_keys(); }

Room everything(bool of_words) {
    Room room;
    room.of_words = of_words;
    if (of_words) {
        room.barred = true;
    } else {
        room.spans = all_keys();
    }
    return room;
}

Room complement(const Room& room) {
    Room out = room;
    out.missing = upside_down(room.missing);
    if (room.of_words) {
        out.barred = !room.barred;
    } else {
        out.spans = spans_outside(room.spans);
    }
    return out;
}

Room intersection(const Room& a, const Room& b) {
    Room out;
    out.of_words = a.of_words;
    out.missing = lower(a.missing, b.missing);
    if (!a.of_words) {
        out.spans = common_spans(a.spans, b.spans);
    } else if (a.barred && b.barred) {
        out.barred = true;
        std::set_union(
            a.words.begin(),
            a.words.end(),
            b.words.begin(),
            b.words.end(),
            std::back_inserter(out.words));
    } else if (a.barred || b.barred) {
        out.words = a.barred ? words_without(b.words, a.words) : words_without(a.words, b.words);
    } else {
        out.words = words_in_both(a.words, b.words);
    }
    return out;
}

Room unity(const Room& a, const Room& b) {
    return complement(intersection(complement(a), complement(b)));
}

Normal normal_at(const Tree& tree, NodeIndex index, bool negated) {
    Normaliser normaliser(tree);
    auto ways = normaliser.ways(index, negated);
    if (!ways) ways = std::vector<Way>{normaliser.alone(index, negated)};
    return normaliser.done(std::move(*ways));
}

Normal normal(const Program& program) {
    base::ensure(program.type() == Type::boolean, "only a boolean program has ways to hold");
    return normal_at(program.tree(), program.tree().root, false);
}

Reading read(const Term& term, const Row& row, base::Date today, Value& scratch) {
    const Value* value = nullptr;
    if (term.place) {
        value = &row[*term.place];
    } else {
        scratch = answer_at(*term.tree, term.node, row, today).value;
        value = &scratch;
    }
    Reading reading;
    if (term.words) {
        const auto* word = std::get_if<std::string>(value);
        reading.known = word != nullptr;
        if (word != nullptr) reading.word = *word;
        return reading;
    }
    if (const auto key = key_of(*value, term.choices)) {
        reading.known = true;
        reading.key = *key;
        return reading;
    }
    // Of texts and lists only whether there is one is ever asked.
    reading.known = known(*value);
    return reading;
}

Outcome outcome(const Normal& normal, const Row& row, base::Date today) {
    auto best = Outcome::fails;
    Value scratch;
    for (const auto& way : normal.ways) {
        auto found = Outcome::holds;
        for (const auto& literal : way) {
            const auto reading = read(normal.terms[literal.term], row, today, scratch);
            found = lower(found, literal.room.outcome(reading));
        }
        if (rank(found) > rank(best)) best = found;
    }
    return best;
}

std::optional<int> misses(const Normal& normal, const Row& row, base::Date today) {
    std::optional<int> fewest;
    Value scratch;
    for (const auto& way : normal.ways) {
        int count = 0;
        for (const auto& literal : way) {
            const auto reading = read(normal.terms[literal.term], row, today, scratch);
            count += literal.room.outcome(reading) == Outcome::fails ? 1 : 0;
        }
        if (!fewest || count < *fewest) fewest = count;
    }
    return fewest;
}

std::optional<std::int64_t> key_of(const Value& value, const std::vector<Choice>* choices) {
    switch (value.index()) {
    case 1: return *std::get_if<bool>(&value) ? 1 : 0;
    case 2: return *std::get_if<std::int64_t>(&value);
    case 3: return key_of_number(*std::get_if<double>(&value));
    case 4: {
        if (choices == nullptr) return std::nullopt;
        const auto& code = *std::get_if<std::string>(&value);
        for (std::size_t i = 0; i < choices->size(); ++i) {
            if ((*choices)[i].code == code) return static_cast<std::int64_t>(i);
        }
        return std::nullopt;
    }
    case 5: return std::get_if<base::Date>(&value)->days;
    case 6: return std::get_if<base::Money>(&value)->fen;
    case 7: return std::get_if<base::Rate>(&value)->ppm;
    case 8: return std::get_if<Duration>(&value)->seconds;
    default: return std::nullopt;
    }
}

Value value_of_key(std::int64_t key, const Attribute& attribute) {
    switch (attribute.type) {
    case Type::boolean: return key == 0 || key == 1 ? Value{key == 1} : Value{};
    case Type::integer: return key;
    case Type::number: {
        const auto number = number_of_key(key);
        return std::isfinite(number) ? Value{number} : Value{};
    }
    case Type::text:
    case Type::choice: {
        const bool there = key >= 0 && static_cast<std::size_t>(key) < attribute.choices.size();
        return there ? Value{attribute.choices[static_cast<std::size_t>(key)].code} : Value{};
    }
    case Type::date: {
        const bool there = key >= -719'162 && key <= 2'932'896; // years 1 to 9999
        return there ? Value{base::Date{static_cast<std::int32_t>(key)}} : Value{};
    }
    case Type::duration: return Duration{key};
    case Type::money: {
        const bool there = key >= -base::Money::limit_fen && key <= base::Money::limit_fen;
        return there ? Value{base::Money{key}} : Value{};
    }
    case Type::rate: return base::Rate{key};
    case Type::text_list:
    case Type::integer_list: return {};
    }
    base::bug("type out of range");
}

} // namespace rule
