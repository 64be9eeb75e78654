import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vsixPath } from '../../scripts/lib/paths.mjs';
import { freePort } from '../../scripts/lib/process.mjs';
import { startCodeServer, temporaryFolderEnv } from '../../scripts/lib/vscode.mjs';

test('the plain address opens the folder VS Code was started with, whatever was open before', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'cuc-'));
  const [earlier, folder] = [join(dataDir, 'earlier'), join(dataDir, 'this & that')];
  for (const path of [earlier, folder]) mkdirSync(path);
  let server: Awaited<ReturnType<typeof startCodeServer>> | undefined;
  try {
    const env = temporaryFolderEnv(dataDir);
    server = await startCodeServer({ dataDir, vsix: vsixPath, folder, port: await freePort(), env });
    const plain = new URL(server.url);
    const opened = await fetch(new URL(`?folder=${encodeURIComponent(earlier)}`, plain));
    expect(opened.status).toBe(200);
    const redirect = await fetch(plain, { redirect: 'manual' });
    const location = new URL(redirect.headers.get('location') ?? '', plain);
    expect(location.searchParams.get('folder')).toBe(folder);
  } finally {
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
});
