// Who is on a list: by unified social credit code first, then by name.
//
// The index gives what judging every entry would give: a name whose score can reach its threshold
// shares, letter for letter, enough sounds or looks with the trade name that is asked for, and only
// names that do are aligned.
#pragma once

#include "base/date.hpp"
#include "engine/screen/compare.hpp"

#include <optional>

namespace screen {

enum class List { black, red, white, watch };
BOOST_DESCRIBE_ENUM(List, black, red, white, watch)

// 异议: against an entry. One that was upheld takes it off the list.
enum class Appeal { none, pending, dismissed, upheld };
BOOST_DESCRIBE_ENUM(Appeal, none, pending, dismissed, upheld)

struct Entry {
    std::string name;
    std::string code; // 18 characters, or empty
    List list = List::watch;
    std::string source; // who put it there
    std::string basis;  // by which law or document
    base::Date from = base::Date::of(1900, 1, 1);
    base::Date until = base::Date::of(9999, 12, 31); // the last day
    Appeal appeal = Appeal::none;
    std::int64_t line = 0; // of the file

    [[nodiscard]] bool holds(base::Date on) const {
        return from <= on && on <= until && appeal != Appeal::upheld;
    }
};
BOOST_DESCRIBE_STRUCT(Entry, (), (name, code, list, source, basis, from, until, appeal, line))

struct Hit {
    std::uint32_t entry = 0;
    int score = 0;
    std::vector<Feature> features; // their points add up to the score
};

struct Question {
    std::string name;
    std::string code; // read by reference::CreditCode, or empty
};

struct Answer {
    std::vector<Hit> hits;   // best first, then by place in the list; with features
    std::size_t more = 0;    // hits beyond the most wanted
    std::size_t aligned = 0; // names that were compared letter by letter
};

class Screen {
public:
    // `names` outlives the screen.
    Screen(const Names& names, std::vector<Entry> entries);

    struct Lacking { // of an industry
        std::int16_t cost = 0;
        std::int16_t illegible_saves = 0;
    };

    // Room for one question after another; one for each thread.
    struct Work {
        std::vector<std::uint16_t> shared; // by entry: points of letters that are shared
        std::vector<std::uint32_t> met;    // entries that share anything
        std::vector<std::uint32_t> touched;
        // By class of letters: who of the name that is asked for is of it, as bits; the first bit
        // is of all letters of its division, the last one of all that are left.
        std::vector<std::uint16_t> asked;
        std::uint16_t legible = 0;       // letters of its trade name and industry, of those bits
        int added = 0;                   // what one that is added costs at least
        std::vector<std::uint8_t> apart; // by area + 1: whether what is asked for lies elsewhere
        std::vector<Lacking> lacking;    // by industry: what of it is not asked for
        Alignment alignment;
    };

    // Entries that hold on the day. A hit by code comes before all others; where both codes are
    // sound and differ, the names are not compared.
    [[nodiscard]] Answer ask(
        const Question& question, base::Date on, std::size_t most, Work& work) const;
    // One entry alone, without the index.
    [[nodiscard]] std::optional<Hit> judge(
        std::uint32_t entry, const Question& question, base::Date on, Work& work) const;

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

private:
    struct Kept { // an entry's name
        Name name;
        std::uint32_t first = 0; // its letters
        std::uint32_t count = 0;
    };

    struct Brief { // what is looked at in thousands for one question, so kept close together
        std::uint32_t first = 0;        // its letters' classes
        std::int16_t area = -1;         // of its name
        std::uint16_t industry = 0;     // its number; 0: of none, or of too many to count
        std::int16_t most = 0;          // it may cost so much
        std::int16_t trade_needed = 0;  // of letters of the trade name must be shared
        std::int16_t one_illegible = 0; // and so much less for an illegible letter
        std::int16_t strange = 0;       // what a letter costs at least that is like none of its own
    };

    struct Classes { // of a letter; one of a division costs nothing here
        std::uint16_t one = 0;
        std::uint16_t other = 0; // the same again when it has but one
        std::int16_t gap = 0;
        std::int16_t illegible_saves = 0;
    };

    // With all that tells whether an entry may still be meant: lists are read from end to end,
    // while an entry is a fetch from far away.
    struct Posting {
        std::uint32_t entry = 0;
        std::uint16_t industry = 0;
        std::int16_t area = -1;
        std::int16_t gap = 0;
        std::int16_t most = 0; // these three as in its Brief
        std::int16_t trade_needed = 0;
        std::int16_t one_illegible = 0;
    };

    void count_classes();
    [[nodiscard]] Classes classes_of(const Weighed& letter) const;
    [[nodiscard]] std::uint16_t industry_of(std::size_t entry);
    void keep_letters();
    void brief(std::size_t entry);
    void post();
    template <class Use>
    void each_class(const Letter& letter, const Use& use) const;
    void mark(const Name& asked, bool on, Work& work) const;
    void lay_out(const Name& asked, Work& work) const;
    [[nodiscard]] std::vector<std::size_t> classes_in(const Name& asked) const;
    void gather(const Name& asked, std::size_t illegible, Work& work) const;
    void gather_one(std::size_t at, bool illegible, Work& work) const;
    [[nodiscard]] bool may_reach(
        std::uint32_t entry, std::size_t illegible, int most, const Work& work) const;
    void sift(std::size_t illegible, Work& work) const;
    [[nodiscard]] int score(const Kept& kept, const Name& asked, int most, Work& work) const;
    [[nodiscard]] bool is_other(const Entry& entry, const Question& question) const;
    void by_code(const Question& question, base::Date on, std::vector<Hit>& hits) const;
    void by_name(
        const Question& question,
        const Name& asked,
        base::Date on,
        std::vector<Hit>& hits,
        Answer& answer,
        Work& work) const;
    void explain(const Name& asked, Hit& hit, Work& work) const;

    const Names& names_;
    std::vector<Entry> entries_;
    std::vector<Kept> kept_;
    std::vector<Weighed> letters_;
    std::vector<Brief> briefs_; // one more than entries: where the last one's classes end
    std::vector<Classes> classes_;
    std::map<std::u32string, std::uint16_t> industry_numbers_;
    std::vector<std::uint32_t> industries_; // by number, into industry_classes_; one more
    std::vector<Classes> industry_classes_;
    std::unordered_map<std::string, std::vector<std::uint32_t>> codes_;
    std::size_t near_classes_ = 0;
    std::size_t look_classes_ = 0;
    std::vector<std::uint32_t> starts_; // by class, into postings_
    std::vector<Posting> postings_;
    std::vector<std::uint32_t> loners_; // an illegible letter may be all of their trade name
};

} // namespace screen
