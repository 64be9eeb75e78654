/** A process that writes to a history until it is killed or cannot any more: `node writer.ts FOLDER [SESSION]`. */
import { History } from '../../src/history/history.ts';
import { ordinal, type SessionId } from '../../src/protocol/transcript.ts';
import { itemText } from './writtenText.ts';

const [folder = '', id] = process.argv.slice(2);
const history = History.open(folder);
const session =
  (id as SessionId | undefined) ??
  history.createSession({ title: 'Writing', now: 1, provider: 'demo', computer: 'browser' }).id;
console.log(session);
try {
  for (let at = history.itemCount(session); ; at += 1) {
    const text = itemText(at);
    const item = { kind: 'answer', ordinal: ordinal(at), at, text: '', state: 'streaming' } as const;
    history.appendItem(session, item);
    for (let from = 0; from < text.length; from += 100) {
      history.appendText(session, ordinal(at), from, text.slice(from, from + 100));
    }
    history.transaction(() => {
      history.replaceItem(session, { ...item, text, state: 'complete' });
      history.appendMessage(session, { role: 'assistant', content: text });
    });
    console.log(at);
  }
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.log(JSON.stringify({ name: error.name, message: error.message }));
}
