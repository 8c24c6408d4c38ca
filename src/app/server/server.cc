#include "app/server/server.h"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <optional>

#include "app/server/follower.h"
#include "app/server/intake.h"
#include "app/server/python_package.h"
#include "app/server/rollouts.h"
#include "domain/data/service.h"
#include "domain/ledger/views.h"
#include "domain/observe/service.h"
#include "domain/pipeline/service.h"
#include "domain/pipeline/triggers.h"
#include "domain/registry/service.h"
#include "domain/rollout/publisher.h"
#include "domain/rollout/service.h"
#include "domain/tracking/run_query.h"
#include "domain/tracking/service.h"
#include "domain/watch/alerts.h"
#include "domain/watch/incident.h"
#include "foundation/http/serve.h"
#include "foundation/io/process.h"
#include "foundation/telemetry/log.h"
#include "platform/config/data_directory.h"
#include "platform/notify/sender.h"
#include "protocol/control/mlflow/api.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/home_keeper.h"
#include "protocol/control/native/openapi.h"
#include "protocol/control/native/stream_hub.h"
#include "protocol/control/ui/ui.h"
#include "storage/db/migrate.h"
#include "storage/journal/journal.h"
#include "storage/journal/store.h"

namespace galley::server {
namespace {

/// Reads and uploads wait for the disk here; more threads than cores, because they wait.
constexpr int kBlockingThreads = 8;
/// Room for threads that hold a snapshot besides the pool's.
constexpr int kReaders = kBlockingThreads + 6;
constexpr int kLoopsMax = 4;

constexpr const db::Part* kParts[] = {
    &journal::kTables,    &tracking::kTables,      &registry::kTables,  &rollout::kTables,
    &observe::kTables,    &data::kTables,          &pipeline::kTables,  &notify::kTables,
    &watch::kAlertTables, &watch::kIncidentTables, &ledger::kViewTables};

Result<std::unique_ptr<db::Connection>> OpenDatabase(const config::DataDirectory& data,
                                                     const io::Clock& clock) {
  auto connection = TRY(db::Connection::Open(data.database(), db::Connection::Mode::kWrite));
  std::vector<db::Part> parts;
  std::ranges::transform(kParts, std::back_inserter(parts),
                         [](const db::Part* part) { return *part; });
  TRY(db::Migrate(*connection, parts,
                  fmt::format("{}/before-upgrade-{}.db", data.path(), clock.NowMs())));
  return connection;
}

/// The web page, and what describes and watches all routes.
Status AddPage(std::vector<http::Route>& routes, const ui::PageApi& page) {
  std::ranges::move(ui::PageRoutes(page.source, page.base_path), std::back_inserter(routes));
  std::ranges::move(ui::SessionRoutes(page), std::back_inserter(routes));
  routes.push_back(native::OpenApiRoute(TRY(native::OpenApiOf(routes, page.version))));
  routes.push_back(http::HealthRoute("server", page.version));
  return {};
}

policy::Gate GateOf(std::string token, std::vector<std::string> hosts,
                    const ui::Sessions& sessions) {
  return {std::move(token), std::move(hosts),
          [&sessions](std::string_view cookies) { return sessions.EndOf(cookies).has_value(); }};
}

std::vector<http::Area> Areas() {
  std::vector<http::Area> areas = mlflow::Areas();
  areas.push_back(ui::PageArea());
  return areas;
}

std::vector<http::Route> ApiRoutes(const native::Api& api) {
  std::vector<http::Route> routes = mlflow::Routes({.store = api.store, .blobs = api.blobs});
  std::ranges::move(native::Routes(api), std::back_inserter(routes));
  return routes;
}

http::ServeOptions ServingOf(const Options& options, int signals) {
  return {.name = "server",
          .loops = std::min(io::UsableCores(), kLoopsMax),
          .signals = signals,
          .blocking = kBlockingThreads,
          .base_path = options.base_path};
}

}  // namespace

Status Run(const Options& options) {
  telemetry::NameProcess("server");
  // Blocked before the writer's thread starts: a thread that does not block SIGTERM dies of it.
  const io::UniqueFd signals = TRY(io::SignalDescriptor({SIGTERM, SIGINT}));
  const io::SystemClock clock;
  io::SystemRandom random;
  io::IdSource ids(clock, random);
  const config::DataDirectory data = TRY(config::DataDirectory::Open(options.data, random));
  const auto page = TRY(ui::OpenSource(options.ui_folder));
  TRY(WritePythonPackage(data.path()));
  db::Writer writer(TRY(OpenDatabase(data, clock)), {});
  const auto readers = TRY(db::Readers::Open(data.database(), kReaders));
  const auto blobs = TRY(blob::BlobStore::Open(data.blobs()));
  journal::Feed feed(writer);
  const journal::Store store{
      .writer = writer, .readers = *readers, .ids = ids, .clock = clock, .feed = &feed};
  TRY(store.WriteAndWait(db::WriteClass::kInteractive, std::string(journal::kDefaultProject),
                         "galley", tracking::EnsureDefaultExperiment));
  const auto datasets = TRY(data::Service::Open(
      {.data = data.path(), .duckdb_library = options.duckdb_library}, store, *blobs));
  auto listener = TRY(http::Listen("server", options.port));
  listener.url += options.base_path;
  auto pipelines = TRY(pipeline::Service::Open(
      {.data = data.path(), .server_url = listener.url, .program = TRY(io::ProgramPath())}, store,
      *blobs));
  auto sender = TRY(notify::Sender::Start(
      store, random,
      {.webhooks = options.webhooks,
       .allow = options.notify_allow,
       .secret = TRY(notify::SecretOf(options.notify_secret_file, data.path(), random)),
       .external_url = listener.url}));
  auto triggers = TRY(pipeline::Triggers::Open(data.path(), store, *pipelines));
  rollout::Publisher publisher(store, data.path());
  TRY(publisher.Publish());
  native::HomeKeeper homes(store, publisher, *triggers);
  native::StreamHub streams(store, &homes);
  tracking::RunQueries run_queries(ids, clock);
  std::vector<http::Route> routes = ApiRoutes({.store = store,
                                               .serving = publisher,
                                               .datasets = *datasets,
                                               .pipelines = *pipelines,
                                               .triggers = *triggers,
                                               .blobs = *blobs,
                                               .streams = streams,
                                               .homes = homes,
                                               .runs = run_queries});
  ui::Sessions sessions(data.token(), clock, random, options.base_path);
  const policy::Gate gate = GateOf(data.token(), options.allowed_hosts, sessions);
  TRY(AddPage(routes, {.source = page,
                       .sessions = sessions,
                       .gate = gate,
                       .clock = clock,
                       .base_path = options.base_path,
                       .version = GALLEY_VERSION}));
  std::optional<Follower> follower(std::in_place, streams, homes);
  std::optional<Rollouts> rollouts(std::in_place, store, publisher);
  std::optional<Intake> intake(std::in_place, store, publisher, data.path() + "/gateway/log");
  const Status served =
      http::ServeUntilSignalled(ServingOf(options, signals.get()), std::move(listener),
                                http::Router(std::move(routes), Areas()), gate);
  follower.reset();
  rollouts.reset();
  intake.reset();
  triggers.reset();
  pipelines.reset();
  sender.reset();
  writer.Stop();
  return served;
}

}  // namespace galley::server
