// Types are found out as the algorithm of Hindley and Milner does, with two liberties of CEL: dyn
// goes with everything, and a parameter takes the wider of two types that go together.
#include "engine/rule/shape.hpp"

namespace rule {
namespace {

constexpr std::size_t form_count = static_cast<std::size_t>(Form::named) + 1;

struct FormName {
    Form form;
    std::string_view text;
    base::Text label;
};

const std::vector<FormName>& form_names() {
    static const std::vector<FormName> names = {
        {Form::wrong, "error", {"有错误的部分", "something faulty"}},
        {Form::dyn, "dyn", {"任意值", "anything"}},
        {Form::parameter, "_", {"任意值", "anything"}},
        {Form::boolean, "bool", {"是或否", "yes or no"}},
        {Form::integer, "int", {"整数", "a whole number"}},
        {Form::unsigned_integer, "uint", {"无符号整数", "an unsigned whole number"}},
        {Form::number, "double", {"数", "a number"}},
        {Form::text, "string", {"文本", "text"}},
        {Form::bytes, "bytes", {"字节串", "bytes"}},
        {Form::null, "null_type", {"空值", "null"}},
        {Form::timestamp, "google.protobuf.Timestamp", {"时刻", "a timestamp"}},
        {Form::duration, "google.protobuf.Duration", {"时长", "a duration"}},
        {Form::date, "date", {"日期", "a date"}},
        {Form::money, "money", {"金额", "an amount of money"}},
        {Form::rate, "rate", {"百分比", "a percentage"}},
        {Form::type, "type", {"类型", "a type"}},
        {Form::list, "list", {"列表", "a list"}},
        {Form::map, "map", {"映射", "a map"}},
        {Form::optional, "optional_type", {"可选值", "an optional"}},
        {Form::named, "", {"其他", "another type"}}};
    return names;
}

bool name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

void skip_blanks_of(std::string_view& rest) {
    while (!rest.empty() && rest.front() == ' ')
        rest.remove_prefix(1);
}

bool nullable(Form form) {
    return form == Form::timestamp || form == Form::duration || form == Form::optional ||
           form == Form::named || form == Form::null;
}

} // namespace

Shapes::Shapes()
    : simple_(form_count) {
    for (std::size_t i = 0; i < form_count; ++i)
        simple_[i].form = static_cast<Form>(i);
}

const Shape* Shapes::keep(Shape shape) { return &kept_.emplace_back(std::move(shape)); }

const Shape* Shapes::list_of(const Shape* item) {
    Shape shape;
    shape.form = Form::list;
    shape.parts = {item};
    return keep(std::move(shape));
}

const Shape* Shapes::map_of(const Shape* key, const Shape* value) {
    Shape shape;
    shape.form = Form::map;
    shape.parts = {key, value};
    return keep(std::move(shape));
}

const Shape* Shapes::optional_of(const Shape* inner) {
    Shape shape;
    shape.form = Form::optional;
    shape.parts = {inner};
    return keep(std::move(shape));
}

const Shape* Shapes::type_of(const Shape* inner) {
    Shape shape;
    shape.form = Form::type;
    shape.parts = {inner};
    return keep(std::move(shape));
}

const Shape* Shapes::choice(const std::vector<Choice>* choices, bool ordered) {
    Shape shape;
    shape.form = Form::text;
    shape.choices = choices;
    shape.ordered = ordered;
    return keep(std::move(shape));
}

const Shape* Shapes::fresh() {
    Shape shape;
    shape.form = Form::parameter;
    shape.number = static_cast<std::uint32_t>(meanings_.size());
    meanings_.push_back(nullptr);
    return keep(std::move(shape));
}

const Shape* Shapes::Reading::read(std::string_view text) {
    const auto* shape = one(text);
    skip_blanks_of(text);
    return text.empty() ? shape : nullptr;
}

bool Shapes::Reading::several(std::string_view& rest, std::vector<const Shape*>& parts) {
    skip_blanks_of(rest);
    if (!rest.starts_with("(")) return true;
    do {
        rest.remove_prefix(1);
        const auto* part = one(rest);
        if (part == nullptr) return false;
        parts.push_back(part);
        skip_blanks_of(rest);
    } while (rest.starts_with(","));
    if (!rest.starts_with(")")) return false;
    rest.remove_prefix(1);
    return true;
}

const Shape* Shapes::Reading::one(std::string_view& rest) {
    skip_blanks_of(rest);
    std::size_t length = 0;
    while (length < rest.size() && name_character(rest[length]))
        length += 1;
    const auto name = std::string(rest.substr(0, length));
    rest.remove_prefix(length);
    std::vector<const Shape*> parts;
    if (name.empty() || !several(rest, parts)) return nullptr;
    if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') {
        auto& known = parameters_[name];
        if (known == nullptr) known = shapes_.fresh();
        return known;
    }
    Shape shape;
    shape.form = Form::named;
    for (const auto& each : form_names()) {
        if (each.text == name) shape.form = each.form;
    }
    if (name == "timestamp") shape.form = Form::timestamp;
    if (name == "duration") shape.form = Form::duration;
    if (name == "optional") shape.form = Form::optional;
    const std::size_t wanted = shape.form == Form::map                                    ? 2
                               : shape.form == Form::list || shape.form == Form::optional ? 1
                                                                                          : 0;
    while (parts.size() < wanted)
        parts.push_back(shapes_.of(Form::dyn));
    if (shape.form == Form::named) {
        shape.name = name;
    } else if (shape.form != Form::type && parts.size() != wanted) {
        return nullptr;
    }
    if (parts.empty() && shape.form != Form::named) return shapes_.of(shape.form);
    shape.parts = std::move(parts);
    return shapes_.keep(std::move(shape));
}

