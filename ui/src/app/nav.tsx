import { Link, useLocation } from 'wouter';
import { Icon, type IconName } from '../kit/icon';
import { setSettings, useSettings } from '../kit/settings';
import { lastUrlOf } from '../kit/page';
import { useBadges } from './badges';
import type { en } from './text.en';
import { useT } from './text';

type Entry = { path: string; text: keyof typeof en; icon: IconName; key: string; also?: string[] };

/** In the order of the loop. `also`: other first words of paths that belong to the entry. */
export const entries: Entry[] = [
  { path: '/home', text: 'home', icon: 'house', key: 'h' },
  { path: '/datasets', text: 'datasets', icon: 'database', key: 'd' },
  { path: '/experiments', text: 'experiments', icon: 'flask-conical', key: 'e', also: ['/runs', '/compare'] },
  { path: '/pipelines', text: 'pipelines', icon: 'workflow', key: 'p', also: ['/pipeline-runs'] },
  { path: '/models', text: 'models', icon: 'box', key: 'm' },
  { path: '/endpoints', text: 'endpoints', icon: 'radio-tower', key: 'n', also: ['/rollouts'] },
  { path: '/monitors', text: 'monitors', icon: 'activity', key: 'o' },
  { path: '/incidents', text: 'incidents', icon: 'siren', key: 'i', also: ['/alerts'] },
];
export const moreEntries: Entry[] = [
  { path: '/audit', text: 'lineage', icon: 'scroll-text', key: 'a', also: ['/lineage'] },
  { path: '/settings', text: 'settings', icon: 'settings', key: ',' },
];

export function Navigation() {
  const t = useT();
  const { nav } = useSettings();
  return (
    <nav className="nav" aria-label={t('navigation')} data-nav={nav}>
      <Link href="/home" className="brand" aria-label="Galley">
        <Brand />
        <span className="nav-word">Galley</span>
      </Link>
      <ul>
        {entries.map((entry) => (
          <Item key={entry.path} entry={entry} />
        ))}
      </ul>
      <ul className="nav-more">
        {moreEntries.map((entry) => (
          <Item key={entry.path} entry={entry} />
        ))}
      </ul>
      <button
        type="button"
        className="nav-fold"
        aria-label={nav === 'wide' ? t('narrow') : t('wide')}
        title="["
        onClick={() => setSettings({ nav: nav === 'wide' ? 'narrow' : 'wide' })}
      >
        <Icon name="panel-left" />
      </button>
    </nav>
  );
}

function Brand() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" className="brand-mark">
      <path d="M3 8h13a3 3 0 0 1 0 6h-1M3 8v6a4 4 0 0 0 4 4h4a4 4 0 0 0 4-4V8M6 5.5c0-1 1-1 1-2.2M10.5 5.5c0-1 1-1 1-2.2" />
    </svg>
  );
}

function Item({ entry }: { entry: Entry }) {
  const t = useT();
  const [location] = useLocation();
  const badges = useBadges();
  const isHere = [entry.path, ...(entry.also ?? [])].some(
    (path) => location === path || location.startsWith(`${path}/`),
  );
  const count = badges[entry.path] ?? 0;
  return (
    <li>
      <Link
        href={lastUrlOf(entry.path)}
        className={isHere ? 'nav-item is-here' : 'nav-item'}
        title={`${t(entry.text)}  (g ${entry.key})`}
        {...(isHere ? { 'aria-current': 'page' as const } : {})}
      >
        <Icon name={entry.icon} />
        <span className="nav-word">{t(entry.text)}</span>
        {count > 0 && (
          <span className="badge" aria-label={t('waiting', { n: count })}>
            {count}
          </span>
        )}
      </Link>
    </li>
  );
}
