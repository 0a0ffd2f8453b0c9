#include "domain/registry/priority.hpp"

#include <algorithm>

namespace registry {
namespace {

// Classes of precedence; lower is paid first.
enum class Class { retention, purchase_money, published, notified, bare };

struct Key {
    Class place = Class::bare;
    Instant at; // within retention and bare nothing tells them apart
    bool by_delivery = false;
};

Key key_of_receivable(const Contender& one) {
    if (one.registered_at) return {Class::published, *one.registered_at, false};
    if (one.notified_at) return {Class::notified, *one.notified_at, false};
    return {};
}

Key key_of_movable(const Contender& one, base::Zone zone) {
    if (one.retention) return {Class::retention, {}, false};
    if (one.registered_at && one.purchase_money_until &&
        zone.date(*one.registered_at) <= *one.purchase_money_until)
        return {Class::purchase_money, *one.registered_at, false};
    const bool pledge = one.interest == pack::Interest::pledge;
    const auto delivered = pledge ? one.delivered_at : std::nullopt;
    if (delivered && (!one.registered_at || *delivered < *one.registered_at))
        return {Class::published, *delivered, true};
    if (one.registered_at) return {Class::published, *one.registered_at, false};
    return {};
}

std::string moment(Instant at, base::Zone zone) {
    const auto minute = zone.minute_of_day(at);
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return zone.date(at).text() + " " + two(minute / 60) + ":" + two(minute % 60);
}

struct Side {
    const Contender* one = nullptr;
    Key key;
};

struct Saying {
    bool receivable = false;
    base::Zone zone;

    [[nodiscard]] std::string when(const Side& side) const { return moment(side.key.at, zone); }

    [[nodiscard]] static std::string zh(const Side& side) {
        return side.one->holder.zh + "（" + side.one->number + "）";
    }

    [[nodiscard]] static std::string en(const Side& side) {
        return side.one->holder.en + " (" + side.one->number + ")";
    }

    // Art. 415 speaks where one is a pledge and the other is not.
    [[nodiscard]] std::string article(const Side& a, const Side& b) const {
        if (receivable) return "768";
        const bool pledge_a = a.one->interest == pack::Interest::pledge;
        const bool pledge_b = b.one->interest == pack::Interest::pledge;
        return pledge_a != pledge_b || a.key.by_delivery || b.key.by_delivery ? "415" : "414";
    }

