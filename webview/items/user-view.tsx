import type { UserItem } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';

/** What the user said, as it was typed. */
export function UserView({ item }: { readonly item: UserItem }) {
  const { strings } = useApp();
  return (
    <div class="user">
      <span class="visually-hidden">{strings.you}</span>
      <div class="user-bubble">{item.text}</div>
    </div>
  );
}
