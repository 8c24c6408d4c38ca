import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Ago } from '../../../kit/time';
import type { IncidentAnswer } from '../api';
import { useT } from '../text';
import '../watch.css';
import { Causes } from './causes';
import { Timeline } from './timeline';

export default function IncidentPeek({ id }: { id: string }) {
  const t = useT();
  const read = useApi<IncidentAnswer>(`incidents/${id}`, {}, { topics: [`incident/${id}`, 'alert'] });
  return (
    <Loaded read={read} lines={6}>
      {({ incident }) => (
        <>
          <h2>
            <Link href={`/incidents/${incident.number}`}>{t('incident', { number: incident.number })}</Link>
          </h2>
          <p>
            <Status kind={incident.state === 'open' ? 'firing' : 'succeeded'}>
              {incident.state === 'open' ? t('stateOpen') : t('stateClosed')}
            </Status>
            {' · '}
            {incident.monitor} · <Ago ms={incident.opened_ms} />
          </p>
          <Timeline incident={incident} past={[]} settings={undefined} />
          <Causes incident={incident} settings={undefined} few />
        </>
      )}
    </Loaded>
  );
}