    [[nodiscard]] Reason of(const Side& a, const Side& b) const;
    [[nodiscard]] Reason equals(const Side& a, Reason reason) const;
    [[nodiscard]] Reason within(const Side& a, const Side& b, Reason reason) const;
    [[nodiscard]] Reason across(const Side& a, const Side& b, Reason reason) const;
};

Reason Saying::equals(const Side& a, Reason reason) const {
    reason.equal = true;
    if (a.key.place == Class::retention) {
        reason.ground = Ground::retention;
        reason.article = "456";
        reason.explains = {
            "同为留置权，按债权比例受偿", "both are rights of retention: they share pro rata"};
    } else if (a.key.place == Class::bare) {
        reason.ground = Ground::pro_rata;
        reason.explains =
            receivable
                ? Text{"都没有登记，转让通知也都没有到达债务人：按融资款的比例取得应收账款", "neither is registered and no notice has reached the debtor: they share pro rata of what they financed"}
                : Text{
                      "都没有登记：按债权比例清偿",
                      "neither is registered: they are paid pro rata of their claims"};
    } else {
        reason.ground = Ground::published_at_once;
        reason.explains = {
            "时间同为 " + when(a) + "，不分先后：按债权比例清偿",
            "both at " + when(a) + ", neither is earlier: they are paid pro rata"};
    }
    return reason;
}

Reason Saying::within(const Side& a, const Side& b, Reason reason) const {
    const auto times_zh = "：" + when(a) + " 早于 " + when(b);
    const auto times_en = ": " + when(a) + " is before " + when(b);
    if (a.key.place == Class::purchase_money) {
        reason.ground = Ground::purchase_money;
        reason.article = "416";
        reason.explains = {
            "两项都是担保价款并按期登记，按登记时间先后" + times_zh,
            "both secure purchase money and were registered in time; by time of registration" +
                times_en};
    } else if (a.key.place == Class::notified) {
        reason.ground = Ground::notified_first;
        reason.explains = {
            "都没有登记，转让通知先到达债务人的在先" + times_zh,
            "neither is registered; the notice that reached the debtor first prevails" + times_en};
    } else if (a.key.by_delivery || b.key.by_delivery) {
        reason.ground = a.key.by_delivery ? Ground::delivered_first : Ground::registered_first;
        reason.explains = {
            "按登记、交付的时间先后清偿" + times_zh,
            "by the time of registration or delivery" + times_en};
    } else {
        reason.ground = Ground::registered_first;
        reason.explains = {
            receivable ? "都已登记，按登记时间先后取得应收账款" + times_zh
                       : "都已登记，按登记时间先后清偿" + times_zh,
            "both are registered: by the time of registration" + times_en};
    }
    return reason;
}

Reason Saying::across(const Side& a, const Side& b, Reason reason) const {
    switch (a.key.place) {
    case Class::retention:
        reason.ground = Ground::retention;
        reason.article = "456";
        reason.explains = {
            "同一动产又被留置的，留置权人优先受偿",
            "a right of retention over the same movable is paid before all"};
        break;
    case Class::purchase_money:
        reason.ground = Ground::purchase_money;
        reason.article = "416";
        reason.explains = {
            "担保的是购买价款，登记于 " + when(a) + "，不晚于交付后的期限 " +
                a.one->purchase_money_until->text() + "，优先于买受人的其他担保物权",
            "it secures the purchase price and was registered at " + when(a) +
                ", not after the limit following delivery, " + a.one->purchase_money_until->text() +
                ": it precedes the buyer's other security interests"};
        break;
    case Class::published:
        if (a.key.by_delivery) {
            reason.ground = Ground::delivered_only;
            reason.explains = {
                zh(a) + "已交付，" + zh(b) + "没有登记",
                en(a) + " was delivered, " + en(b) + " is not registered"};
        } else {
            reason.ground = Ground::registered_only;
            reason.explains = {
                zh(a) + "已登记，" + zh(b) + "没有登记：已登记的在先",
                en(a) + " is registered, " + en(b) + " is not: the registered one is first"};
        }
        break;
    case Class::notified:
        reason.ground = Ground::notified_only;
        reason.explains = {
            "都没有登记；转让通知于 " + when(a) + " 到达债务人的" + zh(a) + "在先",
            "neither is registered; the notice of " + en(a) + " reached the debtor at " + when(a)};
        break;
    case Class::bare: base::bug("nothing stands behind the last class");
    }
    return reason;
}

Reason Saying::of(const Side& a, const Side& b) const {
    Reason reason;
    reason.first = a.one->number;
    reason.second = b.one->number;
    reason.article = article(a, b);
    if (a.key.place != b.key.place) return across(a, b, std::move(reason));
    if (a.key.at == b.key.at) return equals(a, std::move(reason));
    return within(a, b, std::move(reason));
}

bool before(const Side& a, const Side& b) {
    if (a.key.place != b.key.place) return a.key.place < b.key.place;
    return a.key.at < b.key.at;
}

// The shares of those with one rank add up to the whole.
void share_out(const std::vector<Side>& sides, std::size_t from, std::size_t to, Ranking& ranking) {
    std::vector<std::int64_t> weights;
    for (std::size_t i = from; i < to; ++i)
        weights.push_back(std::max<std::int64_t>(sides[i].one->claim.fen, 1));
    const auto parts = Money{Rate::percent(100).ppm}.split(weights);
    for (std::size_t i = from; i < to; ++i) {
        ranking.order.push_back(
            {.number = sides[i].one->number,
             .rank = static_cast<std::int32_t>(from + 1),
             .share = {parts[i - from].fen}});
    }
}

} // namespace

Ranking rank(const std::vector<Contender>& contenders, bool receivable, base::Zone zone) {
    std::vector<Side> sides;
    for (const auto& one : contenders)
        sides.push_back({&one, receivable ? key_of_receivable(one) : key_of_movable(one, zone)});
    std::ranges::stable_sort(sides, before);
    Ranking ranking;
    for (std::size_t i = 0; i < sides.size();) {
        std::size_t end = i + 1;
        while (end < sides.size() && !before(sides[i], sides[end]))
            ++end;
        share_out(sides, i, end, ranking);
        i = end;
    }
    const Saying saying{receivable, zone};
    for (std::size_t i = 0; i < sides.size(); ++i) {
        for (std::size_t k = i + 1; k < sides.size(); ++k)
            ranking.reasons.push_back(saying.of(sides[i], sides[k]));
    }
    return ranking;
}

} // namespace registry
