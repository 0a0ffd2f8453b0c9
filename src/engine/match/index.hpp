// Which of very many programs hold for one row, without looking at each: products for a firm.
//
// Every program is taken in its normal form (rule/normal.hpp). Each way to hold is one bit. For
// each term the values are cut into stretches between which no way changes its mind, and for each
// stretch (or listed word, or "no value") there is a bitmap of the ways that the value does not
// refute. A row picks one bitmap a term; all of them together leave the ways that hold, those that
// the missing values leave undecided, and, counted in carry-save planes, how many literals fail.
// Terms that few programs use have no bitmaps; they are evaluated for the ways that are left.
//
// Answers are those of rule::decide and rule::misses, always.
//
// A version never changes. The index makes a new one for each edit, and readers keep the one they
// have for as long as they like. What is removed or replaced is struck out of its segment; what is
// new goes into a small segment made again, which now and then is merged into a larger one.
#pragma once

#include "engine/match/bitmap.hpp"
#include "engine/rule/normal.hpp"

#include <mutex>
#include <unordered_map>

namespace match {

class Segment;

// Programs of a version; stays readable when the version is gone.
class Found {
public:
    [[nodiscard]] std::size_t size() const { return count_; }

    [[nodiscard]] bool empty() const { return count_ == 0; }

    // In no order that matters; the same for one version.
    [[nodiscard]] std::vector<std::int64_t> ids() const;
    void append_ids(std::vector<std::int64_t>& out) const;

private:
    friend class Segment;
    friend class Version;

    // tidy-allow(sharing): whoever holds an answer can read it, whatever the index does meanwhile
    using HeldIds = std::shared_ptr<const Ids>;

    struct Part {
        HeldIds ids;
        std::size_t words = 0; // of bits_, after those of the parts before
    };

    void clear();
    void add(const HeldIds& ids, const Word* bitmap, std::size_t words);

    std::vector<Part> parts_;
    std::vector<Word> bits_;
    std::size_t count_ = 0;
};

// What is known of each program against a row.
struct Sieved {
    Found eligible;
    Found unknown;
    Found one_off;           // failing, but on some way by one literal only
    Found two_off;           // … by two
    std::size_t failing = 0; // all the others, and the two above
};

// One thread's working space, kept from question to question.
class Workspace {
public:
    Workspace();
    Workspace(Workspace&&) noexcept;
    Workspace& operator=(Workspace&&) noexcept;
    ~Workspace();

private:
    friend class Version;
    friend class Segment;
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

// One state of the index. Immutable; safe to read from any thread.
class Version {
public:
    Version();
    ~Version();

    enum class Depth { decided, near }; // whether one_off and two_off are wanted

    void ask(const rule::Row& row, base::Date today, Depth depth, Workspace& workspace, Sieved& out)
        const;

    [[nodiscard]] std::size_t size() const;  // programs
    [[nodiscard]] std::size_t bytes() const; // of bitmaps and tables

private:
    friend class Index;
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

// tidy-allow(sharing): a reader keeps its version while the writer goes on to the next
using Held = std::shared_ptr<const Version>;

struct Entry {
    std::int64_t id = 0;
    const rule::Program* program = nullptr; // outlives every version that has it; null admits all
};

struct Shape {
    std::size_t segment_programs = 131'072;
    // Neighbouring stretches share a bitmap as long as no more ways than this differ among them, or
    // no more than one way in so many; what each refutes is listed.
    std::size_t flips_most = 32;
    std::size_t flips_share = 128;
};

// The writer's side. Safe to call from any thread; edits wait for each other.
class Index {
public:
    explicit Index(Shape shape = {});
    ~Index();

    struct Edit {
        std::vector<Entry> put; // added, or replacing the program with that id
        std::vector<std::int64_t> removed;
    };

    // Readers see all of it or nothing of it. What is removed need not be there.
    void apply(const Edit& edit);
    [[nodiscard]] Held version() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace match
