#!/usr/bin/env node
// The `poms` command: makes sure that it is built, then runs it.
import { ready } from '../scripts/ready.mjs';
import { giveUp } from '../scripts/support/say.mjs';

// Where the program was built by hand or installed without sources there is nothing to do, which takes milliseconds.
await ready({ server: true, web: ['serve', 'demo'].includes(process.argv[2]) }).catch(giveUp);
process.setSourceMapsEnabled(true);
await import('../dist/poms.mjs');
