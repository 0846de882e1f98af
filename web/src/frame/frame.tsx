/** The frame around every page: who and where at the top, places at the side (at the bottom on a phone), banners. */
import { useQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useEventStream } from '../api/event-stream.ts';
import { meQuery } from '../api/queries.ts';
import { ProblemPanel } from '../states/problem-panel.tsx';
import { Banners } from './banners.tsx';
import styles from './frame.module.css';
import { KeyHelp } from './key-help.tsx';
import { useKeys } from './keys.ts';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';

export function Frame() {
  const { experiment = null } = useParams({ strict: false });
  const me = useQuery(meQuery);
  const [help, setHelp] = useState(false);
  useEventStream(experiment);
  useKeys({ '?': () => setHelp(true) });
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page">
        Skip to the page
      </a>
      <TopBar me={me.data} experiment={experiment} help={() => setHelp(true)} />
      <Navigation experiment={experiment} />
      <main id="page" className={styles.main} tabIndex={-1}>
        <Banners me={me.data} experiment={experiment} />
        {me.error !== null && me.data === undefined ? (
          <ProblemPanel error={me.error} retry={() => void me.refetch()} />
        ) : (
          <Outlet />
        )}
      </main>
      <KeyHelp opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}
