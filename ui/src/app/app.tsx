import { createTheme, MantineProvider, Portal, type MantineColorSchemeManager } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { underBase } from '../api/base';
import { queries } from '../api/client';
import { FrameProvider, usePage } from '../kit/page';
import { useSettings } from '../kit/settings';
import { Empty } from '../kit/state';
import { features } from './features';
import { Shell } from './shell';
import { useT } from './text';

const theme = createTheme({
  fontFamily: 'var(--g-font)',
  fontFamilyMonospace: 'var(--g-mono)',
  defaultRadius: 4,
  cursorType: 'pointer',
  components: { Portal: Portal.extend({ defaultProps: { target: '#overlays' } }) }, // In a landmark.
});
// The scheme is the settings' own; Mantine shall not keep another one.
const scheme: MantineColorSchemeManager = {
  get: (fallback) => fallback,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

export function App() {
  const { theme: chosen } = useSettings();
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={scheme}
      defaultColorScheme={chosen === 'system' ? 'auto' : chosen}
      key={chosen}
      withCssVariables={false}
      withStaticClasses={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <FrameProvider>
          <Router base={underBase('/ui')}>
            <Shell>
              <Switch>
                <Route path="/">
                  <Redirect to="/home" replace />
                </Route>
                {features
                  .flatMap((feature) => feature.routes)
                  .map((route) => (
                    <Route key={route.path} path={route.path} component={route.page} />
                  ))}
                <Route>
                  <NotFound />
                </Route>
              </Switch>
            </Shell>
          </Router>
        </FrameProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function NotFound() {
  const t = useT();
  const [location] = useLocation();
  usePage({ title: t('none'), crumbs: [{ label: t('none') }] });
  return (
    <Empty heading title={t('none')}>
      <p>{t('noneText', { path: underBase(`/ui${location}`) })}</p>
    </Empty>
  );
}
