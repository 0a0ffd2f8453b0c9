// What modules know of their own tables while events are applied, so that a row which every command
// touches is not read again for every command. The tables stay the truth: what is remembered was
// read from them or written to them in the same turn.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <typeindex>
#include <vector>

namespace store {

class Transaction;

class Memory {
public:
    using Task = std::function<void(Transaction&)>;
    enum class Purpose { commands, replay };

    explicit Memory(Purpose purpose)
        : purpose_(purpose) {}

    // The module's own T. It is made anew after something that was written has been taken back.
    template <class T>
    [[nodiscard]] T& of() {
        auto& slot = slots_[typeid(T)];
        if (!slot) slot = std::make_shared<T>();
        return *static_cast<T*>(slot.get());
    }

    // While the journal is applied again, nobody but apply() itself reads the tables. A module may
    // then put off writing what later events would only overwrite, by a task for the end.
    [[nodiscard]] bool replaying() const { return purpose_ == Purpose::replay; }

    void at_end(Task task) { tasks_.push_back(std::move(task)); }

    void end(Transaction& tx) {
        for (const auto& task : tasks_)
            task(tx);
        tasks_.clear();
    }

    void forget() { slots_.clear(); }

private:
    Purpose purpose_;
    std::map<std::type_index, std::shared_ptr<void>> slots_;
    std::vector<Task> tasks_;
};

// Of whoever runs the transaction: the writer's, which lives as long as the database is open, or
// that of one replay.
[[nodiscard]] Memory& memory(Transaction& tx);

} // namespace store
