import { Link } from 'wouter';
import { toggleLive, useStreamState } from '../api/live';
import { Icon } from '../kit/icon';
import { MenuButton, type MenuItem } from '../kit/menu';
import { formatTime } from '../kit/number';
import { lastUrlOf, usePageInfo } from '../kit/page';
import { setSettings, useSettings, type Settings } from '../kit/settings';
import { useT } from './text';

export function TopBar({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const t = useT();
  return (
    <header className="top">
      <Breadcrumbs />
      <button type="button" className="search-box" onClick={onSearch}>
        <Icon name="search" size={14} />
        <span>{t('search')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <StreamDot />
      <button type="button" className="icon-button" aria-label={t('help')} title="?" onClick={onHelp}>
        <Icon name="circle-help" />
      </button>
      <Appearance />
    </header>
  );
}

function Breadcrumbs() {
  const t = useT();
  const info = usePageInfo();
  const crumbs = info?.crumbs ?? [];
  return (
    <nav className="crumbs" aria-label={t('breadcrumbs')}>
      <ol>
        {crumbs.map((crumb, index) => (
          <li key={`${index} ${crumb.label}`}>
            {crumb.path && index < crumbs.length - 1 ? (
              <Link href={lastUrlOf(crumb.path)}>{crumb.label}</Link>
            ) : (
              <span aria-current="page">{crumb.label}</span>
            )}
            {crumb.siblings && crumb.siblings.length > 0 && (
              <MenuButton label={t('siblings', { name: crumb.label })} items={crumb.siblings} align="start">
                <Icon name="chevron-down" size={14} />
              </MenuButton>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function StreamDot() {
  const t = useT();
  const { state, sinceMs } = useStreamState();
  const time = formatTime(sinceMs, true);
  const word = state === 'live' ? t('live') : state === 'reconnecting' ? t('reconnecting') : t(state, { time });
  return (
    <button
      type="button"
      className={`stream stream-${state}`}
      onClick={toggleLive}
      title={`${word} (L)`}
      aria-pressed={state === 'paused'}
    >
      <span aria-hidden="true">{state === 'live' ? '●' : state === 'paused' ? '‖' : '◌'}</span>
      <span className="stream-word">{word}</span>
    </button>
  );
}

function Appearance() {
  const t = useT();
  const settings = useSettings();
  const pick = <Key extends keyof Settings>(key: Key, group: string, choices: [Settings[Key], string][]): MenuItem[] =>
    choices.map(([value, label]) => ({
      label,
      group,
      checked: settings[key] === value,
      run: () => setSettings({ [key]: value }),
    }));
  const items: MenuItem[] = [
    ...pick('theme', t('theme'), [
      ['system', t('system')],
      ['light', t('light')],
      ['dark', t('dark')],
    ]),
    ...pick('language', t('language'), [
      ['en', 'English'],
      ['zh', '简体中文'],
    ]),
    ...pick('density', t('density'), [
      ['compact', t('compact')],
      ['comfortable', t('comfortable')],
    ]),
    { label: t('settings'), group: '', path: '/settings' },
  ];
  return (
    <MenuButton label={t('menu')} items={items}>
      <Icon name="user" />
    </MenuButton>
  );
}
