// What company names are made of, as a pack tells it: names/company_names.yaml of a pack, or of the
// one it stands on, and the areas of all of them.
#pragma once

#include "base/json.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace screen {

struct RegionRow {
    std::string name;                // as names have it: 浙江
    std::vector<std::string> inside; // 杭州, 嘉兴 …
};
BOOST_DESCRIBE_STRUCT(RegionRow, (), (name, inside))

struct FormRow {
    std::string name;              // 有限公司
    std::string kind;              // forms of one kind are one in law
    std::vector<std::string> also; // other ways of writing it
};
BOOST_DESCRIBE_STRUCT(FormRow, (), (name, kind, also))

struct Words {
    base::Text source;
    std::vector<RegionRow> regions;
    std::vector<std::string> region_ends;
    std::vector<std::string> district_ends;
    std::vector<std::string> not_districts;
    std::vector<FormRow> forms;
    std::vector<std::string> branches;
    std::vector<std::string> industries;
    std::vector<std::string> look_alikes; // letters that are taken for one another
    std::string numerals;
    std::string trade_letters; // for synthetic names
};
BOOST_DESCRIBE_STRUCT(
    Words,
    (),
    (source,
     regions,
     region_ends,
     district_ends,
     not_districts,
     forms,
     branches,
     industries,
     look_alikes,
     numerals,
     trade_letters))

// An area of areas.yaml: 330421 嘉善县.
struct Area {
    std::string code;
    std::string name;
};

struct Vocabulary {
    Words words;
    std::vector<Area> areas;
};

// `screen.no_words` when neither the pack nor those below it have the file, `screen.words` with the
// place of the first fault.
[[nodiscard]] base::Result<Vocabulary> load_words(const std::filesystem::path& pack);

} // namespace screen
