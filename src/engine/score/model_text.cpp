// Writing and reading walk through a model by the same functions, so they cannot disagree.
#include "engine/score/card.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace score {
namespace {

constexpr std::string_view heading = "rongqiao-score 2";

class ModelWriter {
public:
    std::string out{heading};

    template <class T>
    void number(T& value) {
        out += ' ';
        char buffer[64];
        out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
    }

    void flag(bool& value) { out += value ? " 1" : " 0"; }

    template <class E>
    void choice(E& value, int) {
        int number_of = static_cast<int>(value);
        number(number_of);
    }

    void text(std::string& value) {
        out += " \"";
        for (const char letter : value) {
            if (letter == '"' || letter == '\\') out += '\\';
            if (letter == '\n')
                out += "\\n";
            else
                out += letter;
        }
        out += '"';
    }

    template <class T, class Each>
    void list(std::vector<T>& items, const Each& each) {
        auto size = items.size();
        out += '\n';
        out += std::to_string(size);
        for (auto& item : items)
            each(item);
    }

    [[nodiscard]] bool good() const { return true; }
};

class ModelReader {
public:
    explicit ModelReader(std::string_view text)
        : text_(text) {
        failed_ = !text_.starts_with(heading);
        at_ = failed_ ? 0 : heading.size();
    }

    template <class T>
    void number(T& value) {
        skip();
        const auto* end = text_.data() + text_.size();
        const auto [stop, error] = std::from_chars(text_.data() + at_, end, value);
        if (error != std::errc{}) return fail();
        at_ = static_cast<std::size_t>(stop - text_.data());
    }

    void flag(bool& value) {
        int read = 0;
        number(read);
        value = read != 0;
    }

    template <class E>
    void choice(E& value, int last) {
        int read = 0;
        number(read);
        if (read < 0 || read > last) return fail();
        value = static_cast<E>(read);
    }

    void text(std::string& value) {
        skip();
        if (at_ >= text_.size() || text_[at_] != '"') return fail();
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                ++at_;
                value += text_[at_] == 'n' ? '\n' : text_[at_];
            } else {
                value += text_[at_];
            }
        }
        if (at_ >= text_.size()) return fail();
        ++at_;
    }

    template <class T, class Each>
    void list(std::vector<T>& items, const Each& each) {
        std::size_t size = 0;
        number(size);
        // Every item takes two bytes at least, so a wrong size cannot fill the memory.
        if (failed_ || size > (text_.size() - at_) / 2 + 1) return fail();
        items.clear();
        for (std::size_t i = 0; i < size && !failed_; ++i)
            each(items.emplace_back());
    }

    [[nodiscard]] bool good() const { return !failed_; }

    [[nodiscard]] std::size_t place() const { return at_; }

    [[nodiscard]] bool ended() {
        skip();
        return at_ == text_.size();
    }

private:
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
            ++at_;
    }

    void fail() { failed_ = true; }

    std::string_view text_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

template <class A>
void walk_number(A& a, std::vector<float>& items) {
    a.list(items, [&](float& item) { a.number(item); });
}

template <class A>
void walk_number(A& a, std::vector<double>& items) {
    a.list(items, [&](double& item) { a.number(item); });
}

template <class A>
void walk_text(A& a, std::vector<std::string>& items) {
    a.list(items, [&](std::string& item) { a.text(item); });
}

template <class A>
void walk(A& a, Column& column) {
    a.text(column.name);
    a.choice(column.kind, static_cast<int>(Kind::category));
    a.choice(column.form, static_cast<int>(Form::text));
    a.flag(column.twin);
    walk_text(a, column.levels);
}

template <class A>
void walk(A& a, Feature& feature) {
    a.choice(feature.made, static_cast<int>(Made::difference));
    a.number(feature.column);
    a.number(feature.other);
    a.number(feature.level);
    a.number(feature.missing_rate);
    a.text(feature.name);
    walk_number(a, feature.rates);
}

template <class A>
void walk(A& a, Node& node) {
    a.number(node.feature);
    a.number(node.cover);
    if (node.feature < 0) return a.number(node.value);
    a.number(node.threshold);
    a.number(node.left);
    a.number(node.right);
    a.flag(node.missing_left);
}

