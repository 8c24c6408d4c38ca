import { Button } from '@mantine/core';
import { Component } from 'react';
import { report } from '../api/report';
import { useT } from './text';

type Props = { children: React.ReactNode };
type State = { error: Error | null };

/** Around each page and panel: what fails, fails alone. */
export class Boundary extends Component<Props, State> {
  override state: State = { error: null };
  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
  override componentDidCatch(error: unknown): void {
    report(error);
  }
  override render() {
    if (this.state.error === null) return this.props.children;
    return <Broken error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}

function Broken({ error, retry }: { error: Error; retry: () => void }) {
  const t = useT();
  // A chunk of an older build is gone: the server has a newer page.
  const isOld = /dynamically imported module|Importing a module script failed|Failed to fetch/i.test(error.message);
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{isOld ? t('newer') : t('broken')}</p>
      {!isOld && <p>{t('brokenText', { message: error.message })}</p>}
      <Button size="xs" variant="default" onClick={isOld ? () => window.location.reload() : retry}>
        {isOld ? t('reload') : t('again')}
      </Button>
    </div>
  );
}
