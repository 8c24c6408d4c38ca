// What a page tells the frame: its title and crumbs, what can be done on it, what a peek shows.
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { setTitle } from './title';

export type Crumb = {
  label: string;
  path?: string; // Without: this page.
  siblings?: { label: string; path: string }[]; // The last crumb's switcher.
};
export type PageAction = { id: string; label: string; shortcut?: string; disabledWhy?: string; run: () => void };
export type PageInfo = { title: string; crumbs: Crumb[]; actions?: PageAction[] };

type Frame = { info: PageInfo | null; setInfo: (info: PageInfo | null) => void };
const FrameContext = createContext<Frame>({ info: null, setInfo: () => undefined });

export function FrameProvider({ children }: { children: React.ReactNode }) {
  const [info, setInfo] = useState<PageInfo | null>(null);
  const value = useMemo(() => ({ info, setInfo }), [info]);
  return <FrameContext.Provider value={value}>{children}</FrameContext.Provider>;
}

export function usePageInfo(): PageInfo | null {
  return useContext(FrameContext).info;
}

/** Called by each page; `info` may change while it is shown. */
export function usePage(info: PageInfo): void {
  const { setInfo } = useContext(FrameContext);
  const key = JSON.stringify([info.title, info.crumbs, info.actions?.map(({ run: _, ...rest }) => rest)]);
  useEffect(() => {
    setInfo(info);
    setTitle(`${info.title} · Galley`);
    // The key stands for what is shown of `info`.
  }, [key, setInfo]);
}

/** Where a crumb of `path` leads: the last URL of that level in this tab, with its filters. */
export function lastUrlOf(path: string): string {
  try {
    return sessionStorage.getItem(`galley.url ${path}`) ?? path;
  } catch {
    return path;
  }
}

export function rememberUrl(path: string, search: string): void {
  try {
    sessionStorage.setItem(`galley.url ${path}`, search === '' ? path : `${path}?${search}`);
  } catch {
    // Without storage going up shows the level as it is at first.
  }
}
