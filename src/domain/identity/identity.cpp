#include "domain/identity/identity.hpp"

#include "base/digest.hpp"
#include "domain/identity/attempts.hpp"
#include "domain/identity/bearers.hpp"
#include "domain/identity/decide.hpp"
#include "domain/permission/permission.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <atomic>
#include <semaphore>

namespace identity {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t set_up_code_bytes = 8;
// Each password check takes 19 MiB and a processor; what waits beyond a few is told to come back.
constexpr std::ptrdiff_t checks_at_once = 2;
constexpr std::int64_t checks_waiting_most = 16;

bool same_text(const Secret& a, std::string_view b) {
    const auto x = base::sha256(a.reveal());
    const auto y = base::sha256(b);
    return CRYPTO_memcmp(x.data(), y.data(), x.size()) == 0;
}

} // namespace

struct Identity::State {
    State(
        store::Database& where,
        const base::Clock& when,
        std::vector<pack::Role> pack_roles,
        Settings how)
        : database(where)
        , clock(when)
        , roles(std::move(pack_roles))
        , settings(how)
        , bearers(where, roles, how)
        , attempts(how)
        , nobody_hash(hash_password(Secret(base::random_hex(16)), how.cost))
        , set_up_code(base::random_hex(set_up_code_bytes))
        , one_time_key(base::random_hex(token_bytes)) {}

    store::Database& database;
    const base::Clock& clock;
    const std::vector<pack::Role> roles;
    const Settings settings;
    Bearers bearers;
    Attempts attempts;
    const std::string nobody_hash; // verified against when there is no such login
    const Secret set_up_code;
    const Secret one_time_key;
    std::atomic<bool> set_up_done{false};
    std::counting_semaphore<> checking{checks_at_once};
    std::atomic<std::int64_t> waiting{0};

    // Verifies, unless too many wait to have theirs verified.
    Result<bool> verify(const Secret& password, const std::string& hash) {
        if (waiting.fetch_add(1) >= checks_waiting_most) {
            waiting.fetch_sub(1);
            return slow_down(1000);
        }
        checking.acquire();
        const bool right = verify_password(password, hash);
        checking.release();
        waiting.fetch_sub(1);
        return right;
    }

    Result<> publish_person(
        store::Transaction& tx, Person person, const std::string& hash, bool must_change) {
        if (find_login(tx, person.login)) {
            return base::conflict(
                       "identity.login_taken",
                       {"登录名已被使用。", "The login is taken."},
                       {"请换一个登录名。", "Choose another login."})
                .at("/login");
        }
        const auto id = person.id;
        tx.publish(PersonRegistered{std::move(person)}, id);
        tx.publish(
            PasswordSet{.person = id, .hash = hash, .must_change = must_change, .keep = {}}, id);
        return {};
    }

    struct Known {
        std::optional<Person> person;
        std::optional<Password> password;
    };

    Known known(std::string_view login) const {
        return database.read([&](const store::Snapshot& db) {
            Known rows;
            rows.person = find_login(db, login);
            if (rows.person) rows.password = password_of(db, rows.person->id);
            return rows;
        });
    }

    // A wrong login or password: counted, and answered alike whether the login exists or not.
    Result<SignedIn> refuse(const SignIn& wish, const std::optional<Person>& person, Instant now) {
        attempts.failed(wish.from, now);
        if (!person) {
            attempts.unknown_failed(wish.login, now);
            const auto write = [&](store::Transaction& tx) -> Result<std::string> {
                SignInFailed failed;
                failed.from = wish.from;
                tx.publish(failed, std::string());
                return std::string();
            };
            TRY(database.write(store::Command::internal(command_id(), base::Actor()), write));
            return wrong();
        }
        const auto write = [&](store::Transaction& tx) -> Result<std::string> {
            const auto current = find(tx, person->id);
            tx.publish(fail(*current, wish.from, settings, now), person->id);
            return std::to_string(person->id.value);
        };
        TRY(database.write(store::Command::internal(command_id(), base::Actor()), write));
        return wrong();
    }

