/** Files that a submission made: pictures shown, the others listed with a link to their content. */
import type { OutputFile } from '../../api/types.ts';
import { bytes, counted } from '../../format/numbers.ts';
import { Chip } from '../../status/chip.tsx';
import styles from './submission.module.css';

/** At most so many pictures are loaded at once. */
const PICTURES = 12;

export function Pictures({ files }: { files: readonly OutputFile[] }) {
  const pictures = files.filter(isPicture).slice(0, PICTURES);
  if (pictures.length === 0) return null;
  return (
    <div className={styles.pictures}>
      {pictures.map((file) => (
        <figure key={file.name}>
          <a href={file.content ?? undefined} target="_blank" rel="noreferrer">
            <img src={file.content ?? undefined} alt={file.name} loading="lazy" />
          </a>
          <figcaption>{file.name}</figcaption>
        </figure>
      ))}
    </div>
  );
}

function isPicture(file: OutputFile): boolean {
  return file.content !== null && (file.shows === 'image/svg+xml' || file.shows === 'image/png');
}

export function OutputRows({ files }: { files: readonly OutputFile[] }) {
  return (
    <ul className={styles.outputs}>
      {files.map((file) => (
        <li key={file.name}>
          <OutputName file={file} />
          <span className={styles.outputFacts}>
            {!file.located && <Chip title="Declared, but no location is known yet">not located</Chip>}
            {file.events !== null && <span>{counted(file.events, 'event')}</span>}
            <span className={styles.size}>{file.size === null ? '–' : bytes(file.size)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function OutputName({ file }: { file: OutputFile }) {
  if (file.content === null) return <span title={file.name}>{file.name}</span>;
  return (
    <a href={file.content} target="_blank" rel="noreferrer" title={file.name}>
      {file.name}
    </a>
  );
}
