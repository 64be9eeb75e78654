/** How much of what crosses the bridge and stays in memory is text: the parts of items that may be long. */
import type { Approval } from './approvals.ts';
import type { ItemChange, Operation } from './operations.ts';
import { type ActionState, assertNever, type Item } from './transcript.ts';

/** The texts of an operation, in UTF-16 units. */
export function weightOf(operation: Operation): number {
  switch (operation.op) {
    case 'append':
      return weightOfItem(operation.item);
    case 'extend':
      return operation.text.length;
    case 'update':
      return weightOfChange(operation.change);
    default:
      return assertNever(operation);
  }
}

/** The texts of an item, in UTF-16 units. */
export function weightOfItem(item: Item): number {
  switch (item.kind) {
    case 'user':
    case 'answer':
    case 'thinking':
      return item.text.length;
    case 'action':
      return (
        item.summary.length +
        item.input.length +
        (item.output?.length ?? 0) +
        weightOfState(item.state) +
        weightOfApproval(item.approval)
      );
    case 'screenshot':
      return item.caption.length;
    case 'notice':
      return item.text.length + item.detail.length;
    default:
      return assertNever(item);
  }
}

/** The texts of a change, in UTF-16 units. */
export function weightOfChange(change: ItemChange): number {
  switch (change.kind) {
    case 'text':
      return 0;
    case 'notice':
      return change.text.length;
    case 'action':
      return weightOfState(change.state) + weightOfApproval(change.approval);
    default:
      return assertNever(change);
  }
}

function weightOfApproval(approval: Approval | undefined): number {
  if (!approval) return 0;
  const { question, answer } = approval;
  const reason = answer?.kind === 'denied' ? answer.reason.length : 0;
  return question.target.length + question.detail.length + reason;
}

function weightOfState(state: ActionState): number {
  switch (state.status) {
    case 'queued':
      return 0;
    case 'running':
      return state.latest?.text.length ?? 0;
    case 'interrupted':
      return (state.progress?.length ?? 0) + (state.latest?.text.length ?? 0);
    case 'done':
      return state.result.length + (state.edit ? state.edit.path.length + state.edit.diff.length : 0);
    case 'failed':
      return state.error.length;
    case 'skipped':
      return state.reason.length;
    default:
      return assertNever(state);
  }
}