    static std::string command_id() { return "sign-in:" + base::random_hex(16); }

    // Sessions of the person that make room for a new one: all that are over, and the oldest beyond
    // the limit.
    std::vector<Id<base::Session>> leaving(
        const store::Snapshot& db, Id<base::Person> person, Instant now) const {
        std::vector<Id<base::Session>> gone;
        std::vector<Id<base::Session>> alive;
        for (const auto& session : sessions_of(db, person))
            (bearers.last_use(session, now) ? alive : gone).push_back(session.id);
        const auto most = static_cast<std::size_t>(std::max(settings.sessions_most, 1));
        for (std::size_t i = 0; i + most <= alive.size(); ++i)
            gone.push_back(alive[i]);
        return gone;
    }

    Result<SignedIn> open_session(const SignIn& wish, const Person& person, const Password& seen);
};

Result<SignedIn> Identity::State::open_session(
    const SignIn& wish, const Person& person, const Password& seen) {
    SignedIn signed_in{.token = Secret(base::random_hex(token_bytes)), .person = person.id};
    base::Actor actor;
    actor.person = person.id;
    actor.party = person.party;
    actor.kind = person.kind;
    actor.name = person.name;
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        const auto current = find(tx, person.id);
        const auto password = password_of(tx, person.id);
        if (!current || state_at(*current, tx.now()) != PersonState::active) return wrong();
        if (!password || password->hash != seen.hash) return wrong();
        const Session session{
            .token_digest = base::hex(base::sha256(signed_in.token.reveal())),
            .id = tx.new_id<base::Session>(),
            .person = person.id,
            .from = wish.from,
            .at = tx.now()};
        auto ended = leaving(tx, person.id, tx.now());
        tx.publish(SessionOpened{.session = session, .ended = std::move(ended)}, person.id);
        return std::to_string(session.id.value);
    };
    TRY(database.write(store::Command::internal(command_id(), actor), write));
    bearers.doubt(person.id);
    return signed_in;
}

Identity::Identity(
    store::Database& database,
    const base::Clock& clock,
    std::vector<pack::Role> roles,
    Settings settings)
    : state_(std::make_unique<State>(database, clock, std::move(roles), settings)) {}

Identity::~Identity() = default;

bool Identity::set_up_done() const {
    if (!state_->set_up_done.load()) {
        const auto people = state_->database.read(count_people);
        state_->set_up_done.store(people > 0);
    }
    return state_->set_up_done.load();
}

const Secret& Identity::set_up_code() const { return state_->set_up_code; }

Result<store::Receipt> Identity::set_up(
    const store::Command& command,
    const Secret& code,
    const std::vector<FirstPerson>& people,
    std::string_view from) {
    const std::string address(from);
    const auto now = state_->clock.now();
    if (const auto wait = state_->attempts.wait_ms(address, now); wait > 0) return slow_down(wait);
    if (!same_text(code, state_->set_up_code.reveal())) {
        state_->attempts.failed(address, now);
        return base::forbidden(
            "identity.set_up_code",
            {"一次性代码不正确。", "The one-time code is wrong."},
            {"代码显示在服务器控制台上。", "The code is shown on the server's console."});
    }
    TRY(check_first_people(state_->roles, people));
    std::vector<Person> persons;
    std::vector<std::string> hashes;
    for (const auto& first : people) {
        auto& person = persons.emplace_back();
        person.login = TRY(clean_login(first.login));
        person.name = first.name;
        person.roles = {first.role};
        TRY(check_password(first.password, person.login));
        hashes.push_back(hash_password(first.password, state_->settings.cost));
    }
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        if (count_people(tx) > 0) {
            return base::rejected(
                "identity.set_up_done",
                {"平台已完成首次设置。", "The platform has been set up already."},
                {"请登录。", "Sign in."});
        }
        for (std::size_t i = 0; i < persons.size(); ++i) {
            auto person = persons[i];
            person.id = tx.new_id<base::Person>();
            person.registered_at = tx.now();
            TRY(state_->publish_person(tx, std::move(person), hashes[i], false));
        }
        return std::string();
    };
    return state_->database.write(command, write);
}

