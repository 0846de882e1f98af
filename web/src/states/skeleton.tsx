/** Holds the place of what is loading; drawn only after 150 ms, so that quick answers do not flicker. */
import styles from './states.module.css';

export function Skeleton({ height }: { height: number }) {
  return <div className={styles.skeleton} style={{ height }} role="status" aria-label="Loading" />;
}
