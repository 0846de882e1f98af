/** A file: its metadata, where it is, what it was made from and what was made from it. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Query } from '../../api/client.ts';
import { fileQuery, lineageQuery } from '../../api/queries.ts';
import type { FileDetail } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { bytes, counted } from '../../format/numbers.ts';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { QueryState } from '../../states/query-state.tsx';
import { Chip } from '../../status/chip.tsx';
import styles from './data.module.css';

type System = Query & { dataHandling?: string | undefined };

export function FilePage() {
  const { experiment, name } = useParams({ from: '/e/$experiment/files/$name' });
  const [{ dataHandling }] = useFilter();
  const system = { dataHandling };
  const file = useQuery(fileQuery(experiment, name, system));
  return (
    <QueryState query={file} height={480}>
      {(shown) => (
        <Page
          title={`File ${name}`}
          path={<Link to={url.datasets(experiment, system)}>Datasets</Link>}
          heading={name}
          answer={answerOf(shown)}
        >
          <Preview file={shown} />
          <div className={styles.columns}>
            <section className={styles.section}>
              <h2>Metadata</h2>
              <Metadata file={shown} />
            </section>
            <div>
              <Lineage experiment={experiment} name={name} system={system} direction="up" />
              <Lineage experiment={experiment} name={name} system={system} direction="down" />
            </div>
          </div>
        </Page>
      )}
    </QueryState>
  );
}

function answerOf({ size, events, locations }: FileDetail): string {
  const much = [size === null ? null : bytes(size), events === null ? null : counted(events, 'event')];
  const where = locations.length === 0 ? 'no location is known' : counted(locations.length, 'location');
  return [...much.filter((one) => one !== null), where].join(', ');
}

function Preview({ file: { name, shows, content } }: { file: FileDetail }) {
  if (content === null) return null;
  if (shows === 'image/svg+xml' || shows === 'image/png' || shows === 'image/jpeg') {
    return (
      <figure className={`${styles.section} ${styles.preview}`}>
        <a href={content} target="_blank" rel="noreferrer">
          <img src={content} alt={name} />
        </a>
      </figure>
    );
  }
  return (
    <p className={styles.section}>
      <a href={content} target="_blank" rel="noreferrer">
        Show its content
      </a>
    </p>
  );
}

function Metadata({ file }: { file: FileDetail }) {
  return (
    <dl className={styles.facts}>
      <dt>Created</dt>
      <dd>
        <Moment at={file.created} />
      </dd>
      {file.locations.map((location) => (
        <Fact key={location} name="Location">
          <code>{location}</code>
        </Fact>
      ))}
      {Object.entries(file.metadata)
        .filter(([name]) => name !== 'file_name' && name !== 'parents')
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            {typeof value === 'string' ? value : JSON.stringify(value)}
          </Fact>
        ))}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Lineage(of: { experiment: string; name: string; system: System; direction: 'up' | 'down' }) {
  const { experiment, name, system, direction } = of;
  const lineage = useQuery(lineageQuery(experiment, name, direction, system));
  return (
    <section className={styles.section}>
      <h2>{direction === 'up' ? 'Made from' : 'Made from it'}</h2>
      <QueryState query={lineage} height={80}>
        {({ files, more }) =>
          files.length === 0 ? (
            <p className={styles.soft}>{direction === 'up' ? 'No file.' : 'No file yet.'}</p>
          ) : (
            <>
              <ul className={styles.tree}>
                {files.map((file) => (
                  <li
                    key={file.name}
                    style={{ '--depth': file.depth - 1 } as React.CSSProperties}
                    title={file.depth > 1 ? `through ${file.via}` : undefined}
                  >
                    <Link to={url.file(experiment, file.name, system)}>{file.name}</Link>
                    {file.retired && <Chip>retired</Chip>}
                    {!file.retired && !file.located && <Chip>not located</Chip>}
                  </li>
                ))}
              </ul>
              {more && <p className={styles.soft}>There are more than are shown here.</p>}
            </>
          )
        }
      </QueryState>
    </section>
  );
}
