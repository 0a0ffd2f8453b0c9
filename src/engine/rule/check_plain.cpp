// The rules of CEL: overloads, types with parameters, fields and qualified names.
#include "engine/rule/checker.hpp"

namespace rule {

using namespace sorts;

const Shape* Checker::shape_of(const Sort& sort) {
    if (sort.wrong) return shapes_.of(Form::wrong);
    if (sort.shape != nullptr) return sort.shape;
    if (sort.empty) return sort.list ? shapes_.list_of(shapes_.fresh()) : shapes_.fresh();
    const auto* inner = shapes_.of(Form::text);
    switch (sort.type) {
    case Type::boolean: inner = shapes_.of(Form::boolean); break;
    case Type::integer: inner = shapes_.of(Form::integer); break;
    case Type::number: inner = shapes_.of(Form::number); break;
    case Type::text:
    case Type::choice: break;
    case Type::date: inner = shapes_.of(Form::date); break;
    case Type::duration: inner = shapes_.of(Form::duration); break;
    case Type::money: inner = shapes_.of(Form::money); break;
    case Type::rate: inner = shapes_.of(Form::rate); break;
    case Type::text_list:
    case Type::integer_list: base::bug("a sort's type is that of its items");
    }
    if (sort.choices != nullptr) inner = shapes_.choice(sort.choices, sort.ordered);
    return sort.list ? shapes_.list_of(inner) : inner;
}

Sort Checker::sort_from(const Shape* shape) {
    shape = shapes_.resolved(shape, false);
    auto sort = sort_of(shape);
    if (plain_) sort.shape = shape;
    return sort;
}

std::optional<std::size_t> Checker::variable(std::string_view text) const {
    for (std::size_t place = 0; place < tree_.attributes->size(); ++place) {
        const auto& attribute = (*tree_.attributes)[place];
        if (attribute.name == text || attribute.label.zh == text) return place;
    }
    return std::nullopt;
}

bool Checker::is_local(std::string_view text) const {
    return std::any_of(
        locals_.begin(), locals_.end(), [&](const Local& local) { return local.name == text; });
}

std::optional<std::string> Checker::dotted(NodeIndex index) const {
    const auto& node = tree_.at(index);
    if (node.op == Op::name) return node.text;
    if (node.op != Op::select) return std::nullopt;
    auto before = dotted(node.args[0]);
    if (!before) return std::nullopt;
    return *before + "." + node.text;
}

Sort Checker::become_attribute(NodeIndex index, std::size_t place) {
    auto& node = at(index);
    node.op = Op::attribute;
    node.place = place;
    node.args.clear();
    if (!plain_) return sort_of((*tree_.attributes)[place]);
    Shapes::Reading reading(shapes_);
    const auto* shape = reading.read(tree_.plain->variables[place].type);
    return sort_from(shape == nullptr ? shapes_.of(Form::dyn) : shape);
}

// int, string, list, … as values.
std::optional<Sort> Checker::type_named(NodeIndex index, const std::string& text) {
    if (!plain_) return std::nullopt;
    static constexpr std::string_view names[] = {
        "bool",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "list",
        "map",
        "null_type",
        "type",
        "optional_type",
        "google.protobuf.Timestamp",
        "google.protobuf.Duration"};
    if (std::find(std::begin(names), std::end(names), text) == std::end(names)) return std::nullopt;
    Datum datum;
    datum.kind = Kind::type;
    datum.text = text;
    auto& node = at(index);
    node.op = Op::constant;
    node.constant = Other(std::move(datum));
    node.args.clear();
    Shapes::Reading reading(shapes_);
    return sort_from(shapes_.type_of(reading.read(text)));
}

namespace {

struct Overloaded {
    std::string_view parameters;
    std::string_view result;
    Op op = Op::fail;
    std::size_t place = static_cast<std::size_t>(Fault::no_such_name);
    std::int64_t cost = 1;
};

std::vector<Overloaded> candidates_of(const Plain* plain, std::string_view text, bool method) {
    std::vector<Overloaded> found;
    for (const auto& each : overloads()) {
        if (each.name != text || each.method != method) continue;
        // What takes or gives anything would let a rule of a policy forget its units.
        const bool forgets = each.result.find("dyn") != std::string_view::npos ||
                             each.parameters.find("dyn") != std::string_view::npos;
        if (plain == nullptr && forgets && each.call != Call::format) continue;
        found.push_back(
            {each.parameters,
             each.result,
             each.op,
             static_cast<std::size_t>(each.call),
             each.cost});
    }
    if (plain == nullptr) return found;
    for (const auto& each : plain->functions) {
        if (each.name == text && each.method == method)
            found.push_back({each.parameters, each.result});
    }
    return found;
}

} // namespace

std::optional<Sort> Checker::resolve_overloads(
    NodeIndex index,
    std::string_view text,
    bool method,
    const std::vector<Sort>& sorts,
    std::int64_t& cost) {
    std::vector<const Shape*> given;
    for (const auto& sort : sorts)
        given.push_back(shape_of(sort));
    const Shape* result = nullptr;
    std::int64_t most = 0;
    for (const auto& candidate : candidates_of(tree_.plain, text, method)) {
        Shapes::Reading reading(shapes_);
        // Parameters and result are read as one type, so that they share their letters.
        const auto whole =
            "f" + std::string(candidate.parameters.empty() ? "" : candidate.parameters);
        const auto* parameters = reading.read(whole);
        const auto* gives = reading.read(candidate.result);
        base::ensure(
            plain_ || (parameters != nullptr && gives != nullptr), "the library's types are types");
        if (parameters == nullptr || gives == nullptr) continue;
        if (unchecked_ ? given.size() != parameters->parts.size()
                       : !shapes_.all_fit(given, parameters->parts))
            continue;
        const auto* found = shapes_.resolved(gives, false);
        if (result == nullptr) {
            result = found;
        } else if (result->form != Form::dyn && !Shapes::same(result, found)) {
            result = shapes_.of(Form::dyn);
        }
        most = std::max(most, candidate.cost);
        auto& node = at(index);
        node.op = candidate.op;
        if (candidate.op == Op::function || candidate.op == Op::fail) node.place = candidate.place;
    }
    if (result == nullptr) return std::nullopt;
    cost += most;
    return sort_from(result);
}

// What has parts is compared part by part, beyond this only as far as the whole bound allows.
std::int64_t Checker::comparing_cost(const Sort& sort) {
    const auto form = shapes_.top(shape_of(sort))->form;
    const bool parts = form == Form::list || form == Form::map || form == Form::optional ||
                       form == Form::dyn || form == Form::parameter;
    return parts ? list_limit : 1;
}

Sort Checker::operation(NodeIndex index, const std::vector<Sort>& sorts, std::int64_t& cost) {
    for (const auto& sort : sorts) {
        if (sort.wrong) return wrong();
    }
    const auto op = at(index).op;
    const auto name = operator_name(op);
    if (op == Op::in) cost += items_of(at(index).args[1]);
    if (op == Op::equal || op == Op::not_equal || op == Op::in) cost += comparing_cost(sorts[0]);
    if (auto result = resolve_overloads(index, name, false, sorts, cost)) return *result;
    auto sign = std::string(name);
    std::erase(sign, '_');
    return no_overload(index, sign, sorts);
}

Sort Checker::no_overload(NodeIndex index, std::string_view what, const std::vector<Sort>& sorts) {
    base::Text kinds;
    for (std::size_t i = 0; i < sorts.size(); ++i) {
        const auto label = label_of(*shapes_.resolved(shape_of(sorts[i]), true));
        kinds.zh += (i == 0 ? "" : "、") + label.zh;
        kinds.en += (i == 0 ? "" : ", ") + label.en;
    }
    const auto name = std::string(what);
    return complain(
        index,
        "rule.type",
        {name + " 不能用于" + kinds.zh, name + " is not there for " + kinds.en});
}

// The sort of items that stand in one list, or of values of one map.
Sort Checker::joined(NodeIndex index, const Sort& a, const Sort& b, bool& fine) {
    if (a.wrong || b.wrong) return wrong();
    const bool old = !plain_ && a.shape == nullptr && b.shape == nullptr;
    if (old && alike(a, b)) return merged(a, b);
    if (!old) {
        const auto* x = shape_of(a);
        const auto* y = shape_of(b);
        if (shapes_.fits(x, y))
            return sort_from(shapes_.resolved(
                shapes_.wider(shapes_.resolved(x, false), shapes_.resolved(y, false)), false));
        if (plain_) return dynamic();
    }
    const auto x = label_of(a), y = label_of(b);
    complain(
        index,
        "rule.type",
        {"其中各项应同为" + x.zh + "，这里是" + y.zh,
         "all items must be " + x.en + ", this is " + y.en});
    fine = false;
    return wrong();
}

Sort Checker::item_of(NodeIndex item, std::int64_t& cost) {
    if (at(item).op != Op::optional) {
        const auto [sort, item_cost] = visit(item);
        cost += item_cost;
        return sort;
    }
    const auto [sort, inner_cost] = visit(at(item).args[0]);
    cost += inner_cost + 1;
    if (sort.wrong || unchecked_) return sort;
    const auto* shape = shapes_.top(shape_of(sort));
    if (shape->form == Form::dyn) return dynamic();
    if (shape->form == Form::optional) return sort_from(shape->parts[0]);
    const auto label = label_of(sort);
    return complain(
        item,
        "rule.type",
        {"? 后面应为可选值，这里是" + label.zh, "an optional must follow ?, this is " + label.en},
        {"写成 optional.of(…)", "write optional.of(…)"});
}

Sort Checker::map_key(NodeIndex index, const Sort& sort) {
    if (sort.wrong) return sort;
    const auto form = shapes_.top(shape_of(sort))->form;
    const bool fine = form == Form::boolean || form == Form::integer || form == Form::text ||
                      form == Form::unsigned_integer || form == Form::dyn ||
                      form == Form::parameter;
    if (fine || plain_) return sort; // CEL finds a bad key when it meets it
    const auto label = label_of(sort);
    return complain(
        index,
        "rule.type",
        {"映射的键不能是" + label.zh, "a key of a map cannot be " + label.en},
        {"键用文本、整数或是否", "keys are texts, whole numbers, or yes and no"});
}

Sort Checker::map(NodeIndex index, std::int64_t& cost) {
    Sort key;
    Sort value;
    bool fine = true;
    const auto parts = at(index).args;
    for (std::size_t i = 0; i < parts.size(); i += 2) {
        const auto [key_sort, key_cost] = visit(parts[i]);
        cost += key_cost;
        const auto checked = map_key(parts[i], key_sort);
        const auto value_sort = item_of(parts[i + 1], cost);
        key = i == 0 ? checked : joined(parts[i], key, checked, fine);
        value = i == 0 ? value_sort : joined(parts[i + 1], value, value_sort, fine);
        if (!fine) return wrong();
    }
    const auto entries = static_cast<std::int64_t>(parts.size() / 2);
    cost += entries * (entries / 16 + 1);
    items_[index] = entries;
    if (key.wrong || value.wrong) return wrong();
    const auto* key_shape = parts.empty() ? shapes_.fresh() : shape_of(key);
    const auto* value_shape = parts.empty() ? shapes_.fresh() : shape_of(value);
    return sort_from(shapes_.map_of(key_shape, value_shape));
}

Sort Checker::select(NodeIndex index, std::int64_t& cost) {
    if (const auto name = dotted(index)) {
        const bool rooted = name->starts_with(".");
        const auto bare = rooted ? name->substr(1) : *name;
        if (rooted || !is_local(bare.substr(0, bare.find('.')))) {
            if (const auto place = variable(bare)) return become_attribute(index, *place);
            if (const auto type = type_named(index, bare)) return *type;
        }
    }
    const auto [receiver, receiver_cost] = visit(at(index).args[0]);
    cost += receiver_cost + list_limit / 16 + 1;
    return field_of(index, receiver);
}

// What a field is when the receiver has it; the receiver's own when it is nothing known.
Sort Checker::field_of(NodeIndex index, const Sort& receiver) {
    if (receiver.wrong) return wrong();
    if (unchecked_) return dynamic();
    const auto* shape = shapes_.top(shape_of(receiver));
    const bool optional = shape->form == Form::optional;
    if (optional) shape = shapes_.top(shape->parts[0]);
    const Shape* field = nullptr;
    if (shape->form == Form::dyn || shape->form == Form::parameter) field = shapes_.of(Form::dyn);
    if (shape->form == Form::map && shapes_.fits(shapes_.of(Form::text), shape->parts[0]))
        field = shape->parts[1];
    if (field != nullptr) return sort_from(optional ? shapes_.optional_of(field) : field);
    auto& node = at(index);
    complaints_.push_back(
        {"rule.syntax",
         node.place,
         node.to,
         {"没有“." + node.text + "”这种写法", "there is no field “." + node.text + "”"},
         {"属性直接写名称，不用点号", "write attributes by their name, without a dot"}});
    return wrong();
}

Sort Checker::item(NodeIndex index, std::int64_t& cost) {
    const auto args = at(index).args;
    const auto [receiver, receiver_cost] = visit(args[0]);
    const auto [place, place_cost] = visit(args[1]);
    cost += receiver_cost + place_cost;
    items_[index] = items_inside(args[0]);
    if (receiver.wrong || place.wrong) return wrong();
    if (at(args[0]).op == Op::map && !settle_choice(args[0], place)) return wrong();
    return operation(index, {receiver, place}, cost);
}

std::int64_t Checker::items_of(NodeIndex index) const {
    const auto found = items_.find(index);
    if (found != items_.end()) return found->second;
    return tree_.at(index).op == Op::local ? locals_[tree_.at(index).place].items
                                           : std::int64_t{list_limit};
}

std::int64_t Checker::items_inside(NodeIndex index) const {
    const auto& node = tree_.at(index);
    if (node.op != Op::list && node.op != Op::map) return list_limit;
    std::int64_t most = 0;
    const std::size_t step = node.op == Op::map ? 2 : 1;
    for (std::size_t i = 0; i < node.args.size(); i += step)
        most = std::max(most, items_of(node.args[i + step - 1]));
    return most;
}

} // namespace rule
