/** The profile for macOS, as a text: it is run nowhere but there. */
import { expect, test } from 'vitest';
import { seatbeltProfile } from '../../../src/tools/sandbox/seatbelt.ts';

const view = (access: 'read' | 'write', workspace = '/Users/ada/work') =>
  seatbeltProfile({
    home: '/private/var/folders/x/home',
    temp: '/private/var/folders/x/tmp',
    visible: { workspace: [workspace], readable: ['/Users/ada/.nvm'] },
    access,
  });

const rules = (profile: string, name: string) =>
  profile.split('\n').filter((line) => line.includes(` ${name}`));

test('what is not allowed is denied, the network and services of others above all', () => {
  const profile = view('read');
  expect(profile).toMatch(/^\(version 1\)\n\(deny default\)\n/);
  expect(profile).not.toMatch(/network|\(allow default|appleevent|iokit/);
  expect(rules(profile, 'mach-lookup').join()).not.toMatch(
    /security|pasteboard|launchservices|coreservices/i,
  );
});

test('the workspace and folders of tools can be read, the home folder around them not', () => {
  const profile = view('read');
  expect(profile).toContain('(subpath "/Users/ada/work")');
  expect(profile).toContain('(subpath "/Users/ada/.nvm")');
  expect(profile).not.toMatch(/subpath "\/Users(\/ada)?"/);
  // The folders on the way can be passed through, not listed.
  expect(profile).toMatch(/\(allow file-read-metadata .*\(literal "\/Users\/ada"\)/);
});

test('written are only folders of the sandbox, and the workspace where that is wanted', () => {
  const written = (profile: string) =>
    rules(profile, 'file-write*').filter((rule) => rule.startsWith('(allow'));
  expect(written(view('read')).join()).not.toContain('/Users');
  expect(written(view('write')).join()).toContain('/Users/ada/work');
});

test('what the editor and git run later is kept, in capitals or not, at any depth', () => {
  const [, denied = ''] = /\(deny file-write\* (.*)\)$/m.exec(view('write')) ?? [];
  const [, source = ''] = /#"(\^.*?)"/.exec(denied) ?? [];
  const kept = new RegExp(source);
  for (const file of ['.git/hooks/x', '.vscode/settings.json', '.VSCode', 'sub/.git/config', '.npmrc'])
    expect(kept.test(`/Users/ada/work/${file}`)).toBe(true);
  for (const file of ['src/main.ts', 'git/x', 'x.git', '.gitignore'])
    expect(kept.test(`/Users/ada/work/${file}`)).toBe(false);
});

test('names of folders cannot add rules', () => {
  expect(view('read', '/Users/ada/a") (allow default) (literal "')).toContain(
    '(subpath "/Users/ada/a\\") (allow default) (literal \\"")',
  );
  expect(() => view('write', '/Users/ada/a") (allow default')).toThrow(/cannot be kept apart/);
  expect(() => view('read', '/Users/ada/a\nb')).toThrow(/line break/);
});
