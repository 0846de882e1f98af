// A job: takes the files of its project from Data Dispatcher one after the other, makes a file of each, and releases it.
// Options: --mode=strict gives up files whose number is in --bad; --prefix begins the names of what it makes.
import { setTimeout as sleep } from 'node:timers/promises';

const { env } = process;
const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, '').split('=')));
const bad = (options.bad ?? '').split(',').filter((one) => one !== '');
const project = env.POMS_DATA_DISPATCHER_PROJECT_ID;

async function ask(base, path, { query = {}, body } = {}) {
  const url = new URL(`${base}/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'X-Authentication-Token': env.JOB_TOKEN, 'X-Rucio-Auth-Token': env.JOB_TOKEN },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  // The project has ended: another job had its last file.
  if (answer.status === 400 && text.startsWith('Inactive project')) return { handle: null, retry: false };
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

for (;;) {
  const worker_id = env.POMS_JOB_ID;
  const { handle, retry } = await ask(env.DATA_DISPATCHER_URL, 'next_file', {
    query: { project_id: project, worker_id },
  });
  if (handle === null && !retry) break;
  if (handle === null) {
    await sleep(100);
    continue;
  }
  const did = `${handle.namespace}:${handle.name}`;
  const fails = options.mode === 'strict' && bad.some((one) => handle.name.endsWith(one));
  if (!fails) await make(did, `${options.prefix}_${handle.name}`);
  await ask(env.DATA_DISPATCHER_URL, 'release', {
    query: { handle_id: `${project}:${did}`, failed: fails ? 'yes' : 'no', retry: 'no', worker_id },
  });
}

async function make(parent, name) {
  const file = {
    namespace: 'made',
    name,
    size: 1,
    metadata: { 'core.application.version': options.version },
    parents: [{ did: parent }],
  };
  await ask(env.METACAT_SERVER_URL, 'data/declare_files', { query: { dataset: 'made:reco' }, body: [file] });
  const replica = { rse: 'FNAL_DISK', files: [{ scope: 'made', name, bytes: 1, adler32: '00000001' }] };
  await ask(env.RUCIO_URL, 'replicas', { body: replica });
}
