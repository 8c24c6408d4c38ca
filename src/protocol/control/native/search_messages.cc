#include "protocol/control/native/search_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kSearchMax = 200;
constexpr std::size_t kPastedMax = 2048;

constexpr Field kAskSearch[] = {
    Of<&AskSearch::q>("q").Required().Bytes(kSearchMax),
    Of<&AskSearch::types>("types"),
    Of<&AskSearch::limit>("limit"),
    Of<&AskSearch::offset>("offset"),
};
constexpr Field kSearchHit[] = {
    Of<&SearchHit::kind>("kind"),   Of<&SearchHit::id>("id"),
    Of<&SearchHit::title>("title"), Of<&SearchHit::detail>("detail"),
    Of<&SearchHit::path>("path"),   Of<&SearchHit::field>("field"),
    Of<&SearchHit::match>("match"), Of<&SearchHit::at_ms>("at_ms"),
};
constexpr Field kSearchCount[] = {
    Of<&SearchCount::kind>("kind"),
    Of<&SearchCount::count>("count"),
};
constexpr Field kSearchAnswer[] = {
    Of<&SearchAnswer::hits>("hits"),
    Of<&SearchAnswer::counts>("counts"),
    Of<&SearchAnswer::has_more>("has_more"),
};
constexpr Field kAskResolve[] = {
    Of<&AskResolve::text>("text").Required().Bytes(kPastedMax),
};
constexpr Field kResolved[] = {
    Of<&Resolved::kind>("kind"),
    Of<&Resolved::id>("id"),
    Of<&Resolved::title>("title"),
    Of<&Resolved::path>("path"),
};
constexpr Field kKeepPageView[] = {
    Of<&KeepPageView::page>("page").Required(),
    Of<&KeepPageView::state>("state").Required(),
};
constexpr Field kPageView[] = {
    Of<&PageView::id>("id"),
    Of<&PageView::page>("page"),
    Of<&PageView::state>("state"),
};

}  // namespace

const schema::Message AskSearch::kSchema{"AskSearch", kAskSearch};
const schema::Message SearchHit::kSchema{"SearchHit", kSearchHit};
const schema::Message SearchCount::kSchema{"SearchCount", kSearchCount};
const schema::Message SearchAnswer::kSchema{"SearchAnswer", kSearchAnswer};
const schema::Message AskResolve::kSchema{"AskResolve", kAskResolve};
const schema::Message Resolved::kSchema{"Resolved", kResolved};
const schema::Message KeepPageView::kSchema{"KeepPageView", kKeepPageView};
const schema::Message PageView::kSchema{"PageView", kPageView};

}  // namespace galley::native
