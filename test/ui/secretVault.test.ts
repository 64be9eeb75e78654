import { describe, expect, it } from 'vitest';
import { Emitter } from '../../src/base/emitter.ts';
import { StoredSecrets } from '../../src/ui/secretVault.ts';

/** A secret store in memory. */
class FakeStorage {
  readonly entries = new Map<string, string>();
  readonly #changes = new Emitter<{ readonly key: string }>();
  readonly onDidChange = this.#changes.event;
  isBroken = false;

  async get(key: string): Promise<string | undefined> {
    if (this.isBroken) throw new Error('No keyring.');
    return this.entries.get(key);
  }

  async keys(): Promise<string[]> {
    return [...this.entries.keys()];
  }

  async store(key: string, value: string): Promise<void> {
    this.entries.set(key, value);
    this.#changes.fire({ key });
  }

  async delete(key: string): Promise<void> {
    this.entries.delete(key);
    this.#changes.fire({ key });
  }
}

const one = { name: 'one', value: 'first value', places: ['https://a.example'] };
const two = { name: 'two', value: 'second value', places: ['virtual'] };

function setUp() {
  const storage = new FakeStorage();
  const faults: unknown[] = [];
  const open = () => new StoredSecrets(storage, (error) => faults.push(error));
  return { storage, faults, open, secrets: open() };
}

describe('the secrets that are kept', () => {
  it('are there again, by name, until they are removed', async () => {
    const { secrets, open } = setUp();
    expect(await secrets.read()).toEqual([]);
    await secrets.put(two);
    await secrets.put({ ...one, value: 'another' });
    await secrets.put(one);
    expect(await open().read()).toEqual([one, two]);
    await secrets.remove('two');
    expect(await secrets.read()).toEqual([one]);
  });

  it('are the same list until something changes, in another window too', async () => {
    const { secrets, open } = setUp();
    const before = await secrets.read();
    expect(await secrets.read()).toBe(before);
    await open().put(one);
    expect(await secrets.read()).toEqual([one]);
  });

  it('are none where the store is damaged or broken, and nothing is quoted', async () => {
    const { storage, secrets, faults, open } = setUp();
    await secrets.put(one);
    const [[key = '', text = ''] = []] = storage.entries;
    storage.entries.set(key, text.slice(0, -3));
    expect(await open().read()).toEqual([]);
    expect(faults).toEqual([]);
    storage.isBroken = true;
    expect(await open().read()).toEqual([]);
    expect(faults.map(String)).toEqual(['Error: No keyring.']);
  });

  it('are only what could have been added', async () => {
    const { storage, secrets, open } = setUp();
    await secrets.put(one);
    const [[key = ''] = []] = storage.entries;
    const odd = [{ ...one, value: 'abc' }, { ...one, name: 'a b' }, { ...one, places: 'x' }, null, two];
    storage.entries.set(key, JSON.stringify(odd));
    expect(await open().read()).toEqual([two]);
  });
});
