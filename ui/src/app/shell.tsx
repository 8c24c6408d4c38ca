// The frame around every page: navigation, top bar, the page, the inspector; and the keys that work everywhere.
import { Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { underBase } from '../api/base';
import { queries } from '../api/client';
import { toggleLive } from '../api/live';
import { copyText } from '../kit/copy';
import { useKeys } from '../kit/keys';
import { rememberUrl, usePageInfo } from '../kit/page';
import { setSettings, useSettings } from '../kit/settings';
import { Loading } from '../kit/state';
import { UndoToast } from '../kit/undo';
import { Boundary } from './boundary';
import { Firing } from './firing';
import { Inspector } from './inspector';
import { KeySheet } from './keysheet';
import { entries, moreEntries, Navigation } from './nav';
import { Palette } from './palette';
import { remember } from './recents';
import { TopBar } from './topbar';
import { useT } from './text';

export function Shell({ children }: { children: React.ReactNode }) {
  const t = useT();
  const [location, navigate] = useLocation();
  const search = useSearch();
  const settings = useSettings();
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [said, setSaid] = useState('');
  const main = useRef<HTMLElement>(null);
  const closePalette = useCallback(() => setPalette(false), []);
  const info = usePageInfo();
  useEffect(() => rememberUrl(location, search), [location, search]);
  useEffect(() => {
    // Pages of one thing; the lists are in the navigation.
    const path = window.location.pathname.slice(underBase('/ui').length);
    if (info && path.split('/').length > 2) remember({ title: info.title, path });
  }, [info]);
  useEffect(() => {
    document.documentElement.lang = settings.language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset['density'] = settings.density;
  }, [settings.language, settings.density]);
  useEffect(() => {
    main.current?.focus({ preventScroll: true });
  }, [location]);
  const say = (text: string) => {
    setSaid(text);
    setTimeout(() => setSaid(''), 2000);
  };
  useKeys([
    { keys: 'Ctrl+k', label: t('palette'), inInputs: true, run: () => setPalette(true) },
    { keys: '?', label: t('keyHelp'), run: () => setSheet(true) },
    {
      keys: '[',
      label: settings.nav === 'wide' ? t('narrow') : t('wide'),
      run: () => setSettings({ nav: settings.nav === 'wide' ? 'narrow' : 'wide' }),
    },
    { keys: 'Shift+l', label: t('keyLive'), run: toggleLive },
    { keys: 'r', label: t('keyRefresh'), run: () => void queries.invalidateQueries() },
    { keys: 'y', label: t('keyLink'), run: () => void copyText(window.location.href).then(() => say(t('copied'))) },
    ...[...entries, ...moreEntries].map((entry) => ({
      keys: `g ${entry.key}`,
      label: t(entry.text),
      run: () => navigate(entry.path),
    })),
  ]);
  return (
    <div className="shell" data-nav={settings.nav}>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <Navigation />
      <TopBar onSearch={() => setPalette(true)} onHelp={() => setSheet(true)} />
      <main id="main" className="main" ref={main} tabIndex={-1}>
        <Boundary key={location}>
          <Suspense fallback={<Loading lines={6} />}>{children}</Suspense>
        </Boundary>
      </main>
      <Firing />
      <Inspector />
      {palette && <Palette close={closePalette} />}
      {sheet && <KeySheet close={() => setSheet(false)} />}
      <section id="overlays" aria-label={t('overlays')} />
      <UndoToast />
      <div className="toast" role="status" aria-live="polite">
        {said}
      </div>
    </div>
  );
}
