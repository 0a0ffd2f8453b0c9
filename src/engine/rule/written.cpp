// From what an evaluation computed to a value that outlives it.
#include "engine/rule/cell.hpp"

namespace rule::cells {
namespace {

constexpr std::int64_t answer_limit_items = 100'000;

Value list_value(const Cell& cell, const Sort& sort) {
    if (cell.tag == Tag::text_list) return *cell.text_list;
    if (cell.tag == Tag::integer_list) return *cell.integer_list;
    if (sort.empty || sort.type != Type::integer) {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < length(cell); ++i) {
            const auto each = item(cell, i);
            if (each.tag == Tag::text) texts.emplace_back(each.text());
        }
        return texts;
    }
    std::vector<std::int64_t> integers;
    for (std::size_t i = 0; i < length(cell); ++i)
        integers.push_back(item(cell, i).integer);
    return integers;
}

// Whether writing the value out stays small: what is shared inside it would be written many times.
bool small(const Cell& cell, std::int64_t& room) {
    room -= 1;
    if (room < 0) return false;
    if (cell.tag == Tag::optional) return !has_value(cell) || small(inside(cell), room);
    if (!is_list(cell) && !is_map(cell)) return true;
    for (std::size_t i = 0; i < length(cell); ++i) {
        if (!small(item(cell, i), room)) return false;
        if (is_map(cell) && !small(value_at(cell, i), room)) return false;
    }
    return true;
}

} // namespace

bool writable(const Cell& cell) {
    auto room = answer_limit_items;
    return small(cell, room);
}

Value written(const Cell& cell, const Sort& sort, bool plain_cel) {
    if (!cell.defined()) return {};
    if (cell.tag == Tag::integer && sort.type == Type::number && sort.shape == nullptr &&
        !sort.list)
        return static_cast<double>(cell.integer);
    const bool catalogue_list = is_list(cell) && sort.shape == nullptr && !plain_cel &&
                                (sort.empty || sort.type == Type::text ||
                                 sort.type == Type::choice || sort.type == Type::integer);
    if (catalogue_list) return list_value(cell, sort);
    return value_of(datum_of(cell));
}

} // namespace rule::cells
