#pragma once

/// What `--help` of a command ends with: examples first. Inside of this room only.
namespace galley::cli {

inline constexpr auto kFooter = R"(Examples:
  galley up                             server on port 5000, gateway on port 8080
  galley up --data ./kitchen            with everything stored in that folder
  galley up --port 0 --predict-port 0   on free ports; the ready line names them
  galley up --json                      the ready line as JSON, for scripts
  galley ui                             a link that signs a browser in to the web page
  galley experiment list                what is being tried
  galley run list --experiment iris     the newest runs of an experiment
  galley run show 01a20f167f1b          all that a run logged
  galley event list                     what happened last
  galley dataset commit sales week41.parquet
                                        a version of a table; 'galley dataset --help' has more
  galley endpoint create juice --model orange-juice@1
                                        a registered model answers
  galley why PREDICTION-ID              from an answer back to its code
  galley report juice                   what became of an endpoint, and what was not cured
  galley config show --origin           every setting and where its value comes from

Commands that ask a server find it by --url, GALLEY_URL, or the port of the settings;
'galley run list --help' and the like say more.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.)";

inline constexpr auto kServer = R"(Examples:
  galley server                     for another supervisor than galley up
  galley server --port 0            on a free port; the ready line names it)";

inline constexpr auto kGateway = R"(Examples:
  galley gateway                    for another supervisor than galley up
  galley gateway --predict-port 0   on a free port; the ready line names it)";

inline constexpr auto kConfigShow = R"(Examples:
  galley config show --origin
  galley config show --config ./galley.yaml --json | jq -r .data.value)";

inline constexpr auto kPage = R"(Examples:
  galley ui                             a link; open it in a browser within two minutes
  xdg-open $(galley ui)                 where there is a browser
  galley ui --json | jq -r .url
  ssh -L 5000:127.0.0.1:5000 kitchen    from another machine: 'galley ui' there, the link here
Looking needs no link: the page is at http://127.0.0.1:5000/ui/. Promoting, rolling back, running
and closing do: the link works once and signs the browser in for 12 hours. It needs the server's
token, as 'galley endpoint set' does; a new token signs every browser out.)";

inline constexpr auto kExperimentList = R"(Examples:
  galley experiment list
  galley experiment list --deleted
  galley experiment list --json | jq -r '.experiments[].name')";

inline constexpr auto kRunList = R"(Examples:
  galley run list                             the newest 20 of all experiments
  galley run list --experiment iris           of one experiment; its number does as well
  galley run list --limit 100 --json | jq -r '.runs[] | select(.status == "failed") | .id')";

inline constexpr auto kRunShow = R"(Examples:
  galley run show 01a20f167f1b         the digits that 'galley run list' prints are enough
  galley run show 01a20f167f1b --json | jq '.run.metrics')";

inline constexpr auto kRunVerbs = R"(Examples:
  galley run archive 01a20f167f1b 01a20f2233aa   the digits that 'galley run list' prints are enough
  galley run list --deleted                      what is archived
  galley run restore 01a20f167f1b --dry-run
  galley run tag 01a20f167f1b --set keep=yes --set owner=ana
  galley run tag 01a20f167f1b --remove --set keep)";

inline constexpr auto kEventList = R"(Examples:
  galley event list
  galley event list --subject 01a20f167f1b     what happened to one run
  galley event list --limit 1000 --json | jq -r '.events[].kind' | sort | uniq -c)";

inline constexpr auto kEndpointCreate = R"(Examples:
  galley endpoint create juice --model orange-juice@1
  galley endpoint create juice-py --model orange-juice-logistic@1
  galley endpoint create juice-own --model orange-juice-logistic@1 --python ./venv
  galley endpoint set juice --model orange-juice@2
  galley endpoint list
  galley endpoint traffic juice --minutes 60
While a version that was set is loaded, the one before answers, and so it does if that fails.
Creating, setting and deleting need the token of the server's data directory, which is found by
itself on the server's machine; elsewhere it is GALLEY_TOKEN. A model that needs Python gets an
environment made by uv from its requirements.txt, unless --python names one; that may take a minute,
and is done once for equal requirements. From then on the types in its files are trusted, skops's
too.)";

