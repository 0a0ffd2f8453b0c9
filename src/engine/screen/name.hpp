// A company's name in its parts: 嘉兴 (division) 蔚禾 (trade name) 纺织 (industry) 有限公司 (form).
//
//   name     = [division] trade [industry] [form] [branch]
//   division = known name, with or without its end, and known ones inside it; or in brackets
//              anywhere: 蔚禾（嘉兴）纺织有限公司; or an unknown one ending in 县, 区 …
//   form     = the longest known; else one of four letters or more written with one slip
//   branch   = what follows the last form and ends as a branch does
// Every name that has a letter has a trade name.
#pragma once

#include "engine/screen/fold.hpp"

#include <map>

namespace screen {

struct Name {
    Letters division; // without its end; empty: none
    int area = -1;    // its number when it is known
    Letters trade;
    Letters industry;
    int form = -1;          // its number; -1: none
    bool form_odd = false;  // written with a slip
    bool form_also = false; // written another way: 有限责任公司
    std::string branch;
};

// How the divisions of two names stand to each other.
enum class Areas { same, inside, apart, unknown };

class Names {
public:
    explicit Names(const Vocabulary& vocabulary);

    [[nodiscard]] Name split(std::string_view text) const;
    [[nodiscard]] Areas areas(int one, int other) const; // by number; -1: none known

    [[nodiscard]] std::size_t area_count() const { return above_.size(); }

    // The form as the words name it.
    [[nodiscard]] const FormRow& form(int number) const {
        return words_.forms[static_cast<std::size_t>(number)];
    }

    [[nodiscard]] const Folding& folding() const { return folding_; }

    [[nodiscard]] const Words& words() const { return words_; }

private:
    struct Writing { // one way to write a form
        Letters letters;
        int form = -1;
        bool also = false;
    };

    struct Found { // a form at the end of letters
        std::size_t letters = 0;
        int form = -1;
        bool also = false;
        bool odd = false;
    };

    int add_area(std::string_view name, int above);
    void add_areas(const Vocabulary& vocabulary);
    void add_forms();
    [[nodiscard]] bool ends_with(const Letters& letters, const Letters& end) const;
    [[nodiscard]] Found form_exactly(const Letters& letters, std::size_t least) const;
    [[nodiscard]] Found form_with_a_slip(const Letters& letters) const;
    [[nodiscard]] Found form_at_end(const Letters& letters) const;
    void take_brackets(Letters& letters, Name& name) const;
    void take_form(Letters& letters, Name& name) const;
    void take_divisions(Letters& letters, Name& name) const;
    [[nodiscard]] std::size_t known_division(
        const Letters& letters, std::size_t from, int& area) const;
    [[nodiscard]] std::size_t unknown_division(const Letters& letters, std::size_t from) const;
    [[nodiscard]] std::size_t industry_letters(const Letters& letters) const;
    [[nodiscard]] bool above(int area, int other) const;

    Words words_;
    Folding folding_;
    std::map<std::u32string, int> areas_;  // as written, with and without its end
    std::vector<int> above_;               // by area: the one around it, or -1
    std::vector<std::u32string> shortest_; // by area: without its end
    std::vector<Writing> forms_;           // longest first
    std::vector<Letters> branches_;
    std::map<std::u32string, int> industries_;
    std::vector<std::u32string> district_ends_;
    std::vector<std::u32string> not_districts_;
    std::size_t longest_area_ = 0;
    std::size_t longest_industry_ = 0;
};

} // namespace screen
