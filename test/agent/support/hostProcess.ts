/**
 * A process of its own with a session in the middle of an action, to be killed there:
 *
 *   node test/agent/support/hostProcess.ts FOLDER API_URL
 *
 * The API is expected to ask for a click and a wait. Prints the session's id when the wait has begun.
 */
import { Host } from './host.ts';

const [folder, url] = process.argv.slice(2);
if (folder === undefined || url === undefined) throw new Error('Which folder, and which API?');
const host = new Host(folder, { url });
const session = host.sessions.create();
const begun = host.computer.toolset.holdWaits();
const run = session.send('Click and wait');
await begun;
process.stdout.write(session.session);
// An action that nothing ends keeps no process alive.
setInterval(() => {}, 60_000);
await run;
