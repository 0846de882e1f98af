// For poms-files on a machine without curl: the few of curl's options that it uses, by Node's own client.
//
//     node http.mjs ANSWER-FILE URL [--data-urlencode NAME=VALUE] [-d NAME=VALUE] [-H LINE] [--data-binary @FILE]
//
// Prints the HTTP status. Exit status 7, with a line why, when no answer came.
import { readFileSync, writeFileSync } from 'node:fs';

const TIMEOUT_MS = 120_000;

const [answer, url, ...options] = process.argv.slice(2);
const headers = new Headers();
if (process.env.POMS_TOKEN) headers.set('Authorization', `Bearer ${process.env.POMS_TOKEN}`);
const form = new URLSearchParams();
let body = null;
for (let at = 0; at < options.length; at += 2) {
  const [option, value] = options.slice(at, at + 2);
  const cut = value.indexOf(option === '-H' ? ':' : '=');
  const [name, rest] = [value.slice(0, cut), value.slice(cut + 1)];
  if (option === '-H') headers.set(name, rest.trim());
  else if (option === '--data-binary') body = readFileSync(value.slice(1));
  else form.append(name, rest);
}
body ??= form.size > 0 ? form : null;

try {
  const method = body === null ? 'GET' : 'POST';
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
  writeFileSync(answer, Buffer.from(await response.arrayBuffer()));
  process.stdout.write(String(response.status));
} catch (error) {
  process.stderr.write(`${error.cause?.message || error.cause?.code || error.message}\n`);
  process.exitCode = 7;
}
