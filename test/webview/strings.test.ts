import { describe, expect, it } from 'vitest';
import { format } from '../../webview/strings.ts';

describe('format', () => {
  it('fills in the values by number', () => {
    expect(format('{1} of {0}, {2}', 'b', 'a')).toBe('a of b, {2}');
  });
});
