import { t } from '../../base/l10n.ts';
import { assertNever } from '../../protocol/transcript.ts';
import { visibleLine } from '../../protocol/visibleText.ts';
import type { NewNotice } from '../notices.ts';
import type { Suspicion } from './detect.ts';
import type { SuspicionKind } from './phrase.ts';

const MAX_SHOWN = 600;

/** For the user, below the action: what was found where, and what Claude was told. */
export function suspicionNotice(where: string, { kinds, quote }: Suspicion): NewNotice {
  const reasons = kinds.map((kind) => `- ${reasonText(kind)}`).join('\n');
  return {
    kind: 'notice',
    severity: 'warning',
    text: t('Text from {0} seems to be written to direct Claude. Watch what Claude does next.', where),
    detail: [
      `“${visibleLine(quote, MAX_SHOWN)}”`,
      reasons,
      t('Claude was told that this text is data and that only you give it tasks.'),
    ].join('\n\n'),
    until: null,
    actions: [],
  };
}

function reasonText(kind: SuspicionKind): string {
  switch (kind) {
    case 'override':
      return t('It asks to drop earlier instructions.');
    case 'secrecy':
      return t('It asks to keep something from you.');
    case 'address':
      return t('It speaks to an AI.');
    case 'orders':
      return t('It gives new tasks or claims that you agreed.');
    case 'secrets':
      return t('It asks for keys, passwords or what you said.');
    case 'reveal':
      return t('It asks for Claude’s own instructions.');
    case 'imitation':
      return t('It imitates the system, you, or the result of a tool.');
    case 'tools':
      return t('It asks to run or press something with consequences.');
    case 'hidden':
      return t('It is written in characters that are not visible.');
    case 'pressure':
      return t('It makes it urgent.');
    default:
      return assertNever(kind);
  }
}
