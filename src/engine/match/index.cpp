#include "engine/match/index.hpp"

#include "engine/match/segment.hpp"

namespace match {

// tidy-allow(sharing): versions that follow each other have most segments in common
using Piece = std::shared_ptr<const Segment>;

struct Version::Inside {
    std::vector<Piece> pieces;
    std::vector<std::vector<std::uint32_t>> places; // by piece: of its terms in `terms`
    std::vector<const rule::Term*> terms;           // each once, held by some piece
    std::size_t programs = 0;
};

struct Index::Inside {
    struct Block {
        std::vector<Member> members;
        Piece piece;
        bool touched = false;
    };

    struct Place {
        std::size_t block = 0;
        std::size_t member = 0;
    };

    Shape shape;
    mutable std::mutex editing; // of everything but `now`
    std::vector<Block> blocks;
    std::unordered_map<std::int64_t, Place> places;
    mutable std::mutex swapping;
    Held now;

    void put(const Entry& entry);
    void remove(std::int64_t id);
    Block& roomy();
};

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
    for (auto* ids : {&out.eligible, &out.unknown, &out.one_off, &out.two_off})
        ids->clear();
    out.failing = 0;
    auto& work = *workspace.inside_;
    const auto count = inside_->terms.size();
    work.readings.resize(std::max(work.readings.size(), count));
    work.scratch.resize(std::max(work.scratch.size(), count));
    for (std::size_t i = 0; i < count; ++i)
        work.readings[i] = rule::read(*inside_->terms[i], row, today, work.scratch[i]);
    const Question question{row, today, depth};
    for (std::size_t i = 0; i < inside_->pieces.size(); ++i)
        inside_->pieces[i]->ask(question, inside_->places[i], work, out);
}

std::size_t Version::size() const { return inside_->programs; }

std::size_t Version::bytes() const {
    std::size_t sum = 0;
    for (const auto& piece : inside_->pieces)
        sum += piece->bytes();
    return sum;
}

Index::Index(Shape shape)
    : inside_(std::make_unique<Inside>()) {
    base::ensure(shape.segment_programs > 0, "a segment holds programs");
    inside_->shape = shape;
    apply({});
}

Index::~Index() = default;

Index::Inside::Block& Index::Inside::roomy() {
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
        if (block->members.size() < shape.segment_programs) return *block;
    }
    return blocks.emplace_back();
}

void Index::Inside::put(const Entry& entry) {
    Member member{entry.id, {}};
    if (entry.program == nullptr) {
        member.normal.ways.emplace_back();
    } else {
        member.normal = rule::normal(*entry.program);
    }
    if (const auto found = places.find(entry.id); found != places.end()) {
        auto& block = blocks[found->second.block];
        block.members[found->second.member] = std::move(member);
        block.touched = true;
        return;
    }
    auto& block = roomy();
    block.touched = true;
    places[entry.id] = {static_cast<std::size_t>(&block - blocks.data()), block.members.size()};
    block.members.push_back(std::move(member));
}

void Index::Inside::remove(std::int64_t id) {
    const auto found = places.find(id);
    if (found == places.end()) return;
    const auto place = found->second;
    places.erase(found);
    auto& block = blocks[place.block];
    block.touched = true;
    if (place.member + 1 < block.members.size()) {
        block.members[place.member] = std::move(block.members.back());
        places[block.members[place.member].id].member = place.member;
    }
    block.members.pop_back();
}

void Index::apply(const Edit& edit) {
    const std::scoped_lock lock(inside_->editing);
    for (const auto id : edit.removed)
        inside_->remove(id);
    for (const auto& entry : edit.put)
        inside_->put(entry);
    auto next = std::make_unique<Version>();
    auto& version = *next->inside_;
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    for (auto& block : inside_->blocks) {
        if (block.members.empty()) {
            block.piece.reset();
            continue;
        }
        if (block.touched) block.piece.reset(new Segment(block.members, inside_->shape));
        block.touched = false;
        version.programs += block.members.size();
        version.pieces.push_back(block.piece);
        auto& places = version.places.emplace_back();
        for (const auto& term : block.piece->terms()) {
            const auto next_number = static_cast<std::uint32_t>(version.terms.size());
            const auto [found, added] = numbers.try_emplace(term.text, next_number);
            if (added) version.terms.push_back(&term);
            places.push_back(found->second);
        }
    }
    const std::scoped_lock swap(inside_->swapping);
    inside_->now = std::move(next);
}

Held Index::version() const {
    const std::scoped_lock lock(inside_->swapping);
    return inside_->now;
}

} // namespace match
