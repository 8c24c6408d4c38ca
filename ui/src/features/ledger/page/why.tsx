import { useParams } from 'wouter';
import { useApi } from '../../../api/client';
import { Snippet } from '../../../kit/copy';
import { usePage } from '../../../kit/page';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { Time } from '../../../kit/time';
import type { Chain, Prediction } from '../api';
import { ChainList } from '../parts/chain';
import { Graph } from '../parts/graph';
import { useT } from '../text';
import '../ledger.css';

export default function WhyPage() {
  const t = useT();
  const { id = '' } = useParams<{ id: string }>();
  const read = useApi<Chain>(`why/${encodeURIComponent(id)}`, {}, { keep: false });
  usePage({
    title: `${t('prediction')} ${id.slice(0, 8)}`,
    crumbs: [{ label: t('audit'), path: '/audit' }, { label: `${t('prediction')} ${id.slice(0, 8)}` }],
  });
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{t('why')}</h1>
          <p className="muted">
            {t('whyText')} <code>{id}</code>
          </p>
        </div>
      </div>
      <Loaded read={read} lines={8}>
        {({ chain }) => {
          const gaps = chain.filter((link) => link.gap).length;
          return (
            <>
              <p role="status">
                {gaps === 0 ? (
                  <Status kind="succeeded">{t('whole')}</Status>
                ) : (
                  <Status kind="failed">{t('broken', { n: gaps })}</Status>
                )}
              </p>
              <div className="columns chain-page">
                <ChainList links={chain} />
                <Exchange id={id} />
              </div>
              <Graph node={`prediction:${id}`} dir="up" />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

/** JSON as people read it; what is none stays. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}

function Exchange({ id }: { id: string }) {
  const t = useT();
  const read = useApi<Prediction>(`predictions/${encodeURIComponent(id)}`, {}, { keep: false });
  return (
    <section className="panel" aria-labelledby="exchange">
      <h2 id="exchange">{t('request')}</h2>
      <Loaded read={read}>
        {({ prediction }) => (
          <>
            <h3>{t('asked')}</h3>
            {prediction.request === '' ? (
              <p className="muted">{t('requestNone')}</p>
            ) : (
              <Body text={pretty(prediction.request)} label={t('asked')} />
            )}
            <h3>{t('answer')}</h3>
            {prediction.response === '' ? (
              <p className="muted">{t('requestNone')}</p>
            ) : (
              <Body text={pretty(prediction.response)} label={t('answer')} />
            )}
            <h3>{t('labels')}</h3>
            {prediction.labels.length === 0 ? (
              <p className="muted">{t('labelsNone')}</p>
            ) : (
              <ul className="labels">
                {prediction.labels.map((label) => (
                  <li key={`${label.name} ${label.at_ms} ${label.value}`}>
                    {label.name && <>{label.name}: </>}
                    <code>{label.value}</code>{' '}
                    <span className="meta">
                      <Time ms={label.at_ms} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
            <h3>{t('copyLink')}</h3>
            <Snippet text={`galley why ${id}`} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function Body({ text, label }: { text: string; label: string }) {
  return (
    <pre className="body" tabIndex={0} aria-label={label}>
      <code>{text}</code>
    </pre>
  );
}
