/** The key: from where it comes, to whom it goes, and where it is not. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ApiKey } from '../../src/ui/apiKey.ts';
import { Consent } from '../../src/ui/consent.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';

const KEY = 'sk-ant-from-the-environment';
const HOME = 'https://api.anthropic.com';
const ELSEWHERE = 'https://elsewhere.test/v1';
const MOVE = 'Move into Secret Storage';
const ONCE = 'Use for This Window Only';
const NEVER = 'Never Use It';

/** A secret store and a global state, and a key of them as a window has it. */
function places(environment?: string) {
  const secret = new Map<string, string>();
  const remembered = new Map<string, unknown>();
  const changes = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  const change = (key: string) => changes.fire({ key });
  const secrets: vscode.SecretStorage = {
    get: async (name) => secret.get(name),
    keys: async () => [...secret.keys()],
    store: async (name, value) => {
      secret.set(name, value);
      change(name);
    },
    delete: async (name) => {
      secret.delete(name);
      change(name);
    },
    onDidChange: changes.event,
  };
  const memory = {
    get: (name: string) => remembered.get(name) as never,
    update: async (name: string, value: unknown) => void remembered.set(name, value),
  };
  return { secret, remembered, memory, window: () => new ApiKey({ secrets, memory, environment }) };
}

/** Answers questions with `answer`, closes them without one, and tells what was asked. */
async function asked(answer: string | undefined, body: () => Promise<void>): Promise<string[]> {
  const questions: string[] = [];
  const reply = (async (
    message: string,
    options: vscode.MessageOptions,
    ...items: readonly vscode.MessageItem[]
  ) => {
    questions.push(`${message} ${options?.detail ?? ''}`);
    const closing = items.filter(({ isCloseAffordance }) => isCloseAffordance);
    assert.equal(closing.length, 1);
    assert.match(closing[0]?.title ?? '', /^(?:Not Now|Don’t Send)$/);
    return answer === undefined ? closing[0] : items.find(({ title }) => title === answer);
  }) as never;
  await withStub(vscode.window, 'showInformationMessage', reply, () =>
    withStub(vscode.window, 'showWarningMessage', reply, body),
  );
  return questions;
}

const has = (remembered: ReadonlyMap<string, unknown>) => JSON.stringify([...remembered]).includes(KEY);

test('the key of the environment is used in one window only, where the user says that', async () => {
  const { secret, remembered, window } = places(KEY);
  const key = window();
  assert.equal(key.available, true);
  const questions = await asked(ONCE, async () => {
    assert.deepEqual(await key.keyFor(HOME), { key: KEY });
    assert.deepEqual(await key.keyFor(`${HOME}/`), { key: KEY });
  });
  assert.equal(questions.length, 1);
  assert.ok(questions[0]?.includes(HOME) && !questions[0].includes(KEY));
  assert.deepEqual([secret.size, has(remembered)], [0, false]);
  assert.equal((await asked(ONCE, async () => void (await window().keyFor(HOME)))).length, 1);
});

test('it is moved into the secret storage, and into nothing else', async () => {
  const { secret, remembered, window } = places(KEY);
  await asked(MOVE, async () => assert.deepEqual(await window().keyFor(HOME), { key: KEY }));
  assert.deepEqual([...secret.values()], [KEY]);
  assert.equal(has(remembered), false);
  const questions = await asked(undefined, async () => {
    assert.deepEqual(await window().keyFor(HOME), { key: KEY });
  });
  assert.deepEqual(questions, []);
});

test('it is not used where the user does not want that, and not asked about again', async () => {
  const { remembered, window } = places(KEY);
  const key = window();
  await asked(NEVER, async () => assert.deepEqual(await key.keyFor(HOME), { reason: 'no-key' }));
  assert.equal(key.available, false);
  const next = window();
  assert.equal(next.available, false);
  const questions = await asked(MOVE, async () => {
    assert.deepEqual(await next.keyFor(HOME), { reason: 'no-key' });
  });
  assert.deepEqual([questions, has(remembered)], [[], false]);
  // Until the user sets a key, and wants this one after all.
  const pick = (async (items: string[]) => items[0]) as never;
  await withStub(vscode.window, 'showQuickPick', pick, async () => {
    await asked(MOVE, async () => assert.equal(await next.ask(), true));
  });
  assert.equal(next.available, true);
});