template <class A>
void walk(A& a, Grove& grove) {
    a.list(grove.features, [&](Feature& feature) { walk(a, feature); });
    a.number(grove.forest.base);
    a.list(grove.forest.trees, [&](Tree& tree) {
        a.list(tree.nodes, [&](Node& node) { walk(a, node); });
    });
}

template <class A>
void walk(A& a, RidgeTerm& term) {
    a.number(term.column);
    a.number(term.level);
    for (auto* value : {&term.mean, &term.deviation, &term.low, &term.high, &term.weight})
        a.number(*value);
    a.list(term.knots, [&](Knot& knot) {
        a.number(knot.value);
        a.number(knot.place);
    });
}

template <class A>
void walk(A& a, CardTerm& term) {
    a.number(term.column);
    a.number(term.weight);
    a.number(term.mean);
    auto& binning = term.binning;
    a.choice(binning.kind, static_cast<int>(Kind::category));
    walk_number(a, binning.cuts);
    walk_number(a, binning.specials);
    a.list(binning.bin_of_code, [&](std::int32_t& bin) { a.number(bin); });
    a.list(binning.tallies, [&](Tally& tally) {
        a.number(tally.positives);
        a.number(tally.negatives);
    });
    walk_number(a, binning.woe);
    a.number(binning.iv);
}

template <class A>
void walk(A& a, Model& model) {
    a.choice(model.shape, static_cast<int>(Shape::mined));
    a.text(model.target);
    a.text(model.positive);
    a.list(model.columns, [&](Column& column) { walk(a, column); });
    a.list(model.directions, [&](Direction& direction) {
        a.text(direction.column);
        a.number(direction.sign);
    });
    for (auto* value :
         {&model.intercept, &model.grove_weight, &model.ridge_weight, &model.card_weight})
        a.number(*value);
    a.choice(model.calibration.how, static_cast<int>(Calibrating::isotonic));
    a.number(model.calibration.slope);
    a.number(model.calibration.shift);
    walk_number(a, model.calibration.margins);
    walk_number(a, model.calibration.probabilities);
    a.number(model.ridge.intercept);
    a.list(model.ridge.terms, [&](RidgeTerm& term) { walk(a, term); });
    a.number(model.card.intercept);
    a.list(model.card.terms, [&](CardTerm& term) { walk(a, term); });
    a.list(model.grids, [&](std::vector<float>& grid) { walk_number(a, grid); });
    a.list(model.groves, [&](Grove& grove) { walk(a, grove); });
}

template <class A>
void walk(A& a, Metrics& metrics) {
    for (auto* value : {&metrics.auc, &metrics.pr_auc, &metrics.ks, &metrics.brier, &metrics.ece})
        a.number(*value);
    a.number(metrics.n);
    a.number(metrics.positives);
}

template <class A>
void walk(A& a, Spread& spread) {
    a.text(spread.column);
    a.choice(spread.kind, static_cast<int>(Kind::category));
    walk_number(a, spread.cuts);
    walk_text(a, spread.levels);
    walk_number(a, spread.counts);
}

template <class A>
void walk(A& a, Standing& standing) {
    a.list(standing.columns, [&](Spread& spread) { walk(a, spread); });
    walk(a, standing.probability);
    a.number(standing.auc);
    a.number(standing.auc_deviation);
}

template <class A>
void walk(A& a, Fairness& fairness) {
    a.text(fairness.column);
    a.list(fairness.segments, [&](Segment& segment) {
        a.text(segment.value);
        walk(a, segment.metrics);
        for (auto* value : {&segment.flagged_share, &segment.expected_positives, &segment.ratio})
            a.number(*value);
    });
}

template <class A>
void walk(A& a, Card& card) {
    a.text(card.data);
    a.text(card.data_sha256);
    a.text(card.protocol);
    for (auto* value : {&card.seed, &card.rows, &card.positives})
        a.number(*value);
    walk(a, card.metrics);
    auto& intervals = card.intervals;
    for (auto* value :
         {&intervals.auc, &intervals.pr_auc, &intervals.ks, &intervals.brier, &intervals.ece}) {
        a.number(value->low);
        a.number(value->high);
    }
    walk_text(a, card.left_out);
    walk_text(a, card.refused);
    walk_text(a, card.allowed);
    walk(a, card.standing);
    a.number(card.threshold);
    a.list(card.fairness, [&](Fairness& fairness) { walk(a, fairness); });
}

