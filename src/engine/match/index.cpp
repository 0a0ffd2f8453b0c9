#include "engine/match/index.hpp"

#include "engine/match/segment.hpp"

namespace match {

namespace {

// tidy-allow(sharing): versions that follow each other have most segments in common
using HeldSegment = std::shared_ptr<const Segment>;
// tidy-allow(sharing): … and most of what is struck out
using Living = std::shared_ptr<const std::vector<Word>>;

// Programs of new edits; what they are merged into when there are more; segments come after that.
constexpr std::size_t fresh_programs = 64;
constexpr std::size_t middle_programs = 1'024;

} // namespace

struct Version::Inside {
    struct Piece {
        HeldSegment bitmaps;
        Living living;
        std::vector<std::uint32_t> places; // of its terms in `terms`
    };

    std::vector<Piece> pieces;
    std::vector<const rule::Term*> terms; // each once, held by some piece
    std::size_t programs = 0;
};

struct Index::Inside {
    struct Block {
        std::vector<std::int64_t> ids; // by number in the segment; those struck out as well
        std::size_t count = 0;         // of programs that are not
        HeldSegment bitmaps;
        Living living;
        bool worn = false; // to be made again without what was struck out
    };

    struct Home {
        Member member;
        Block* block = nullptr; // null while it is being moved
        std::uint32_t number = 0;
    };

    Shape shape;
    mutable std::mutex editing; // of everything but `now`
    Block fresh;
    Block middle;
    std::vector<std::unique_ptr<Block>> large;
    std::unordered_map<std::int64_t, Home> homes;
    std::vector<std::int64_t> moving; // in no block
    mutable std::mutex swapping;
    Held now;

    void put(const Entry& entry);
    void remove(std::int64_t id);
    void strike(const Home& home);
    void take_out(Block& block);
    void settle();
    bool fits(const Block& block, std::size_t most);
    void make(Block& block, std::span<const std::int64_t> ids);
    void make_large();
    [[nodiscard]] std::unique_ptr<Version> next() const;
};

std::vector<std::int64_t> Found::ids() const {
    std::vector<std::int64_t> all;
    append_ids(all);
    return all;
}

void Found::append_ids(std::vector<std::int64_t>& out) const {
    const auto* bits = bits_.data();
    for (const auto& part : parts_) {
        part.ids->append(bits, part.words, out);
        bits += part.words;
    }
}

void Found::clear() {
    parts_.clear();
    bits_.clear();
    count_ = 0;
}

void Found::add(const HeldIds& ids, const Word* bitmap, std::size_t words) {
    const auto count = count_bits(bitmap, words);
    if (count == 0) return;
    parts_.push_back({ids, words});
    bits_.insert(bits_.end(), bitmap, bitmap + words);
    count_ += count;
}

Workspace::Workspace()
    : inside_(std::make_unique<Inside>()) {}

Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

Version::Version()
    : inside_(std::make_unique<Inside>()) {}

Version::~Version() = default;

void Version::ask(
    const rule::Row& row, base::Date today, Depth depth, Workspace& workspace, Sieved& out) const {
    for (auto* found : {&out.eligible, &out.unknown, &out.one_off, &out.two_off})
        found->clear();
    auto& work = *workspace.inside_;
    const auto count = inside_->terms.size();
    work.readings.resize(std::max(work.readings.size(), count));
    work.scratch.resize(std::max(work.scratch.size(), count));
    for (std::size_t i = 0; i < count; ++i)
        work.readings[i] = rule::read(*inside_->terms[i], row, today, work.scratch[i]);
    const Question question{row, today, depth};
    const auto& pieces = inside_->pieces;
    const auto pick = [&](std::size_t i) {
        pieces[i].bitmaps->pick(pieces[i].places, work.readings, work.picked[i % 2]);
    };
    // The next segment's first lines are on their way while this one is worked on.
    if (!pieces.empty()) pick(0);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (i + 1 < pieces.size()) pick(i + 1);
        const auto& piece = pieces[i];
        piece.bitmaps->ask(question, work.picked[i % 2], piece.living->data(), work, out);
    }
    out.failing = inside_->programs - out.eligible.size() - out.unknown.size();
}

std::size_t Version::size() const { return inside_->programs; }

std::size_t Version::bytes() const {
    std::size_t sum = 0;
    for (const auto& piece : inside_->pieces)
        sum += piece.bitmaps->bytes() + piece.living->size() * sizeof(Word);
    return sum;
}

Index::Index(Shape shape)
    : inside_(std::make_unique<Inside>()) {
    base::ensure(shape.segment_programs > 0, "a segment holds programs");
    inside_->shape = shape;
    apply({});
}

Index::~Index() = default;

void Index::Inside::put(const Entry& entry) {
    const auto [found, added] = homes.try_emplace(entry.id);
    auto& home = found->second;
    if (home.block != nullptr) strike(home);
    if (added || home.block != nullptr) moving.push_back(entry.id);
    home = {{entry.id, {}}, nullptr, 0};
    if (entry.program == nullptr) {
        home.member.normal.ways.emplace_back();
    } else {
        home.member.normal = rule::normal(*entry.program);
    }
}

