import { useId } from 'react';
import { SegmentedControl } from '@mantine/core';
import { serverUrl } from '../../../api/base';
import { queries, send, useApi } from '../../../api/client';
import type { Schemas } from '../../../api/schema';
import { Confirm } from '../../../kit/confirm';
import { Snippet } from '../../../kit/copy';
import { formatTime } from '../../../kit/number';
import { usePage } from '../../../kit/page';
import { setSettings, useSettings, type Settings } from '../../../kit/settings';
import { Loaded } from '../../../kit/state';
import { Status } from '../../../kit/status';
import { useNow } from '../../../kit/time';
import { useT } from '../text';
import '../settings.css';

type Me = Schemas['Me'];

export default function SettingsPage() {
  const t = useT();
  const me = useApi<Me>('/api/v1/me');
  usePage({ title: t('settings'), crumbs: [{ label: t('settings') }] });
  return (
    <>
      <div className="page-head">
        <h1>{t('settings')}</h1>
      </div>
      <div className="columns">
        <Appearance />
        <div className="settings-right">
          <Loaded read={me}>
            {(known) => (
              <>
                <SignIn me={known} />
                <Server me={known} />
              </>
            )}
          </Loaded>
        </div>
      </div>
    </>
  );
}

function Choice<Key extends keyof Settings>({
  name,
  label,
  choices,
  note,
}: {
  name: Key;
  label: string;
  choices: [Settings[Key], string][];
  note?: string;
}) {
  const settings = useSettings();
  const id = useId();
  return (
    <div className="setting" data-setting={name}>
      <span id={id} className="setting-label">
        {label}
        {note && <span className="meta">{note}</span>}
      </span>
      <SegmentedControl
        size="xs"
        aria-labelledby={id}
        value={settings[name]}
        data={choices.map(([value, text]) => ({ value, label: text }))}
        transitionDuration={0}
        onChange={(value) => setSettings({ [name]: value } as Partial<Settings>)}
      />
    </div>
  );
}

function Appearance() {
  const t = useT();
  const now = useNow();
  useSettings();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <section className="panel" aria-labelledby="appearance">
      <h2 id="appearance">
        {t('appearance')}
        <span className="meta">{t('appearanceText')}</span>
      </h2>
      <Choice
        name="theme"
        label={t('theme')}
        choices={[
          ['system', t('system')],
          ['light', t('light')],
          ['dark', t('dark')],
        ]}
      />
      <Choice
        name="language"
        label={t('language')}
        choices={[
          ['en', 'English'],
          ['zh', '简体中文'],
        ]}
      />
      <Choice
        name="density"
        label={t('density')}
        choices={[
          ['compact', t('compact')],
          ['comfortable', t('comfortable')],
        ]}
      />
      <Choice
        name="zone"
        label={t('zone')}
        note={t('now', { time: formatTime(now) })}
        choices={[
          ['local', t('local', { zone })],
          ['UTC', t('utc')],
        ]}
      />
      <Choice
        name="nav"
        label={t('nav')}
        choices={[
          ['wide', t('wide')],
          ['narrow', t('narrow')],
        ]}
      />
      <Choice
        name="letters"
        label={t('letters')}
        note={t('lettersText')}
        choices={[
          ['on', t('on')],
          ['off', t('off')],
        ]}
      />
    </section>
  );
}

function SignIn({ me }: { me: Me }) {
  const t = useT();
  const leave = async () => {
    await send('POST', '/api/v1/ui/signout', {});
    await queries.invalidateQueries();
  };
  return (
    <section className="panel" aria-labelledby="signin">
      <h2 id="signin">{t('signIn')}</h2>
      {me.signed_in ? (
        <div className="toolbar">
          <Status kind="succeeded">{t('signedIn', { user: me.user })}</Status>
          {me.until_ms !== undefined && (
            <span className="meta">{t('signedInUntil', { time: formatTime(me.until_ms) })}</span>
          )}
          <Confirm label={t('signOut')} effect={t('signOutEffect')} run={leave} />
        </div>
      ) : (
        <>
          <p>
            <Status kind="paused">{t('signedOut')}</Status>
          </p>
          <p>{t('signedOutText')}</p>
          <Snippet text="galley ui" />
        </>
      )}
    </section>
  );
}

function Server({ me }: { me: Me }) {
  const t = useT();
  const data = useApi<Schemas['HomeAnswer']>('home', {}, { topics: ['home'] }); // A read of the database.
  return (
    <section className="panel" aria-labelledby="server">
      <h2 id="server">{t('server')}</h2>
      <dl className="facts">
        <dt>{t('version')}</dt>
        <dd>{me.version}</dd>
        <dt>{t('project')}</dt>
        <dd>{me.project}</dd>
        <dt>{t('address')}</dt>
        <dd>
          <code>{serverUrl()}</code>
        </dd>
        {me.ui !== '' && (
          <>
            <dt>{t('build')}</dt>
            <dd>
              <code>{me.ui.slice(0, 12)}</code>
            </dd>
          </>
        )}
        <dt>{t('health')}</dt>
        <dd>
          {data.data ? (
            <Status kind="succeeded">{t('healthy')}</Status>
          ) : data.error ? (
            <Status kind="failed">{data.error.message}</Status>
          ) : (
            '–'
          )}
        </dd>
      </dl>
    </section>
  );
}
