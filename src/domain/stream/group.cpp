#include "domain/stream/group.hpp"

namespace stream {

void GroupWriter::add(const watch::Given& given) {
    bytes_.text(given.id);
    bytes_.whole(given.time_ms);
    for (const auto value : given.fields) {
        if (value == watch::nothing) {
            bytes_.number(0);
            continue;
        }
        const auto bits = static_cast<std::uint64_t>(value);
        bytes_.number(1 + ((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0)));
    }
    ++events_;
}

std::string GroupWriter::take(const watch::Words& words) {
    watch::ByteWriter group;
    group.number(words_written_);
    group.number(words.size() - words_written_);
    for (; words_written_ < words.size(); ++words_written_)
        group.text(words.of(static_cast<std::int64_t>(words_written_)));
    group.number(events_);
    auto bytes = group.take();
    bytes += bytes_.bytes();
    bytes_ = {};
    events_ = 0;
    return bytes;
}

void GroupReader::follow() {
    codes_.clear();
    for (std::size_t code = 0; code < watch_->words().size(); ++code)
        codes_.push_back(static_cast<std::int64_t>(code));
}

bool GroupReader::read_words(watch::ByteReader& in) {
    const auto first = in.number();
    const auto count = in.count();
    if (in.failed() || first != codes_.size()) return false;
    for (std::size_t i = 0; i < count; ++i) {
        const auto word = in.text();
        if (in.failed()) return false;
        const auto code = watch_->meet(word);
        same_words_ = same_words_ && code == static_cast<std::int64_t>(codes_.size());
        codes_.push_back(code);
    }
    return true;
}

bool GroupReader::read_event(watch::ByteReader& in, watch::Given& given) {
    given.id = in.text();
    given.time_ms = in.whole();
    const auto& fields = watch_->fields();
    values_.assign(fields.size(), watch::nothing);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto folded = in.number();
        if (folded == 0) continue;
        const auto bits = folded - 1;
        values_[i] = static_cast<std::int64_t>((bits >> 1U) ^ (~(bits & 1U) + 1U));
        if (fields[i].type == watch::FieldType::word) {
            if (static_cast<std::uint64_t>(values_[i]) >= codes_.size()) return false;
            values_[i] = codes_[static_cast<std::size_t>(values_[i])];
        } else if (values_[i] > watch::value_most || values_[i] < -watch::value_most) {
            return false;
        }
    }
    given.fields = values_;
    return !in.failed() && watch::possible_time(given.time_ms);
}

bool GroupReader::read(std::string_view bytes, const Each& each) {
    watch::ByteReader in(bytes);
    if (!read_words(in)) return false;
    const auto count = in.count();
    watch::Given given;
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        if (!read_event(in, given)) return false;
        each(given);
    }
    return in.done();
}

} // namespace stream
