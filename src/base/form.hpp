// The form of a type, known at run time: a table of its members, made from its BOOST_DESCRIBE line.
//
// JSON, rows of tables and schemas are read and written by walking this table. The walks are
// compiled once; compiled once for each of hundreds of types they were half of all code.
#pragma once

#include "base/date.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace base {

BOOST_DESCRIBE_STRUCT(Text, (), (zh, en))
BOOST_DESCRIBE_ENUM(PeriodKind, month, quarter, half, year)

// Bytes of a table's column; they have no JSON.
struct Blob {
    std::string bytes;
    friend bool operator==(const Blob&, const Blob&) = default;
};

// JSON that is already text, passed through as it is (a stored event's body inside an answer).
struct Raw {
    std::string text = "null";
    friend bool operator==(const Raw&, const Raw&) = default;
};

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
using Members = boost::describe::
    describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

template <class T, class F>
void each_member(F&& f) {
    boost::mp11::mp_for_each<Members<T>>(std::forward<F>(f));
}

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class T>
inline constexpr bool is_id<Id<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

struct Form;
using FormOf = const Form& (*)(); // a function, because a struct may hold itself

struct Member {
    const char* name;
    void* (*place)(void* object); // where it lies in an object of the struct
    FormOf form;
};

struct Choice {
    const char* name;
    std::int64_t value;
};

// What lists, maps and optionals of any item can be asked. `each` stops where `see` says false.
struct Container {
    void (*clear)(void* container);
    std::size_t (*size)(const void* container);
    const void* (*at)(const void* list_or_optional, std::size_t index);
    void* (*add)(void* container, std::string_view key); // a fresh item; a map's under that key
    void (*each)(
        const void* map,
        void* context,
        void (*see)(void* context, std::string_view key, const void* item));
};

struct Form {
    enum class Kind : std::uint8_t {
        truth,
        integer,
        number,
        text,
        view,
        money,
        rate,
        date,
        instant,
        period,
        id,
        choice,
        raw,
        blob,
        optional,
        list,
        map,
        object
    };
    Kind kind;
    std::uint8_t bytes = 0; // of an integer, number or choice
    bool is_signed = false; // an integer or choice
    std::string_view
        type{}; // of a choice or object: what the compiler calls the function that names it
    std::span<const Choice> choices{};
    std::span<const Member> members{};
    FormOf item = nullptr; // of an optional, list or map
    const Container* container = nullptr;
};

template <class T>
const Form& form_of();

// The value of an integer or choice of any width, and the way back. `store_integer` is false, and
// changes nothing, when the place is too narrow.
[[nodiscard]] std::int64_t load_integer(const Form& form, const void* place);
[[nodiscard]] bool store_integer(const Form& form, void* place, std::int64_t value);
// Null for a value outside the enum, and for a name it does not have.
[[nodiscard]] const Choice* choice_of(const Form& form, std::int64_t value);
[[nodiscard]] const Choice* choice_named(const Form& form, std::string_view name);

