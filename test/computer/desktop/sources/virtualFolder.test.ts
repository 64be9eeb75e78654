import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MODULE = path.join(import.meta.dirname, '../../../../src/computer/desktop/sources/virtualFolder.ts');

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'folder-test-'));
  await chmod(root, 0o777);
});

afterEach(() => rm(root, { recursive: true, force: true }));

test('a folder with read-only folders in it is removed, and nothing behind links is touched', async () => {
  const kept = path.join(root, 'kept');
  await mkdir(kept);
  await writeFile(path.join(kept, 'file'), '');
  await chmod(kept, 0o555);
  // In a process of its own, as root may remove anything while it has its capabilities.
  const script = `
    import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
    import { makeDesktopFolder, removeDesktopFolder } from ${JSON.stringify(MODULE)};
    const folder = await makeDesktopFolder(${JSON.stringify(root)});
    const module = folder.home + '/go/pkg/mod';
    mkdirSync(module + '/inner', { recursive: true });
    writeFileSync(module + '/inner/file', '');
    symlinkSync(${JSON.stringify(kept)}, module + '/inner/link');
    for (const read of [module + '/inner', module]) chmodSync(read, 0o555);
    mkdirSync(folder.temp + '/closed', { mode: 0 });
    await removeDesktopFolder(folder);`;
  const powerless =
    process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all'] : [];
  const [program = '', ...args] = [...powerless, process.execPath, '--input-type=module', '-e', script];
  const { stderr } = await promisify(execFile)(program, args, { cwd: root });
  expect(stderr).toBe('');
  expect(await readdir(root)).toEqual(['kept']);
  expect((await stat(kept)).mode & 0o777).toBe(0o555);
  expect(await readdir(kept)).toEqual(['file']);
});
