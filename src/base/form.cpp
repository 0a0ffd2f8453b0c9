#include "base/form.hpp"

#include <cstring>
#include <utility>

namespace base {
namespace {

template <class T>
std::int64_t load(const void* place) {
    T value{};
    std::memcpy(&value, place, sizeof value);
    return static_cast<std::int64_t>(value);
}

template <class T>
bool keep(void* place, std::int64_t value) {
    if (!std::in_range<T>(value)) return false;
    const auto narrow = static_cast<T>(value);
    std::memcpy(place, &narrow, sizeof narrow);
    return true;
}

} // namespace

std::int64_t load_integer(const Form& form, const void* place) {
    switch (form.bytes) {
    case 1: return form.is_signed ? load<std::int8_t>(place) : load<std::uint8_t>(place);
    case 2: return form.is_signed ? load<std::int16_t>(place) : load<std::uint16_t>(place);
    case 4: return form.is_signed ? load<std::int32_t>(place) : load<std::uint32_t>(place);
    default: return load<std::int64_t>(place); // unsigned ones above 2^63 do not occur
    }
}

bool store_integer(const Form& form, void* place, std::int64_t value) {
    switch (form.bytes) {
    case 1:
        return form.is_signed ? keep<std::int8_t>(place, value) : keep<std::uint8_t>(place, value);
    case 2:
        return form.is_signed ? keep<std::int16_t>(place, value)
                              : keep<std::uint16_t>(place, value);
    case 4:
        return form.is_signed ? keep<std::int32_t>(place, value)
                              : keep<std::uint32_t>(place, value);
    default:
        return form.is_signed ? keep<std::int64_t>(place, value)
                              : keep<std::uint64_t>(place, value);
    }
}

const Choice* choice_of(const Form& form, std::int64_t value) {
    for (const auto& choice : form.choices)
        if (choice.value == value) return &choice;
    return nullptr;
}

const Choice* choice_named(const Form& form, std::string_view name) {
    for (const auto& choice : form.choices)
        if (name == choice.name) return &choice;
    return nullptr;
}

} // namespace base
