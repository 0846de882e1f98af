/** The keys, in one list; `?` opens it. */
import { Kbd, Modal } from '@mantine/core';
import styles from './frame.module.css';

const KEYS: [string, string][] = [
  ['/', 'Go to the filter'],
  ['j  k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['Escape', 'Leave a field, close a dialog'],
  ['?', 'This help'],
];

export function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" size={360}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(/\s+/).map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
