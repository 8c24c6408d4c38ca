// A chain as a list of cards, one for each link; a gap is a card that says why.
import { Link as To } from 'wouter';
import { Said } from '../../../api/said';
import { CopyButton, ShortId } from '../../../kit/copy';
import { Status } from '../../../kit/status';
import { Time } from '../../../kit/time';
import { pathOfLink, type Link } from '../api';
import { useT, type Words } from '../text';

const words: Record<string, Words> = {
  prediction: 'predictionLink',
  variant: 'variantLink',
  'model version': 'versionLink',
  run: 'runLink',
  parameters: 'parametersLink',
  commit: 'commitLink',
  job: 'jobLink',
  gate: 'gateLink',
  dataset: 'datasetLink',
};

export function ChainList({ links }: { links: Link[] }) {
  return (
    <ol className="chain">
      {links.map((link, at) => (
        <Card key={`${at} ${link.what} ${link.id}`} link={link} />
      ))}
    </ol>
  );
}

function Check({ link }: { link: Link }) {
  const t = useT();
  if (link.gap)
    return (
      <Status kind="failed">
        <strong>{t('gap')}</strong> · {t('gapText')}
      </Status>
    );
  if (link.check === 'digest')
    return (
      <span title={t('byDigestText')}>
        <Status kind="succeeded">{t('byDigest')}</Status>
      </span>
    );
  if (link.check === 'id')
    return (
      <span title={t('byIdText')}>
        <Status kind="succeeded">{t('byId')}</Status>
      </span>
    );
  return <span className="muted">{t('unchecked')}</span>;
}

function Card({ link }: { link: Link }) {
  const t = useT();
  const word = words[link.what];
  const path = pathOfLink(link);
  return (
    <li className={link.gap ? 'chain-link is-gap' : 'chain-link'} data-what={link.what}>
      <div className="chain-head">
        <h2>{word ? t(word) : link.what}</h2>
        <Check link={link} />
      </div>
      <p className="chain-text">
        {path ? (
          <To href={path}>
            <Said of={link.text} />
          </To>
        ) : link.what === 'commit' && !link.gap ? (
          <code>{link.text}</code>
        ) : (
          <Said of={link.text} />
        )}
      </p>
      <dl className="chain-facts">
        {link.at_ms !== undefined && link.at_ms > 0 && (
          <div>
            <dt>{t('at')}</dt>
            <dd>
              <Time ms={link.at_ms} />
            </dd>
          </div>
        )}
        {link.actor && (
          <div>
            <dt>{t('by')}</dt>
            <dd>{link.actor}</dd>
          </div>
        )}
        {link.because && (
          <div>
            <dt>{t('because')}</dt>
            <dd>
              <Said of={link.because} />
            </dd>
          </div>
        )}
        {link.digest && (
          <div>
            <dt>{t('digest')}</dt>
            <dd>
              <code className="chain-digest" title={link.digest}>
                {link.digest.slice(0, 16)}
              </code>
              <CopyButton text={link.digest} />
            </dd>
          </div>
        )}
        {link.id && (
          <div>
            <dt>{t('id')}</dt>
            <dd>
              <ShortId id={link.id} digits={12} />
            </dd>
          </div>
        )}
      </dl>
    </li>
  );
}
