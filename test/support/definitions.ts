/** The definitions' API over a database of its own, asked as anybody. */
import { pino } from 'pino';
import { definitionRoutes } from '../../src/http/definitions.ts';
import { type App, createServer } from '../../src/http/server.ts';
import { loadPerson } from '../../src/services/people/service.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field, and a wrong field fails the test
type Body = any;

export interface Answer {
  status: number;
  body: Body;
  text: string;
}

export interface DefinitionsApi {
  database: TestDatabase;
  app: App;
  /** `url` below /api/v1. */
  ask(
    who: string,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<Answer>;
  /** Rows of every table that holds definitions: equal before and after a request that was refused. */
  rowCounts(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** People of the experiment `demo`, named by their role; `ann` and `abe` are of analysis, `root` an administrator. */
const PEOPLE = {
  prod: 'production',
  pete: 'production',
  shift: 'production-shifter',
  ann: 'analysis',
  abe: 'analysis',
  super: 'superuser',
} as const;

const TABLES = [
  'campaign',
  'stage',
  'dependency',
  'tag',
  'campaign_tag',
  'job_type',
  'job_type_recovery',
  'login_setup',
  'launch_rules',
  'hold',
  'audit_event',
  'experiment',
  'membership',
  'experimenter',
];

export async function createDefinitionsApi(
  /** Whether everybody may launch on this machine, as in developer mode. */
  { openLocalHost = true }: { openLocalHost?: boolean } = {},
): Promise<DefinitionsApi> {
  const database = await createTestDatabase();
  const { db, pool } = database;
  await pool.query(
    `insert into experiment (experiment, name) values ('demo', 'Demonstration'), ('other', 'Other')`,
  );
  await pool.query(`insert into experimenter (username, root) values ('root', true), ('stranger', false)`);
  for (const [username, role] of Object.entries(PEOPLE)) {
    await pool.query(
      `with p as (insert into experimenter (username) values ($1) returning experimenter_id)
       insert into membership (experimenter_id, experiment, role) select experimenter_id, 'demo', $2 from p`,
      [username, role],
    );
  }
  const app = await createServer({
    identify: (request) => loadPerson(db, String(request.headers['x-test-user'])),
    logger: pino({ level: 'silent' }),
    version: '0',
  });
  definitionRoutes(app, { db, identity: 'front', dataHandling: ['catalogue'], openLocalHost });
  await app.ready();
  return {
    database,
    app,
    ask: async (who, method, url, body) => {
      const answer = await app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { 'x-test-user': who },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const json = String(answer.headers['content-type'] ?? '').includes('json');
      return { status: answer.statusCode, body: json ? answer.json() : null, text: answer.body };
    },
    rowCounts: async () => {
      const query = TABLES.map(
        (table) => `select '${table}' as name, count(*)::integer as rows from ${table}`,
      ).join(' union all ');
      const { rows } = await pool.query<{ name: string; rows: number }>(query);
      return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
    },
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** A campaign that uses most of what a file can say. */
export const QUAKES = `apiVersion: poms/v1
kind: Campaign
name: quakes
description: Earthquakes
tags: [sample, geology]
keywords: {tune: G18}
defaults:
  loginSetup: laptop
  softwareVersion: v1
  completionPct: 90
  parameters: [["--common=", "1"]]
loginSetups:
  - {name: laptop, host: local, account: me}
jobTypes:
  - name: quakes-select
    launchScript: $POMS_HOME/examples/quakes/select.sh
    parameters: {"--mode=": strict, "--dataset=": "%(dataset)s", "--tune=": "%(tune)s"}
    outputFiles: ["%.ndjson"]
    recoveries:
      - {type: consumed_status, parameters: [["--mode=", "tolerant"]]}
stages:
  - {name: ingest, jobType: quakes-select, type: generator}
  - {name: select, jobType: quakes-select, split: nfiles(10), position: {x: 10, y: 20}}
  - {name: merge, jobType: quakes-select, completion: complete, completionPct: 33.33}
dependencies:
  - {from: ingest, to: select, files: ["%.ndjson"], split: true}
  - {from: select, to: merge, wait: all}
`;