Result<SignedIn> Identity::sign_in(const SignIn& given) {
    auto& state = *state_;
    const auto now = state.clock.now();
    if (const auto wait = state.attempts.wait_ms(given.from, now); wait > 0) return slow_down(wait);
    auto wish = given;
    if (const auto login = clean_login(given.login)) wish.login = *login;
    const auto [person, password] = state.known(wish.login);
    if (person && person->locked_until && now < *person->locked_until) {
        return locked(*person->locked_until, now);
    }
    if (!person) {
        if (const auto until = state.attempts.unknown_locked(wish.login, now)) {
            return locked(*until, now);
        }
    }
    const auto& hash = password ? password->hash : state.nobody_hash;
    const bool right = TRY(state.verify(wish.password, hash));
    if (!person || !password || !right || person->state != PersonState::active) {
        return state.refuse(wish, person, now);
    }
    auto signed_in = TRY(state.open_session(wish, *person, *password));
    state.attempts.succeeded(wish.from);
    return signed_in;
}

std::optional<Bearer> Identity::bearer(std::string_view token) {
    if (token.size() != token_bytes * 2) return std::nullopt;
    return state_->bearers.find(token, state_->clock.now(), Bearers::Touch::use);
}

bool Identity::alive(std::string_view token) {
    return state_->bearers.find(token, state_->clock.now(), Bearers::Touch::look).has_value();
}

Result<> Identity::sign_out(const base::Actor& actor, Id<base::Session> session) {
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        tx.publish(SessionEnded{.session = session, .by_revoking = false}, actor.person);
        return std::to_string(session.value);
    };
    const auto id = "sign-out:" + std::to_string(session.value);
    TRY(state_->database.write(store::Command::internal(id, actor), write));
    state_->bearers.doubt(actor.person);
    return {};
}

std::vector<SessionView> Identity::sessions(
    Id<base::Person> person, Id<base::Session> current) const {
    const auto rows =
        state_->database.read([&](const store::Snapshot& db) { return sessions_of(db, person); });
    const auto now = state_->clock.now();
    std::vector<SessionView> views;
    for (const auto& session : rows) {
        const auto last = state_->bearers.last_use(session, now);
        if (!last) continue;
        views.push_back(
            {.id = session.id,
             .from = session.from,
             .at = session.at,
             .last = *last,
             .current = session.id == current});
    }
    return views;
}

Result<store::Receipt> Identity::revoke(const store::Command& command, Id<base::Session> session) {
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        const auto mine = sessions_of(tx, command.actor.person);
        if (std::ranges::find(mine, session, &Session::id) == mine.end()) {
            return base::not_found(
                "identity.no_session",
                {"没有这个登录会话。", "There is no such session."},
                {"请刷新会话列表。", "Load the list of sessions again."});
        }
        tx.publish(SessionEnded{.session = session, .by_revoking = true}, command.actor.person);
        return std::to_string(session.value);
    };
    auto receipt = state_->database.write(command, write);
    state_->bearers.doubt(command.actor.person);
    return receipt;
}

std::int64_t Identity::sessions_open() const { return state_->bearers.open(state_->clock.now()); }

Result<store::Receipt> Identity::register_person(
    const store::Command& command, const RegisterPerson& wish, const Secret& password) {
    Person person;
    person.login = TRY(clean_login(wish.login));
    person.name = wish.name;
    person.party = wish.party;
    person.kind = wish.kind;
    person.unit = wish.unit;
    person.roles = wish.roles;
    TRY(may_manage(command.actor, wish.kind, wish.party));
    TRY(check_roles(state_->roles, wish.kind, wish.roles));
    TRY(check_password(password, person.login));
    const auto hash = hash_password(password, state_->settings.cost);
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        person.id = tx.new_id<base::Person>();
        person.registered_at = tx.now();
        TRY(state_->publish_person(tx, person, hash, wish.must_change));
        return std::to_string(person.id.value);
    };
    return state_->database.write(command, write);
}

