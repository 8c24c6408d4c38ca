#include "protocol/control/native/incident_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kAlert[] = {
    Of<&AlertOfIncident::alert>("alert"),   Of<&AlertOfIncident::rule>("rule"),
    Of<&AlertOfIncident::column>("column"), Of<&AlertOfIncident::value>("value"),
    Of<&AlertOfIncident::limit>("limit"),   Of<&AlertOfIncident::active_window>("active_window"),
    Of<&AlertOfIncident::window>("window"), Of<&AlertOfIncident::state>("state"),
};
constexpr Field kRanking[] = {
    Of<&RankingMessage::number>("number"),
    Of<&RankingMessage::first_window>("first_window"),
    Of<&RankingMessage::window>("window"),
    Of<&RankingMessage::fall>("fall"),
    Of<&RankingMessage::made_ms>("made_ms"),
    Of<&RankingMessage::claims_data_fault>("claims_data_fault"),
    Of<&RankingMessage::candidates>("candidates"),
};
constexpr Field kIncident[] = {
    Of<&IncidentMessage::number>("number"),
    Of<&IncidentMessage::id>("id"),
    Of<&IncidentMessage::state>("state"),
    Of<&IncidentMessage::monitor>("monitor"),
    Of<&IncidentMessage::endpoint>("endpoint"),
    Of<&IncidentMessage::width>("width"),
    Of<&IncidentMessage::window>("window"),
    Of<&IncidentMessage::opened_ms>("opened_ms"),
    Of<&IncidentMessage::acked_ms>("acked_ms"),
    Of<&IncidentMessage::acked_by>("acked_by"),
    Of<&IncidentMessage::cause>("cause"),
    Of<&IncidentMessage::cause_rank>("cause_rank"),
    Of<&IncidentMessage::cause_ranking>("cause_ranking"),
    Of<&IncidentMessage::cause_in_top_three>("cause_in_top_three"),
    Of<&IncidentMessage::cause_ms>("cause_ms"),
    Of<&IncidentMessage::cause_by>("cause_by"),
    Of<&IncidentMessage::closed_ms>("closed_ms"),
    Of<&IncidentMessage::closed_by>("closed_by"),
    Of<&IncidentMessage::reason>("reason"),
    Of<&IncidentMessage::alerts>("alerts"),
    Of<&IncidentMessage::rankings>("rankings"),
};
constexpr Field kIncidentAnswer[] = {Of<&IncidentAnswer::incident>("incident")};
constexpr Field kIncidentsAnswer[] = {Of<&IncidentsAnswer::incidents>("incidents"),
                                      Of<&IncidentsAnswer::has_more>("has_more")};
constexpr Field kAskIncidents[] = {Of<&AskIncidents::limit>("limit"),
                                   Of<&AskIncidents::before>("before")};
constexpr Field kCause[] = {Of<&CauseOfIncident::rank>("rank"), Of<&CauseOfIncident::text>("text")};
constexpr Field kClose[] = {Of<&CloseOfIncident::reason>("reason").Required()};

}  // namespace

const schema::Message AlertOfIncident::kSchema{"AlertOfIncident", kAlert};
const schema::Message RankingMessage::kSchema{"Ranking", kRanking};
const schema::Message IncidentMessage::kSchema{"Incident", kIncident};
const schema::Message IncidentAnswer::kSchema{"IncidentAnswer", kIncidentAnswer};
const schema::Message IncidentsAnswer::kSchema{"IncidentsAnswer", kIncidentsAnswer};
const schema::Message AskIncidents::kSchema{"AskIncidents", kAskIncidents};
const schema::Message CauseOfIncident::kSchema{"CauseOfIncident", kCause};
const schema::Message CloseOfIncident::kSchema{"CloseOfIncident", kClose};

}  // namespace galley::native
