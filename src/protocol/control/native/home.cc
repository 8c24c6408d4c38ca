#include <algorithm>
#include <array>
#include <string_view>

#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/home_keeper.h"
#include "protocol/control/native/home_messages.h"
#include "protocol/control/native/home_parts.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

constexpr std::size_t kActivityMax = 20;
constexpr std::int64_t kEventsMax = 500;  // Among which activity is looked for.
/// What happens all the time.
constexpr std::array<std::string_view, 6> kNoise = {"segment.taken",       "run.logged",
                                                    "artifact.stored",     "logged_model.created",
                                                    "logged_model.tagged", "run.updated"};

Status AddActivity(HomeMaking& making) {
  const journal::View& view = making.view;
  const journal::EventQuery query{.before = std::nullopt, .subject = "", .limit = kEventsMax};
  auto& activity = making.answer.activity;
  for (journal::Event& event : TRY(journal::ReadEvents(view.db, view.project, query))) {
    if (activity.size() == kActivityMax) break;
    if (IsNoise(event.kind)) continue;
    activity.push_back({.sequence = event.sequence,
                        .at_ms = event.at_ms,
                        .kind = std::move(event.kind),
                        .subject = std::move(event.subject),
                        .actor = std::move(event.actor),
                        .detail = {std::move(event.detail)}});
  }
  return {};
}

http::Response ResponseOf(const http::Request& request, const HomeKeeper::Given& home) {
  const http::Header* known = request.Find("If-None-Match");
  http::Response response;
  if (known != nullptr && http::NamesTag(known->value, home.answer->tag)) {
    response.status = 304;
  } else {
    response.body = home.answer->body;
  }
  response.headers = {{"ETag", home.answer->tag},
                      {"Cache-Control", "private, no-cache"},
                      {"Server-Timing", home.is_kept ? R"(home;desc="kept")"
                                                     : fmt::format(R"(home;desc="made";dur={})",
                                                                   home.answer->made_in)}};
  return response;
}

Result<http::Response> Home(const Api& api, const http::Request& request) {
  Nothing nothing;
  TRY(DecodeQuery(request, Nothing::kSchema, &nothing));
  return ResponseOf(request, TRY(api.homes.Get(Project(request))));
}

}  // namespace

bool IsNoise(std::string_view kind) {
  return std::ranges::find(kNoise, kind) != kNoise.end();
}

Result<HomeAnswer> MakeHome(const journal::View& view, std::string_view project,
                            const HomeOutside& outside) {
  HomeMaking making{.view = view,
                    .project = project,
                    .now_ms = outside.now_ms,
                    .gateway = outside.gateway,
                    .triggers = outside.triggers,
                    .answer = {}};
  making.answer.at_ms = making.now_ms;
  TRY(AddStages(making));
  TRY(AddNeeds(making));
  TRY(AddChampions(making));
  TRY(AddActivity(making));
  return std::move(making.answer);
}

std::vector<http::Route> HomeRoutes(const Api& api) {
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(api, http::Method::kGet, "home", policy::Right::kRead, Home));
  routes.back().parameters = &Nothing::kSchema;
  routes.back().answer = &HomeAnswer::kSchema;
  return routes;
}

}  // namespace galley::native