// What reading cannot see: that every place is inside, every tree ends, and numbers are numbers.
bool sound(const Tree& tree, std::size_t features) {
    if (tree.nodes.empty()) return false;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const auto& node = tree.nodes[i];
        if (!std::isfinite(node.value) || !std::isfinite(node.cover) || node.cover < 0)
            return false;
        if (node.feature < 0) continue;
        // Children stand after their parent, so there is no way back.
        for (const auto child : {node.left, node.right})
            if (child <= static_cast<std::int64_t>(i) ||
                child >= static_cast<std::int64_t>(tree.nodes.size()))
                return false;
        if (node.feature >= static_cast<std::int64_t>(features)) return false;
    }
    return true;
}

bool is_number(const Model& model, std::size_t column) {
    return column < model.columns.size() && model.columns[column].kind == Kind::number;
}

bool sound(const Model& model, const Feature& feature) {
    switch (feature.made) {
    case Made::number: return is_number(model, feature.column);
    case Made::level:
        return feature.column < model.columns.size() && !is_number(model, feature.column);
    case Made::rate:
        return feature.column < model.columns.size() && !is_number(model, feature.column) &&
               !feature.rates.empty();
    case Made::ratio:
    case Made::product:
    case Made::sum:
    case Made::difference:
        return is_number(model, feature.column) && is_number(model, feature.other);
    }
    return false;
}

bool sound(const Model& model, const CardTerm& term) {
    const auto& binning = term.binning;
    if (term.column >= model.columns.size() || binning.kind != model.columns[term.column].kind ||
        binning.woe.size() != binning.tallies.size())
        return false;
    if (binning.kind == Kind::number)
        return binning.tallies.size() == binning.cuts.size() + 2 + binning.specials.size();
    for (const auto bin : binning.bin_of_code)
        if (bin < 0 || static_cast<std::size_t>(bin) >= binning.tallies.size()) return false;
    return binning.tallies.size() >= 2;
}

bool sound(const Model& model, const RidgeTerm& term) {
    if (term.column >= model.columns.size() || term.level < -2 || term.deviation == 0 ||
        term.low > term.high || (term.level == -1) > is_number(model, term.column) ||
        (term.level >= 0 && is_number(model, term.column)))
        return false;
    for (std::size_t i = 1; i < term.knots.size(); ++i)
        if (!(term.knots[i - 1].value < term.knots[i].value)) return false;
    return true;
}

bool sound(const Model& model) {
    for (const auto& term : model.ridge.terms)
        if (!sound(model, term)) return false;
    for (const auto& term : model.card.terms)
        if (!sound(model, term)) return false;
    for (const auto& grove : model.groves) {
        for (const auto& feature : grove.features)
            if (!sound(model, feature)) return false;
        for (const auto& tree : grove.forest.trees)
            if (!sound(tree, grove.features.size())) return false;
    }
    return model.grids.size() == model.columns.size() &&
           model.calibration.margins.size() == model.calibration.probabilities.size();
}

bool sound(const Spread& spread) {
    const auto cells = spread.kind == Kind::number ? spread.cuts.size() : spread.levels.size();
    return spread.counts.size() == cells + 2 && std::ranges::is_sorted(spread.cuts);
}

bool sound(const Standing& standing) {
    return sound(standing.probability) && standing.probability.kind == Kind::number &&
           std::ranges::all_of(
               standing.columns, [](const Spread& spread) { return sound(spread); });
}

} // namespace

std::string write_model(const Kept& kept) {
    auto copy = kept;
    ModelWriter writer;
    walk(writer, copy.card);
    walk(writer, copy.model);
    writer.out += '\n';
    return std::move(writer.out);
}

base::Result<Kept> read_model(std::string_view text) {
    ModelReader reader(text);
    Kept kept;
    walk(reader, kept.card);
    walk(reader, kept.model);
    if (!reader.good() || !reader.ended() || !sound(kept.model) || !sound(kept.card.standing))
        return base::invalid(
                   "score.model",
                   {"不是有效的模型文件。", "This is not a sound model file."},
                   {"请用 rongqiao score train 重新生成。",
                    "Make it again by rongqiao score train."})
            .at("byte " + std::to_string(reader.place()));
    return kept;
}

} // namespace score
