#include "domain/ledger/report.h"
#include "foundation/schema/message.h"

/// The tables of the report's JSON: docs/formats/report.md.
namespace galley::ledger {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kTrainedDataset[] = {
    Of<&TrainedDataset::name>("name"), Of<&TrainedDataset::version>("version"),
    Of<&TrainedDataset::digest>("digest"), Of<&TrainedDataset::by>("by")};
constexpr Field kTrainedJob[] = {
    Of<&TrainedJob::id>("id"),           Of<&TrainedJob::name>("name"),
    Of<&TrainedJob::state>("state"),     Of<&TrainedJob::cpu_ms>("cpu_ms"),
    Of<&TrainedJob::wall_ms>("wall_ms"), Of<&TrainedJob::metrics>("metrics")};
constexpr Field kTrainedVersion[] = {Of<&TrainedVersion::model>("model"),
                                     Of<&TrainedVersion::version_id>("version_id"),
                                     Of<&TrainedVersion::registered_ms>("registered_ms"),
                                     Of<&TrainedVersion::tracked_run>("tracked_run"),
                                     Of<&TrainedVersion::pipeline>("pipeline"),
                                     Of<&TrainedVersion::run>("run"),
                                     Of<&TrainedVersion::run_id>("run_id"),
                                     Of<&TrainedVersion::trigger>("trigger"),
                                     Of<&TrainedVersion::actor>("actor"),
                                     Of<&TrainedVersion::cpu_ms>("cpu_ms"),
                                     Of<&TrainedVersion::datasets>("datasets"),
                                     Of<&TrainedVersion::jobs>("jobs"),
                                     Of<&TrainedVersion::gate>("gate"),
                                     Of<&TrainedVersion::gate_job>("gate_job"),
                                     Of<&TrainedVersion::gate_event>("gate_event"),
                                     Of<&TrainedVersion::missing>("missing")};
constexpr Field kServedVariant[] = {Of<&ServedVariant::id>("id"),
                                    Of<&ServedVariant::name>("name"),
                                    Of<&ServedVariant::model>("model"),
                                    Of<&ServedVariant::version_id>("version_id"),
                                    Of<&ServedVariant::weight>("weight"),
                                    Of<&ServedVariant::created_ms>("created_ms"),
                                    Of<&ServedVariant::retired_ms>("retired_ms"),
                                    Of<&ServedVariant::first_window>("first_window"),
                                    Of<&ServedVariant::last_window>("last_window"),
                                    Of<&ServedVariant::predictions>("predictions")};
constexpr Field kArmPoint[] = {
    Of<&ArmPoint::window>("window"),     Of<&ArmPoint::predictions>("predictions"),
    Of<&ArmPoint::labels>("labels"),     Of<&ArmPoint::right>("right"),
    Of<&ArmPoint::accuracy>("accuracy"), Of<&ArmPoint::low>("low"),
    Of<&ArmPoint::high>("high"),         Of<&ArmPoint::balanced_accuracy>("balanced_accuracy"),
    Of<&ArmPoint::log_loss>("log_loss"), Of<&ArmPoint::conversion>("conversion"),
    Of<&ArmPoint::cost>("cost")};
constexpr Field kArm[] = {Of<&Arm::name>("name"),
                          Of<&Arm::is_first>("is_first"),
                          Of<&Arm::predictions>("predictions"),
                          Of<&Arm::labels>("labels"),
                          Of<&Arm::accuracy>("accuracy"),
                          Of<&Arm::low>("low"),
                          Of<&Arm::high>("high"),
                          Of<&Arm::balanced_accuracy>("balanced_accuracy"),
                          Of<&Arm::log_loss>("log_loss"),
                          Of<&Arm::conversion>("conversion"),
                          Of<&Arm::points>("points")};
constexpr Field kDriftPoint[] = {
    Of<&DriftPoint::window>("window"), Of<&DriftPoint::distance>("distance"),
    Of<&DriftPoint::beyond>("beyond"), Of<&DriftPoint::alarm>("alarm")};
constexpr Field kDriftingColumn[] = {
    Of<&DriftingColumn::column>("column"), Of<&DriftingColumn::threshold>("threshold"),
    Of<&DriftingColumn::is_alarming>("is_alarming"), Of<&DriftingColumn::began>("began"),
    Of<&DriftingColumn::points>("points")};
constexpr Field kAlertEntry[] = {Of<&AlertEntry::id>("id"),
                                 Of<&AlertEntry::rule>("rule"),
                                 Of<&AlertEntry::column>("column"),
                                 Of<&AlertEntry::value>("value"),
                                 Of<&AlertEntry::limit>("limit"),
                                 Of<&AlertEntry::active_window>("active_window"),
                                 Of<&AlertEntry::window>("window"),
                                 Of<&AlertEntry::event>("event"),
                                 Of<&AlertEntry::at_ms>("at_ms"),
                                 Of<&AlertEntry::resolved_window>("resolved_window"),
                                 Of<&AlertEntry::resolved_event>("resolved_event"),
                                 Of<&AlertEntry::resolved_ms>("resolved_ms")};
constexpr Field kCauseEntry[] = {
    Of<&CauseEntry::rank>("rank"), Of<&CauseEntry::kind>("kind"),
    Of<&CauseEntry::name>("name"), Of<&CauseEntry::score>("score"),
    Of<&CauseEntry::what>("what"), Of<&CauseEntry::claims_data_fault>("claims_data_fault")};
constexpr Field kIncidentEntry[] = {Of<&IncidentEntry::id>("id"),
                                    Of<&IncidentEntry::event>("event"),
                                    Of<&IncidentEntry::at_ms>("at_ms"),
                                    Of<&IncidentEntry::window>("window"),
                                    Of<&IncidentEntry::causes>("causes"),
                                    Of<&IncidentEntry::cause>("cause"),
                                    Of<&IncidentEntry::cause_event>("cause_event"),
                                    Of<&IncidentEntry::cause_ms>("cause_ms"),
                                    Of<&IncidentEntry::acked_by>("acked_by"),
                                    Of<&IncidentEntry::acked_event>("acked_event"),
                                    Of<&IncidentEntry::closed_event>("closed_event")};
constexpr Field kActionEntry[] = {
    Of<&ActionEntry::event>("event"),     Of<&ActionEntry::at_ms>("at_ms"),
    Of<&ActionEntry::window>("window"),   Of<&ActionEntry::kind>("kind"),
    Of<&ActionEntry::subject>("subject"), Of<&ActionEntry::actor>("actor"),
    Of<&ActionEntry::text>("text")};
constexpr Field kLookEntry[] = {Of<&LookEntry::event>("event"), Of<&LookEntry::window>("window"),
                                Of<&LookEntry::log_e>("log_e"), Of<&LookEntry::verdict>("verdict")};
constexpr Field kRolloutEntry[] = {
    Of<&RolloutEntry::id>("id"),         Of<&RolloutEntry::model>("model"),
    Of<&RolloutEntry::event>("event"),   Of<&RolloutEntry::at_ms>("at_ms"),
    Of<&RolloutEntry::window>("window"), Of<&RolloutEntry::actor>("actor"),
    Of<&RolloutEntry::looks>("looks"),   Of<&RolloutEntry::outcome>("outcome"),
    Of<&RolloutEntry::reason>("reason"), Of<&RolloutEntry::end_event>("end_event"),
    Of<&RolloutEntry::end_ms>("end_ms"), Of<&RolloutEntry::end_window>("end_window")};
constexpr Field kPromotionEntry[] = {
    Of<&PromotionEntry::event>("event"),     Of<&PromotionEntry::at_ms>("at_ms"),
    Of<&PromotionEntry::window>("window"),   Of<&PromotionEntry::model>("model"),
    Of<&PromotionEntry::variant>("variant"), Of<&PromotionEntry::actor>("actor"),
    Of<&PromotionEntry::by_hand>("by_hand"), Of<&PromotionEntry::log_e>("log_e")};
constexpr Field kRatio[] = {Of<&Ratio::value>("value"),
                            Of<&Ratio::low>("low"),
                            Of<&Ratio::high>("high"),
                            Of<&Ratio::first_window>("first_window"),
                            Of<&Ratio::last_window>("last_window"),
                            Of<&Ratio::windows>("windows"),
                            Of<&Ratio::labels>("labels")};
constexpr Field kNotCured[] = {Of<&NotCured::still_firing>("still_firing"),
                               Of<&NotCured::fired_again>("fired_again"),
                               Of<&NotCured::still_drifting>("still_drifting"),
                               Of<&NotCured::before>("before"),
                               Of<&NotCured::after>("after"),
                               Of<&NotCured::gap>("gap"),
                               Of<&NotCured::missing>("missing")};
constexpr Field kGain[] = {
    Of<&Gain::served>("served"), Of<&Gain::frozen>("frozen"), Of<&Gain::difference>("difference"),
    Of<&Gain::draws>("draws"),   Of<&Gain::seed>("seed"),     Of<&Gain::missing>("missing")};
constexpr Field kRunCost[] = {
    Of<&RunCost::run>("run"),           Of<&RunCost::run_id>("run_id"),
    Of<&RunCost::pipeline>("pipeline"), Of<&RunCost::trigger>("trigger"),
    Of<&RunCost::state>("state"),       Of<&RunCost::attempts>("attempts"),
    Of<&RunCost::cpu_ms>("cpu_ms")};
constexpr Field kStoredCost[] = {Of<&StoredCost::what>("what"), Of<&StoredCost::files>("files"),
                                 Of<&StoredCost::bytes>("bytes"),
                                 Of<&StoredCost::byte_hours>("byte_hours")};
constexpr Field kCost[] = {Of<&Cost::runs>("runs"),
                           Of<&Cost::has_more_runs>("has_more_runs"),
                           Of<&Cost::cpu_ms>("cpu_ms"),
                           Of<&Cost::stored>("stored"),
                           Of<&Cost::bytes>("bytes"),
                           Of<&Cost::byte_hours>("byte_hours"),
                           Of<&Cost::labels>("labels"),
                           Of<&Cost::cpu_usd>("cpu_usd"),
                           Of<&Cost::storage_usd>("storage_usd"),
                           Of<&Cost::usd>("usd")};
constexpr Field kLoopStep[] = {
    Of<&LoopStep::step>("step"),       Of<&LoopStep::event>("event"),
    Of<&LoopStep::at_ms>("at_ms"),     Of<&LoopStep::window>("window"),
    Of<&LoopStep::took_ms>("took_ms"), Of<&LoopStep::took_windows>("took_windows")};
constexpr Field kLoop[] = {Of<&Loop::name>("name"), Of<&Loop::steps>("steps")};
constexpr Field kEffect[] = {
    Of<&Effect::name>("name"),       Of<&Effect::unit>("unit"),     Of<&Effect::seen_by>("seen_by"),
    Of<&Effect::samples>("samples"), Of<&Effect::value>("value"),   Of<&Effect::p90>("p90"),
    Of<&Effect::events>("events"),   Of<&Effect::before>("before"), Of<&Effect::goal>("goal")};
constexpr Field kReport[] = {
    Of<&Report::endpoint>("endpoint"),   Of<&Report::endpoint_id>("endpoint_id"),
    Of<&Report::monitor>("monitor"),     Of<&Report::monitor_id>("monitor_id"),
    Of<&Report::time>("time"),           Of<&Report::width>("width"),
    Of<&Report::made_ms>("made_ms"),     Of<&Report::last_event>("last_event"),
    Of<&Report::note>("note"),           Of<&Report::trained>("trained"),
    Of<&Report::served>("served"),       Of<&Report::arms>("arms"),
    Of<&Report::drift>("drift"),         Of<&Report::alerts>("alerts"),
    Of<&Report::incidents>("incidents"), Of<&Report::actions>("actions"),
    Of<&Report::rollouts>("rollouts"),   Of<&Report::promotions>("promotions"),
    Of<&Report::not_cured>("not_cured"), Of<&Report::gain>("gain"),
    Of<&Report::cost>("cost"),           Of<&Report::loops>("loops"),
    Of<&Report::effects>("effects")};
constexpr Field kBefore[] = {Of<&Before::deployment_s>("deployment_s"),
                             Of<&Before::experiment_cycle_s>("experiment_cycle_s"),
                             Of<&Before::diagnosis_s>("diagnosis_s"),
                             Of<&Before::availability>("availability"),
                             Of<&Before::response_ms>("response_ms"),
                             Of<&Before::throughput_per_s>("throughput_per_s")};
constexpr Field kClients[] = {Of<&Clients::requests>("requests"), Of<&Clients::failed>("failed"),
                              Of<&Clients::p50_ms>("p50_ms"), Of<&Clients::p99_ms>("p99_ms"),
                              Of<&Clients::seconds>("seconds")};

}  // namespace