test('a question that is closed says nothing for good, and runs that wait at once ask once', async () => {
  const { window } = places(KEY);
  const key = window();
  const questions = await asked(undefined, async () => {
    const answers = await Promise.all([key.keyFor(HOME), key.keyFor(HOME)]);
    assert.deepEqual(answers, [{ reason: 'no-key' }, { reason: 'no-key' }]);
  });
  assert.equal(questions.length, 1);
  assert.equal(key.available, true);
});

test('a stored key goes to no other host before the user has said so', async () => {
  const { secret, remembered, window } = places();
  secret.set('anthropicApiKey', KEY);
  const key = window();
  const refused = await asked(undefined, async () => {
    assert.deepEqual(await key.keyFor(ELSEWHERE), { reason: 'key-withheld' });
    assert.deepEqual(await key.keyFor('http://api.anthropic.com'), { reason: 'key-withheld' });
    assert.deepEqual(await key.keyFor('https://api.anthropic.com.elsewhere.test'), {
      reason: 'key-withheld',
    });
  });
  assert.equal(refused.length, 3);
  assert.ok(refused[0]?.includes('https://elsewhere.test') && refused[0].includes(HOME));
  const allowed = await asked('Send It There', async () => {
    assert.deepEqual(await key.keyFor(ELSEWHERE), { key: KEY });
    assert.deepEqual(await key.keyFor('https://elsewhere.test/other'), { key: KEY });
  });
  assert.equal(allowed.length, 1);
  assert.deepEqual(await asked(undefined, async () => void (await window().keyFor(HOME))), []);
  assert.equal(has(remembered), false);
});

test('a yes for one host that is being asked about is none for another', async () => {
  const { secret, window } = places();
  secret.set('anthropicApiKey', KEY);
  const key = window();
  const third = 'https://third.test';
  const questions = await asked('Send It There', async () => {
    const answers = await Promise.all([key.keyFor(ELSEWHERE), key.keyFor(third), key.keyFor(ELSEWHERE)]);
    assert.deepEqual(answers, [{ key: KEY }, { key: KEY }, { key: KEY }]);
  });
  assert.deepEqual(
    questions.map((question) => question.includes(third)),
    [false, true],
  );
});

test('a new key is for the address of now, whatever the one before was allowed', async () => {
  const { secret, window } = places();
  secret.set('anthropicApiKey', 'old');
  const key = window();
  await asked('Send It There', async () => void (await key.keyFor(ELSEWHERE)));
  await withStub(vscode.window, 'showInputBox', (async () => ` ${KEY} `) as never, async () => {
    assert.equal(await key.ask(), true);
  });
  const questions = await asked(undefined, async () => {
    assert.deepEqual(await key.keyFor(HOME), { key: KEY });
    assert.deepEqual(await key.keyFor(ELSEWHERE), { reason: 'key-withheld' });
  });
  assert.equal(questions.length, 1);
});

test('a key that was saved is confirmed, one that was not is not', async () => {
  const { window } = places();
  const key = window();
  const told: string[] = [];
  const tell = ((text: string) => void told.push(text)) as never;
  const entered = [undefined, ' ', KEY];
  const enter = (async () => entered.shift()) as never;
  await withStub(vscode.window, 'setStatusBarMessage', tell, () =>
    withStub(vscode.window, 'showInputBox', enter, async () => {
      assert.deepEqual([await key.ask(), await key.ask(), told.length], [false, false, 0]);
      assert.equal(await key.ask(), true);
    }),
  );
  assert.deepEqual(told, ['Your API key was saved.']);
});

test('what the user agreed to is remembered, and asked again when it changes', async () => {
  const { memory, remembered } = places();
  const consent = new Consent(memory);
  let told = 0;
  consent.onDidChange(() => {
    told += 1;
  });
  assert.equal(consent.isGiven, false);
  await consent.give();
  assert.deepEqual([consent.isGiven, new Consent(memory).isGiven, told], [true, true, 1]);
  remembered.set('acceptedRisks', 0);
  assert.equal(new Consent(memory).isGiven, false);
});
