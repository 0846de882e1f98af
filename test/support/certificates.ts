/** An authority of a test with the certificates it signs, made by the openssl command. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** PEM files. */
  certificate: string;
  key: string;
}

export interface Authority {
  /** PEM file of the authority itself. */
  ca: string;
  /** For a server on 127.0.0.1, or for a client of this name. */
  sign(name: string): Certificate;
}

/** Files go into the folder. */
export function createAuthority(folder: string, name: string): Authority {
  const file = (ending: string) => join(folder, `${name}${ending}`);
  const openssl = (...rest: string[]) =>
    execFileSync('openssl', rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const [ca, caKey] = [file('-ca.pem'), file('-ca.key')];
  openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', ca, '-subj', `/CN=${name}`, '-days', '2');
  return {
    ca,
    sign(subject) {
      const [certificate, key, wanted] = ['.pem', '.key', '.csr'].map((one) => file(`-${subject}${one}`));
      if (!certificate || !key || !wanted) throw new Error('no names');
      openssl('req', ...newKey, '-keyout', key, '-out', wanted, '-subj', `/CN=${subject}`);
      const more = file('.ext');
      writeFileSync(more, 'subjectAltName=IP:127.0.0.1\n');
      const by = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', more];
      openssl('x509', '-req', '-in', wanted, '-out', certificate, ...by);
      return { certificate, key };
    },
  };
}

/** Both as Node wants them. */
export function pemOf({ certificate, key }: Certificate): { cert: string; key: string } {
  return { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
}
