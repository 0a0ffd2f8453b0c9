#include "engine/watch/feed.hpp"

#include <charconv>

namespace watch {
namespace {

// Headings under which public and banks' tables have the six fields.
struct Headings {
    std::string_view field;
    std::string_view names; // with a bar between them
};

constexpr Headings usual_headings[] = {
    {"id", "tran_id|transaction_id|txn_id|tx_id|交易流水号|流水号|交易编号"},
    {"time", "timestamp|datetime|date|step|tran_timestamp|交易时间|交易日期|时间"},
    {"payer",
     "orig|nameorig|sender|from|source|orig_acct|sender_account|from_account|付款户|付款账号|"
     "付款账户|转出账户"},
    {"payee",
     "bene|namedest|receiver|to|target|bene_acct|receiver_account|to_account|收款户|收款账号|"
     "收款账户|转入账户"},
    {"amount", "base_amt|amount_paid|value|金额|交易金额|发生额"},
    {"kind", "tx_type|type|payment_type|payment_format|种类|交易类型|业务种类"}};

void add_usual(std::string_view field, std::vector<std::string>& wanted) {
    for (const auto& each : usual_headings) {
        if (each.field != field) continue;
        for (auto rest = each.names; !rest.empty();) {
            const auto bar = std::min(rest.find('|'), rest.size());
            wanted.emplace_back(rest.substr(0, bar));
            rest.remove_prefix(std::min(bar + 1, rest.size()));
        }
    }
}

// Headings are compared without case, blanks and signs between words.
std::string folded(std::string_view heading) {
    std::string text;
    for (const char each : heading) {
        if (each == ' ' || each == '_' || each == '-' || each == '.') continue;
        text += each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
    }
    return text;
}

std::optional<std::size_t> place_of(
    const std::vector<std::string>& header, const std::vector<std::string>& wanted) {
    for (const auto& name : wanted) {
        for (std::size_t i = 0; i < header.size(); ++i) {
            if (folded(header[i]) == folded(name)) return i;
        }
    }
    return {};
}

// 1,000 亿元 in 分: a million such payments still add up within 64 bits.
constexpr std::int64_t amount_most = 10'000'000'000'000;

std::optional<std::int64_t> possible(std::int64_t time_ms) {
    if (!possible_time(time_ms)) return {};
    return time_ms;
}

std::optional<std::int64_t> whole_of(std::string_view text) {
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
    return value;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ')
        text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ')
        text.remove_suffix(1);
    return text;
}

// Runs of digits: "2023-01-31 08:05:09.120" is 2023 1 31 8 5 9 120.
std::vector<std::int64_t> numbers_of(std::string_view text) {
    std::vector<std::int64_t> numbers;
    bool inside = false;
    for (const char each : text) {
        const bool digit = each >= '0' && each <= '9';
        if (digit && !inside) numbers.push_back(0);
        if (digit && numbers.back() < 100'000) numbers.back() = numbers.back() * 10 + (each - '0');
        inside = digit;
    }
    return numbers;
}

std::optional<std::int64_t> moment_of(
    const std::vector<std::int64_t>& parts, std::int64_t zone_minutes) {
    if (parts.size() < 3) return {};
    const auto at = [&](std::size_t i) { return i < parts.size() ? parts[i] : 0; };
    char text[40];
    std::snprintf(
        text,
        sizeof text,
        "%04d-%02d-%02d",
        static_cast<int>(at(0)),
        static_cast<int>(at(1)),
        static_cast<int>(at(2)));
    const auto date = base::Date::parse(text);
    if (!date || at(3) > 23 || at(4) > 59 || at(5) > 60) return {};
    const auto seconds =
        std::int64_t{date->days} * 86'400 + at(3) * 3'600 + at(4) * 60 + at(5) - zone_minutes * 60;
    return seconds * 1'000;
}

Refused refused_row(std::int64_t line, std::string code, base::Text message, base::Text cure) {
    return {line, std::move(code), std::move(message), std::move(cure)};
}

} // namespace

std::optional<std::int64_t> time_of(std::string_view text, const Mapping& mapping) {
    text = trimmed(text);
    if (const auto whole = whole_of(text)) {
        if (*whole < 0) return {};
        if (text.size() == 8 && *whole >= 19'000'101)
            return moment_of(
                {*whole / 10'000, *whole / 100 % 100, *whole % 100}, mapping.zone_minutes);
        if (text.size() == 14)
            return moment_of(
                {*whole / 10'000'000'000,
                 *whole / 100'000'000 % 100,
                 *whole / 1'000'000 % 100,
                 *whole / 10'000 % 100,
                 *whole / 100 % 100,
                 *whole % 100},
                mapping.zone_minutes);
        if (*whole < 100'000'000) return possible(*whole * mapping.step_ms);
        return possible(*whole < 100'000'000'000 ? *whole * 1'000 : *whole);
    }
    const bool zoned =
        text.size() > 19 && (text.ends_with('Z') || text.rfind('+') != std::string_view::npos ||
                             text.find('-', 19) != std::string_view::npos);
    if (zoned) {
        std::string strict(text);
        if (strict[10] == ' ') strict[10] = 'T';
        const auto instant = base::Instant::parse(strict);
        if (instant) return instant->ms;
    }
    return moment_of(numbers_of(text), mapping.zone_minutes);
}

std::optional<std::int64_t> fen_of(std::string_view text) {
    text = trimmed(text);
    for (const std::string_view sign : {"¥", "￥", "$", "CNY", "RMB"}) {
        if (text.starts_with(sign)) text.remove_prefix(sign.size());
    }
    if (text.ends_with("元")) text.remove_suffix(std::string_view("元").size());
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::int64_t fen = 0;
    int decimals = -1;
    bool any = false;
    for (const char each : text) {
        if (each == ',' && decimals < 0) continue;
        if (each == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (each < '0' || each > '9') return {};
        any = true;
        if (decimals == 2 && each >= '5') ++fen;
        if (decimals < 2) fen = fen * 10 + (each - '0');
        if (decimals >= 0) ++decimals;
        if (fen > value_most) return {};
    }
    if (!any) return {};
    for (int i = std::max(decimals, 0); i < 2; ++i)
        fen *= 10;
    if (fen > value_most) return {};
    return negative ? -fen : fen;
}

base::Result<Feed> Feed::open(
    table::RowSource& source, Watch& watch, const Book& book, Mapping mapping) {
    Feed feed(source, watch, std::move(mapping));
    const auto& header = source.header();
    const auto find = [&](const std::string& name) -> base::Result<std::optional<std::size_t>> {
        std::vector<std::string> wanted;
        if (const auto given = feed.mapping_.columns.find(name);
            given != feed.mapping_.columns.end()) {
            const auto place = place_of(header, {given->second});
            if (place) return place;
            return base::invalid(
                "watch.no_column",
                {"没有列“" + given->second + "”。", "There is no column “" + given->second + "”."},
                {"文件的列：" + pack::listed(header),
                 "The file's columns: " + pack::listed(header)});
        }
        for (const auto& field : book.fields) {
            if (field.name != name) continue;
            wanted = field.columns;
            wanted.push_back(field.label.zh);
        }
        wanted.push_back(name);
        add_usual(name, wanted);
        return place_of(header, wanted);
    };
    const auto missing = [&](const std::string& name) {
        return base::invalid(
            "watch.no_column",
            {"找不到“" + name + "”列。文件的列：" + pack::listed(header),
             "There is no column for “" + name + "”. The file's columns: " + pack::listed(header)},
            {"用 --column " + name + "=列名 指出", "Say which with --column " + name + "=HEADING"});
    };
    feed.id_ = TRY(find("id"));
    if (!feed.id_ && feed.mapping_.needs_id) return missing("id");
    const auto time = TRY(find("time"));
    if (!time) return missing("time");
    feed.time_ = *time;
    for (const auto& field : watch.fields()) {
        auto place = TRY(find(field.name));
        const bool needed =
            field.name == "payer" || field.name == "payee" || field.name == "amount";
        if (!place && needed) return missing(field.name);
        feed.places_.push_back(place);
    }
    feed.values_.assign(feed.places_.size(), nothing);
    return feed;
}

std::optional<Refused> Feed::read(const table::Row& row, Given& given) {
    const auto time = time_of(row.cells[time_], mapping_);
    if (!time)
        return refused_row(
            row.line,
            "watch.no_time",
            {"“" + std::string(row.cells[time_]) + "”不是时间",
             "“" + std::string(row.cells[time_]) + "” is no time"},
            {"写成 2023-01-31 08:05:09", "write 2023-01-31 08:05:09"});
    given.time_ms = *time;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        values_[i] = nothing;
        if (!places_[i]) continue;
        const auto cell = trimmed(row.cells[*places_[i]]);
        const auto& field = watch_->fields()[i];
        if (cell.empty()) continue;
        if (cell.size() > rule::text_limit_bytes)
            return refused_row(
                row.line,
                "watch.long",
                {field.label.zh + "过长", field.name + " is too long"},
                {"最多 4096 字节", "at most 4096 bytes"});
        if (field.type == FieldType::word) {
            values_[i] = watch_->meet(cell);
            continue;
        }
        const auto value = field.type == FieldType::money ? fen_of(cell) : whole_of(cell);
        if (!value || *value > amount_most || *value < -amount_most)
            return refused_row(
                row.line,
                field.type == FieldType::money ? "watch.amount" : "watch.integer",
                {"“" + std::string(cell) + "”不是" + field.label.zh,
                 "“" + std::string(cell) + "” is no " + field.name},
                {"写成数字，如 1234.56", "write a number, such as 1234.56"});
        values_[i] = *value;
    }
    if (values_[2] == nothing || (values_[0] == nothing && values_[1] == nothing))
        return refused_row(
            row.line,
            "watch.no_account",
            {"没有金额，或付款户与收款户都没有", "it has no amount, or neither payer nor payee"},
            {"补上，或确认列对应正确", "fill it in, or see whether columns are mapped rightly"});
    id_text_ = id_ ? std::string(trimmed(row.cells[*id_])) : std::string();
    if (id_text_.empty() && mapping_.needs_id)
        return refused_row(
            row.line,
            "watch.no_id",
            {"没有编号", "it has no id"},
            {"补上：再次读到同一行时靠它认出", "fill it in: by it a row is known again"});
    if (id_text_.empty()) id_text_ = "row " + std::to_string(row.number);
    given.id = id_text_;
    given.fields = values_;
    return {};
}

base::Result<Feed::Next> Feed::next(Given& given, Refused& refused) {
    table::Row row;
    if (!TRY(source_->next(row))) return Next::end;
    auto wrong = read(row, given);
    if (!wrong) return Next::event;
    refused = *std::move(wrong);
    return Next::refused;
}

} // namespace watch
