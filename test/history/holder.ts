/** A process that claims a session and keeps it until it is killed: `node holder.ts FOLDER SESSION`. */
import { History } from '../../src/history/history.ts';
import { sessionId } from '../../src/protocol/transcript.ts';

const [folder = '', id = ''] = process.argv.slice(2);
console.log(String(History.open(folder).claimSession(sessionId(id))));
setInterval(() => {}, 60_000);
