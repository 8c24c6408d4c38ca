import { objectOf, useEventWords, type GalleyEvent } from '../../../api/events';
import { Table, type Column } from '../../../kit/table';
import { Time } from '../../../kit/time';
import { useT } from '../text';

export function EventTable({
  events,
  chosen,
  onChoose,
}: {
  events: GalleyEvent[];
  chosen: number;
  onChoose: (event: GalleyEvent) => void;
}) {
  const t = useT();
  const say = useEventWords();
  const columns: Column<GalleyEvent>[] = [
    {
      id: 'sequence',
      title: t('sequence'),
      width: 64,
      align: 'right',
      copy: (row) => String(row.sequence),
      render: (row) => row.sequence,
    },
    {
      id: 'at',
      title: t('at2'),
      width: 156,
      copy: (row) => new Date(row.at_ms).toISOString(),
      render: (row) => <Time ms={row.at_ms} />,
    },
    {
      id: 'kind',
      title: t('kind'),
      width: 176,
      copy: (row) => row.kind,
      render: (row) => <code title={say(row.kind)}>{row.kind}</code>,
    },
    {
      id: 'object',
      title: t('object'),
      width: 180,
      copy: (row) => objectOf(row).name,
      render: (row) => objectOf(row).name,
    },
    { id: 'actor', title: t('actor'), copy: (row) => row.actor, render: (row) => row.actor },
  ];
  return (
    <Table
      label={t('events')}
      columns={columns}
      total={events.length}
      row={(index) => events[index]}
      idOf={(row) => String(row.sequence)}
      onOpen={onChoose}
      onPeek={onChoose}
      {...(chosen > 0 ? { peeked: String(chosen) } : {})}
    />
  );
}
