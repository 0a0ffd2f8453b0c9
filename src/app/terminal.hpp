// What a command says and how it ends.
//
// Exit codes: 0 done · 1 the answer is no (findings, a rule refused, nothing found) · 2 wrong usage
// · 3 something is not available (a file, the database, the port) · 4 a fault of the program.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "engine/pack/finding.hpp"

#include <string>

namespace app {

enum class Exit { done = 0, no = 1, usage = 2, unavailable = 3, fault = 4 };

class Terminal {
public:
    bool json = false;
    pack::Language language = pack::Language::zh;

    [[nodiscard]] const std::string& of(const base::Text& text) const {
        return language == pack::Language::zh || text.en.empty() ? text.zh : text.en;
    }

    void line(std::string_view text) const; // on standard output

    void line(const base::Text& text) const { line(of(text)); }

    // The same answer for a program (one JSON document) or for a person (the text).
    template <class T>
    void answer(const T& value, const std::string& text) const {
        line(json ? base::json::text(value) : text);
    }

    // The error on standard error, with its cure; as JSON with --json. Answers the exit code.
    [[nodiscard]] Exit fail(const base::Error& error) const;
};

} // namespace app
