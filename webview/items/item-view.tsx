import { assertNever, type Item } from '../../src/protocol/transcript.ts';
import { ActionView } from './action-view.tsx';
import { AnswerView } from './answer-view.tsx';
import { NoticeView } from './notice-view.tsx';
import { ScreenshotView } from './screenshot-view.tsx';
import { ThinkingView } from './thinking-view.tsx';
import { UserView } from './user-view.tsx';

/** An item of the transcript, by its kind. */
export function ItemView({ item }: { readonly item: Item }) {
  switch (item.kind) {
    case 'user':
      return <UserView item={item} />;
    case 'answer':
      return <AnswerView item={item} />;
    case 'thinking':
      return <ThinkingView item={item} />;
    case 'action':
      return <ActionView item={item} />;
    case 'screenshot':
      return <ScreenshotView item={item} />;
    case 'notice':
      return <NoticeView item={item} />;
    default:
      return assertNever(item);
  }
}
