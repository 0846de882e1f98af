// `npm start`, `npm run demo`: the `poms` command with the arguments given, in this very process, so that signals
// reach it and its exit status is this one's.
import '../bin/poms.mjs';