inline constexpr auto kRollout = R"(Examples:
  galley rollout start juice --model orange-juice@2    by galley.yaml's endpoints.juice.strategy
  galley rollout status juice                          its steps, and what was judged
  galley rollout watch juice                           until it ends; exit code 0 if promoted
  galley rollout promote juice                         past the step that it stands at
  galley rollout promote juice --full                  past all of them, at once
  galley rollout abort juice --reason 'wrong model'    answers when no request reaches it any more
  galley rollout retry juice                           its analysis, or all of it if it has ended
  galley rollout history juice
  galley rollout undo juice --to 3
What changes something needs the token, as 'galley endpoint set' does. docs/formats/rollout.md has
all keys of a strategy.)";

inline constexpr auto kPlan = R"(Examples:
  galley plan list                              what freeze, degrade and rollback do
  galley plan start freeze juice --reason 'stock-taking'
  galley plan start rollback juice              answers when the version before answers
  galley plan status
  galley plan end juice
  galley drill degrade juice                    rehearses it beside the endpoint, step by step
An alert rule starts one by itself with 'plan: freeze'. docs/formats/plan.md has all of it.)";

inline constexpr auto kMonitor = R"(Examples:
  galley monitor apply                     puts the 'monitors' of galley.yaml in force
  galley monitor show demand               accuracy, losses and label coverage, window by window
  galley monitor show demand --span 4      four windows together
  galley monitor show demand --span 4 --by store
  galley monitor reference demand --dataset sales@3     the version that it was trained on
  galley monitor reference demand --file training.csv
  galley monitor drift demand              whether requests are still like that
  galley monitor show demand --arm all     also what was only asked to compare
  galley monitor compare demand            a challenger's losses against the champion's
  galley monitor list
Event time is a column of the requests, or when they were made. What counts begins with 'apply';
labels may come late. docs/formats/monitor.md has all keys.)";

inline constexpr auto kAlert = R"(Examples:
  galley alert apply                       puts the 'alerts' of galley.yaml in force
  galley alert apply --defaults            the usual rules of each monitor and endpoint
  galley alert list                        how each rule stands
  galley alert list --state firing --json
  galley alert show accuracy
  galley alert history                     what fired, the newest first
  galley alert remove accuracy
In galley.yaml:
  alerts:
    accuracy: {monitor: demand, expr: "accuracy < 0.9", span: 4, min_labels: 2000, for: 1}
    drift:    {monitor: demand, expr: drift}
    latency:  {endpoint: demand, expr: "p99_ms > 100", seconds: 60, min_requests: 100}
Rules of a monitor are looked at once for each closed window, in event time.
docs/formats/alert.md has all keys and metrics.)";

inline constexpr auto kIncident = R"(Examples:
  galley incident list
  galley incident show 1                   its alerts, and what may have caused it, ranked
  galley incident ack 1                    somebody looks at it
  galley incident cause 1 --rank 1         it was the first candidate
  galley incident cause 1 --text 'the supplier changed the export'
  galley incident close 1 --reason 'retrained'
Alerts of a monitor open one. ack, cause and close need the server's token. docs/formats/incident.md
says how candidates are scored.)";

inline constexpr auto kNotify = R"(Examples:
  galley notify list                       what was told to whom, and whether it arrived
  galley notify test                       tells every receiver, and waits whether it arrives
Receivers are URLs of the server's setting notify_webhooks; notify_allow names those of this machine
and of private networks that may be called. docs/formats/notification.md has the format.)";

inline constexpr auto kReport = R"(Examples:
  galley report demand                     what became of an endpoint, and what was not cured
  galley report demand --html report.html  the same as one page that needs nothing else
  galley report demand --json | jq .report.not_cured
  galley report demand --before before.yaml --usd-per-cpu-hour 0.04 --usd-per-gib-month 0.02
In before.yaml: deployment_s, experiment_cycle_s, diagnosis_s, availability, response_ms,
throughput_per_s, as many as are known. docs/formats/report.md says how each number is computed.)";