Result<store::Receipt> Identity::change_person(
    const store::Command& command,
    Id<base::Person> id,
    std::int64_t version,
    const ChangePerson& wish) {
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        const auto person = TRY(managed(tx, command.actor, id));
        TRY(check_roles(state_->roles, person.kind, wish.roles));
        tx.publish(PersonChanged{TRY(change(person, version, wish, command.actor.person))}, id);
        return std::to_string(id.value);
    };
    auto receipt = state_->database.write(command, write);
    state_->bearers.doubt(id);
    return receipt;
}

Result<store::Receipt> Identity::reset_password(
    const store::Command& command, Id<base::Person> id, const Secret& password) {
    const auto hash = hash_password(password, state_->settings.cost);
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        TRY(managed(tx, command.actor, id));
        tx.publish(PasswordSet{.person = id, .hash = hash, .must_change = true, .keep = {}}, id);
        return std::to_string(id.value);
    };
    auto receipt = state_->database.write(command, write);
    state_->bearers.doubt(id);
    return receipt;
}

Result<store::Receipt> Identity::change_password(
    const store::Command& command,
    Id<base::Session> current,
    const Secret& before,
    const Secret& after) {
    auto& state = *state_;
    const auto id = command.actor.person;
    const auto [person, password] = state.database.read([&](const store::Snapshot& db) {
        return State::Known{.person = find(db, id), .password = password_of(db, id)};
    });
    if (!person || !password) return wrong();
    const auto who = "person:" + std::to_string(id.value);
    const auto now = state.clock.now();
    if (const auto wait = state.attempts.wait_ms(who, now); wait > 0) return slow_down(wait);
    const bool right = TRY(state.verify(before, password->hash));
    if (!right) {
        state.attempts.failed(who, now);
        return old_password();
    }
    TRY(check_password(after, person->login));
    auto used = password->former;
    used.push_back(password->hash);
    for (const auto& hash : used) {
        const bool same = TRY(state.verify(after, hash));
        if (!same) continue;
        return base::rejected(
            "identity.password_used",
            {"新密码与最近五次用过的密码相同。", "The new password is one of the last five."},
            {"请设置一个没有用过的密码。", "Choose one you have not used."});
    }
    const auto hash = hash_password(after, state.settings.cost);
    const auto write = [&](store::Transaction& tx) -> Result<std::string> {
        const auto now_kept = password_of(tx, id);
        if (!now_kept || now_kept->hash != password->hash) return old_password();
        tx.publish(
            PasswordSet{.person = id, .hash = hash, .must_change = false, .keep = current}, id);
        return std::to_string(id.value);
    };
    auto receipt = state.database.write(command, write);
    state.bearers.doubt(id);
    return receipt;
}

const std::vector<pack::Role>& Identity::roles() const { return state_->roles; }

std::vector<std::string> Identity::administrator_roles() const {
    return identity::administrator_roles(state_->roles);
}

Rights Identity::rights_of(const std::vector<std::string>& roles) const {
    return identity::rights_of(state_->roles, roles);
}

Secret Identity::one_time_password(std::string_view command_id) const {
    // Without look-alikes (0 O o 1 l I); an upper case letter, a lower case letter and a digit
    // stand first.
    static constexpr std::string_view upper = "ABCDEFGHJKMNPQRSTUVWXYZ";
    static constexpr std::string_view lower = "abcdefghjkmnpqrstuvwxyz";
    static constexpr std::string_view digits = "23456789";
    static constexpr std::string_view all =
        "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
    const auto bytes = base::sha256(state_->one_time_key.reveal() + "/" + std::string(command_id));
    std::string text;
    for (std::size_t i = 0; i < 15; ++i) {
        if (i % 5 == 0 && i > 0) text += '-';
        const auto letters = i == 0 ? upper : i == 1 ? lower : i == 2 ? digits : all;
        text += letters[bytes[i] % letters.size()];
    }
    return Secret(std::move(text));
}

} // namespace identity
