// What galley.yaml says of the endpoint, as it is in force.
import { useApi } from '../../../api/client';
import { Snippet } from '../../../kit/copy';
import { formatShare } from '../../../kit/number';
import { Loaded } from '../../../kit/state';
import type { EndpointSettings } from '../api';
import { useT } from '../text';

export function SettingsPanel({ name }: { name: string }) {
  const t = useT();
  const read = useApi<EndpointSettings>(
    `endpoints/${encodeURIComponent(name)}/settings`,
    {},
    { topics: [`endpoint/${name}`] },
  );
  return (
    <section className="panel" aria-labelledby="settings-title">
      <h2 id="settings-title">{t('settings')}</h2>
      <Loaded read={read}>
        {(settings) => {
          const { guardrails } = settings;
          const limits = [
            guardrails?.max_error_ratio === undefined
              ? ''
              : t('max_errors', { share: formatShare(guardrails.max_error_ratio) }),
            guardrails?.max_p99_ms === undefined ? '' : t('max_p99', { ms: guardrails.max_p99_ms }),
            guardrails ? t('min_requests', { n: guardrails.min_requests }) : '',
          ].filter((part) => part !== '');
          return (
            <>
              <dl className="facts">
                <dt>{t('stickiness')}</dt>
                <dd>{settings.stickiness?.key ?? t('each_alone')}</dd>
                <dt>{t('guardrails')}</dt>
                <dd>{limits.join(', ') || t('unset')}</dd>
                <dt>{t('fallback')}</dt>
                <dd>
                  {settings.fallback === undefined ? (
                    t('unset')
                  ) : (
                    <code>{JSON.stringify(settings.fallback.default)}</code>
                  )}
                </dd>
                <dt>{t('strategy')}</dt>
                <dd>{settings.strategy ? Object.keys(settings.strategy).join(', ') : t('unset')}</dd>
              </dl>
              {settings.strategy && (
                <details>
                  <summary>{t('strategy')}</summary>
                  <Snippet text={JSON.stringify(settings.strategy, null, 1)} label={t('strategy')} />
                </details>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
