// Any table of transactions as events: columns found by heading, times and amounts as they are met.
#pragma once

#include "engine/table/row_source.hpp"
#include "engine/watch/watch.hpp"

namespace watch {

struct Mapping {
    std::map<std::string, std::string> columns; // field → heading, for headings nobody would guess
    std::int64_t step_ms = 3'600'000;           // what a time that is a small whole number counts
    std::int64_t zone_minutes = 480;            // of times without a zone
    bool needs_id = false; // rows are known again by id, so their number will not do
};

// One row that was not taken.
struct Refused {
    std::int64_t line = 0;
    std::string code; // watch.no_time, watch.no_id, watch.amount, watch.no_account, table.…
    base::Text message;
    base::Text cure;
};
BOOST_DESCRIBE_STRUCT(Refused, (), (line, code, message, cure))

// A moment: RFC 3339; 2023-01-31, 2023/1/31 or 20230131, with 08:05, 08:05:09 or none after a blank
// or T; 20230131080509; seconds or milliseconds since 1970 (from 100,000,000 on); a smaller whole
// number counts steps since 1970.
[[nodiscard]] std::optional<std::int64_t> time_of(std::string_view text, const Mapping& mapping);
// An amount in 分: "1,234.5", "¥12", "￥3.00元"; a third decimal rounds half up. Within
// ±value_most.
[[nodiscard]] std::optional<std::int64_t> fen_of(std::string_view text);

class Feed {
public:
    // `watch.no_column` names what is missing and the headings there are.
    static base::Result<Feed> open(
        table::RowSource& source, Watch& watch, const Book& book, Mapping mapping);

    enum class Next { event, refused, end };
    // The event is valid until the next call.
    base::Result<Next> next(Given& given, Refused& refused);

private:
    Feed(table::RowSource& source, Watch& watch, Mapping mapping)
        : source_(&source)
        , watch_(&watch)
        , mapping_(std::move(mapping)) {}

    std::optional<Refused> read(const table::Row& row, Given& given);

    table::RowSource* source_;
    Watch* watch_;
    Mapping mapping_;
    std::optional<std::size_t> id_; // rows have no name of their own: their number serves
    std::size_t time_ = 0;
    std::vector<std::optional<std::size_t>> places_; // of fields
    std::vector<std::int64_t> values_;
    std::string id_text_;
};

} // namespace watch
