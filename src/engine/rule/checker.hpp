// Names, types and units: what the text means against the catalogue, or why it means nothing. One
// class in three files: check.cpp the rules of policies, check_plain.cpp those of CEL,
// check_call.cpp functions and macros of both.
#pragma once

#include "engine/rule/function.hpp"
#include "engine/rule/library.hpp"
#include "engine/rule/shape.hpp"
#include "engine/rule/sorts.hpp"

namespace rule {

class Checker {
public:
    explicit Checker(Tree& tree)
        : tree_(tree)
        , shapes_(*tree.shapes)
        , plain_(tree.plain != nullptr)
        , unchecked_(plain_ && !tree.plain->check) {}

    std::vector<Complaint> run(std::optional<Type> expected);

private:
    struct Visited {
        Sort sort;
        std::int64_t cost = 1;
    };

    // A name that a macro binds.
    struct Local {
        std::string name;
        Sort sort;
        std::int64_t items = list_limit;
    };

    // check.cpp
    Node& at(NodeIndex index) { return tree_.nodes[index]; }

    Sort complain(NodeIndex index, std::string code, base::Text message, base::Text cure = {});
    void finish(const Sort& sort, std::optional<Type> expected);
    void require(const Sort& sort, Type expected);
    Visited visit(NodeIndex index);
    void refuse_later(NodeIndex index);
    Sort sort_at(NodeIndex index, std::int64_t& cost);
    Sort constant(NodeIndex index);
    Sort name(NodeIndex index);
    Sort unknown_name(NodeIndex index, const std::string& text);
    Sort list(NodeIndex index, std::int64_t& cost);
    Sort negate(NodeIndex index, std::int64_t& cost);
    void fold_negative(NodeIndex index, NodeIndex inner);
    Sort logic(NodeIndex index, std::int64_t& cost);
    void require_boolean(NodeIndex index, const Sort& sort);
    Sort comparison(NodeIndex index, std::int64_t& cost);
    bool comparable(NodeIndex index, NodeIndex left, const Sort& a, NodeIndex right, const Sort& b);
    bool settle_choice(NodeIndex index, const Sort& beside);
    void require_order(NodeIndex index, const Sort& a, const Sort& b);
    void mismatch(NodeIndex index, NodeIndex left, const Sort& a, NodeIndex right, const Sort& b);
    bool unit_slip(const Sort& a, NodeIndex bare, const Sort& b);
    Sort membership(NodeIndex index, std::int64_t& cost);
    Sort conditional(NodeIndex index, std::int64_t& cost);
    Sort arithmetic(NodeIndex index, std::int64_t& cost);

    // check_plain.cpp
    const Shape* shape_of(const Sort& sort);
    Sort sort_from(const Shape* shape); // with its shape kept in plain CEL

    Sort dynamic() { return sort_from(shapes_.of(Form::dyn)); }

    [[nodiscard]] bool general(const Sort& a) const { return plain_ || a.shape != nullptr; }

    [[nodiscard]] bool general(const Sort& a, const Sort& b) const {
        return general(a) || general(b);
    }

    std::optional<std::size_t> variable(std::string_view text) const;
    [[nodiscard]] bool is_local(std::string_view text) const;
    [[nodiscard]] std::optional<std::string> dotted(NodeIndex index) const; // a.b.c as a name
    Sort become_attribute(NodeIndex index, std::size_t place);
    std::optional<Sort> type_named(NodeIndex index, const std::string& text);
    std::optional<Sort> resolve_overloads(
        NodeIndex index,
        std::string_view text,
        bool method,
        const std::vector<Sort>& sorts,
        std::int64_t& cost);
    std::int64_t comparing_cost(const Sort& sort);
    Sort operation(NodeIndex index, const std::vector<Sort>& sorts, std::int64_t& cost);
    Sort no_overload(NodeIndex index, std::string_view what, const std::vector<Sort>& sorts);
    Sort joined(NodeIndex index, const Sort& a, const Sort& b, bool& fine);
    Sort map(NodeIndex index, std::int64_t& cost);
    Sort map_key(NodeIndex index, const Sort& sort);
    Sort item_of(NodeIndex item, std::int64_t& cost); // of a list or entry, ?x unwrapped
    Sort select(NodeIndex index, std::int64_t& cost);
    Sort field_of(NodeIndex index, const Sort& receiver);
    Sort item(NodeIndex index, std::int64_t& cost);
    [[nodiscard]] std::int64_t items_of(NodeIndex index) const;
    [[nodiscard]] std::int64_t items_inside(NodeIndex index) const; // of its items

    // check_call.cpp
    Sort call(NodeIndex index, bool method, std::int64_t& cost);
    std::optional<Sort> special_call(NodeIndex index, bool method, std::int64_t& cost);
    std::optional<Sort> cel_macro(NodeIndex index, const std::string& name, std::int64_t& cost);
    std::optional<Sort> library_call(
        NodeIndex index, const std::string& name, bool method, std::int64_t& cost);
    Sort policy_call(NodeIndex index, const Function& function, std::int64_t& cost);
    Sort unknown_function(NodeIndex index, const std::string& name, bool method);
    bool qualified(NodeIndex index, std::string& name);
    Sort literal_call(NodeIndex index, const std::string& name);
    std::optional<std::string> variable_name(NodeIndex index);
    Sort macro(NodeIndex index, const std::string& name, std::int64_t& cost);
    Sort macro_result(NodeIndex index, Op op, const Sort& range, const Sort& body);
    std::optional<Sort> element_of(NodeIndex range, const Sort& sort);
    Sort bind(NodeIndex index, std::int64_t& cost);
    Sort block(NodeIndex index, std::int64_t& cost);
    Sort has(NodeIndex index, std::int64_t& cost);
    Sort optional_select(NodeIndex index, std::int64_t& cost);
    Sort optional_macro(NodeIndex index, bool flat, std::int64_t& cost);
    Sort extreme_of_many(NodeIndex index, const std::string& name, std::int64_t& cost);
    std::optional<Sort> band(NodeIndex index, const std::vector<Sort>& sorts);
    void keep_pattern(NodeIndex index, std::int64_t& cost);
    std::size_t push_local(std::string name, Sort sort, std::int64_t items);

    Tree& tree_;
    Shapes& shapes_;
    bool plain_;
    bool unchecked_;
    bool loose_ = false; // inside the list of format(), whose items need nothing in common
    std::size_t macros_ = 0;
    std::vector<Local> locals_;
    std::vector<Complaint> complaints_;
    std::map<NodeIndex, std::int64_t> items_;
};

} // namespace rule
