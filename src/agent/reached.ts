/** How far a call got that was cut short, in words. */
import { t } from '../base/l10n.ts';
import type { HowFar, Progress } from '../computer/progress.ts';

const FOR_MODEL: Readonly<Record<Progress['unit'], string>> = {
  characters: 'characters typed',
  'key-presses': 'key presses made',
  notches: 'notches scrolled',
};

/** For the model; empty where it is not known. */
export function reachedForModel(howFar: HowFar = 'unknown'): string {
  if (typeof howFar === 'string') return '';
  const { unit, done, of, isAtLeast } = howFar;
  return `So far: ${isAtLeast ? 'at least ' : ''}${done} of ${of} ${FOR_MODEL[unit]}.`;
}

/** For people; empty where it is not known. */
export function reachedForUser(howFar: HowFar = 'unknown'): string {
  if (typeof howFar === 'string') return '';
  const { unit, done, of, isAtLeast } = howFar;
  switch (unit) {
    case 'characters':
      return isAtLeast
        ? t('at least {0} of {1} characters typed', done, of)
        : t('{0} of {1} characters typed', done, of);
    case 'key-presses':
      return t('{0} of {1} key presses made', done, of);
    case 'notches':
      return t('{0} of {1} notches scrolled', done, of);
  }
}
