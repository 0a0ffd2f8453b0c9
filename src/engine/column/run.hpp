// A plan at work on one table: tile after tile, with its scratch space.
#pragma once

#include "engine/column/decide.hpp"
#include "engine/column/kernel.hpp"

namespace column {

using kernel::Word;

// Rows that are worked on together. Of many rules: so few that what a thousand predicates leave
// behind stays in the cache. Of one: more, since a column read in longer pieces streams better.
inline constexpr std::size_t shared_tile_words = 32;
inline constexpr std::size_t single_tile_words = 128;

struct Planes {
    Word* yes = nullptr;
    Word* no = nullptr;
};

class Run {
public:
    Run(const Table& table, const Plan& plan);

    [[nodiscard]] std::size_t tile_words() const { return tile_words_; }

    // Moves on to a tile: words [first, first + words) of the block.
    void enter(std::size_t block, std::size_t first, std::size_t words);

    [[nodiscard]] Planes root(std::size_t program);

    [[nodiscard]] const Word* valid() const { return valid_; } // rows that exist

    struct Vector {
        const Raw* raws = nullptr;
        const Word* known = nullptr;
    };

    [[nodiscard]] Vector value(std::uint32_t term) { return term_of(term, nullptr); }

private:
    // What a condition says of each code of a dictionary: bit 0 it holds, bit 1 it fails.
    struct Answers {
        std::vector<std::uint8_t> table;
        std::vector<std::uint8_t> yes; // codes below 256 that meet it
        std::vector<std::uint8_t> no;
        bool settled = true; // every code holds or fails
    };

    struct CodedTerm {
        std::vector<Raw> raws;
        std::vector<std::uint8_t> known;
    };

    // Ranges over one column that are many enough to sort its values into bins first.
    struct Bins {
        std::vector<std::uint32_t> nodes;
        std::size_t block = ~std::size_t{0};
        std::size_t tile = ~std::size_t{0};
        bool usable = false;
        std::vector<std::uint8_t> start; // by band
        std::vector<std::uint64_t> cuts; // … and sentinels
        unsigned steps = 0;
        std::vector<std::uint8_t> bins;
    };

    // Conditions on one narrow dictionary that are many enough to make a bitmap of each value.
    struct ByValue {
        std::vector<Word> bits; // code × tile_words_
        std::vector<std::size_t> tile;
    };

    struct CodeRange { // of a range in the codes of a chunk
        std::uint64_t least = 0;
        std::uint64_t most = 0;
        bool none = false;
        bool all = false;
    };

    // A part of a conjunction that no other node needs and that costs little: it has a place for
    // its planes that its siblings do not use.
    struct Nested {
        std::uint32_t node = 0;
        Planes planes;
    };

    // How a conjunction is worked out: first the parts that cost little, all at once; then the
    // others, those first that have settled most rows for the least work.
    struct Recipe {
        std::vector<Nested> nested;
        std::vector<const Word*> all; // yes planes of the parts taken at once
        std::vector<const Word*> any; // their no planes
        std::vector<std::uint32_t> order;
        std::vector<double> seen;
        std::vector<double> settled;
        std::size_t block = ~std::size_t{0};
    };

    // Of many rules, what can be done without choosing an order: bare steps over planes, one after
    // the other. A range, or a condition on a dictionary with a bitmap a value, is told by what
    // holds alone: what is known stands once a column, which halves what has to be read.
    enum class StepKind { range, values, other, join };

    struct Step {
        StepKind kind = StepKind::other;
        std::uint32_t node = 0;
        std::uint32_t from = 0;  // of step_planes_
        std::uint16_t pairs = 0; // join; values: how many
        std::uint16_t plain = 0;
        std::uint16_t negated = 0; // values: 1 when they are those that fail
        Planes out;                // no: null when nobody asks
    };

    struct Bound { // of a range, in the codes or the bins of the block at hand
        CodeRange codes;
        bool binned = false;
        std::uint8_t least = 0;
        std::uint8_t most = 0;
    };

    struct Steps { // of steps_
        std::size_t from = 0;
        std::size_t to = 0;
    };

    void find_steps();
    [[nodiscard]] std::optional<StepKind> step_kind(std::uint32_t index) const;
    void mark_longhand();
    void make_tile_steps();
    void make_step(std::uint32_t index, Planes out, std::size_t rooms_taken);
    void make_join(Step& step, std::size_t rooms_taken);
    [[nodiscard]] bool is_shared(std::uint32_t index) const;
    [[nodiscard]] Word* known_plane(std::size_t place);
    void take(const Steps& steps);
    void take_range(const Step& step);
    void take_values(const Step& step);
    void enter_steps(bool other_block);
    void enter_block();
    [[nodiscard]] const std::uint8_t* bins_at(std::uint32_t index);
    [[nodiscard]] static std::uint8_t bin_of(
        std::span<const std::uint64_t> cuts, std::uint64_t code);
    [[nodiscard]] static std::uint8_t bin_of(const Bins& group, std::uint64_t code);