const schema::Message TrainedDataset::kSchema{"TrainedDataset", kTrainedDataset};
const schema::Message TrainedJob::kSchema{"TrainedJob", kTrainedJob};
const schema::Message TrainedVersion::kSchema{"TrainedVersion", kTrainedVersion};
const schema::Message ServedVariant::kSchema{"ServedVariant", kServedVariant};
const schema::Message ArmPoint::kSchema{"ArmPoint", kArmPoint};
const schema::Message Arm::kSchema{"Arm", kArm};
const schema::Message DriftPoint::kSchema{"DriftPoint", kDriftPoint};
const schema::Message DriftingColumn::kSchema{"DriftingColumn", kDriftingColumn};
const schema::Message AlertEntry::kSchema{"AlertEntry", kAlertEntry};
const schema::Message CauseEntry::kSchema{"CauseEntry", kCauseEntry};
const schema::Message IncidentEntry::kSchema{"IncidentEntry", kIncidentEntry};
const schema::Message ActionEntry::kSchema{"ActionEntry", kActionEntry};
const schema::Message LookEntry::kSchema{"LookEntry", kLookEntry};
const schema::Message RolloutEntry::kSchema{"RolloutEntry", kRolloutEntry};
const schema::Message PromotionEntry::kSchema{"PromotionEntry", kPromotionEntry};
const schema::Message Ratio::kSchema{"Ratio", kRatio};
const schema::Message NotCured::kSchema{"NotCured", kNotCured};
const schema::Message Gain::kSchema{"Gain", kGain};
const schema::Message RunCost::kSchema{"RunCost", kRunCost};
const schema::Message StoredCost::kSchema{"StoredCost", kStoredCost};
const schema::Message Cost::kSchema{"Cost", kCost};
const schema::Message LoopStep::kSchema{"LoopStep", kLoopStep};
const schema::Message Loop::kSchema{"Loop", kLoop};
const schema::Message Effect::kSchema{"Effect", kEffect};
const schema::Message Report::kSchema{"Report", kReport};
const schema::Message Before::kSchema{"Before", kBefore};
const schema::Message Clients::kSchema{"Clients", kClients};

}  // namespace galley::ledger