namespace detail {

template <class T>
constexpr std::string_view pretty_name() {
    return __PRETTY_FUNCTION__;
}

template <class T, class D>
void* member_place(void* object) {
    return &(static_cast<T*>(object)->*D::pointer);
}

template <class T, class D>
using MemberType = std::remove_cvref_t<decltype(std::declval<T&>().*D::pointer)>;

template <class T, class List>
struct MemberTable;

template <class T, template <class...> class List, class... D>
struct MemberTable<T, List<D...>> {
    static constexpr std::array<Member, sizeof...(D)> rows{
        Member{D::name, &member_place<T, D>, &form_of<MemberType<T, D>>}...};
};

template <class T, class List>
struct ChoiceTable;

template <class T, template <class...> class List, class... D>
struct ChoiceTable<T, List<D...>> {
    static constexpr std::array<Choice, sizeof...(D)> rows{
        Choice{D::name, static_cast<std::int64_t>(D::value)}...};
};

template <class T>
inline constexpr Container vector_container{
    .clear = [](void* list) { static_cast<T*>(list)->clear(); },
    .size = [](const void* list) { return static_cast<const T*>(list)->size(); },
    .at = [](const void* list, std::size_t index) -> const void* {
        return static_cast<const T*>(list)->data() + index;
    },
    .add = [](void* list, std::string_view) -> void* {
        return &static_cast<T*>(list)->emplace_back();
    },
    .each = nullptr};

template <class T>
inline constexpr Container optional_container{
    .clear = [](void* maybe) { static_cast<T*>(maybe)->reset(); },
    .size = [](const void* maybe) -> std::size_t {
        return static_cast<const T*>(maybe)->has_value() ? 1 : 0;
    },
    .at = [](const void* maybe, std::size_t) -> const void* {
        return &**static_cast<const T*>(maybe);
    },
    .add = [](void* maybe, std::string_view) -> void* {
        return &static_cast<T*>(maybe)->emplace();
    },
    .each = nullptr};

template <class T>
inline constexpr Container map_container{
    .clear = [](void* map) { static_cast<T*>(map)->clear(); },
    .size = [](const void* map) { return static_cast<const T*>(map)->size(); },
    .at = nullptr,
    .add = [](void* map, std::string_view key) -> void* {
        return &(*static_cast<T*>(map))[std::string(key)];
    },
    .each =
        [](const void* map,
           void* context,
           void (*see)(void* context, std::string_view key, const void* item)) {
            for (const auto& [key, item] : *static_cast<const T*>(map))
                see(context, key, &item);
        }};

template <class T>
constexpr Form container_form(Form::Kind kind, FormOf item, const Container& container) {
    return {.kind = kind, .item = item, .container = &container};
}

// tidy-allow(long-function): one branch a kind of type, read from top to bottom.
template <class T>
constexpr Form make_form() {
    using Kind = Form::Kind;
    if constexpr (std::same_as<T, bool>) {
        return {.kind = Kind::truth};
    } else if constexpr (std::integral<T>) {
        return {.kind = Kind::integer, .bytes = sizeof(T), .is_signed = std::is_signed_v<T>};
    } else if constexpr (std::floating_point<T>) {
        return {.kind = Kind::number, .bytes = sizeof(T)};
    } else if constexpr (std::same_as<T, std::string>) {
        return {.kind = Kind::text};
    } else if constexpr (std::same_as<T, std::string_view>) {
        return {.kind = Kind::view};
    } else if constexpr (std::same_as<T, Money>) {
        return {.kind = Kind::money};
    } else if constexpr (std::same_as<T, Rate>) {
        return {.kind = Kind::rate};
    } else if constexpr (std::same_as<T, Date>) {
        return {.kind = Kind::date};
    } else if constexpr (std::same_as<T, Instant>) {
        return {.kind = Kind::instant};
    } else if constexpr (std::same_as<T, Period>) {
        return {.kind = Kind::period};
    } else if constexpr (is_id<T>) {
        return {.kind = Kind::id};
    } else if constexpr (std::same_as<T, Raw>) {
        return {.kind = Kind::raw};
    } else if constexpr (std::same_as<T, Blob>) {
        return {.kind = Kind::blob};
    } else if constexpr (DescribedEnum<T>) {
        return {
            .kind = Kind::choice,
            .bytes = sizeof(T),
            .is_signed = std::is_signed_v<std::underlying_type_t<T>>,
            .type = pretty_name<T>(),
            .choices = ChoiceTable<T, boost::describe::describe_enumerators<T>>::rows};
    } else if constexpr (is_optional<T>) {
        return container_form<T>(
            Kind::optional, &form_of<typename T::value_type>, optional_container<T>);
    } else if constexpr (is_vector<T>) {
        return container_form<T>(Kind::list, &form_of<typename T::value_type>, vector_container<T>);
    } else if constexpr (is_map<T>) {
        return container_form<T>(Kind::map, &form_of<typename T::mapped_type>, map_container<T>);
    } else {
        static_assert(Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        return {
            .kind = Kind::object,
            .type = pretty_name<T>(),
            .members = MemberTable<T, Members<T>>::rows};
    }
}

} // namespace detail

template <class T>
const Form& form_of() {
    static constexpr Form form = detail::make_form<T>();
    return form;
}

} // namespace base
