// Tables of lists and of names to screen: columns found by heading, or named by a mapping.
//
//   list:  name,code,list,source,basis,from,until,appeal     names: name[,code]
#pragma once

#include "engine/screen/screen.hpp"
#include "engine/table/row_source.hpp"

#include <map>

namespace screen {

// Something about one row. One that was not taken is counted as refused; a remark tells what of a
// row that was taken could not be used.
struct Noted {
    std::int64_t line = 0;
    bool taken = false;
    std::string code; // screen.no_name, screen.long_name, screen.code, screen.list, screen.date,
                      // screen.days, screen.appeal, table.…
    base::Text message;
    base::Text cure;
};
BOOST_DESCRIBE_STRUCT(Noted, (), (line, taken, code, message, cure))

struct Notes {
    std::uint64_t refused = 0;
    std::uint64_t remarks = 0;
    std::vector<Noted> first; // at most a hundred
};

using Mapping = std::map<std::string, std::string>; // field → heading

struct EntriesRead {
    std::vector<Entry> entries;
    Notes notes;
};

struct AskedRow {
    Question question;
    std::int64_t line = 0;
};

struct QuestionsRead {
    std::vector<AskedRow> rows;
    Notes notes;
};

// A row without a list is on `list`. `screen.no_column` names what is missing and the headings
// there are.
[[nodiscard]] base::Result<EntriesRead> read_entries(
    table::RowSource& source, const Mapping& mapping, List list);
[[nodiscard]] base::Result<QuestionsRead> read_questions(
    table::RowSource& source, const Mapping& mapping);

} // namespace screen