const Shape* Shapes::top(const Shape* shape) const {
    while (shape->form == Form::parameter && meanings_[shape->number] != nullptr)
        shape = meanings_[shape->number];
    return shape;
}

bool Shapes::same(const Shape* a, const Shape* b) {
    if (a == b) return true;
    if (a->form != b->form || a->name != b->name || a->parts.size() != b->parts.size())
        return false;
    if (a->form == Form::parameter) return a->number == b->number;
    if (a->form == Form::text) return a->choices == b->choices;
    for (std::size_t i = 0; i < a->parts.size(); ++i) {
        if (!same(a->parts[i], b->parts[i])) return false;
    }
    return true;
}

bool Shapes::occurs(const Shape* parameter, const Shape* in) const {
    if (in->form == Form::parameter) {
        if (in->number == parameter->number) return true;
        const auto* meaning = meanings_[in->number];
        return meaning != nullptr && occurs(parameter, meaning);
    }
    return std::any_of(in->parts.begin(), in->parts.end(), [&](const Shape* part) {
        return occurs(parameter, part);
    });
}

Shapes::Tried Shapes::stand_for(const Shape* given, const Shape* parameter) {
    if (same(given, parameter)) return {.fits = true, .known = true};
    const auto* known = meanings_[parameter->number];
    if (known != nullptr) {
        if (same(given, known)) return {.fits = true, .known = true};
        if (!may(given, known)) return {.fits = false, .known = true};
        const auto* wide = wider(given, known);
        if (!occurs(parameter, wide)) meanings_[parameter->number] = wide;
        return {.fits = true, .known = true};
    }
    if (occurs(parameter, given)) return {};
    meanings_[parameter->number] = given;
    return {.fits = true, .known = false};
}

bool Shapes::may(const Shape* given, const Shape* wanted) {
    if (wanted->form == Form::parameter) {
        const auto tried = stand_for(given, wanted);
        if (tried.fits) return true;
        if (tried.known) return false;
    }
    if (given->form == Form::parameter) return stand_for(wanted, given).fits;
    const auto open = [](Form form) { return form == Form::dyn || form == Form::wrong; };
    if (open(given->form) || open(wanted->form)) return true;
    if (given->form == Form::null) return nullable(wanted->form);
    if (wanted->form == Form::null) return nullable(given->form);
    if (given->form != wanted->form) return false;
    if (given->form == Form::type) return true;
    if (given->name != wanted->name || given->parts.size() != wanted->parts.size()) return false;
    for (std::size_t i = 0; i < given->parts.size(); ++i) {
        if (!may(given->parts[i], wanted->parts[i])) return false;
    }
    return true;
}

bool Shapes::fits(const Shape* given, const Shape* wanted) { return all_fit({given}, {wanted}); }

