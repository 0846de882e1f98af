/** The places of an experiment. */
import { useRouterState } from '@tanstack/react-router';
import { Link } from '../links/link.tsx';
import { url } from '../links/url.ts';
import styles from './frame.module.css';
import { CampaignsIcon, DatasetsIcon, LaunchesIcon } from './icons.tsx';

export function Navigation({ experiment }: { experiment: string | null }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (experiment === null) return <nav className={styles.side} aria-label="Places" />;
  const places = [
    {
      to: url.campaigns(experiment),
      text: 'Campaigns',
      icon: <CampaignsIcon />,
      of: ['campaigns', 'submissions', 'jobs', 'failures'],
    },
    { to: url.launches(experiment), text: 'Launches', icon: <LaunchesIcon />, of: ['launches'] },
    { to: url.datasets(experiment), text: 'Datasets', icon: <DatasetsIcon />, of: ['datasets', 'files'] },
  ];
  const place = path.split('/')[3] ?? '';
  return (
    <nav className={styles.side} aria-label="Places">
      {places.map(({ to, text, icon, of }) => (
        <Link
          key={text}
          to={to}
          className={styles.place}
          aria-current={of.includes(place) ? 'page' : undefined}
        >
          {icon}
          {text}
        </Link>
      ))}
    </nav>
  );
}
