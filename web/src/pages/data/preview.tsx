/** What can be shown of a file: a picture, a small text, or a link to its content. */
import { useQuery } from '@tanstack/react-query';
import { fileTextQuery } from '../../api/queries.ts';
import type { FileDetail } from '../../api/types.ts';
import { bytes } from '../../format/numbers.ts';
import { QueryState } from '../../states/query-state.tsx';
import styles from './data.module.css';

/** Larger texts are opened apart; bytes. */
const TEXT_LIMIT = 100_000;

export function Preview({ file }: { file: FileDetail }) {
  const { name, shows, content, size } = file;
  if (content === null || shows === null) return null;
  if (shows.startsWith('image/')) {
    return (
      <figure className={`${styles.section} ${styles.preview}`}>
        <a href={content} target="_blank" rel="noreferrer">
          <img src={content} alt={name} />
        </a>
      </figure>
    );
  }
  return (
    <section className={styles.section}>
      <h2>Content</h2>
      {size !== null && size <= TEXT_LIMIT && <Text content={content} />}
      <p>
        <a href={content} target="_blank" rel="noreferrer">
          Open the whole file{size === null ? '' : `, ${bytes(size)}`}
        </a>
      </p>
    </section>
  );
}

function Text({ content }: { content: string }) {
  const text = useQuery(fileTextQuery(content));
  return (
    <QueryState query={text} height={160}>
      {(shown) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach that.
        <pre className={`${styles.outline} ${styles.text}`} tabIndex={0}>
          {shown}
        </pre>
      )}
    </QueryState>
  );
}