void Index::Inside::remove(std::int64_t id) {
    const auto found = homes.find(id);
    if (found == homes.end()) return;
    strike(found->second);
    homes.erase(found);
}

// Readers of the version there is have the bitmap there is; it is copied once an edit.
void Index::Inside::strike(const Home& home) {
    auto& block = *home.block;
    auto living = *block.living;
    block.bitmaps->strike(home.number, living);
    block.living = std::make_unique<const std::vector<Word>>(std::move(living));
    block.count -= 1;
    // Bitmaps mostly of what is struck out are not worth reading; and a program that is gone from
    // this version may be gone altogether when the readers of the last one are.
    const auto& terms = home.member.normal.terms;
    const bool leaning = !terms.empty() && block.bitmaps->leans_on(*terms.front().tree);
    block.worn = block.worn || leaning || block.count * 2 < block.ids.size();
}

// What is left of a block is to be moved.
void Index::Inside::take_out(Block& block) {
    for (std::uint32_t i = 0; i < block.ids.size(); ++i) {
        const auto found = homes.find(block.ids[i]);
        if (found == homes.end()) continue;
        auto& home = found->second;
        if (home.block != &block || home.number != i) continue;
        home.block = nullptr;
        moving.push_back(block.ids[i]);
    }
    block.ids.clear();
    block.count = 0;
    block.worn = false;
    block.bitmaps.reset();
    block.living.reset();
}

bool Index::Inside::fits(const Block& block, std::size_t most) {
    return block.count + moving.size() <= std::min(most, shape.segment_programs);
}

void Index::Inside::make(Block& block, std::span<const std::int64_t> ids) {
    block.ids.assign(ids.begin(), ids.end());
    // Up and down in turns, so that ids of neighbours are never far apart.
    std::ranges::sort(block.ids, {}, [&](std::int64_t id) {
        const auto ways = std::ssize(homes.at(id).member.normal.ways);
        return std::pair(-ways, ways % 2 == 0 ? id : -id);
    });
    std::vector<const Member*> members;
    for (const auto id : block.ids) {
        auto& home = homes.at(id);
        home.block = &block;
        home.number = static_cast<std::uint32_t>(members.size());
        members.push_back(&home.member);
    }
    block.count = ids.size();
    block.bitmaps = std::make_unique<const Segment>(members, shape);
    block.living = std::make_unique<const std::vector<Word>>(block.bitmaps->every_living());
}

// Takes in the segments that are not much larger, so that there are few of them and each program is
// moved seldom; then makes new ones.
void Index::Inside::make_large() {
    const auto taken_in = [&](const std::unique_ptr<Block>& block) {
        const bool taken = block->count <= 16 * moving.size() &&
                           block->count + moving.size() <= shape.segment_programs;
        if (taken) take_out(*block);
        return taken;
    };
    while (std::erase_if(large, taken_in) > 0) {
    }
    for (std::size_t from = 0; from < moving.size(); from += shape.segment_programs) {
        const auto count = std::min(shape.segment_programs, moving.size() - from);
        make(
            *large.emplace_back(std::make_unique<Block>()), std::span(moving).subspan(from, count));
    }
    moving.clear();
}

// Gives everything that is moving a home: the smallest block it fits into, together with what that
// block and all smaller ones hold.
void Index::Inside::settle() {
    for (auto* block : {&middle, &fresh}) {
        if (block->worn) take_out(*block);
    }
    for (auto& block : large) {
        if (block->worn) take_out(*block);
    }
    std::erase_if(large, [](const auto& block) { return block->ids.empty(); });
    if (moving.empty()) return;
    for (auto* block : {&fresh, &middle}) {
        const bool room = fits(*block, block == &fresh ? fresh_programs : middle_programs);
        take_out(*block);
        if (!room) continue;
        make(*block, moving);
        moving.clear();
        return;
    }
    make_large();
}

std::unique_ptr<Version> Index::Inside::next() const {
    auto made = std::make_unique<Version>();
    auto& version = *made->inside_;
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    const auto add = [&](const Block& block) {
        if (block.count == 0) return;
        version.programs += block.count;
        auto& piece = version.pieces.emplace_back(block.bitmaps, block.living);
        for (const auto& term : block.bitmaps->terms()) {
            const auto next_number = static_cast<std::uint32_t>(version.terms.size());
            const auto [found, added] = numbers.try_emplace(term.text, next_number);
            if (added) version.terms.push_back(&term);
            piece.places.push_back(found->second);
        }
    };
    for (const auto& block : large)
        add(*block);
    add(middle);
    add(fresh);
    return made;
}

void Index::apply(const Edit& edit) {
    const std::scoped_lock lock(inside_->editing);
    for (const auto id : edit.removed)
        inside_->remove(id);
    for (const auto& entry : edit.put)
        inside_->put(entry);
    inside_->settle();
    Held next = inside_->next();
    const std::scoped_lock swap(inside_->swapping);
    inside_->now = std::move(next);
}

Held Index::version() const {
    const std::scoped_lock lock(inside_->swapping);
    return inside_->now;
}

} // namespace match
