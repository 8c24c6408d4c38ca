// The path below which this Galley is shown, as `/galley`; empty if nothing stands in front of it (docs/formats/http.md).
// The server writes it into the page's first link; every file says where it was loaded from.

/** What stands before `/ui/assets/` in the address of a file of the page; of the development server: nothing. */
export function baseOf(address: string): string {
  const { pathname } = new URL(address);
  const at = pathname.lastIndexOf('/ui/assets/');
  return at < 0 ? '' : pathname.slice(0, at);
}

export const base = baseOf(import.meta.url);

/** A path of the server as a browser asks for it: `/api/v1/me`, `/ui/`. */
export function underBase(path: string): string {
  return base + path;
}

/** Where clients find this server: what they are told as tracking URI. */
export function serverUrl(): string {
  return window.location.origin + base;
}

/** Where a path of the page stands; null: it is where it should be. */
export function misplaced(pathname: string, under = base): string | null {
  const isHere = pathname === `${under}/ui` || pathname.startsWith(`${under}/ui/`);
  return isHere || !/^\/ui(\/|$)/.test(pathname) ? null : under + pathname;
}
