// What can be taken along from a chart: its numbers, its picture, the question behind it. The same menu at every chart.
import { copyText } from '../copy';
import { Icon } from '../icon';
import { MenuButton, type MenuItem } from '../menu';
import { save } from '../save';
import { pngOfSvg } from './picture';
import { useT } from './text';

export type Exports = {
  title: string;
  csv: () => string;
  svg?: () => string | null;
  png?: () => Promise<Blob | null>; // Without it: of the SVG.
  query?: string; // What was asked of the server, as a command.
};

export function ExportMenu({ title, csv, svg, png, query }: Exports) {
  const t = useT();
  const keep = (kind: string) => (blob: Blob | null) => {
    if (blob) save(blob, `${title}.${kind}`);
  };
  const items: MenuItem[] = [
    { label: t('csv'), run: () => keep('csv')(new Blob([csv()], { type: 'text/csv;charset=utf-8' })) },
  ];
  if (svg) {
    const whole = () => svg() ?? '';
    items.push(
      { label: t('svg'), run: () => keep('svg')(new Blob([whole()], { type: 'image/svg+xml' })) },
      { label: t('png'), run: () => void (png ? png() : pngOfSvg(whole())).then(keep('png')) },
    );
  }
  if (query !== undefined) items.push({ label: t('query'), run: () => void copyText(query) });
  return (
    <MenuButton label={t('moreOf', { title })} items={items}>
      <Icon name="ellipsis" size={14} />
    </MenuButton>
  );
}

/** Turns a picture into its table and back; `id` is what the picture's aria-details names. */
export function TableToggle({
  id,
  title,
  asTable,
  onTable,
}: {
  id: string;
  title: string;
  asTable: boolean;
  onTable: (on: boolean) => void;
}) {
  const t = useT();
  return (
    <button
      id={id}
      type="button"
      className="icon-button"
      aria-pressed={asTable}
      aria-label={t('tableOf', { title })}
      title={t(asTable ? 'chart' : 'table')}
      onClick={() => onTable(!asTable)}
    >
      <Icon name={asTable ? 'chart-line' : 'table'} size={14} />
    </button>
  );
}
