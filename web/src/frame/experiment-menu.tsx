/** Which experiment: a menu of those the person belongs to. */
import { Menu, UnstyledButton } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { Me } from '../api/types.ts';
import { url } from '../links/url.ts';
import styles from './frame.module.css';
import { ChevronIcon } from './icons.tsx';

export function ExperimentMenu({ me, experiment }: { me: Me | undefined; experiment: string | null }) {
  const router = useRouter();
  if (me === undefined || me.experiments.length === 0) return <span>{experiment}</span>;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={styles.experiment} aria-label="Experiment">
          {experiment ?? 'Choose an experiment'}
          <ChevronIcon />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {me.experiments.map((one) => (
          <Menu.Item key={one.experiment} onClick={() => router.history.push(url.campaigns(one.experiment))}>
            {one.experiment}
            {one.name !== one.experiment && <span className={styles.dim}> {one.name}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
