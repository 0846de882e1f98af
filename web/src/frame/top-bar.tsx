/** The bar at the top: the mark, the experiment, the zone of times, the colour scheme, the person. */
import {
  ActionIcon,
  Menu,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import type { Me } from '../api/types.ts';
import { setZone, useZone } from '../format/zone.ts';
import { Link } from '../links/link.tsx';
import { url } from '../links/url.ts';
import { Chip } from '../status/chip.tsx';
import { ExperimentMenu } from './experiment-menu.tsx';
import styles from './frame.module.css';
import { MoonIcon, SunIcon } from './icons.tsx';

export interface TopBarProps {
  me: Me | undefined;
  experiment: string | null;
  help: () => void;
}

export function TopBar({ me, experiment, help }: TopBarProps) {
  const role = me?.experiments.find((one) => one.experiment === experiment)?.role;
  return (
    <header className={styles.top}>
      <Link to={url.home()} className={styles.mark} aria-label="POMS home">
        <img src="/favicon.svg" width={22} height={22} alt="" />
        <span>POMS</span>
      </Link>
      <ExperimentMenu me={me} experiment={experiment} />
      {role !== undefined && (
        <span className={styles.role}>
          <Chip title={`Your role in ${experiment ?? ''}`}>{role}</Chip>
        </span>
      )}
      <span className={styles.space} />
      <ZoneSwitch />
      <SchemeSwitch />
      {me !== undefined && (
        <Menu position="bottom-end">
          <Menu.Target>
            <UnstyledButton className={styles.person} aria-label={`${me.name}, menu`}>
              {me.username}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>
              {me.name}
              {me.root && ', administrator'}
            </Menu.Label>
            <Menu.Item onClick={help}>Keyboard help</Menu.Item>
            <Menu.Item component="a" href="/api/v1/docs">
              API documentation
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </header>
  );
}

function ZoneSwitch() {
  const zone = useZone();
  return (
    <UnstyledButton
      className={styles.zone}
      title="Times are shown in your own zone or in UTC"
      aria-label={`Times are in ${zone === 'UTC' ? 'UTC' : 'your own zone'}; change`}
      onClick={() => setZone(zone === 'UTC' ? 'local' : 'UTC')}
    >
      {zone === 'UTC' ? 'UTC' : 'Local'}
    </UnstyledButton>
  );
}

function SchemeSwitch() {
  // Without keepTransitions Mantine would write a style element, which the content security policy refuses.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      aria-label={dark ? 'Use light colours' : 'Use dark colours'}
      title={dark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
}