bool Shapes::all_fit(
    const std::vector<const Shape*>& given, const std::vector<const Shape*>& wanted) {
    if (given.size() != wanted.size()) return false;
    auto before = meanings_;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (may(given[i], wanted[i])) continue;
        std::copy(before.begin(), before.end(), meanings_.begin());
        return false;
    }
    return true;
}

namespace {

// Whether a says no more than b does.
bool says_less(const Shape* a, const Shape* b) {
    if (a->form == Form::dyn || a->form == Form::parameter) return true;
    if (b->form == Form::dyn || b->form == Form::parameter) return false;
    if (a->form != b->form) return false;
    if (a->form == Form::type) return true;
    if (a->form == Form::text) return a->choices == nullptr || a->choices == b->choices;
    if (a->name != b->name || a->parts.size() != b->parts.size()) return false;
    for (std::size_t i = 0; i < a->parts.size(); ++i) {
        if (!says_less(a->parts[i], b->parts[i])) return false;
    }
    return true;
}

} // namespace

const Shape* Shapes::wider(const Shape* a, const Shape* b) const {
    if (a->form == Form::null) return b; // null goes with what may be null
    if (b->form == Form::null) return a;
    return says_less(a, b) ? a : b;
}

const Shape* Shapes::resolved(const Shape* shape, bool finally) {
    shape = top(shape);
    if (shape->form == Form::parameter) return finally ? of(Form::dyn) : shape;
    if (shape->parts.empty()) return shape;
    Shape copy = *shape;
    for (auto& part : copy.parts)
        part = resolved(part, finally);
    return copy.parts == shape->parts ? shape : keep(std::move(copy));
}

std::string text_of(const Shape& shape) {
    std::string text = shape.name;
    if (shape.form != Form::named) text = form_names()[static_cast<std::size_t>(shape.form)].text;
    if (shape.parts.empty()) return text;
    text += '(';
    for (std::size_t i = 0; i < shape.parts.size(); ++i)
        text += (i == 0 ? "" : ", ") + text_of(*shape.parts[i]);
    return text + ')';
}

base::Text label_of(const Shape& shape) {
    if (shape.form == Form::list) {
        const auto item = shape.parts[0]->form;
        if (item == Form::parameter || item == Form::wrong) return {"空列表", "an empty list"};
        const auto label = label_of(*shape.parts[0]);
        return {label.zh + "列表", "a list, each item " + label.en};
    }
    if (shape.form == Form::text && shape.choices != nullptr) return type_label(Type::choice);
    if (shape.form == Form::named) return {shape.name, shape.name};
    auto label = form_names()[static_cast<std::size_t>(shape.form)].label;
    if (!shape.parts.empty() && shape.form != Form::type) {
        const auto text = text_of(shape);
        label.zh += "（" + text + "）";
        label.en += " (" + text + ")";
    }
    return label;
}

Sort sort_of(const Shape* shape) {
    Sort sort;
    const auto* inner = shape;
    if (shape->form == Form::list) {
        sort.list = true;
        inner = shape->parts[0];
    }
    sort.choices = inner->choices;
    sort.ordered = inner->ordered;
    switch (inner->form) {
    case Form::boolean: sort.type = Type::boolean; return sort;
    case Form::integer: sort.type = Type::integer; return sort;
    case Form::number: sort.type = Type::number; return sort;
    case Form::text: sort.type = inner->choices != nullptr ? Type::choice : Type::text; return sort;
    case Form::duration: sort.type = Type::duration; return sort;
    case Form::date: sort.type = Type::date; return sort;
    case Form::money: sort.type = Type::money; return sort;
    case Form::rate: sort.type = Type::rate; return sort;
    case Form::wrong:
    case Form::dyn:
    case Form::parameter:
    case Form::unsigned_integer:
    case Form::bytes:
    case Form::null:
    case Form::timestamp:
    case Form::type:
    case Form::list:
    case Form::map:
    case Form::optional:
    case Form::named: break;
    }
    sort.type = Type::text;
    sort.empty = sort.list && inner->form == Form::parameter;
    sort.wrong = shape->form == Form::wrong;
    if (!sort.empty && !sort.wrong) sort.shape = shape;
    return sort;
}

} // namespace rule
