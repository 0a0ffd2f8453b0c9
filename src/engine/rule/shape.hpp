// Static types in full: parameters, unknown parts found out by use, and how types are written.
//
//   type = "int" | "uint" | … | "list(" type ")" | "map(" type "," type ")" | "optional_type(" type
//   ")"
//        | "type(" type ")" | name [ "(" type { "," type } ")" ] | one capital letter (a parameter)
#pragma once

#include "engine/rule/tree.hpp"

#include <deque>

namespace rule {

enum class Form : std::uint8_t {
    wrong, // has its finding already, goes with everything
    dyn,
    parameter, // not found out yet
    boolean,
    integer,
    unsigned_integer,
    number,
    text, // and choices
    bytes,
    null,
    timestamp,
    duration,
    date,
    money,
    rate,
    type,
    list,
    map,
    optional,
    named // what only declarations name
};

struct Shape {
    Form form = Form::dyn;
    std::uint32_t number = 0; // of a parameter
    bool ordered = false;
    const std::vector<Choice>* choices = nullptr; // of text
    std::string name;                             // of named
    std::vector<const Shape*> parts;
};

class Shapes {
public:
    Shapes();

    [[nodiscard]] const Shape* of(Form form) const {
        return &simple_[static_cast<std::size_t>(form)];
    }

    const Shape* list_of(const Shape* item);
    const Shape* map_of(const Shape* key, const Shape* value);
    const Shape* optional_of(const Shape* inner);
    const Shape* type_of(const Shape* inner);
    const Shape* choice(const std::vector<Choice>* choices, bool ordered);
    const Shape* fresh(); // a new parameter

    // Reads types that belong together: the same capital letter is the same parameter in all.
    class Reading {
    public:
        explicit Reading(Shapes& shapes)
            : shapes_(shapes) {}

        const Shape* read(std::string_view text); // null when it is no type

    private:
        const Shape* one(std::string_view& rest);
        bool several(std::string_view& rest, std::vector<const Shape*>& parts);
        Shapes& shapes_;
        std::map<std::string, const Shape*, std::less<>> parameters_;
    };

    // Whether a value of `given` may stand where `wanted` is expected. What this finds out about
    // parameters is kept when it may, and forgotten otherwise.
    bool fits(const Shape* given, const Shape* wanted);
    bool all_fit(const std::vector<const Shape*>& given, const std::vector<const Shape*>& wanted);
    // The less particular of two that go together.
    [[nodiscard]] const Shape* wider(const Shape* a, const Shape* b) const;
    // With everything found out put in; `finally` makes dyn of what was not.
    const Shape* resolved(const Shape* shape, bool finally);
    [[nodiscard]] const Shape* top(const Shape* shape) const; // resolved at the top only
    [[nodiscard]] static bool same(const Shape* a, const Shape* b);

private:
    struct Tried {
        bool fits = false;
        bool known = false; // the parameter stood for something already
    };

    const Shape* keep(Shape shape);
    bool may(const Shape* given, const Shape* wanted);
    Tried stand_for(const Shape* given, const Shape* parameter);
    [[nodiscard]] bool occurs(const Shape* parameter, const Shape* in) const;

    std::vector<Shape> simple_;
    std::deque<Shape> kept_;
    std::vector<const Shape*> meanings_; // of parameters, by number
};

[[nodiscard]] std::string text_of(const Shape& shape); // map(string, int)
[[nodiscard]] base::Text label_of(const Shape& shape); // 金额 / an amount of money
[[nodiscard]] Sort sort_of(const Shape* shape);        // as nodes carry it

} // namespace rule
