// A page of paper: headings, fields, tables, as a PDF whose letters are inside it.
//
// The same sheet always gives the same bytes: the day it was made is the sheet's, and nothing of
// the machine is written. Only the glyphs that are used are embedded, so that a certificate in
// Chinese takes some fifteen kilobytes. Cairo and FreeType stay in paper.cpp.
#pragma once

#include "base/date.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace paper {

struct Heading {
    std::string text;
};

struct Paragraph {
    std::string text;
};

// One a line: what it is, and what it says.
struct Fields {
    std::vector<std::pair<std::string, std::string>> lines;
};

struct Table {
    struct Column {
        std::string title;
        int weight = 1; // its part of the page's width, among the others' weights
    };

    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;
};

using Block = std::variant<Heading, Paragraph, Fields, Table>;

struct Sheet {
    std::string title;
    std::string subtitle;
    std::vector<Block> blocks;
    std::string foot; // at the foot of every page, before its number
    base::Instant made_at;
};

// A4, upright, as many pages as it takes. Errors (unavailable): `paper.no_font` when no font with
// Chinese letters is installed, `paper.failed` when the library refused.
base::Result<std::string> pdf(const Sheet& sheet);

} // namespace paper
