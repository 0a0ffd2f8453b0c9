// XML parts of an Excel file, pushed through expat in pieces. Names come without their namespace
// prefix, since writers choose prefixes freely. A document type declaration (and with it every
// entity) is refused.
#pragma once

#include "engine/table/archive.hpp"

#include <expat.h>

#include <functional>
#include <optional>

namespace table {

class Attributes {
public:
    explicit Attributes(const char** pairs)
        : pairs_(pairs) {}

    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;

    [[nodiscard]] std::string_view text(std::string_view name) const {
        return get(name).value_or("");
    }

private:
    const char** pairs_;
};

// What to do with the pieces. `pause` stops the pass after the current piece, for step() to go on
// later.
struct XmlHandlers {
    std::function<void(std::string_view name, const Attributes& attributes)> start;
    std::function<void(std::string_view name)> end;
    std::function<void(std::string_view text)> text;
};

class XmlPass {
public:
    // Reads the archive's current entry. Both references outlive the pass.
    XmlPass(Archive& archive, const XmlHandlers& handlers);
    ~XmlPass();
    XmlPass(const XmlPass&) = delete;
    XmlPass& operator=(const XmlPass&) = delete;

    // Reads on until a handler pauses (true) or the entry ends (false).
    base::Result<bool> step();
    // Called by handlers.
    void pause();
    void fail(base::Error error);

private:
    base::Result<bool> outcome(XML_Status status);
    static void on_start(void* self, const char* name, const char** attributes);
    static void on_end(void* self, const char* name);
    static void on_text(void* self, const char* text, int size);
    static void on_doctype(void* self, const char*, const char*, const char*, int);

    Archive& archive_;
    const XmlHandlers& handlers_;
    XML_Parser parser_;
    bool paused_ = false;
    bool ended_ = false;
    int depth_ = 0;
    std::size_t silent_bytes_ = 0; // fed since the last callback: one token that does not end
    std::optional<base::Error> error_;
};

// The whole of one entry; false when the archive has none of that name.
base::Result<bool> read_xml(
    Archive& archive, const std::string& entry, const XmlHandlers& handlers);

} // namespace table
