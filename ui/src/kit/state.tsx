// What a panel shows when it has no data: still loading, empty, or an error. Each panel fails alone.
import { useEffect, useState } from 'react';
import { Button } from '@mantine/core';
import { ApiError } from './error';
import { CopyButton } from './copy';
import { makeText } from './text';

const useT = makeText(
  {
    loading: 'Loading …',
    retry: 'Try again',
    gone: 'The server does not answer. The page goes on by itself when it is back.',
    failed: 'This could not be shown',
    sign: 'This needs you to be signed in. Run {command} in a terminal and open the link that it prints.',
    missing: 'There is no such thing here',
  },
  {
    loading: '加载中……',
    retry: '重试',
    gone: '服务器没有响应。恢复后页面会自动继续。',
    failed: '无法显示',
    sign: '需要先登录。请在终端运行 {command}，并打开它打印的链接。',
    missing: '这里没有该对象',
  },
);

/** A skeleton of some lines, and only after 150 ms: what is quick shall not flash. */
export function Loading({ lines = 3 }: { lines?: number }) {
  const t = useT();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status" aria-label={t('loading')}>
      {late && Array.from({ length: lines }, (_, line) => <div key={line} className="skeleton" />)}
    </div>
  );
}

/** `heading`: the page has no other heading. */
export function Empty({ title, heading, children }: { title: string; heading?: boolean; children?: React.ReactNode }) {
  return (
    <div className="empty">
      {heading ? <h1 className="empty-title">{title}</h1> : <p className="empty-title">{title}</p>}
      {children}
    </div>
  );
}

export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const t = useT();
  const api = error instanceof ApiError ? error : null;
  const title = api?.status === 404 ? t('missing') : t('failed');
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{title}</p>
      <p>{api?.status === 0 ? t('gone') : api?.status === 401 ? t('sign', { command: 'galley ui' }) : error.message}</p>
      {api && api.status > 0 && (
        <p className="meta">
          <code>
            {api.status} {api.code}
          </code>{' '}
          <CopyButton text={`${api.status} ${api.code}: ${api.english}`} />
        </p>
      )}
      {retry && (
        <Button size="xs" variant="default" onClick={retry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

type Read<Data> = { data: Data | undefined; error: Error | null; refetch: () => unknown };

/** The three states of a read around what shows its data. Old data stays while it is asked anew. */
export function Loaded<Data>({
  read,
  children,
  lines,
}: {
  read: Read<Data>;
  children: (data: Data) => React.ReactNode;
  lines?: number;
}) {
  if (read.data !== undefined) return <>{children(read.data)}</>;
  if (read.error) return <Failure error={read.error} retry={() => void read.refetch()} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}
