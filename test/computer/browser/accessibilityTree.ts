/** Accessibility trees as the browser tells them, from sketches. */
import type { Protocol } from 'puppeteer-core';

type AXNode = Protocol.Accessibility.AXNode;

/** A node with its children; a bare string is a text. */
export type Sketch =
  | string
  | { readonly role: string; readonly name?: string; readonly in: readonly Sketch[] };

/** As the browser lists them: a parent before its children. */
export function listed(root: Sketch): AXNode[] {
  const nodes: AXNode[] = [];
  const pending: Array<{ sketch: Sketch; nodeId: string }> = [{ sketch: root, nodeId: '0' }];
  let last = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { sketch, nodeId } = next;
    const {
      role,
      name,
      in: inside,
    } = typeof sketch === 'string' ? { role: 'StaticText', name: sketch, in: [] } : sketch;
    const children = inside.map((child) => ({ sketch: child, nodeId: String(++last) }));
    for (const child of children) pending.push(child);
    nodes.push({
      nodeId,
      ignored: false,
      role: { type: 'role', value: role },
      name: { type: 'computedString', value: name ?? '' },
      backendDOMNodeId: Number(nodeId) + 1,
      childIds: children.map((child) => child.nodeId),
    });
  }
  return nodes;
}
