/** A file: its metadata, where it is, what it was made from and what was made from it. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { fileQuery } from '../../api/queries.ts';
import type { FileDetail } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { bytes, counted } from '../../format/numbers.ts';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { QueryState } from '../../states/query-state.tsx';
import styles from './data.module.css';
import { Lineage } from './lineage.tsx';
import { Preview } from './preview.tsx';
import { Uses } from './uses.tsx';

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
              <Uses experiment={experiment} name={name} system={system} />
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
