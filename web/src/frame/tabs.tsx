/** Parts of a page, each with its own address. */
import { Link } from '../links/link.tsx';
import styles from './frame.module.css';

export interface TabsProps {
  label: string;
  tabs: readonly { text: string; to: string; current: boolean }[];
}

export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.text} to={tab.to} aria-current={tab.current ? 'page' : undefined} keepScroll>
          {tab.text}
        </Link>
      ))}
    </nav>
  );
}
