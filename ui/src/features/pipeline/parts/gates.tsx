// What the gates of a run saw and decided.
import { useApi } from '../../../api/client';
import { useSaid } from '../../../api/said';
import { formatMetric } from '../../../kit/number';
import { Status } from '../../../kit/status';
import type { Gate, GatesAnswer } from '../api';
import { useT } from '../text';

export function Gates({ run, topics }: { run: number; topics: string[] }) {
  const t = useT();
  const gates = useApi<GatesAnswer>(`pipelines/runs/${run}/gates`, {}, { topics });
  if (!gates.data || gates.data.gates.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t('gates')}</h2>
      {gates.data.gates.map((gate) => (
        <OneGate key={gate.job} gate={gate} />
      ))}
    </section>
  );
}

function OneGate({ gate }: { gate: Gate }) {
  const t = useT();
  const said = useSaid();
  const { champion } = gate;
  return (
    <div className="gate">
      <h3>
        {gate.job}{' '}
        <Status kind={gate.passed ? 'succeeded' : 'failed'}>{gate.passed ? t('passed') : t('refused')}</Status>
      </h3>
      <p>{said(gate.summary)}</p>
      {champion && (
        <p className="meta">
          {champion.missing !== ''
            ? t('noChampion', { why: said(champion.missing) })
            : `${t('champion')}: ${champion.model} (${said(champion.measured)})`}
        </p>
      )}
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th>{t('candidate')}</th>
              <th>{t('rule')}</th>
              <th className="number">{t('measured')}</th>
              <th>{t('limit')}</th>
              <th>{t('verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {gate.candidates.flatMap((candidate) =>
              candidate.rules.length === 0
                ? [
                    <tr key={candidate.job}>
                      <td>{candidate.job}</td>
                      <td colSpan={4}>{said(candidate.reason)}</td>
                    </tr>,
                  ]
                : candidate.rules.map((rule, at) => (
                    <tr key={`${candidate.job} ${rule.id}`}>
                      <td>
                        {at === 0 && (
                          <>
                            {candidate.job}
                            {candidate.model !== '' && ` · ${candidate.model}`}
                            {candidate.won && (
                              <>
                                {' '}
                                <span className="chip">{t('won')}</span>
                              </>
                            )}
                          </>
                        )}
                      </td>
                      <td>
                        {rule.id} · {rule.metric}
                        {rule.slice !== '' && ` [${rule.slice}]`}
                      </td>
                      <td className="number" title={rule.value}>
                        {formatMetric(rule.value)}
                      </td>
                      <td title={rule.limit}>
                        {rule.relation} {formatMetric(rule.limit)}{' '}
                        {rule.against !== '' && rule.against !== rule.limit && (
                          <span className="muted">{said(rule.against)}</span>
                        )}
                      </td>
                      <td>
                        <Status kind={rule.passed ? 'succeeded' : 'failed'} />{' '}
                        {rule.note !== '' && <span className="muted">{said(rule.note)}</span>}
                      </td>
                    </tr>
                  )),
            )}
          </tbody>
        </table>
      </div>
    </div>
  );
}
