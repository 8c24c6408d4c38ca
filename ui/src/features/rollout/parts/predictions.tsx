// The newest requests that were answered, each with the way to its why.
import { Link } from 'wouter';
import { useApi } from '../../../api/client';
import { Loaded } from '../../../kit/state';
import { Ago } from '../../../kit/time';
import type { Endpoint, Requests, Variant } from '../api';
import { useT } from '../text';
import { nameOf } from './words';

export function PredictionsPanel({ endpoint, variants }: { endpoint: Endpoint; variants: Variant[] }) {
  const t = useT();
  const read = useApi<Requests>(
    `endpoints/${encodeURIComponent(endpoint.name)}/predictions`,
    { newest: true, limit: 40 },
    { refetchMs: 5000 },
  );
  const nameOfVariant = (id: string) => {
    const variant = variants.find((one) => one.id === id);
    return variant ? nameOf(variant) : id.slice(0, 8);
  };
  return (
    <section className="panel" aria-labelledby="predictions-title">
      <h2 id="predictions-title">{t('predictions')}</h2>
      <Loaded read={read}>
        {({ requests }) => {
          const served = requests.filter((one) => one.mirror_of === undefined).slice(0, 12);
          if (served.length === 0) return <p className="muted">{t('no_predictions')}</p>;
          return (
            <div className="scroll-x" tabIndex={0} role="group" aria-label={t('predictions')}>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t('prediction')}</th>
                    <th scope="col">{t('when')}</th>
                    <th scope="col">{t('variant')}</th>
                    <th scope="col" className="number">
                      {t('rows')}
                    </th>
                    <th scope="col">{t('answer')}</th>
                    <th scope="col">{t('label')}</th>
                  </tr>
                </thead>
                <tbody>
                  {served.map((one) => (
                    <tr key={one.id}>
                      <td className="nowrap">
                        <Link href={`/lineage/prediction/${one.id}`} title={`${t('why')}: ${one.id}`}>
                          <code>…{one.id.slice(-8)}</code>
                        </Link>
                      </td>
                      <td className="nowrap">
                        <Ago ms={one.at_ms} />
                      </td>
                      <td className="nowrap">{nameOfVariant(one.variant)}</td>
                      <td className="number">{one.rows}</td>
                      <td>
                        <code className="answer" title={one.response}>
                          {one.response}
                        </code>
                      </td>
                      <td className="nowrap">
                        {one.labels
                          .slice(0, 3)
                          .map((label) => `${label.name ? `${label.name} ` : ''}${JSON.stringify(label.value)}`)
                          .join(', ')}
                        {one.labels.length > 3 && ' …'}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Loaded>
    </section>
  );
}
