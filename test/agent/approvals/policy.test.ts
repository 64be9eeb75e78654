import { describe, expect, it } from 'vitest';
import { decide, grantOf, questionOf } from '../../../src/agent/approvals/policy.ts';
import { type AskedAction, MAX_DETAIL_LENGTH, MAX_TARGET_LENGTH } from '../../../src/protocol/approvals.ts';

const PAGE = 'https://example.org/a?b';
const ACTIONS: readonly AskedAction[] = ['file_upload', 'javascript_exec', 'read_console', 'read_network'];

describe('the policy', () => {
  it.each([
    ['javascript_exec', PAGE, 'https://example.org'],
    ['read_console', 'http://localhost:3000/x', 'http://localhost:3000'],
    ['read_network', 'https://EXAMPLE.org:443', 'https://example.org'],
    // Each upload is of other files.
    ['file_upload', PAGE, null],
    ['command', '/work/project', '/work/project'],
    ['javascript_exec', 'about:blank', null],
    ['javascript_exec', 'data:text/html,x', null],
    ['javascript_exec', 'file:///etc/passwd', null],
    ['javascript_exec', '', null],
  ] as const)('%s at %j may be allowed for the session at %j', (what, target, scope) => {
    expect(questionOf(what, target, '')).toMatchObject({ scope });
  });

  it('allows what was granted, on that origin and for that kind of action only', () => {
    const grants = new Set([grantOf(questionOf('javascript_exec', PAGE, '1')) ?? '']);
    for (const what of ACTIONS) {
      for (const target of [
        PAGE,
        'https://example.org/other',
        'http://example.org',
        'https://a.example.org',
        '',
      ]) {
        const isGranted = what === 'javascript_exec' && target.startsWith('https://example.org');
        expect(decide(questionOf(what, target, '2'), grants).verdict).toBe(isGranted ? 'allow' : 'ask');
      }
    }
  });

  it('refuses what nobody could read, granted or not', () => {
    const grants = new Set([grantOf(questionOf('javascript_exec', PAGE, '')) ?? '']);
    const long = questionOf('javascript_exec', PAGE, 'x'.repeat(10_000_000));
    expect(decide(long, grants)).toMatchObject({
      verdict: 'refuse',
      reason: expect.stringContaining('too long'),
    });
    const far = questionOf('read_console', `${PAGE}${'x'.repeat(MAX_TARGET_LENGTH)}`, '');
    expect(decide(far, new Set()).verdict).toBe('refuse');
    expect(decide(questionOf('javascript_exec', PAGE, 'x'.repeat(MAX_DETAIL_LENGTH)), grants).verdict).toBe(
      'allow',
    );
  });
});
