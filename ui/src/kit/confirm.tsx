// A dangerous verb takes two clicks: the button opens what will happen, "confirm" does it. Never typed names.
import { useState } from 'react';
import { Button, Popover, TextInput } from '@mantine/core';
import { ApiError, messageOf } from './error';
import { makeText, type Translate } from './text';
import { useVerb } from './verbs';

const useT = makeText(
  {
    cancel: 'Cancel',
    reason: 'Reason',
    required: 'a reason is required here',
    sign: 'This needs you to be signed in. Run {command} in a terminal and open the link that it prints.',
    changed: 'It has changed meanwhile: {message}. Look again, then confirm again.',
  },
  {
    cancel: '取消',
    reason: '原因',
    required: '此处必须填写原因',
    sign: '需要先登录。请在终端运行 {command}，并打开它打印的链接。',
    changed: '状态已经变化：{message}。请查看后再次确认。',
  },
);

export type ConfirmProps = {
  label: string; // On the button, and on the one that does it.
  effect: React.ReactNode; // A sentence: what will be so afterwards.
  run: (reason: string) => Promise<unknown>;
  danger?: boolean;
  disabledWhy?: string; // Why the verb cannot be used now.
  askReason?: 'optional' | 'required';
  opened?: boolean; // For a key that opens it.
  onOpened?: (opened: boolean) => void;
  size?: 'xs' | 'sm';
  width?: number; // Of what opens, in px.
};

/** What was wrong: it is put in words where it is shown, in the language of then. */
type Problem = null | 'reason' | { error: unknown };

function problemText(problem: Exclude<Problem, null>, t: Translate<Record<'required' | 'sign' | 'changed', string>>) {
  if (problem === 'reason') return t('required');
  const status = problem.error instanceof ApiError ? problem.error.status : 0;
  if (status === 401) return t('sign', { command: 'galley ui' });
  const message = messageOf(problem.error);
  return status === 409 ? t('changed', { message }) : message;
}

export function Confirm(props: ConfirmProps) {
  const t = useT();
  const [own, setOwn] = useState(false);
  const opened = props.opened ?? own;
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>(null);
  const setOpened = (value: boolean) => {
    setProblem(null);
    setOwn(value);
    props.onOpened?.(value);
  };
  useVerb({
    label: props.label,
    detail: typeof props.effect === 'string' ? props.effect : '',
    ...(props.disabledWhy === undefined ? {} : { disabledWhy: props.disabledWhy }),
    open: () => setOpened(true),
  });
  const act = async () => {
    if (props.askReason === 'required' && reason.trim() === '') return setProblem('reason');
    setBusy(true);
    try {
      await props.run(reason.trim());
      setOpened(false);
      setReason('');
    } catch (error) {
      setProblem({ error });
    } finally {
      setBusy(false);
    }
  };
  const button = (
    <Button
      size={props.size ?? 'xs'}
      variant={props.danger ? 'outline' : 'default'}
      data-danger={props.danger || undefined}
      className="verb"
      disabled={props.disabledWhy !== undefined}
      onClick={() => setOpened(!opened)}
    >
      {props.label}
    </Button>
  );
  if (props.disabledWhy !== undefined)
    return (
      <span title={props.disabledWhy} className="verb-why">
        {button}
        <span className="sr-only">{props.disabledWhy}</span>
      </span>
    );
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      trapFocus
      withinPortal
      position="bottom-end"
      width={props.width ?? 360}
      transitionProps={{ duration: 0 }}
      returnFocus
    >
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown aria-label={props.label}>
        <form
          className="confirm"
          onSubmit={(event) => {
            event.preventDefault();
            void act();
          }}
        >
          <div className="confirm-effect">{props.effect}</div>
          {props.askReason && (
            <TextInput
              size="xs"
              label={t('reason')}
              required={props.askReason === 'required'}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          {problem !== null && (
            <p role="alert" className="confirm-problem">
              {problemText(problem, t)}
            </p>
          )}
          <div className="confirm-verbs">
            <Button size="xs" variant="default" onClick={() => setOpened(false)}>
              {t('cancel')}
            </Button>
            <Button size="xs" type="submit" loading={busy} data-autofocus data-danger={props.danger || undefined}>
              {props.label}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