    void prepare();
    void place_nodes();
    void make_recipes();
    void make_recipe(std::uint32_t index, std::size_t rooms_taken);
    [[nodiscard]] bool is_cheap(std::uint32_t index) const;
    [[nodiscard]] Planes slot(std::uint32_t index);
    [[nodiscard]] Planes fixed_room(std::size_t number);
    void bind_codes(std::uint32_t index);
    void bind_literals(const Node& node, Answers& answers) const;
    void bind_term(std::uint32_t index);
    void group_columns();

    Planes node(std::uint32_t index, const Word* live);
    void compute(std::uint32_t index, const Word* live, Planes out);
    void leaf_flag(const Node& node, Planes out);
    void leaf_known(const Node& node, Planes out);
    void leaf_range(std::uint32_t index, const Word* live, Planes out);
    void range_by_bands(
        const Chunk& column, const CodeRange& range, const Word* live, Word* out) const;
    void leaf_decimals(const Node& node, const Word* live, Planes out);
    void leaf_codes(std::uint32_t index, const Word* live, Planes out);
    void by_value(std::uint32_t index, Planes out);
    bool by_bins(std::uint32_t index, const CodeRange& range, Planes out);
    void fill_bins(Bins& group, const Chunk& chunk);
    void compare(const Node& node, const Word* live, Planes out);
    void same(const Node& node, const Word* live, Planes out);
    void choice(const Node& node, const Word* live, Planes out);
    void conjunction(std::uint32_t index, const Word* live, Planes out);
    void one_row(const Node& node, const Word* live, Planes out);
    void sort_parts(const Node& node, Recipe& recipe);

    Vector term_of(std::uint32_t index, const Word* live);
    void compute(std::uint32_t index, const Word* live, Raw* raws, Word* known);
    void term_row(const Term& term, const Word* live, Raw* raws, Word* known);
    void term_coded(std::uint32_t index, Raw* raws, Word* known);
    void fill_row(const std::vector<std::size_t>& places, std::size_t row);

    [[nodiscard]] static CodeRange codes_of(const Node& node, const Chunk& chunk);

    [[nodiscard]] const Chunk& chunk(std::size_t place) const { return *block_->chunks[place]; }

    [[nodiscard]] const Word* known(std::size_t place) const {
        return chunk(place).known() + first_;
    }

    Word* room(); // tile_words_ of scratch, given back by leaving the scope of a Mark

    class Mark {
    public:
        explicit Mark(Run& run)
            : run_(run)
            , depth_(run.depth_) {}

        ~Mark() { run_.depth_ = depth_; }

        Mark(const Mark&) = delete;
        Mark& operator=(const Mark&) = delete;

    private:
        Run& run_;
        std::size_t depth_;
    };

    const Table& table_;
    const Plan& plan_;
    std::size_t tile_words_ = 0;
    const Block* block_ = nullptr;
    std::size_t block_number_ = 0;
    std::size_t first_ = 0; // word of the block
    std::size_t words_ = 0;
    std::size_t tile_ = 0; // counts up
    Word valid_[block_words] = {};

    std::vector<std::size_t> node_tile_;   // for which tile a dear shared node has been computed
    std::vector<std::size_t> node_slot_;   // the planes of a shared node within slots_; none is ~0
    std::vector<std::uint32_t> scheduled_; // shared nodes that cost little: computed for every tile
    std::vector<char> is_scheduled_;
    std::vector<Word> slots_;
    std::vector<std::unique_ptr<Word[]>> fixed_rooms_; // of nested nodes, two planes each
    std::vector<std::unique_ptr<Word[]>> rooms_;
    std::size_t depth_ = 0;
    std::vector<std::vector<Raw>> term_raws_;
    std::vector<std::vector<Word>> term_known_;
    std::vector<std::size_t> term_tile_;

    std::vector<Answers> answers_;       // by node
    std::vector<CodedTerm> coded_terms_; // by term
    std::vector<Recipe> recipes_;        // by node
    std::vector<std::uint32_t> bins_of_; // by node, into bins_; none is ~0
    std::vector<Bins> bins_;
    std::map<std::size_t, ByValue> by_value_;         // by place
    std::vector<std::optional<StepKind>> step_kinds_; // by node
    std::vector<char> longhand_;                      // by node: computed outside of steps
    std::vector<char> told_in_full_; // by node: somebody outside of steps asks what fails
    std::vector<Step> steps_;
    std::vector<const Word*> step_planes_;
    std::vector<Bound> bounds_;         // by node
    std::vector<std::uint32_t> ranges_; // nodes that have one
    std::vector<Word> known_planes_;    // by place: tile_words_
    std::vector<char> known_wanted_;    // by place
    Steps tile_steps_;                  // for every tile
    std::vector<Steps> root_steps_;     // by program
    std::vector<Planes> root_planes_;
    rule::Row row_;
    std::vector<const Word*> all_;
    std::vector<const Word*> any_;
};

} // namespace column
