/**
 * Processor time, which other work on the machine changes far less than elapsed time. Linux only: read from /proc.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** Of USER_HZ, which is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

interface Process {
  parent: number;
  /** Milliseconds of processor time, with those of children that have ended and were waited for. */
  cpu: number;
}

function look(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything: state, parent, ...; 14 to 17 are the times.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const cpu = fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) * TICK_MS;
    return { parent: fields[1] ?? 0, cpu };
  } catch {
    return null;
  }
}

/** Measures this process (with the scripts it waited for) and the PostgreSQL behind the pool. */
export async function createMeter(pool: pg.Pool): Promise<{ poms(): number; postgres(): number }> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const server = look(rows[0]?.pid ?? 0)?.parent ?? 0;
  const postgres = (): number => {
    let sum = look(server)?.cpu ?? 0;
    for (const name of readdirSync('/proc')) {
      const one = /^\d+$/.test(name) ? look(Number(name)) : null;
      if (one?.parent === server) sum += one.cpu;
    }
    return sum;
  };
  return { poms: () => look(process.pid)?.cpu ?? 0, postgres };
}

/** Milliseconds from starting a shell that does nothing to its end: the yardstick for whatever starts processes. */
export async function shellTime(): Promise<number> {
  const begun = performance.now();
  await new Promise((resolve, reject) => {
    spawn('/bin/sh', ['-c', 'true'], { stdio: 'ignore' }).once('error', reject).once('close', resolve);
  });
  return performance.now() - begun;
}

/** Milliseconds of one durable commit of one row: the yardstick for whatever is recorded. */
export async function commitTime(pool: pg.Pool): Promise<number> {
  const begun = performance.now();
  await pool.query(`insert into audit_event (actor, action, object) values ('bench', 'measure', 'commit')`);
  return performance.now() - begun;
}
