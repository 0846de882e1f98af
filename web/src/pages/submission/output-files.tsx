/** Files that a submission made: pictures shown, the others listed with a link to their content. */
import type { OutputFile } from '../../api/types.ts';
import { bytes, counted } from '../../format/numbers.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { Chip } from '../../status/chip.tsx';
import { dataOf, type FilesOf } from './files-of.ts';
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

/** `of`: whose files they are: experiment and data handling. */
export function OutputRows({ files, of }: { files: readonly OutputFile[]; of: FilesOf }) {
  return (
    <ul className={styles.outputs}>
      {files.map((file) => (
        <li key={file.name}>
          <OutputName file={file} of={of} />
          <span className={styles.outputFacts}>
            {file.content !== null && (
              <a href={file.content} target="_blank" rel="noreferrer">
                open
              </a>
            )}
            {!file.located && <Chip title="Declared, but no location is known yet">not located</Chip>}
            {file.events !== null && <span>{counted(file.events, 'event')}</span>}
            <span className={styles.size}>{file.size === null ? '–' : bytes(file.size)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function OutputName({ file, of }: { file: OutputFile; of: FilesOf }) {
  return (
    <Link to={url.file(of.experiment, file.name, dataOf(of))} title={file.name}>
      {file.name}
    </Link>
  );
}