inline constexpr auto kModelShow = R"(Examples:
  galley model show orange-juice@1
  galley model show orange-juice@1 --json | jq -r '.model_version.files[].path')";

inline constexpr auto kWhy = R"(Examples:
  galley why 5d1f00b2000000010000000000000000
  galley prediction show 5d1f00b2000000010000000000000000 --json)";

inline constexpr auto kLineage = R"(Examples:
  galley lineage sales@3                   what came of a dataset's version, as a list
  galley lineage model:demand@3            what a model came of, and where it answers
  galley lineage endpoint:demand --up --depth 6
  galley lineage dataset:sales@3 --down --json
Nodes: dataset:NAME@VERSION, job:ID, pipeline-run:NUMBER, run:ID, model:NAME@VERSION, variant:ID,
endpoint:NAME, prediction:ID, monitor:NAME.)";

inline constexpr auto kDataset = R"(Examples:
  galley dataset commit sales week41.parquet --source 'till export' --batch week41
  galley dataset commit sales fixed.csv --mode upsert --key store,brand,week
  galley dataset commit sales --mode delete --where 'week < 40'
  galley dataset log sales                       its versions, the newest first
  galley dataset show sales@3 --rows 5           columns, files and the first rows
  galley dataset diff sales 3 4 --key store,brand,week
  galley dataset checkout sales@3 --to sales.parquet
  galley dataset commit photos ./photos          a folder of any files, equal ones stored once
  galley dataset checkout photos@0 --to before   the same files again, in a new folder
A table is a Delta table in a plain folder, which 'galley dataset show' names: deltalake, Polars,
DuckDB and Spark read every version of it as it stands.)";

inline constexpr auto kContract = R"(Examples:
  galley dataset apply                           contracts of ./galley.yaml, from the next commit on
  galley dataset apply --dry-run                 only say what is wrong with the file
  galley dataset contract sales                  what is in force
  galley dataset commit sales week41.parquet     ends with 1 if it breaks a rule, unpublished
  galley dataset rejected sales                  such commits
  galley dataset report sales@r1                 rules, rows and examples
  galley dataset checkout sales@r1 --to bad.csv  its rows
  galley dataset check sales                     all rows of the newest version
In galley.yaml, under datasets.NAME.contract: columns, watermark and checks, or the path of an ODCS
file.)";

inline constexpr auto kPipeline = R"(Examples:
  galley pipeline explain                  what would run, and why
  galley pipeline run                      runs it; ends with 1 if a job failed or a gate refused
  galley pipeline run --input train.depth=6 --force
  galley pipeline run --from train         'train' and what follows run, the rest if it changed
  galley pipeline run --again 3            run 3 once more, as its file was then
  galley pipeline status                   the newest run; 'status 3' another one
  galley pipeline logs train --follow      what a job writes; of a matrix: logs 'train[gbdt,1]'
  galley pipeline gate                     what its gates compared, and what they decided
  galley pipeline cancel 3
  galley pipeline retry 3                  goes on at what failed
  galley pipeline apply                    what galley.yaml's 'on' names starts runs from now on
  galley pipeline apply --remove           nothing does any more
  galley pipeline triggers                 what is in force, what came last, what is next
A job runs if its command, its deps, datasets, params or outs are others than last time.)";

inline constexpr auto kTriggers = R"(Examples:
  galley pipeline apply                    puts the 'on' of ./galley.yaml in force
  galley pipeline apply --dry-run          only says what is wrong, or would be in force
  galley pipeline apply --file ml/galley.yaml --repository /srv/churn.git
  galley pipeline apply --secret-file webhook.secret
  galley pipeline apply --remove
  galley pipeline triggers
In galley.yaml:
  on:
    schedule: [{cron: "0 3 * * *"}]        at three in the morning, UTC
    data: {dataset: sales}                 when a version of it was published
    push: {branches: [main]}               by a webhook, whose address 'apply' prints
The file is read anew each time; after a change of 'on' itself apply it again.)";

}  // namespace galley::cli
