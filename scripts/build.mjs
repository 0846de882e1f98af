// `npm run build`: builds server and console if their sources changed.
import { ready } from './ready.mjs';
import { giveUp } from './support/say.mjs';

await ready({ server: true, web: true }).catch(giveUp);
